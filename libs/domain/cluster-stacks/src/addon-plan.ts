import { readAddonRun, readHookRequest, type AddonRun } from './addon-run.ts';
import {
  areStages,
  hooksOf,
  hooksOfRun,
  wantedCharts,
  wholeChart,
  workOfStage,
  type AddonPackage,
  type AddonRunKind,
} from './addon-stage.ts';
import type { AddonStage } from './addon-config.ts';
import { parseClassName, stackPrefix } from './release-name.ts';
import { addonFinalizer, type ClusterAddon, type KubernetesObject } from './resources.ts';

/** What is to become of the ClusterAddon itself. */
export type AddonLife =
  | 'nothing'
  | 'create'
  /** Drop the finalizer: the cluster is going, its add-ons go with it. */
  | 'release'
  /** Deleted, or of an earlier cluster of that name, while the cluster lives: make it anew. */
  | 'renew'
  /** Set finalizer and owner. */
  | 'claim'
  | 'work';

/** Level-triggered: whatever happened to either object, there is one ClusterAddon for a living cluster of a stack. */
export function planAddonLife(
  cluster: KubernetesObject | undefined,
  addon: ClusterAddon | undefined,
  isOfStack: boolean,
): AddonLife {
  const claimed = addon?.metadata.finalizers?.includes(addonFinalizer) ?? false;
  if (!cluster || cluster.metadata.deletionTimestamp) return claimed ? 'release' : 'nothing';
  if (!addon) return isOfStack ? 'create' : 'nothing';
  const owners = addon.metadata.ownerReferences?.filter(({ kind }) => kind === 'Cluster') ?? [];
  const owned = owners.some(({ uid }) => uid === cluster.metadata.uid);
  const gone = addon.metadata.deletionTimestamp !== undefined;
  // Others' finalizers may still hold one that is gone.
  if (gone) return claimed ? 'renew' : 'nothing';
  if (!isOfStack) return 'nothing';
  if (!owned && owners.length > 0) return 'renew';
  return claimed && owned ? 'work' : 'claim';
}

/** What is known when the next step is decided. */
export interface AddonFacts {
  addon: ClusterAddon;
  /** What the cluster's topology wants. */
  className: string;
  kubernetesVersion: string;
  /** Release of that class. */
  release: { version: string; kubernetesVersion: string; addons: AddonPackage };
  /** `status.version` of the control plane: the oldest of its machines. */
  controlPlaneVersion?: string | undefined;
  /** Cluster API says that everything is as the topology wants it. */
  topologyReconciled: boolean;
  /** The one chart of a release without stages was applied since the last step. */
  wholeChartApplied?: boolean;
}

export type AddonStep =
  /** Write down that the stages of a hook are at work, then look again. */
  | { step: 'begin'; run: AddonRun; stages: readonly AddonStage[] }
  /** The add-ons of the new class are those of the old one: only write that down. */
  | { step: 'move'; run: AddonRun }
  | { step: 'stage'; hook: string; stage: AddonStage; index: number; work: 'check' | 'act' }
  /** All stages of the hook are through: remove what no chart in `wanted` has, then write it down. */
  | { step: 'finish'; run: AddonRun; wanted: readonly AddonStage[] }
  /** The status is behind the run, after a crash between two writes. */
  | { step: 'settle' }
  /** Nothing to do but to keep what is there. `next` is a hook whose time has not come. */
  | { step: 'rest'; applied: readonly AddonStage[]; wanted: readonly AddonStage[]; next?: string };

/** The next step towards the add-ons of the cluster's class, from what is written down and what is seen; the same again after any crash. */
export function planAddon(facts: AddonFacts): AddonStep {
  const run = readAddonRun(facts.addon);
  if (!run) return adopt(facts);
  if (run.className !== facts.className) return isSame(run, facts) ? move(run, facts) : beginAnew(facts);
  const parts = hooksOfRun(facts.release.addons, run.kind);
  if (run.hook !== undefined) return goOn(run, parts, facts);

  const next = parts.find(({ hook }) => !run.through.includes(hook));
  if (next && isTime(next.hook, facts)) return begin(run, next, facts);
  const { status } = facts.addon;
  if (!status?.ready || (status.stages ?? []).length > 0) return { step: 'settle' };
  const done = parts.filter(({ hook }) => run.through.includes(hook)).flatMap(({ stages }) => stages);
  return {
    step: 'rest',
    applied: wantedCharts(done),
    wanted: wantedCharts(parts.flatMap(({ stages }) => stages)),
    ...(next && { next: next.hook }),
  };
}

type Parts = ReturnType<typeof hooksOfRun>;

/** No run yet: a new cluster, or one whose add-ons upstream's operator looked after. */
function adopt(facts: AddonFacts): AddonStep {
  const { spec, status, metadata } = facts.addon;
  if (!spec.clusterStack || spec.clusterStack !== facts.className || !status?.ready) return beginAnew(facts);
  const kind = metadata.annotations?.['ClusterAddonStage'] === 'upgraded' ? 'upgraded' : 'created';
  const through = hooksOfRun(facts.release.addons, kind).map(({ hook }) => hook);
  return { step: 'move', run: { ...runOf(facts, kind), through } };
}

function beginAnew(facts: AddonFacts): AddonStep {
  // Only a hook that came through sets clusterStack: a class that never worked is replaced as if the cluster were new.
  const kind: AddonRunKind = facts.addon.spec.clusterStack ? 'upgraded' : 'created';
  const [first] = hooksOfRun(facts.release.addons, kind);
  return begin(runOf(facts, kind), first ?? { hook: '', stages: [] }, facts);
}

function runOf({ className, release }: AddonFacts, kind: AddonRunKind): AddonRun {
  const { version, kubernetesVersion } = release;
  return { className, kind, version, kubernetesVersion, through: [] };
}

function begin(run: AddonRun, { hook, stages }: Parts[number], { addon }: AddonFacts): AddonStep {
  const before = readAddonRun(addon);
  // Begun before and interrupted: the time goes on counting.
  const same = before?.className === run.className && before.hook === hook;
  const { stage: _, ...rest } = run;
  return {
    step: 'begin',
    run: { ...rest, hook, ...(same && before.stage && { stage: before.stage }) },
    stages,
  };
}

/** The same add-ons under another class: the same version of the component, of the same stack, all in place. */
function isSame(run: AddonRun, { addon, className, release }: AddonFacts): boolean {
  const [from, to] = [parseClassName(run.className), parseClassName(className)];
  if (typeof from === 'string' || typeof to === 'string') return false;
  const complete =
    run.hook === undefined &&
    hooksOfRun(release.addons, run.kind).every(({ hook }) => run.through.includes(hook)) &&
    (addon.status?.resources ?? []).every(({ status }) => status === 'synced');
  return (
    complete &&
    stackPrefix(from) === stackPrefix(to) &&
    run.version === release.version &&
    (release.addons.convention === 'single' || run.kubernetesVersion === release.kubernetesVersion)
  );
}

const move = (run: AddonRun, facts: AddonFacts): AddonStep => ({
  step: 'move',
  run: { ...runOf(facts, run.kind), through: run.through },
});

function goOn(run: AddonRun, parts: Parts, facts: AddonFacts): AddonStep {
  const part = parts.find(({ hook }) => hook === run.hook);
  if (!part) return beginAnew(facts);
  const recorded = facts.addon.status?.stages ?? [];
  if (facts.addon.status?.ready || !areStages(recorded, part.stages)) return begin(run, part, facts);
  for (const [index, stage] of part.stages.entries()) {
    const work =
      stage === wholeChart
        ? facts.wholeChartApplied
          ? 'none'
          : 'act'
        : workOfStage(stage, recorded[index]?.phase ?? '');
    if (work !== 'none') return { step: 'stage', hook: part.hook, stage, index, work };
  }
  const { hook: _, stage: __, ...rest } = run;
  const outstanding = parts.filter(({ hook }) => hook !== part.hook && !run.through.includes(hook));
  return {
    step: 'finish',
    run: {
      ...rest,
      through: throughExcept(
        run.kind,
        outstanding.map(({ hook }) => hook),
      ),
    },
    wanted: wantedCharts(parts.flatMap(({ stages }) => stages)),
  };
}

/** Hooks that the release has no stages for are through with the first: nobody waits for them. */
const throughExcept = (kind: AddonRunKind, outstanding: readonly string[]): string[] =>
  hooksOf[kind].filter((hook) => !outstanding.includes(hook));

/** Cluster API's question opens the gate, and so does what can be seen: it may not be told to ask. */
function isTime(hook: string, facts: AddonFacts): boolean {
  const request = readHookRequest(facts.addon);
  const asked =
    request?.hook === hook && request.classTo === facts.className && request.to === facts.kubernetesVersion;
  const upgraded = facts.controlPlaneVersion === facts.kubernetesVersion;
  if (hook === 'AfterControlPlaneUpgrade') return asked || upgraded;
  if (hook === 'AfterClusterUpgrade') return asked || (upgraded && facts.topologyReconciled);
  return true;
}
