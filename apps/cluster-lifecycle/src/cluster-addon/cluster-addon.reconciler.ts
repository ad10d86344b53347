import {
  addonConditions,
  addonNameOf,
  clusterStackGroup,
  isFalse,
  isTrue,
  judgeHookServer,
  pausedAnnotation,
  planAddonLife,
  topologyOf,
  withConditions,
  type AddonFacts,
  type AddonPackage,
  type Cluster,
  type ClusterAddon,
  type Topology,
} from '@scs/cluster-stacks';
import type { Helm } from '@scs/helm';
import { ApiError, KubernetesError, type Again, type KubernetesClient } from '@scs/kubernetes';
import { applyObjects } from '../apply/apply.ts';
import { deleteResources } from '../apply/delete.ts';
import { oneLine } from '../apply/failure.ts';
import { clusterInformer, releaseKeyOf } from '../cluster-stack-release/usage.ts';
import type { Key, Operator, Reconciler } from '../reconciler.ts';
import type { LoadedRelease, Releases } from '../release/releases.ts';
import { openCharts } from './charts.ts';
import { isTopologyReconciled, readObjects, referred, valuesData, versionOf } from './cluster-objects.ts';
import { claimAddon, createAddon, releaseAddon, renewAddon, type Carried } from './life.ts';
import { openRecord, type AddonRecord } from './record.ts';
import { loadAddons } from './release-addons.ts';
import { workOnAddons } from './stages.ts';
import { watchesOf } from './watches.ts';
import { openWorkloadClusters, type WorkloadClusters } from './workload-clusters.ts';

export interface ClusterAddonOptions {
  releases: Releases;
  /** The folder that a release's add-on archive is unpacked in. */
  unpack: (release: LoadedRelease) => Promise<string>;
  helm: Helm;
  connect?: ((kubeconfig: string) => KubernetesClient) | undefined;
  /** How often is looked after what was applied. Milliseconds; 10 minutes when left out. */
  driftMs?: number | undefined;
  /** Clusters at once; one that does not answer takes a place for 5 s. */
  concurrency?: number;
}

/** Not persistent: to have lost it costs a look. */
interface Memory {
  /** What the last check of all objects was about, and when. */
  checked: Map<string, { about: string; at: number }>;
  failures: Map<string, number>;
  carried: Map<string, Carried>;
}

const prefix = addonNameOf('');

/**
 * Keeps one ClusterAddon for each cluster of a cluster stack, and the add-ons of its class in the workload cluster. Owns all conditions of
 * ClusterAddons.
 */
export function createClusterAddonReconciler(operator: Operator, options: ClusterAddonOptions): Reconciler {
  const releases = operator.informer({ apiVersion: clusterStackGroup, kind: 'ClusterStackRelease' });
  const workloads = openWorkloadClusters(operator.client, options.connect);
  const { driftMs = 10 * 60_000 } = options;
  const memory: Memory = { checked: new Map(), failures: new Map(), carried: new Map() };
  return {
    name: 'cluster-addon',
    concurrency: options.concurrency ?? 10,
    watches: watchesOf(operator),
    close: () => workloads.close(),
    reconcile: (key, signal) => reconcile(key, signal),
  };

  async function reconcile(key: Key, signal: AbortSignal): Promise<Again | void> {
    if (!key.name.startsWith(prefix)) return undefined;
    const clusterName = key.name.slice(prefix.length);
    const cluster = await findCluster({ namespace: key.namespace, name: clusterName });
    const addon = await operator.client.get<ClusterAddon>({ ...addonType, ...key });
    const topology = cluster && topologyOf(cluster);
    const id = `${key.namespace}/${key.name}`;
    switch (planAddonLife(cluster, addon, isOfStack(cluster, addon))) {
      case 'nothing':
        if (!cluster) forget(id, key.namespace, clusterName);
        return undefined;
      case 'create':
        if (cluster) await createAddon(operator, cluster, memory.carried.get(id));
        memory.carried.delete(id);
        return undefined;
      case 'release':
        if (addon) await releaseAddon(operator.client, addon);
        return forget(id, key.namespace, clusterName);
      case 'renew':
        if (cluster && addon) {
          const carried = await renewAddon(operator.client, addon, cluster);
          if (carried) memory.carried.set(id, carried);
        }
        return { requeueAfterMs: 100 };
      case 'claim':
        if (cluster && addon) await claimAddon(operator.client, addon, cluster);
        return { requeueAfterMs: 0 };
      case 'work':
        if (!cluster || !addon || !topology || isPaused(cluster, addon)) return undefined;
        return look(id, cluster, addon, topology, signal);
    }
  }

  /** Gone by the cache alone is not enough to let go of a cluster. */
  async function findCluster(key: Key): Promise<Cluster | undefined> {
    const informer = await clusterInformer(operator);
    if (!informer) throw new Error('Cluster API is not served at the moment');
    return (
      informer.get(key.namespace, key.name) ?? operator.client.get<Cluster>({ ...informer.type, ...key })
    );
  }

  /** An add-on that is there is looked after even when its release has gone: its conditions say so. */
  function isOfStack(cluster: Cluster | undefined, addon: ClusterAddon | undefined): boolean {
    const release = cluster && releaseKeyOf(cluster);
    if (!release) return false;
    return addon !== undefined || releases.get(release.namespace, release.name) !== undefined;
  }

  function forget(id: string, namespace: string, name: string): undefined {
    workloads.forget({ namespace, name });
    memory.checked.delete(id);
    memory.failures.delete(id);
    memory.carried.delete(id);
  }

  async function look(
    id: string,
    cluster: Cluster,
    addon: ClusterAddon,
    topology: Topology,
    signal: AbortSignal,
  ): Promise<Again> {
    const record = openRecord(operator.client, operator.events, addon);
    try {
      const again = await gatherAndWork(id, cluster, topology, record, signal);
      memory.failures.delete(id);
      return again;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ApiError && error.status === 409) return { requeueAfterMs: 50 };
      if (!(error instanceof Waits)) throw error;
      record.addon = withConditions(record.addon, error.states, operator.clock());
      await record.save('main');
      return { requeueAfterMs: error.retryAfterMs ?? pause(id) };
    }
  }

  /** 10 s, growing to 2 minutes; a change of the cluster comes before that. */
  function pause(id: string): number {
    const failures = memory.failures.get(id) ?? 0;
    memory.failures.set(id, failures + 1);
    return Math.min(10_000 * 1.5 ** failures, 120_000);
  }

  async function gatherAndWork(
    id: string,
    cluster: Cluster,
    topology: Topology,
    record: AddonRecord,
    signal: AbortSignal,
  ): Promise<Again> {
    const workload = await openWorkload(workloads, cluster);
    const { found, conditions, retryAfterMs } = await loadAddons(
      options.releases,
      topology.className,
      signal,
    );
    if (!found) throw new Waits(conditions, retryAfterMs);
    const controlPlane = await referred(operator.client, cluster, 'controlPlaneRef');
    const facts: Omit<AddonFacts, 'addon'> = {
      className: topology.className,
      kubernetesVersion: topology.version,
      release: found,
      controlPlaneVersion: versionOf(controlPlane),
      topologyReconciled: isTopologyReconciled(cluster),
    };
    record.addon = withConditions(
      record.addon,
      [isTrue(addonConditions.clusterReady), ...conditions, ...judgeHookServer(record.addon, facts)],
      operator.clock(),
    );
    const charts = openCharts({
      release: found.release,
      kubernetesVersion: found.kubernetesVersion,
      charts: chartsOf(found.addons),
      unpack: options.unpack,
      data: () => valuesData(operator.client, cluster, controlPlane),
      helm: options.helm,
      signal,
    });
    const about = [cluster.metadata.uid, cluster.metadata.generation, found.release.stored.digest].join(' ');
    const { checked, ...again } = await workOnAddons({
      record,
      facts,
      charts,
      workload,
      apply: (...args) => ofWorkload(signal, applyObjects(...args)),
      remove: (...args) => ofWorkload(signal, deleteResources(...args)),
      read: (condition) => ofWorkload(signal, readObjects(workload, condition)),
      events: operator.events,
      clock: operator.clock,
      signal,
      driftMs,
      isCheckDue: () => {
        const last = memory.checked.get(id);
        return !last || last.about !== about || operator.clock().getTime() - last.at >= driftMs;
      },
    });
    if (checked) memory.checked.set(id, { about, at: operator.clock().getTime() });
    return again;
  }
}

const chartsOf = (addons: AddonPackage): string[] =>
  addons.convention === 'single'
    ? []
    : [...new Set([...addons.stages.values()].flat().map(({ name }) => name))];

const addonType = { apiVersion: clusterStackGroup, kind: 'ClusterAddon' };

/** Nothing more can be done now; the conditions say why. */
class Waits extends Error {
  readonly states: ReturnType<typeof isFalse>[];
  readonly retryAfterMs: number | undefined;
  constructor(states: ReturnType<typeof isFalse>[], retryAfterMs?: number) {
    super('waits');
    this.states = states;
    this.retryAfterMs = retryAfterMs;
  }
}

const notReady = (severity: 'Warning' | 'Info', message: string): Waits =>
  new Waits([isFalse(addonConditions.clusterReady, 'ControlPlaneNotReady', severity, message)]);

async function openWorkload(workloads: WorkloadClusters, cluster: Cluster): Promise<KubernetesClient> {
  const { namespace = '', name } = cluster.metadata;
  const api = await workloads.open({ namespace, name });
  if (api.state === 'ready') return api.client;
  throw notReady(api.state === 'no-kubeconfig' ? 'Warning' : 'Info', api.message);
}

/** What the workload cluster refuses as a whole, or does not answer, is its trouble and not ours. */
async function ofWorkload<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ApiError) && !(error instanceof KubernetesError)) throw error;
    throw notReady('Info', `the workload cluster cannot be worked on: ${oneLine(error.message)}`);
  }
}

function isPaused(cluster: Cluster, addon: ClusterAddon): boolean {
  const spec = cluster['spec'];
  const paused = typeof spec === 'object' && spec !== null && 'paused' in spec && spec.paused === true;
  return (
    paused ||
    cluster.metadata.annotations?.[pausedAnnotation] !== undefined ||
    addon.metadata.annotations?.[pausedAnnotation] !== undefined
  );
}
