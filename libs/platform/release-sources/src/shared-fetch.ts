interface Fetch<T> {
  result: Promise<T>;
  controller: AbortController;
  callers: number;
}

/** At most one fetch of a thing at a time: later callers wait for the first one's. It is aborted when the last caller has gone. */
export class SharedFetch<T> {
  readonly #running = new Map<string, Fetch<T>>();

  /** Rejects with the reason of `signal` as soon as that is aborted. */
  async get(key: string, fetch: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const running = this.#running.get(key) ?? this.#start(key, fetch);
    running.callers++;
    try {
      return await untilAborted(running.result, signal);
    } finally {
      running.callers--;
      if (running.callers === 0) {
        this.#end(key, running);
        running.controller.abort();
      }
    }
  }

  #start(key: string, fetch: (signal: AbortSignal) => Promise<T>): Fetch<T> {
    const controller = new AbortController();
    const running = { result: fetch(controller.signal), controller, callers: 0 };
    // Nobody may be left to hear that it failed.
    running.result.catch(() => {});
    this.#running.set(key, running);
    return running;
  }

  #end(key: string, running: Fetch<T>): void {
    if (this.#running.get(key) === running) this.#running.delete(key);
  }
}

function untilAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return result;
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
