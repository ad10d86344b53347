import { backOffMs, systemClock, type Timers } from './clock.ts';

/** What a reconcile says: look again after that time, whatever happens; or nothing. */
export interface Again {
  requeueAfterMs: number;
}

export interface WorkQueueOptions {
  /** How many keys at once; one key is never twice at work. */
  concurrency: number;
  /** Decides what is to be done for a key. Throwing means: again later, with growing pauses (5 ms doubling to 5 min, with jitter). */
  reconcile: (key: string, signal: AbortSignal) => Promise<Again | void>;
  /** `failures` counts those in a row, this one included. Not told of what stopping cuts short. */
  onError?: (key: string, error: unknown, failures: number) => void;
  /** Told after each reconcile, for metrics. Milliseconds. */
  onDone?: (key: string, durationMs: number, failed: boolean) => void;
  clock?: Timers;
}

/** The work queue of a Kubernetes controller: a key that is added many times is looked at once; added while at work, once more after. */
export interface WorkQueue {
  add(key: string): void;
  /** Of several delays of a key the earliest holds. Adding it at once does not take a delay back. */
  addAfter(key: string, ms: number): void;
  /** Keys that wait; neither delayed ones nor those at work. */
  readonly length: number;
  /** Nothing waits and nothing is at work; what is delayed does not count. */
  idle(): Promise<void>;
  start(): void;
  /** Takes no more, aborts the signal, waits for what is at work. */
  stop(): Promise<void>;
}

const shortestPauseMs = 5;
const longestPauseMs = 5 * 60_000;

export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  const { concurrency, reconcile, onError, onDone, clock = systemClock } = options;
  /** A set keeps the order in which keys came. */
  const waiting = new Set<string>();
  const atWork = new Map<string, Promise<void>>();
  /** Added again while at work. */
  const again = new Set<string>();
  const delayed = new Map<string, { due: number; timer: { cancel(): void } }>();
  const failures = new Map<string, number>();
  const idlers: (() => void)[] = [];
  const stopping = new AbortController();
  let started = false;

  function add(key: string): void {
    if (stopping.signal.aborted) return;
    if (atWork.has(key)) again.add(key);
    else waiting.add(key);
    pump();
  }

  function addAfter(key: string, ms: number): void {
    if (stopping.signal.aborted) return;
    if (ms <= 0) return add(key);
    const due = clock.now() + ms;
    const earlier = delayed.get(key);
    if (earlier && earlier.due <= due) return;
    earlier?.timer.cancel();
    const timer = clock.setTimeout(() => {
      delayed.delete(key);
      add(key);
    }, ms);
    delayed.set(key, { due, timer });
  }

  function pump(): void {
    while (started && !stopping.signal.aborted && atWork.size < concurrency) {
      const [key] = waiting;
      if (key === undefined) return;
      waiting.delete(key);
      atWork.set(key, work(key));
    }
  }

  async function work(key: string): Promise<void> {
    // Reconciles that find all they need in caches must not keep timers and sockets waiting for a whole round.
    await new Promise((resolve) => setImmediate(resolve));
    const began = clock.now();
    let failed = false;
    try {
      const result = await reconcile(key, stopping.signal);
      failures.delete(key);
      if (result) addAfter(key, result.requeueAfterMs);
    } catch (error) {
      failed = true;
      if (!stopping.signal.aborted) fail(key, error);
    }
    onDone?.(key, clock.now() - began, failed);
    atWork.delete(key);
    if (again.delete(key)) add(key);
    pump();
    if (isIdle()) for (const tell of idlers.splice(0)) tell();
  }

  function fail(key: string, error: unknown): void {
    const count = (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    addAfter(key, backOffMs(count, shortestPauseMs, longestPauseMs));
    onError?.(key, error, count);
  }

  const isIdle = (): boolean => waiting.size === 0 && atWork.size === 0;

  return {
    add,
    addAfter,
    get length() {
      return waiting.size;
    },
    idle: () => (isIdle() ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
    start() {
      started = true;
      pump();
    },
    async stop() {
      stopping.abort();
      for (const { timer } of delayed.values()) timer.cancel();
      delayed.clear();
      waiting.clear();
      again.clear();
      await Promise.all(atWork.values());
      for (const tell of idlers.splice(0)) tell();
    },
  };
}
