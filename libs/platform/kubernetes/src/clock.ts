/** Time as queues see it; tests bring their own. */
export interface Timers {
  /** Milliseconds since some moment. */
  now(): number;
  setTimeout(run: () => void, ms: number): { cancel(): void };
}

export interface Clock extends Timers {
  /** What is written down for others to read. */
  date(): Date;
}

/** Unmoved by corrections of the system's time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  setTimeout(run, ms) {
    // Node takes 31 bits and runs longer ones at once.
    const timer = setTimeout(run, Math.min(ms, 2 ** 31 - 1));
    return { cancel: () => clearTimeout(timer) };
  },
};

/**
 * How long to wait after so many failures in a row (1, 2, …): doubling from the shortest to the longest pause, and between half of that and the
 * whole by chance, so that those who failed together do not come back together. Milliseconds.
 */
export function backOffMs(failures: number, shortest: number, longest: number): number {
  const whole = Math.min(longest, shortest * 2 ** (failures - 1));
  return whole * (0.5 + Math.random() / 2);
}
