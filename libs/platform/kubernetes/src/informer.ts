import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from './client.ts';
import type { ApiObject, KubernetesClient, ObjectType, WatchEvent } from './client.ts';
import { backOffMs } from './clock.ts';
import { type Change, ObjectStore } from './object-store.ts';

export type { Change } from './object-store.ts';

export interface InformerOptions {
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  /** Every object is told again as `resync` this often. Milliseconds; 5 minutes when left out, 0 for never. */
  resyncMs?: number;
  /** Told of every failed list or watch; the informer goes on by itself, with growing pauses up to 30 s. */
  onError?: (error: unknown) => void;
}

/**
 * All objects of a type, kept fresh by list and watch (bookmarks, 410, broken connections, a kind that is not there yet). What it holds may be
 * some milliseconds old; reconcilers look, act, and are told again. Its objects are shared: read them, do not change them. They come without
 * `metadata.managedFields`.
 */
export interface Informer<T extends ApiObject = ApiObject> {
  readonly type: ObjectType;
  /** True once the first list is in. */
  readonly synced: boolean;
  /** Objects of the whole cluster are in the namespace `''`. */
  get(namespace: string, name: string): T | undefined;
  list(namespace?: string): T[];
  /**
   * Handlers must not throw. Who comes late is told at once of what is there, as `added`. An object that was deleted and made again while the
   * connection was away is told as `deleted` and `added`. Returns how to stop being told.
   */
  onChange(handler: (change: Change<T>) => void): () => void;
  /** Resolves when the first list is in, or when it is stopped before; never rejects, waits while the API or the kind is away. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** For metrics. */
export interface InformerStatistics {
  readonly statistics: { objects: number; lists: number; watches: number; events: number; failures: number };
}

const shortestPauseMs = 800;
const longestPauseMs = 30_000;
/** A kind that is not served yet costs one small request a look, and somebody waits for it. */
const longestPauseForKindMs = 5_000;
/** A server that ends watches at once must not be asked without a pause. */
const shortWatchMs = 1_000;
/** The server ends a watch itself; this long after that it is taken for lost. */
const graceMs = 30_000;

export function createInformer<T extends ApiObject>(
  client: Pick<KubernetesClient, 'list' | 'watch'>,
  type: ObjectType,
  options: InformerOptions = {},
): Informer<T> & InformerStatistics {
  const { namespace, labelSelector, resyncMs = 5 * 60_000, onError } = options;
  const store = new ObjectStore<T>();
  const handlers = new Set<(change: Change<T>) => void>();
  const stopping = new AbortController();
  const first = Promise.withResolvers<void>();
  const counts = { lists: 0, watches: 0, events: 0, failures: 0 };
  let synced = false;
  let running: Promise<void> | undefined;
  let resync: NodeJS.Timeout | undefined;
  /** In a row; an event or a watch of some length ends the row. */
  let failures = 0;
  /** Expired versions in a row: a restarted server knows no old ones, but takes the one of a new list. */
  let expired = 0;

  function tellOne(handler: (change: Change<T>) => void, change: Change<T>): void {
    try {
      handler(change);
    } catch (error) {
      onError?.(error);
    }
  }
  const tell = (change: Change<T> | undefined): void => {
    if (change) for (const handler of handlers) tellOne(handler, change);
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        counts.lists++;
        const { items, resourceVersion } = await client.list<T>(type, {
          namespace,
          labelSelector,
          signal: stopping.signal,
        });
        for (const change of store.replace(items)) tell(change);
        synced = true;
        first.resolve();
        await follow(resourceVersion);
      } catch (error) {
        await fail(error);
      }
    }
  }

  /** Watches from a version on, again and again; returns where only a new list helps. */
  async function follow(resourceVersion: string): Promise<void> {
    let version = resourceVersion;
    while (!stopping.signal.aborted) {
      const began = performance.now();
      try {
        counts.watches++;
        for await (const event of watch(version)) {
          failures = 0;
          expired = 0;
          version = event.object.metadata.resourceVersion ?? version;
          take(event);
        }
        if (performance.now() - began < shortWatchMs) await pause();
        else failures = expired = 0;
      } catch (error) {
        if (performance.now() - began > graceMs) failures = expired = 0;
        if (isExpired(error)) {
          if (expired++ > 0) await fail(error);
          return;
        }
        if (error instanceof ApiError && error.reason === 'NoKindMatch') throw error;
        await fail(error);
      }
    }
  }

  async function* watch(resourceVersion: string): AsyncGenerator<WatchEvent<T>> {
    // Not all at the same time, when many informers started together.
    const timeoutSeconds = Math.round(300 + Math.random() * 300);
    const lost = new AbortController();
    const timer = setTimeout(() => lost.abort(), timeoutSeconds * 1000 + graceMs);
    try {
      const signal = AbortSignal.any([stopping.signal, lost.signal]);
      yield* client.watch<T>(type, { namespace, labelSelector, resourceVersion, timeoutSeconds, signal });
    } finally {
      clearTimeout(timer);
    }
  }

  function take({ type: what, object }: WatchEvent<T>): void {
    if (what === 'BOOKMARK') return;
    counts.events++;
    tell(what === 'DELETED' ? store.remove(object) : store.put(object));
  }

  async function fail(error: unknown): Promise<void> {
    if (stopping.signal.aborted) return;
    counts.failures++;
    onError?.(error);
    await pause(
      error instanceof ApiError && error.reason === 'NoKindMatch' ? longestPauseForKindMs : longestPauseMs,
    );
  }

  async function pause(longest = longestPauseMs): Promise<void> {
    failures++;
    // Rejects when it is stopped, which every loop looks at anyway.
    await sleep(backOffMs(failures, shortestPauseMs, longest), undefined, { signal: stopping.signal }).catch(
      () => {},
    );
  }

  return {
    type,
    get synced() {
      return synced;
    },
    get statistics() {
      return { objects: store.size, ...counts };
    },
    get: (space, name) => store.get(space, name),
    list: (space) => store.list(space),
    onChange(handler) {
      for (const object of store.list()) tellOne(handler, { type: 'added', object });
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
    start() {
      running ??= run();
      if (resyncMs > 0)
        resync ??= setInterval(() => {
          for (const object of store.list()) tell({ type: 'resync', object });
        }, resyncMs);
      return first.promise;
    },
    async stop() {
      stopping.abort();
      clearInterval(resync);
      first.resolve();
      await running;
    },
  };
}

const isExpired = (error: unknown): boolean => error instanceof ApiError && error.status === 410;
