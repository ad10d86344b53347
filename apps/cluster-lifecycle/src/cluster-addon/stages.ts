import {
  addonConditions,
  addonNamespace,
  announcedInventory,
  beginRun,
  describeResource,
  enterStage,
  evaluateCondition,
  explainUnsynced,
  finishRun,
  isFalse,
  isTrue,
  judgeStage,
  mergeInventory,
  obsoleteResources,
  planAddon,
  readAddonRun,
  resourceKey,
  resourceOf,
  settleAddon,
  stageDeadlineMs,
  withConditions,
  withResources,
  type AddonFacts,
  type AddonStage,
  type AddonStep,
  type AppliedResource,
  type StagePhase,
  type StageTrouble,
} from '@scs/cluster-stacks';
import type { Rendered } from '@scs/helm';
import type { Again, EventRecorder, KubernetesClient } from '@scs/kubernetes';
import type { applyObjects } from '../apply/apply.ts';
import type { deleteResources } from '../apply/delete.ts';
import type { AddonCharts } from './charts.ts';
import { readObjects } from './cluster-objects.ts';
import type { AddonRecord } from './record.ts';

/** Everything that work on the add-ons of one cluster needs. */
export interface AddonWork {
  record: AddonRecord;
  facts: Omit<AddonFacts, 'addon' | 'wholeChartApplied'>;
  charts: AddonCharts;
  workload: KubernetesClient;
  apply: typeof applyObjects;
  remove: typeof deleteResources;
  events: Pick<EventRecorder, 'record'>;
  clock: () => Date;
  signal: AbortSignal;
  /** Is it time to look whether all is still there? */
  isCheckDue: () => boolean;
  /** How often that is. Milliseconds. */
  driftMs: number;
}

type Step<T extends AddonStep['step']> = Extract<AddonStep, { step: T }>;

/** How often is looked after what is to come. Milliseconds. */
const nextHookMs = 20_000;
/** A run has some hundred steps at most; more would be a loop. */
const mostSteps = 1000;

/** Does step after step until one has to wait. Says when to look again. */
export async function workOnAddons(work: AddonWork): Promise<Again & { checked?: boolean }> {
  const { record, clock } = work;
  let wholeChartApplied = false;
  let finished = false;
  for (let count = 0; count < mostSteps; count++) {
    work.signal.throwIfAborted();
    const step = planAddon({ ...work.facts, addon: record.addon, wholeChartApplied });
    switch (step.step) {
      case 'begin':
        record.addon = beginRun(record.addon, step.run, step.stages, clock());
        await record.save('status');
        tell(work, 'HookStarted', `applies the add-ons of ${step.run.className} (${step.run.hook ?? ''})`);
        break;
      case 'move':
        record.addon = finishRun(record.addon, step.run, clock());
        await record.save('main');
        tell(work, 'ClusterStackMoved', `${step.run.className} has the same add-ons as the class before`);
        break;
      case 'settle':
        record.addon = settleAddon(record.addon, clock());
        await record.save('status');
        break;
      case 'stage': {
        const trouble = await runStage(work, step);
        const again = noteStage(work, step, trouble);
        if (trouble) {
          await record.save('main');
          return again;
        }
        wholeChartApplied = true;
        break;
      }
      case 'finish': {
        const again = await finish(work, step);
        if (again) return again;
        finished = true;
        break;
      }
      case 'rest':
        return finished ? { requeueAfterMs: pauseOf(work, step), checked: true } : rest(work, step);
    }
  }
  throw new Error('the add-ons come to no end; look at the stages of the release');
}

function tell({ events, record }: AddonWork, reason: string, message: string): void {
  events.record(record.addon, 'Normal', reason, message);
}

/** Brings one stage through; what keeps it from that otherwise. Its phase is written down before anything is done. */
async function runStage(
  work: AddonWork,
  { stage, index, work: todo }: Step<'stage'>,
): Promise<StageTrouble | undefined> {
  if (todo === 'check' && stage.waitForPreCondition) {
    enter(work, index, 'waitingForPreCondition');
    const outcome = evaluateCondition(
      stage.waitForPreCondition,
      await readObjects(work.workload, stage.waitForPreCondition),
    );
    if (outcome.outcome !== 'holds') return { trouble: 'pre-condition', outcome };
  }
  const recorded = work.record.addon.status?.stages?.[index]?.phase;
  if (recorded !== 'waitingForPostCondition') enter(work, index, 'applyingOrDeleting');
  const chart = await work.charts.render(stage);
  if ('trouble' in chart) return chart.trouble;
  const trouble =
    stage.action === 'apply'
      ? await applyChart(work, chart.rendered)
      : await deleteChart(work, chart.rendered);
  if (trouble) return trouble;
  if (stage.waitForPostCondition) {
    enter(work, index, 'waitingForPostCondition');
    const outcome = evaluateCondition(
      stage.waitForPostCondition,
      await readObjects(work.workload, stage.waitForPostCondition),
    );
    if (outcome.outcome !== 'holds') return { trouble: 'post-condition', outcome };
  }
  enter(work, index, 'done');
  return undefined;
}

/** In memory; what follows saves it before it acts, or at the end. */
function enter({ record, clock }: AddonWork, index: number, phase: StagePhase): void {
  record.addon = enterStage(record.addon, index, phase, clock());
}

function noteStage(
  { record, clock }: AddonWork,
  { stage, hook }: Step<'stage'>,
  trouble: StageTrouble | undefined,
): Again {
  const now = clock();
  const since = readAddonRun(record.addon)?.stage?.since;
  const elapsedMs = since ? now.getTime() - Date.parse(since) : 0;
  const deadlineMs = stageDeadlineMs(record.addon.metadata.annotations, stage.name);
  const { states, remove, againMs } = judgeStage(trouble, { hook, stage: stage.name, elapsedMs, deadlineMs });
  record.addon = withConditions(record.addon, states, now, remove);
  return { requeueAfterMs: againMs };
}

const inventoryOf = ({ record }: AddonWork): AppliedResource[] => record.addon.status?.resources ?? [];
const setInventory = ({ record }: AddonWork, resources: readonly AppliedResource[]): void => {
  record.addon = withResources(record.addon, resources);
};
const resourcesOf = ({ objects }: Rendered): AppliedResource[] =>
  objects.map((object) => resourceOf(asManifest(object)));

async function applyChart(work: AddonWork, rendered: Rendered): Promise<StageTrouble | undefined> {
  const inventory = inventoryOf(work);
  setInventory(
    work,
    mergeInventory(inventory, announcedInventory(inventory, resourcesOf(rendered), addonNamespace)),
  );
  await work.record.save('main');
  const { resources } = await applyRendered(work, rendered);
  const message = explainUnsynced(resources);
  return message ? { trouble: 'unsynced', message } : undefined;
}

/** Applies, removes nothing, and puts what came of it into the inventory. */
async function applyRendered(work: AddonWork, rendered: Rendered) {
  const target = { client: work.workload, namespace: addonNamespace };
  const outcome = await work.apply(target, rendered, [], { prune: false, signal: work.signal });
  setInventory(work, mergeInventory(inventoryOf(work), outcome.resources));
  return outcome;
}

async function deleteChart(work: AddonWork, rendered: Rendered): Promise<StageTrouble | undefined> {
  await work.record.save('main');
  return removeFromCluster(work, resourcesOf(rendered));
}

/** Removes objects, and takes those that are gone out of the inventory. */
async function removeFromCluster(
  work: AddonWork,
  resources: readonly AppliedResource[],
): Promise<StageTrouble | undefined> {
  const target = { client: work.workload, namespace: addonNamespace };
  const left = await work.remove(target, resources, work.signal);
  const leaving = new Set(resources.map((resource) => resourceKey(resource, addonNamespace)));
  const kept = inventoryOf(work).filter((resource) => !leaving.has(resourceKey(resource, addonNamespace)));
  setInventory(work, mergeInventory(kept, left));
  return left.length > 0 ? { trouble: 'not-deleted', message: explainUnsynced(left) } : undefined;
}

/** What no chart of the class brings any more: of renamed and dropped stages too. Undefined where a chart cannot be rendered. */
async function findObsolete(
  work: AddonWork,
  wanted: readonly AddonStage[],
): Promise<{ obsolete: AppliedResource[] } | { trouble: StageTrouble; stage: AddonStage }> {
  const resources: AppliedResource[] = [];
  for (const stage of wanted) {
    const chart = await work.charts.render(stage);
    if ('trouble' in chart) return { trouble: chart.trouble, stage };
    resources.push(...resourcesOf(chart.rendered));
  }
  return { obsolete: obsoleteResources(inventoryOf(work), resources, addonNamespace).toReversed() };
}

/** What cannot be removed does not hold up an upgrade: it stays in the inventory, and is tried again. */
async function finish(work: AddonWork, { run, wanted }: Step<'finish'>): Promise<Again | undefined> {
  const { record, clock } = work;
  const found = await findObsolete(work, wanted);
  if ('trouble' in found) {
    const hook = readAddonRun(record.addon)?.hook ?? '';
    const again = noteStage(
      work,
      { step: 'stage', hook, stage: found.stage, index: 0, work: 'act' },
      found.trouble,
    );
    await record.save('main');
    return again;
  }
  const trouble = found.obsolete.length > 0 ? await removeFromCluster(work, found.obsolete) : undefined;
  record.addon = finishRun(record.addon, run, clock());
  noteLeftovers(work, trouble);
  await record.save('main');
  const removed = found.obsolete.length > 0 ? `; removed ${list(found.obsolete)}` : '';
  tell(work, 'AddonsApplied', `add-ons of ${run.className} are in place (${run.kind})${removed}`);
  return undefined;
}

function noteLeftovers({ record, clock }: AddonWork, trouble: StageTrouble | undefined): void {
  if (!trouble || trouble.trouble !== 'not-deleted') return;
  const message = `no longer wanted, and still there: ${trouble.message}`;
  const state = isFalse(addonConditions.deleted, 'FailedToDeleteObjects', 'Info', message);
  record.addon = withConditions(record.addon, [state], clock());
}

const pauseOf = (work: AddonWork, { next }: Step<'rest'>): number =>
  next || inventoryOf(work).some(({ status }) => status !== 'synced') ? nextHookMs : work.driftMs;

/** Looks from time to time whether what was applied is still there, as it was, and nothing else; mends it. */
async function rest(work: AddonWork, step: Step<'rest'>): Promise<Again & { checked?: boolean }> {
  const { record, clock } = work;
  const unsettled = inventoryOf(work).some(({ status }) => status !== 'synced');
  if (!unsettled && !work.isCheckDue()) {
    await record.save('status');
    return { requeueAfterMs: pauseOf(work, step) };
  }
  const trouble = await keep(work, step);
  const isOver = !trouble || trouble.trouble === 'not-deleted';
  const { states, remove } = judgeStage(isOver ? undefined : trouble, untimed);
  record.addon = withConditions(
    record.addon,
    isOver ? [...states, isTrue(addonConditions.applied)] : states,
    clock(),
    remove,
  );
  noteLeftovers(work, trouble);
  await record.save('status');
  return { requeueAfterMs: trouble ? nextHookMs : pauseOf(work, step), checked: !trouble };
}

/** What is in place has no deadline. */
const untimed = { hook: '', stage: '', elapsedMs: 0, deadlineMs: Number.MAX_SAFE_INTEGER };

async function keep(work: AddonWork, { applied, wanted }: Step<'rest'>): Promise<StageTrouble | undefined> {
  const repaired: AppliedResource[] = [];
  let unsynced = '';
  for (const stage of applied) {
    const chart = await work.charts.render(stage);
    if ('trouble' in chart) return chart.trouble;
    const { resources, changes } = await applyRendered(work, chart.rendered);
    unsynced ||= explainUnsynced(resources);
    repaired.push(...changes.map(({ resource }) => resource));
  }
  if (repaired.length > 0)
    tell(work, 'DriftRepaired', `differed from the release and was mended: ${list(repaired)}`);
  if (unsynced) return { trouble: 'unsynced', message: unsynced };
  const found = await findObsolete(work, wanted);
  if ('trouble' in found) return found.trouble;
  return found.obsolete.length > 0 ? removeFromCluster(work, found.obsolete) : undefined;
}

function list(resources: readonly AppliedResource[]): string {
  const shown = resources.slice(0, 5).map(describeResource).join(', ');
  return resources.length > 5 ? `${shown} and ${resources.length - 5} more` : shown;
}

function asManifest(object: Record<string, unknown>): Parameters<typeof resourceOf>[0] {
  const metadata =
    typeof object['metadata'] === 'object' && object['metadata'] !== null ? object['metadata'] : {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const fields = metadata as Record<string, unknown>;
  return {
    apiVersion: text(object['apiVersion']),
    kind: text(object['kind']),
    metadata: { name: text(fields['name']), namespace: text(fields['namespace']) },
  };
}
