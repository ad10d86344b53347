/** What a reconcile says: look again after that time, whatever happens; or nothing. */
export interface Again {
  requeueAfterMs: number;
}

export interface WorkQueueOptions {
  /** How many keys at once; one key is never twice at work. */
  concurrency: number;
  /** Decides what is to be done for a key. Throwing means: again later, with growing pauses (5 ms doubling to 5 min, with jitter). */
  reconcile: (key: string, signal: AbortSignal) => Promise<Again | void>;
  onError?: (key: string, error: unknown, failures: number) => void;
  /** Told after each reconcile, for metrics. Milliseconds. */
  onDone?: (key: string, durationMs: number, failed: boolean) => void;
  clock?: { now(): number; setTimeout(run: () => void, ms: number): { cancel(): void } };
}

/** The work queue of a Kubernetes controller: a key that is added many times is looked at once; added while at work, once more after. */
export interface WorkQueue {
  add(key: string): void;
  addAfter(key: string, ms: number): void;
  readonly length: number;
  /** Nothing waits and nothing is at work; what is delayed does not count. */
  idle(): Promise<void>;
  start(): void;
  /** Takes no more, aborts the signal, waits for what is at work. */
  stop(): Promise<void>;
}

export function createWorkQueue(_options: WorkQueueOptions): WorkQueue {
  throw new Error('to be written');
}
