import {
  addonNameOf,
  clusterLabel,
  explainCluster,
  type Cluster,
  type ClusterFacts,
  type Explanation,
} from '@scs/cluster-stacks';
import type { ApiObject, Change, ObjectType } from '@scs/kubernetes';
import type { Logger } from '@scs/service';
import { addonType, releaseType, type Management } from './management.ts';

/** Where a cluster stands, as it was last seen. */
export interface Seen {
  cluster: Cluster;
  facts: ClusterFacts;
  explanation: Explanation;
}

export interface FleetListener {
  seen?(now: Seen, before: Seen | undefined): void;
  gone?(last: Seen): void;
}

/** Changes come in bursts: one look for all of a burst. */
const burstMs = 100;
/** Waiting for too long is no change of any object. */
const lookAgainMs = 60_000;

/** All clusters of the management cluster, looked at whenever something about them changes. */
export class Fleet {
  readonly #management: Management;
  readonly #logger: Logger;
  readonly #clock: () => Date;
  readonly #seen = new Map<string, Seen>();
  readonly #listeners = new Set<FleetListener>();
  readonly #touched = new Set<string>();
  readonly #unsubscribe: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(management: Management, logger: Logger, clock: () => Date) {
    this.#management = management;
    this.#logger = logger;
    this.#clock = clock;
  }

  /** True when every cluster that is there was looked at once: before, what is missing here may be there all the same. */
  complete = false;

  get clusters(): Seen[] {
    return [...this.#seen.values()];
  }

  /** Returns how to stop being told. Listeners must not throw. */
  listen(listener: FleetListener): () => void {
    for (const seen of this.#seen.values()) listener.seen?.(seen, undefined);
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Call it when the kinds are served. */
  async start(): Promise<void> {
    const { client } = this.#management;
    const controlPlanes = await client.versions('controlplane.cluster.x-k8s.io');
    const types: [ObjectType, (object: ApiObject) => string | undefined][] = [
      [await this.#management.core('Cluster'), ({ metadata }) => metadata.name],
      [await this.#management.core('MachineDeployment'), ofLabel],
      [await this.#management.core('Machine'), ofLabel],
      [addonType, ({ metadata }) => metadata.name.slice(addonNameOf('').length)],
      ...controlPlanes
        .slice(0, 1)
        .map((version): [ObjectType, typeof ofLabel] => [
          { apiVersion: `controlplane.cluster.x-k8s.io/${version}`, kind: 'KubeadmControlPlane' },
          ofLabel,
        ]),
    ];
    for (const [type, clusterOf] of types) {
      const informer = await this.#management.informer(type);
      if (this.#stopped) return;
      const unsubscribe = informer?.onChange((change: Change<ApiObject>) => {
        const name = clusterOf(change.object);
        if (name && change.type !== 'resync') this.#touch(`${change.object.metadata.namespace}/${name}`);
      });
      if (unsubscribe) this.#unsubscribe.push(unsubscribe);
    }
    const releases = await this.#management.informer(releaseType);
    const unsubscribe = releases?.onChange(({ type }) => {
      if (type !== 'resync') this.#touchAll();
    });
    if (unsubscribe) this.#unsubscribe.push(unsubscribe);
    this.#again = setInterval(() => this.#touchAll(), lookAgainMs);
    await this.#look();
    this.complete = true;
  }

  #touchAll(): void {
    for (const key of this.#seen.keys()) this.#touch(key);
  }

  #touch(key: string): void {
    this.#touched.add(key);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#look();
    }, burstMs);
  }

  #look(): Promise<void> {
    this.#looking = this.#looking.then(async () => {
      const keys = [...this.#touched];
      this.#touched.clear();
      for (const key of keys) {
        if (this.#stopped) return;
        await this.#lookAt(key).catch((error: unknown) =>
          this.#logger.debug({ err: error, cluster: key }, 'the cluster is looked at again later'),
        );
      }
    });
    return this.#looking;
  }

  async #lookAt(key: string): Promise<void> {
    const [namespace = '', name = ''] = key.split('/');
    const type = await this.#management.core('Cluster');
    const cluster = await this.#management.find<Cluster>(type, namespace, name);
    const before = this.#seen.get(key);
    if (!cluster || (before && before.cluster.metadata.uid !== cluster.metadata.uid)) {
      this.#seen.delete(key);
      if (before) for (const listener of this.#listeners) listener.gone?.(before);
    }
    if (!cluster) return;
    const facts = await this.#management.facts(cluster);
    const now = { cluster, facts, explanation: explainCluster(facts, this.#clock()) };
    const last = this.#seen.get(key);
    this.#seen.set(key, now);
    for (const listener of this.#listeners) listener.seen?.(now, last);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    clearTimeout(this.#timer);
    clearInterval(this.#again);
    await this.#looking;
  }
}

const ofLabel = ({ metadata }: ApiObject): string | undefined => metadata.labels?.[clusterLabel];
