import {
  addonNamespace,
  announcedInventory,
  describeResource,
  explainUnsynced,
  mergeInventory,
  obsoleteResources,
  resourceKey,
  resourceOf,
  withResources,
  type AddonCondition,
  type AddonFacts,
  type AddonStage,
  type AppliedResource,
  type KubernetesObject,
  type StageTrouble,
} from '@scs/cluster-stacks';
import type { Rendered } from '@scs/helm';
import type { EventRecorder, KubernetesClient } from '@scs/kubernetes';
import type { applyObjects, ApplyTarget } from '../apply/apply.ts';
import type { deleteResources } from '../apply/delete.ts';
import type { AddonCharts } from './charts.ts';
import type { AddonRecord } from './record.ts';

/** Everything that work on the add-ons of one cluster needs. */
export interface AddonWork {
  record: AddonRecord;
  facts: Omit<AddonFacts, 'addon' | 'wholeChartApplied'>;
  charts: AddonCharts;
  workload: KubernetesClient;
  apply: typeof applyObjects;
  remove: typeof deleteResources;
  /** The live objects of a condition, by key. */
  read: (condition: AddonCondition) => Promise<Map<string, KubernetesObject | undefined>>;
  events: Pick<EventRecorder, 'record'>;
  clock: () => Date;
  signal: AbortSignal;
  /** Is it time to look whether all is still there? */
  isCheckDue: () => boolean;
  /** How often that is. Milliseconds. */
  driftMs: number;
}

/** Charts bring namespaces of their own (Cilium's `cilium-secrets`), and objects in them. */
const targetOf = ({ workload }: AddonWork): ApplyTarget => ({
  client: workload,
  namespace: addonNamespace,
  wholeCluster: true,
});

export const inventoryOf = ({ addon }: AddonRecord): AppliedResource[] => addon.status?.resources ?? [];

const setInventory = ({ record }: AddonWork, resources: readonly AppliedResource[]): void => {
  record.addon = withResources(record.addon, resources);
};

const resourcesOf = ({ objects }: Rendered): AppliedResource[] =>
  objects.map((object) => resourceOf(asManifest(object)));

/** Writes down what is about to be applied, and whatever else is not saved yet: a process that is killed right after knows of every object. */
export async function announce(work: AddonWork, rendered: Rendered): Promise<void> {
  const inventory = inventoryOf(work.record);
  const announced = announcedInventory(inventory, resourcesOf(rendered), addonNamespace);
  setInventory(work, mergeInventory(inventory, announced));
  await work.record.save('main');
}

/** Applies, removes nothing, and puts what came of it into the inventory. */
export async function applyRendered(work: AddonWork, rendered: Rendered) {
  const target = targetOf(work);
  const outcome = await work.apply(target, rendered, [], { prune: false, signal: work.signal });
  setInventory(work, mergeInventory(inventoryOf(work.record), outcome.resources));
  return outcome;
}

export async function applyChart(work: AddonWork, rendered: Rendered): Promise<StageTrouble | undefined> {
  await announce(work, rendered);
  const { resources } = await applyRendered(work, rendered);
  const message = explainUnsynced(resources);
  return message ? { trouble: 'unsynced', message } : undefined;
}

export async function deleteChart(work: AddonWork, rendered: Rendered): Promise<StageTrouble | undefined> {
  await work.record.save('main');
  return removeFromCluster(work, resourcesOf(rendered));
}

/** Removes objects, and takes those that are gone out of the inventory. */
async function removeFromCluster(
  work: AddonWork,
  resources: readonly AppliedResource[],
): Promise<StageTrouble | undefined> {
  const target = targetOf(work);
  const left = await work.remove(target, resources, work.signal);
  const leaving = new Set(resources.map((resource) => resourceKey(resource, addonNamespace)));
  const kept = inventoryOf(work.record).filter(
    (resource) => !leaving.has(resourceKey(resource, addonNamespace)),
  );
  setInventory(work, mergeInventory(kept, left));
  return left.length > 0 ? { trouble: 'not-deleted', message: explainUnsynced(left) } : undefined;
}

/** Removes what no chart of the class brings any more, of renamed and dropped stages too. */
export async function removeObsolete(
  work: AddonWork,
  wanted: readonly AddonStage[],
): Promise<StageTrouble | undefined> {
  const found = await renderAll(work, wanted);
  if ('trouble' in found) return found.trouble;
  const obsolete = obsoleteResources(inventoryOf(work.record), resourcesOf(found.rendered), addonNamespace);
  return obsolete.length > 0 ? removeFromCluster(work, obsolete.toReversed()) : undefined;
}

/** Charts as one set: an object that two of them bring is applied once, as the last has it, instead of by turns. */
export async function renderAll(
  work: AddonWork,
  stages: readonly AddonStage[],
): Promise<{ rendered: Rendered } | { trouble: StageTrouble }> {
  const objects: Record<string, unknown>[] = [];
  const random = new Map<number, readonly string[]>();
  const digests: string[] = [];
  for (const stage of stages) {
    const chart = await work.charts.render(stage);
    if ('trouble' in chart) return chart;
    for (const [place, pointers] of chart.rendered.random) random.set(objects.length + place, pointers);
    objects.push(...chart.rendered.objects);
    digests.push(chart.rendered.digest);
  }
  return { rendered: { objects, random, digest: digests.join(' ') } };
}

/** For people: five, and how many more. */
export function listResources(resources: readonly AppliedResource[]): string {
  const shown = resources.slice(0, 5).map(describeResource).join(', ');
  return resources.length > 5 ? `${shown} and ${resources.length - 5} more` : shown;
}

function asManifest(object: Record<string, unknown>): Parameters<typeof resourceOf>[0] {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace } = (metadata ?? {}) as Record<string, unknown>;
  return {
    apiVersion: text(apiVersion),
    kind: text(kind),
    metadata: { name: text(name), namespace: text(namespace) },
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
