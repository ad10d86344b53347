/** Time as queues and elections see it; tests bring their own. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  setTimeout(run: () => void, ms: number): { cancel(): void };
}

/** Unmoved by corrections of the system's time. */
export const systemClock: Clock = {
  now: () => performance.now(),
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
