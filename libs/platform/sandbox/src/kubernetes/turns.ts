/** Work by key: each key is looked at one after the other, once more where it was added meanwhile. */
export interface Turns {
  add(key: string): void;
  /** Nothing waits and nothing is at work. */
  idle(): boolean;
  stop(): void;
}

/** @param work must not throw; what it cannot do now it must be told of again */
export function createTurns(work: (key: string) => Promise<void>): Turns {
  const waiting = new Set<string>();
  let running = false;
  let stopped = false;
  const run = async () => {
    for (const key of waiting) {
      if (stopped) break;
      waiting.delete(key);
      await work(key);
    }
    running = false;
    if (waiting.size > 0) start();
  };
  // Later, so that who wrote gets its answer first, as from controllers of their own.
  const start = () => {
    if (running || stopped) return;
    running = true;
    setImmediate(() => void run());
  };
  return {
    add(key) {
      waiting.add(key);
      start();
    },
    idle: () => !running && waiting.size === 0,
    stop: () => {
      stopped = true;
      waiting.clear();
    },
  };
}
