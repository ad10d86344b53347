import type { Clock } from './clock.ts';

/** A clock for specs that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Moves on and runs what falls due, in its order. */
  advance(ms: number): Promise<void>;
}

export function createManualClock(): ManualClock {
  let time = 0;
  const timers = new Set<{ due: number; run: () => void }>();
  return {
    now: () => time,
    date: () => new Date(Date.UTC(2026, 0, 1) + time),
    setTimeout(run, ms) {
      const timer = { due: time + ms, run };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    async advance(ms) {
      const end = time + ms;
      for (;;) {
        await settled();
        const next = [...timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
        if (!next) break;
        timers.delete(next);
        time = Math.max(time, next.due);
        next.run();
      }
      time = end;
    },
  };
}

/** What has been started by now and waits for nothing outside has happened. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
