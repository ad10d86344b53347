import type { AddonConfig, AddonStage } from './addon-config.ts';
import { resourceKey } from './inventory.ts';
import type { AppliedResource, StagePhase, StageStatus } from './resources.ts';

/** Stages for the first time, or from one ClusterClass to another. Upstream writes it as the annotation `ClusterAddonStage`. */
export type AddonRunKind = 'created' | 'upgraded';

/** Hooks that each kind of run goes through, in order. */
export const hooksOf: Readonly<Record<AddonRunKind, readonly string[]>> = {
  created: ['AfterControlPlaneInitialized'],
  upgraded: ['BeforeClusterUpgrade', 'AfterControlPlaneUpgrade', 'AfterClusterUpgrade'],
};

/** The add-ons of a release: a chart per stage, or one chart for all. */
export type AddonPackage = { convention: 'single' } | { convention: 'multi'; stages: AddonConfig['stages'] };

/** Stands for the one chart of a release without stages; never in `status.stages`. */
export const wholeChart: AddonStage = { name: '', action: 'apply' };

/** Hooks that a run goes through, in order, each with its stages. The first is always there: it prunes, even with nothing to apply. */
export function hooksOfRun(
  addons: AddonPackage,
  kind: AddonRunKind,
): { hook: string; stages: readonly AddonStage[] }[] {
  const [first = '', ...later] = hooksOf[kind];
  if (addons.convention === 'single') return [{ hook: first, stages: [wholeChart] }];
  const stagesOf = (hook: string) => addons.stages.get(hook) ?? [];
  // A release that names no stage for upgrades means the same charts as for a new cluster; to prune all add-ons would be the worst reading.
  const unnamed = kind === 'upgraded' && hooksOf.upgraded.every((hook) => stagesOf(hook).length === 0);
  const stages = stagesOf(unnamed ? 'AfterControlPlaneInitialized' : first);
  return [
    { hook: first, stages },
    ...later.map((hook) => ({ hook, stages: stagesOf(hook) })).filter((part) => part.stages.length > 0),
  ];
}

/** Charts whose objects are to be in the cluster when all these stages are through: the last action of a chart decides. */
export function wantedCharts(stages: readonly AddonStage[]): AddonStage[] {
  const last = new Map(stages.map((stage) => [stage.name, stage]));
  return [...last.values()].filter(({ action }) => action === 'apply');
}

export const pendingStages = (stages: readonly AddonStage[]): StageStatus[] =>
  stages
    .filter((stage) => stage !== wholeChart)
    .map(({ name, action }) => ({ name, action, phase: 'Pending' }));

/** Are the recorded stages those of the hook? Not so after a release was changed, or an upgrade by another operator. */
export const areStages = (
  recorded: readonly StageStatus[] | undefined,
  stages: readonly AddonStage[],
): boolean => {
  const wanted = pendingStages(stages);
  return (
    (recorded ?? []).length === wanted.length &&
    wanted.every(
      ({ name, action }, index) => recorded?.[index]?.name === name && recorded[index].action === action,
    )
  );
};

/** What is to be done for a stage in its phase. Waiting for the post-condition applies again each time: values may have changed. */
export const workOfStage = (stage: AddonStage, phase: StagePhase): 'check' | 'act' | 'none' => {
  if (phase === 'done') return 'none';
  if (phase === 'applyingOrDeleting' || phase === 'waitingForPostCondition') return 'act';
  return stage.waitForPreCondition ? 'check' : 'act';
};

const defaultDeadlineMs = 15 * 60_000;
const deadlineAnnotation = 'lifecycle.scs.community/stage-deadline';

/** How long a stage may take before it is reported as late; from annotations of the ClusterAddon, in Go's way: `30m`, `1h30m`, `90s`. */
export function stageDeadlineMs(
  annotations: Readonly<Record<string, string>> | undefined,
  stage: string,
): number {
  const named = stage ? annotations?.[`${deadlineAnnotation}.${stage}`] : undefined;
  return parseDuration(named) ?? parseDuration(annotations?.[deadlineAnnotation]) ?? defaultDeadlineMs;
}

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Milliseconds; undefined for what is no duration above zero. */
export function parseDuration(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(trimmed)) return undefined;
  let sum = 0;
  for (const [, count, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    sum += Number(count) * unitMs[unit as keyof typeof unitMs];
  return sum > 0 ? sum : undefined;
}

/** When a stage that waits is looked at again: soon at first, upstream's 20 s then, a minute when it is late. Milliseconds. */
export function stageWaitMs(elapsedMs: number, deadlineMs: number): number {
  if (elapsedMs > deadlineMs) return 60_000;
  return elapsedMs < 60_000 ? 5000 : 20_000;
}

/** Add-ons are put here where a manifest names no namespace. */
export const addonNamespace = 'kube-system';

/** The inventory with `changed` in place of entries for the same objects; new ones follow, in their order. */
export function mergeInventory(
  inventory: readonly AppliedResource[],
  changed: readonly AppliedResource[],
): AppliedResource[] {
  const byKey = new Map(inventory.map((resource) => [resourceKey(resource, addonNamespace), resource]));
  for (const resource of changed) byKey.set(resourceKey(resource, addonNamespace), resource);
  return [...byKey.values()];
}
