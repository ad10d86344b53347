import {
  addonConditions,
  addonNamespace,
  beginRun,
  enterStage,
  evaluateCondition,
  explainUnsynced,
  finishRun,
  isFalse,
  isTrue,
  judgeStage,
  obsoleteResources,
  planAddon,
  readAddonRun,
  settleAddon,
  stageDeadlineMs,
  withConditions,
  type AddonStep,
  type StagePhase,
  type StageTrouble,
} from '@scs/cluster-stacks';
import type { Again } from '@scs/kubernetes';
import {
  announce,
  applyChart,
  applyRendered,
  deleteChart,
  inventoryOf,
  listResources,
  removeObsolete,
  renderAll,
  type AddonWork,
} from './objects.ts';

type Step<T extends AddonStep['step']> = Extract<AddonStep, { step: T }>;

/** How often is looked after what is to come. Milliseconds. */
const nextHookMs = 20_000;
/** What was in place and is not, or will not go, is tried again. */
const troubleMs = 60_000;
/** A run has some hundred steps at most; more would be a loop. */
const mostSteps = 1000;

/** Does step after step until one has to wait. Says when to look again. */
export async function workOnAddons(work: AddonWork): Promise<Again & { checked?: boolean }> {
  const { record, clock } = work;
  let wholeChartApplied = false;
  let finished = false;
  let before = '';
  for (let count = 0; count < mostSteps; count++) {
    work.signal.throwIfAborted();
    const step = planAddon({ ...work.facts, addon: record.addon, wholeChartApplied });
    if (step.step === 'begin' && before === 'begin')
      throw new Error(
        'the ClusterAddon does not keep the stages that are written into its status; update its definition (scs crds | kubectl apply -f -)',
      );
    before = step.step;
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
        const again = noteStage(work, step.hook, step.stage.name, trouble);
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
    const outcome = evaluateCondition(stage.waitForPreCondition, await work.read(stage.waitForPreCondition));
    if (outcome.outcome !== 'holds') return { trouble: 'pre-condition', outcome };
  }
  const recorded = work.record.addon.status?.stages?.[index]?.phase;
  if (recorded !== 'waitingForPostCondition') enter(work, index, 'applyingOrDeleting');
  const chart = await work.charts.render(stage);
  if ('trouble' in chart) return chart.trouble;
  const trouble = await (stage.action === 'apply' ? applyChart : deleteChart)(work, chart.rendered);
  if (trouble) return trouble;
  if (stage.waitForPostCondition) {
    enter(work, index, 'waitingForPostCondition');
    const outcome = evaluateCondition(
      stage.waitForPostCondition,
      await work.read(stage.waitForPostCondition),
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
  hook: string,
  stage: string,
  trouble: StageTrouble | undefined,
): Again {
  const now = clock();
  const since = readAddonRun(record.addon)?.stage?.since;
  const elapsedMs = since ? now.getTime() - Date.parse(since) : 0;
  const deadlineMs = stageDeadlineMs(record.addon.metadata.annotations, stage);
  const { states, remove, againMs } = judgeStage(trouble, { hook, stage, elapsedMs, deadlineMs });
  record.addon = withConditions(record.addon, states, now, remove);
  return { requeueAfterMs: againMs };
}

/** What cannot be removed does not hold up an upgrade: it stays in the inventory, and is tried again. */
async function finish(work: AddonWork, { run, wanted }: Step<'finish'>): Promise<Again | undefined> {
  const { record, clock } = work;
  const before = inventoryOf(record);
  const trouble = await removeObsolete(work, wanted);
  if (trouble && trouble.trouble !== 'not-deleted') {
    const { hook = '', stage } = readAddonRun(record.addon) ?? {};
    const again = noteStage(work, hook, stage?.name ?? '', trouble);
    await record.save('main');
    return again;
  }
  const removed = obsoleteResources(before, inventoryOf(record), addonNamespace).toReversed();
  record.addon = finishRun(record.addon, run, clock());
  noteLeftovers(work, trouble);
  await record.save('main');
  const cleared = removed.length > 0 ? `; removed ${listResources(removed)}` : '';
  tell(work, 'AddonsApplied', `add-ons of ${run.className} are in place (${run.kind})${cleared}`);
  return undefined;
}

function noteLeftovers({ record, clock }: AddonWork, trouble: StageTrouble | undefined): void {
  if (!trouble || trouble.trouble !== 'not-deleted') return;
  const message = `no longer wanted, and still there: ${trouble.message}`;
  const state = isFalse(addonConditions.deleted, 'FailedToDeleteObjects', 'Info', message);
  record.addon = withConditions(record.addon, [state], clock());
}

const pauseOf = ({ record, driftMs }: AddonWork, { next }: Step<'rest'>): number =>
  next || inventoryOf(record).some(({ status }) => status !== 'synced') ? nextHookMs : driftMs;

/** Looks from time to time whether what was applied is still there, as it was, and nothing else; mends it. */
async function rest(work: AddonWork, step: Step<'rest'>): Promise<Again & { checked?: boolean }> {
  const { record, clock } = work;
  const unsettled = inventoryOf(record).some(({ status }) => status !== 'synced');
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
  return { requeueAfterMs: trouble ? troubleMs : pauseOf(work, step), checked: !trouble };
}

/** What is in place has no deadline. */
const untimed = { hook: '', stage: '', elapsedMs: 0, deadlineMs: Number.MAX_SAFE_INTEGER };

async function keep(work: AddonWork, { applied, wanted }: Step<'rest'>): Promise<StageTrouble | undefined> {
  const found = await renderAll(work, applied);
  if ('trouble' in found) return found.trouble;
  await announce(work, found.rendered);
  const { resources, changes } = await applyRendered(work, found.rendered);
  if (changes.length > 0) {
    const mended = listResources(changes.map(({ resource }) => resource));
    tell(work, 'DriftRepaired', `differed from the release and was mended: ${mended}`);
  }
  const unsynced = explainUnsynced(resources);
  if (unsynced) return { trouble: 'unsynced', message: unsynced };
  return removeObsolete(work, wanted);
}
