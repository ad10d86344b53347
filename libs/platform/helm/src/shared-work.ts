interface Work<T> {
  result: Promise<T>;
  controller: AbortController;
  callers: number;
}

/** Callers who want the same at the same time share one run of it; it is aborted when the last of them has gone. */
export class SharedWork<T> {
  readonly #running = new Map<string, Work<T>>();

  /** Rejects with the reason of `signal` as soon as that is aborted. */
  async run(key: string, task: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const work = this.#running.get(key) ?? this.#start(key, task);
    work.callers++;
    try {
      return await orAborted(work.result, signal);
    } finally {
      work.callers--;
      if (work.callers === 0) {
        this.#forget(key, work);
        work.controller.abort();
      }
    }
  }

  #start(key: string, task: (signal: AbortSignal) => Promise<T>): Work<T> {
    const controller = new AbortController();
    const work: Work<T> = { result: task(controller.signal), controller, callers: 0 };
    this.#running.set(key, work);
    void this.#forgetWhenDone(key, work);
    return work;
  }

  async #forgetWhenDone(key: string, work: Work<T>): Promise<void> {
    await Promise.allSettled([work.result]);
    this.#forget(key, work);
  }

  #forget(key: string, work: Work<T>): void {
    if (this.#running.get(key) === work) this.#running.delete(key);
  }
}

function orAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return result;
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
