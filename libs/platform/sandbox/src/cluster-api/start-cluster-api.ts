import { createWorkQueue, type ApiObject, type KubernetesClient } from '@scs/kubernetes';
import { startAdmission, type ServingCertificate } from './admission.ts';
import { classOf, type ClusterClass } from './blueprint.ts';
import { realClock, type Clock } from './clock.ts';
import { reportClusterClass } from './cluster-class.ts';
import { holds } from './conditions.ts';
import { groupOf, isDeleting, kinds, labels, type Cluster } from './kinds.ts';
import { StartTimes } from './machines.ts';
import { reconcileCluster } from './reconcile-cluster.ts';
import { RuntimeHooks, type ExtensionConfig, type HookCall } from './runtime-hooks.ts';
import { timeText, type MachineFault, type MachineInQuestion, type Scope } from './scope.ts';
import { Workloads, type StartWorkload } from './workloads.ts';
import { World } from './world.ts';

export interface ClusterApiOptions {
  /** The management cluster. Its API must have the custom resources of Cluster API: see `clusterApiCrds`. */
  client: KubernetesClient;
  /** Starts, or finds, the API of a workload cluster. Without it nodes are only told of. */
  workloadCluster?: StartWorkload | undefined;
  /**
   * Registers Cluster API's webhooks: defaults and the checks of Clusters at the time of writing, and no deletion of a class in use. A real API
   * server needs the certificate; true does for the sandbox. Without them the same is checked later, and told by conditions.
   */
  admission?: boolean | ServingCertificate;
  clock?: Clock;
  /** By how much faster machines start than their templates say. 1 when left out. */
  speed?: number;
  /** Clusters at once; 8 when left out. */
  concurrency?: number;
  /** Told of every look that failed; the cluster is looked at again by itself. */
  onError?: (what: string, error: unknown) => void;
}

/** What may be disturbed. */
export interface ClusterApiInterference {
  /** Asked at every look at a machine; an answer that changes is acted upon with the next look. */
  machine?: (machine: MachineInQuestion) => MachineFault | undefined;
  /** True: nobody answers this call. */
  hook?: (call: HookCall) => boolean;
}

export interface ClusterApi {
  /** From now on; without an argument, no longer. All clusters are looked at again. */
  interfere(interference?: ClusterApiInterference): void;
  /** Everything that can be done now is done; what waits for its time does not count. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Plays Cluster API's controllers, with machines that are only told of, over any Kubernetes API. What can be observed is that of Cluster API
 * 1.12 with its in-memory provider; `tools/conformance/cluster-api.spec.ts` compares the two.
 */
export async function startClusterApi(options: ClusterApiOptions): Promise<ClusterApi> {
  const {
    client,
    workloadCluster,
    clock = realClock,
    speed = 1,
    concurrency = 8,
    onError = () => undefined,
  } = options;
  let interference: ClusterApiInterference = {};
  const stopped = new AbortController();
  const world = new World(client, changed, (error) => onError('watch', error));
  const hooks = new RuntimeHooks({
    world,
    clock,
    unreachable: (call) => interference.hook?.(call) ?? false,
    signal: stopped.signal,
  });
  const workloads = new Workloads(workloadCluster);
  const starts = new StartTimes();
  const withSecrets = new Set<string>();
  const failed = (key: string, error: unknown): void => {
    if (!stopped.signal.aborted) onError(key, error);
  };
  const timers = {
    now: () => clock.now(),
    setTimeout: (run: () => void, ms: number) => clock.setTimeout(run, ms),
  };

  const clusters = createWorkQueue({ concurrency, reconcile: lookAtCluster, onError: failed, clock: timers });
  const classes = createWorkQueue({ concurrency: 2, reconcile: lookAtClass, onError: failed, clock: timers });
  const extensions = createWorkQueue({
    concurrency: 2,
    reconcile: lookAtExtension,
    onError: failed,
    clock: timers,
  });

  async function lookAtCluster(key: string): Promise<{ requeueAfterMs: number } | void> {
    const [namespace = '', name = ''] = key.split('/');
    const cluster = world.get<Cluster>(kinds.cluster, namespace, name);
    if (!cluster) return;
    let requeueAfterMs = Infinity;
    const scope: Scope = {
      cluster,
      client,
      world,
      hooks,
      workloads,
      clock,
      speed,
      faultOf: (machine) => interference.machine?.(machine),
      now: timeText(clock.now()),
      again(ms) {
        requeueAfterMs = Math.min(requeueAfterMs, Math.max(1, ms));
      },
    };
    const before = world.writes;
    await reconcileCluster(scope, starts, withSecrets);
    // What was written may allow the next step.
    if (world.writes !== before) clusters.add(key);
    if (requeueAfterMs < Infinity) return { requeueAfterMs };
  }

  async function lookAtClass(key: string): Promise<void> {
    const [namespace = '', name = ''] = key.split('/');
    const found = world.get<ClusterClass>(kinds.clusterClass, namespace, name);
    if (found && !isDeleting(found)) await reportClusterClass(world, found, timeText(clock.now()));
    for (const cluster of world.all<Cluster>(kinds.cluster)) {
      const { topology } = cluster.spec;
      const ofClass = topology && classOf(topology, cluster);
      if (ofClass?.name === name && ofClass.namespace === namespace) clusters.add(keyOf(cluster));
    }
  }

  async function lookAtExtension(name: string): Promise<{ requeueAfterMs: number } | void> {
    const found = world.get<ExtensionConfig>(kinds.extensionConfig, undefined, name);
    if (found && !isDeleting(found) && !(await hooks.discover(found))) return { requeueAfterMs: 1000 };
  }

  function lookAtFailed(namespace: string): void {
    for (const cluster of world.all<Cluster>(kinds.cluster)) {
      const isFine = holds(cluster.status?.conditions, 'TopologyReconciled') === true;
      if (cluster.metadata.namespace === namespace && !isFine) clusters.add(keyOf(cluster));
    }
  }

  function changed(object: ApiObject): void {
    const group = groupOf(object.apiVersion);
    if (object.kind === kinds.cluster.kind && group === groupOf(kinds.cluster.apiVersion))
      clusters.add(keyOf(object));
    else if (object.kind === kinds.clusterClass.kind) classes.add(keyOf(object));
    else if (object.kind === kinds.extensionConfig.kind) extensions.add(object.metadata.name);
    else {
      const { namespace = '', labels: given } = object.metadata;
      const cluster = given?.[labels.cluster];
      if (cluster !== undefined) clusters.add(`${namespace}/${cluster}`);
      // A template of a class: somebody may have waited for it.
      else if (object.kind.endsWith('Template')) lookAtFailed(namespace);
    }
  }

  const followed = Object.values(kinds).filter((type) => type !== kinds.secret);
  await Promise.all(followed.map((type) => world.follow(type)));
  const { admission = false } = options;
  const endAdmission =
    admission && (await startAdmission(client, world, typeof admission === 'object' ? admission : undefined));
  for (const queue of [classes, extensions, clusters]) queue.start();

  return {
    interfere(next = {}) {
      interference = next;
      for (const cluster of world.all<Cluster>(kinds.cluster)) clusters.add(keyOf(cluster));
    },
    async idle() {
      for (const queue of [extensions, classes, clusters]) await queue.idle();
    },
    async stop() {
      stopped.abort();
      if (endAdmission) await endAdmission();
      await world.stop();
      await Promise.all([classes, extensions, clusters].map((queue) => queue.stop()));
      await workloads.closeAll();
    },
  };
}

const keyOf = ({ metadata }: ApiObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
