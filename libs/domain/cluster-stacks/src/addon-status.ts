import type { AddonStage } from './addon-config.ts';
import type { ConditionOutcome } from './addon-condition.ts';
import {
  addonRunAnnotation,
  addonStageAnnotation,
  readAddonRun,
  type AddonRun,
  readHookRequest,
} from './addon-run.ts';
import type { AddonFacts } from './addon-plan.ts';
import { pendingStages, stageWaitMs, wholeChart } from './addon-stage.ts';
import { isFalse, isTrue, setConditions, type ConditionState } from './condition.ts';
import type { AppliedResource, ClusterAddon, StagePhase } from './resources.ts';

/** Types of the conditions of a ClusterAddon. */
export const addonConditions = {
  clusterReady: 'ClusterReady',
  applied: 'HelmChartApplied',
  configValidated: 'ClusterAddonConfigValidated',
  hookServer: 'HookServerReady',
  chartFound: 'HelmChartFound',
  templated: 'HelmChartTemplated',
  deleted: 'HelmChartDeleted',
  evaluated: 'EvaluatedCEL',
} as const;

type AddonStatus = NonNullable<ClusterAddon['status']>;

const withStatus = (addon: ClusterAddon, change: Partial<AddonStatus>): ClusterAddon => ({
  ...addon,
  status: { ...addon.status, ...change },
});

export const withConditions = (
  addon: ClusterAddon,
  states: readonly ConditionState[],
  now: Date,
  remove: readonly string[] = [],
): ClusterAddon =>
  withStatus(addon, { conditions: setConditions(addon.status?.conditions, states, now, remove) });

export const withResources = (addon: ClusterAddon, resources: readonly AppliedResource[]): ClusterAddon =>
  withStatus(addon, { resources: [...resources] });

function withRun(addon: ClusterAddon, run: AddonRun): ClusterAddon {
  const annotations = { ...addon.metadata.annotations, [addonRunAnnotation]: JSON.stringify(run) };
  return { ...addon, metadata: { ...addon.metadata, annotations } };
}

const withHook = ({ spec: { hook: _, ...spec }, ...addon }: ClusterAddon, hook?: string): ClusterAddon => ({
  ...addon,
  spec: hook ? { ...spec, hook } : spec,
});

/**
 * A hook's stages are at work. Write the status first: until the run says so too, the stages count as not begun, and no stage that an earlier
 * hook left as done can be taken for one of this hook.
 */
export function beginRun(
  addon: ClusterAddon,
  run: AddonRun,
  stages: readonly AddonStage[],
  now: Date,
): ClusterAddon {
  const recorded = pendingStages(stages);
  const message = `add-ons of ${run.className} are being applied (${run.hook ?? ''})`;
  const begun = withConditions(
    withStatus(addon, { ready: false, stages: recorded }),
    [isFalse(addonConditions.applied, 'FailedToApplyObjects', 'Info', message)],
    now,
  );
  return withHook(withRun(begun, run), stages.includes(wholeChart) ? undefined : run.hook);
}

/** A hook's stages are through. Write spec and annotations first; {@link settleAddon} mends a status that was left behind. */
export function finishRun(addon: ClusterAddon, run: AddonRun, now: Date): ClusterAddon {
  const finished = withHook(withRun(addon, run));
  return settleAddon(
    {
      ...finished,
      metadata: {
        ...finished.metadata,
        annotations: { ...finished.metadata.annotations, [addonStageAnnotation]: run.kind },
      },
      spec: { ...finished.spec, clusterStack: run.className, version: run.version },
    },
    now,
  );
}

export const settleAddon = (addon: ClusterAddon, now: Date): ClusterAddon =>
  withConditions(withStatus(addon, { ready: true, stages: [] }), [isTrue(addonConditions.applied)], now, [
    ...transient,
    addonConditions.hookServer,
  ]);

/** Of one attempt at a stage; they go when it comes through. */
const transient: string[] = [addonConditions.templated, addonConditions.evaluated, addonConditions.deleted];

/** The stage is at work in this phase; its time runs from the first time. */
export function enterStage(addon: ClusterAddon, index: number, phase: StagePhase, now: Date): ClusterAddon {
  const run = readAddonRun(addon);
  const recorded = addon.status?.stages ?? [];
  const name = recorded[index]?.name ?? '';
  const entered = withStatus(addon, {
    stages: recorded.map((stage, at) => (at === index ? { ...stage, phase } : stage)),
  });
  if (!run || (run.stage?.index === index && run.stage.name === name)) return entered;
  return withRun(entered, { ...run, stage: { index, name, since: now.toISOString() } });
}

/** Why a stage has not come through. */
export type StageTrouble =
  | { trouble: 'pre-condition' | 'post-condition'; outcome: Exclude<ConditionOutcome, { outcome: 'holds' }> }
  | { trouble: 'unsynced' | 'not-deleted' | 'chart-missing' | 'values' | 'template'; message: string };

/** Where a stage stands in time. */
export interface StageClock {
  hook: string;
  stage: string;
  elapsedMs: number;
  deadlineMs: number;
}

/** What an attempt at a stage says in the conditions, and when the next one is. Without trouble it came through. */
export function judgeStage(
  trouble: StageTrouble | undefined,
  clock: StageClock,
): { states: ConditionState[]; remove: string[]; againMs: number } {
  if (!trouble) return { states: [isTrue(addonConditions.chartFound)], remove: transient, againMs: 0 };
  const state = explain(trouble, clock);
  // Below an error of its own cause: Ready is to show that one's reason.
  const ongoing = isFalse(addonConditions.applied, 'FailedToApplyObjects', 'Info', state.message ?? '');
  return {
    states: [
      ...(trouble.trouble === 'chart-missing' ? [] : [isTrue(addonConditions.chartFound)]),
      ...(state.type === addonConditions.applied ? [state] : [ongoing, state]),
    ],
    remove: transient.filter((type) => type !== state.type),
    againMs: stageWaitMs(clock.elapsedMs, clock.deadlineMs),
  };
}

function explain(trouble: StageTrouble, clock: StageClock): ConditionState {
  const late = clock.elapsedMs > clock.deadlineMs;
  const where = clock.stage ? `stage ${clock.stage} of ${clock.hook}` : 'the add-ons';
  const patience = late ? 'Error' : 'Info';
  const say = (message: string, remedy: string): string =>
    late
      ? `${where} did not come through within ${printMinutes(clock.deadlineMs)}: ${message}; ${remedy}, or allow more time with the annotation ${deadlineOf(clock.stage)}`
      : `${where}: ${message}`;
  const { applied, chartFound, templated, deleted, evaluated } = addonConditions;
  switch (trouble.trouble) {
    case 'pre-condition':
    case 'post-condition': {
      const { outcome, message } = trouble.outcome;
      const reason =
        trouble.trouble === 'pre-condition'
          ? 'FailedToEvaluatePreCondition'
          : 'FailedToEvaluatePostCondition';
      if (outcome === 'invalid') return isFalse(evaluated, reason, 'Error', `${where}: ${message}`);
      return isFalse(
        evaluated,
        reason,
        patience,
        say(message, 'look at these objects in the workload cluster'),
      );
    }
    case 'unsynced':
      return isFalse(
        applied,
        'FailedToApplyObjects',
        patience,
        say(trouble.message, 'look at status.resources for what the workload cluster answers'),
      );
    case 'not-deleted':
      return isFalse(
        deleted,
        'FailedToDeleteObjects',
        patience,
        say(trouble.message, 'look for finalizers of these objects in the workload cluster'),
      );
    case 'chart-missing':
      return isFalse(chartFound, 'HelmChartMissing', 'Error', `${where}: ${trouble.message}`);
    case 'values':
      return isFalse(
        templated,
        'TemplateNewClusterStackOverwriteFailed',
        'Error',
        `${where}: ${trouble.message}`,
      );
    case 'template':
      return isFalse(templated, 'TemplateNewClusterStackFailed', 'Error', `${where}: ${trouble.message}`);
  }
}

const deadlineOf = (stage: string): string =>
  `lifecycle.scs.community/stage-deadline${stage ? `.${stage}` : ''}`;

function printMinutes(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.round((ms % 60_000) / 1000);
  return [minutes > 0 ? `${minutes}m` : '', seconds > 0 ? `${seconds}s` : ''].join('') || '0s';
}

/**
 * Has Cluster API asked about the upgrade whose first hook is at work? Told for information: the work does not wait for the question. Nothing
 * where no question is due.
 */
export function judgeHookServer(
  addon: ClusterAddon,
  { className, kubernetesVersion, controlPlaneVersion }: Omit<AddonFacts, 'addon'>,
): ConditionState[] {
  const isUpgrade = controlPlaneVersion !== undefined && controlPlaneVersion !== kubernetesVersion;
  if (!isUpgrade || readAddonRun(addon)?.hook !== 'BeforeClusterUpgrade') return [];
  const request = readHookRequest(addon);
  if (request?.classTo === className && request.to === kubernetesVersion)
    return [isTrue(addonConditions.hookServer)];
  const message =
    'Cluster API has not asked about this upgrade yet; if it does not wait for the add-ons, register the hooks by an ExtensionConfig';
  return [isFalse(addonConditions.hookServer, 'HookServerUnresponsive', 'Info', message)];
}
