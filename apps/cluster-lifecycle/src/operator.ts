import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ApiError,
  KubernetesError,
  createEventRecorder,
  createInformer,
  createWorkQueue,
  takePart,
  type ApiObject,
  type Change,
  type Informer,
  type KubernetesClient,
  type ObjectType,
  type WorkQueue,
} from '@scs/kubernetes';
import type { Logger, ReadinessCheck } from '@scs/service';
import { observeOperator, observeReconcile } from './operator.metrics.ts';
import {
  ownKey,
  type CreateReconciler,
  type Key,
  type Operator,
  type Reconciler,
  type Watch,
} from './reconciler.ts';

export interface OperatorParts {
  client: KubernetesClient;
  logger: Logger;
  clock?: () => Date;
  /** Only this one is watched; all of them where it is left out. */
  namespace?: string | undefined;
  /** Left out: this is the only process, and acts at once. */
  election?: { namespace: string; identity: string } | undefined;
  /** Each object is looked at again this often. Milliseconds; 5 minutes when left out. */
  resyncMs?: number;
}

/** What the operator lends to others in the process. */
export type SharedOperator = Pick<Operator, 'client' | 'informer' | 'clusterApiVersion'>;

export interface RunningOperator {
  /** One informer of a type for all. */
  readonly shared: SharedOperator;
  /** For `/readyz`. */
  checks: Record<string, ReadinessCheck>;
  /** Is this the process that acts? */
  readonly leads: boolean;
  /** Resolves when every kind that is not optional is served, and the first lists are in. */
  readonly started: Promise<void>;
  /** Nothing waits and nothing is at work. */
  idle(): Promise<void>;
  /** Ends what runs, gives the lease back. */
  stop(): Promise<void>;
}

const leaseName = 'clusterstack.x-k8s.io';
const component = 'clusterstack-controller';
/** Of a kind that is watched later than others; it is gone on without. */
const firstListMs = 10_000;
const lookForKindsMs = 3000;
const clusterApi = { group: 'cluster.x-k8s.io', known: ['v1beta2', 'v1beta1'] } as const;

/**
 * Runs reconcilers over one Kubernetes API: one informer for each type, one queue for each reconciler. A reconciler whose kinds are not all served
 * yet is waited for, by name, and the others go on. Only the leader acts; the others keep their informers fresh.
 */
export function startOperator(parts: OperatorParts, create: readonly CreateReconciler[]): RunningOperator {
  return new OperatorRun(parts, create);
}

class OperatorRun implements RunningOperator {
  readonly checks: Record<string, ReadinessCheck>;
  readonly started: Promise<void>;
  readonly #parts: OperatorParts;
  readonly #operator: Operator;
  readonly #events: ReturnType<typeof createEventRecorder>;
  readonly #stopping = new AbortController();
  readonly #informers = new Map<string, Informer>();
  readonly #watched = new Set<string>();
  /** Empty while another process leads. */
  readonly #queues = new Map<string, WorkQueue>();
  readonly #unobserve: () => void;
  /** Those whose kinds are served. */
  readonly #ready: Reconciler[] = [];
  /** What is not served, by who needs it. */
  readonly #missing = new Map<string, string[]>([['start', ['nothing was looked for yet']]]);
  #acting = false;
  #waiting: Promise<unknown> = Promise.resolve();
  #clusterVersion: 'v1beta1' | 'v1beta2' | undefined;
  #election: ReturnType<typeof takePart> | undefined;
  #changing: Promise<void> = Promise.resolve();

  constructor(parts: OperatorParts, create: readonly CreateReconciler[]) {
    this.#parts = parts;
    const { client, logger, clock = () => new Date() } = parts;
    const onError = (error: unknown) => logger.debug({ err: error }, 'an Event was not written');
    this.#events = createEventRecorder(client, { component, onError });
    this.#operator = {
      client,
      logger,
      clock,
      events: this.#events,
      informer: <T extends ApiObject>(type: ObjectType) => this.#informer<T>(type),
      clusterApiVersion: () => this.#findClusterApi(),
      alsoWatch: (reconciler, watch) => this.#alsoWatch(reconciler, watch),
    };
    this.checks = {
      kubernetes: () => client.version(),
      kinds: async () => {
        const missing = new Set([...this.#missing.values()].flat());
        if (missing.size > 0) throw new Error(`not served: ${[...missing].join(', ')}`);
      },
    };
    this.#unobserve = observeOperator({
      queueLengths: () => Object.fromEntries([...this.#queues].map(([name, { length }]) => [name, length])),
      writes: () => client.writes,
      requests: () => client.requests,
      leads: () => this.leads,
    });
    this.started = this.#start(create).catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) throw error;
    });
    this.started.catch((error: unknown) => logger.error({ err: error }, 'the operator could not start'));
  }

  get shared(): SharedOperator {
    return this.#operator;
  }

  get leads(): boolean {
    return this.#acting;
  }

  async #start(create: readonly CreateReconciler[]): Promise<void> {
    await this.#until('start', async () => {
      const version = await this.#findClusterApi();
      return version ? [] : [`Cluster of ${clusterApi.group}`];
    });
    const reconcilers = create.map((make) => make(this.#operator));
    const starts = reconcilers.map((reconciler) => ({
      optional: reconciler.optional,
      started: this.#startOne(reconciler),
    }));
    this.#waiting = Promise.allSettled(starts.map(({ started }) => started));
    this.#takePart();
    await Promise.all(starts.flatMap(({ optional, started }) => (optional ? [] : [started])));
  }

  async #startOne(reconciler: Reconciler): Promise<void> {
    const types = reconciler.watches.map(({ type }) => this.#typeOf(type));
    await this.#until(reconciler, async () => {
      const missing: string[] = [];
      for (const type of types)
        if (!(await this.#parts.client.resourceType(type)))
          missing.push(`${type.kind} of ${type.apiVersion}`);
      return missing;
    });
    for (const watch of reconciler.watches) this.#watch(reconciler.name, watch);
    await Promise.all(types.map((type) => this.#informer(type).start()));
    this.#stopping.signal.throwIfAborted();
    this.#change(() => {
      this.#ready.push(reconciler);
      if (this.#acting) this.#actWith([reconciler]);
    });
  }

  /** Asks again and again what is missing, and names it once; the readiness check says it unless one can do without. */
  async #until(who: 'start' | Reconciler, look: () => Promise<string[]>): Promise<void> {
    const { name, optional = false } = who === 'start' ? { name: who } : who;
    let told = '';
    for (;;) {
      const missing = await look().catch((error: unknown) => [reasonOf(error)]);
      if (!optional) this.#missing.set(name, missing);
      if (missing.length === 0) return;
      const list = missing.join(', ');
      if (list !== told) {
        const what = who === 'start' ? 'the operator' : name;
        const message = `${what} waits for ${list}; install the CustomResourceDefinitions (scs crds | kubectl apply -f -, and Cluster API)`;
        this.#parts.logger[optional ? 'info' : 'warn']({ missing }, message);
      }
      told = list;
      await sleep(lookForKindsMs, undefined, { signal: this.#stopping.signal });
    }
  }

  async #findClusterApi(): Promise<'v1beta1' | 'v1beta2' | undefined> {
    const served = await this.#parts.client.versions(clusterApi.group);
    this.#clusterVersion = clusterApi.known.find((version) => served.includes(version));
    return this.#clusterVersion;
  }

  #typeOf(type: Watch['type']): ObjectType {
    if (type !== 'Cluster') return type;
    return { apiVersion: `${clusterApi.group}/${this.#clusterVersion ?? 'v1beta2'}`, kind: 'Cluster' };
  }

  #informer<T extends ApiObject>(type: ObjectType): Informer<T> {
    const key = `${type.apiVersion}/${type.kind}`;
    const known = this.#informers.get(key);
    // The type says what the caller expects of the kind; the server says what it is.
    if (known) return known as Informer<T>;
    const { client, namespace, resyncMs, logger } = this.#parts;
    const informer = createInformer<T>(client, type, {
      namespace,
      ...(resyncMs !== undefined && { resyncMs }),
      onError: onceEach((reason) => logger.warn({ kind: type.kind, reason }, 'watching goes on')),
    });
    this.#informers.set(key, informer as unknown as Informer);
    void informer.start();
    return informer;
  }

  #watch(reconciler: string, watch: Watch): void {
    const type = this.#typeOf(watch.type);
    const id = `${reconciler} ${type.apiVersion}/${type.kind}`;
    if (this.#watched.has(id) || this.#stopping.signal.aborted) return;
    this.#watched.add(id);
    const keysOf = watch.keys ?? ownKey;
    this.#informer(type).onChange((change) => this.#enqueue(reconciler, keysOf(change)));
  }

  async #alsoWatch(reconciler: string, watch: Watch): Promise<void> {
    this.#watch(reconciler, watch);
    const informer = this.#informer(this.#typeOf(watch.type));
    if (informer.synced) return;
    const enough = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(firstListMs)]);
    await Promise.race([informer.start(), once(enough, 'abort')]);
  }

  #enqueue(reconciler: string, keys: readonly Key[]): void {
    const queue = this.#queues.get(reconciler);
    for (const { namespace, name } of queue ? keys : []) queue?.add(`${namespace}/${name}`);
  }

  #takePart(): void {
    const { election, client, logger } = this.#parts;
    if (!election) return this.#act();
    this.#election = takePart(client, {
      ...election,
      name: leaseName,
      onStarted: () => this.#act(),
      onLost: () => this.#rest(),
      onError: (error) => logger.warn({ reason: reasonOf(error) }, 'the lease could not be renewed'),
    });
  }

  #act(): void {
    this.#parts.logger.info('this process acts');
    this.#acting = true;
    this.#change(() => {
      if (this.#acting) this.#actWith(this.#ready);
    });
  }

  /** What is there is looked at from the start: nothing that another process knew is needed. */
  #actWith(reconcilers: readonly Reconciler[]): void {
    const resting = reconcilers.filter(({ name }) => !this.#queues.has(name));
    for (const reconciler of resting) this.#queues.set(reconciler.name, this.#queueOf(reconciler));
    for (const { name, watches } of resting) {
      for (const { type, keys = ownKey } of watches)
        for (const object of this.#informer(this.#typeOf(type)).list())
          this.#enqueue(name, keys({ type: 'added', object } satisfies Change<ApiObject>));
      this.#queues.get(name)?.start();
    }
  }

  /** One after the other: who leads, and which reconcilers there are. */
  #change(make: () => void | Promise<unknown>): void {
    this.#changing = this.#changing.then(async () => {
      if (!this.#stopping.signal.aborted) await make();
    });
  }

  #rest(): void {
    this.#parts.logger.warn('another process acts now');
    this.#acting = false;
    const queues = [...this.#queues.values()];
    this.#queues.clear();
    const stopped = Promise.all(queues.map((queue) => queue.stop()));
    this.#change(() => stopped);
  }

  #queueOf(reconciler: Reconciler): WorkQueue {
    const { logger } = this.#parts;
    return createWorkQueue({
      concurrency: reconciler.concurrency,
      reconcile(key, signal) {
        const slash = key.indexOf('/');
        return reconciler.reconcile({ namespace: key.slice(0, slash), name: key.slice(slash + 1) }, signal);
      },
      onError(key, error, count) {
        const told = { reconciler: reconciler.name, key, failures: count, reason: reasonOf(error) };
        // Somebody else wrote first, or it is gone since: looked at again at once.
        if (error instanceof ApiError && (error.status === 409 || error.reason === 'NotFound'))
          logger.debug(told, 'what was looked at has changed');
        // What a server refuses is told in one line; what nobody expected is looked for in the code.
        else if (error instanceof ApiError || error instanceof KubernetesError)
          logger.warn(told, 'reconcile failed, and is tried again');
        else logger.error({ ...told, err: error }, 'reconcile failed, and is tried again');
      },
      onDone: (_, durationMs, failed) => observeReconcile(reconciler.name, durationMs / 1000, failed),
    });
  }

  async idle(): Promise<void> {
    await this.started;
    await this.#changing;
    // One reconciler gives another one work.
    for (;;) {
      await Promise.all([...this.#queues.values()].map((queue) => queue.idle()));
      if ([...this.#queues.values()].every(({ length }) => length === 0)) return;
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.started.catch(() => {});
    await this.#waiting;
    await this.#changing;
    await Promise.all([...this.#queues.values()].map((queue) => queue.stop()));
    this.#queues.clear();
    await this.#election?.stop();
    for (const { close } of this.#ready) close?.();
    await Promise.all([...this.#informers.values()].map((informer) => informer.stop()));
    await this.#events.flush();
    this.#unobserve();
  }
}

/** The same reason again and again is told once. */
function onceEach(tell: (reason: string) => void): (error: unknown) => void {
  let told = '';
  return (error) => {
    const reason = reasonOf(error);
    if (reason !== told) tell(reason);
    told = reason;
  };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
