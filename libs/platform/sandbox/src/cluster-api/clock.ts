/** Where the simulator takes its time from. A test can drive it; see {@link virtualClock}. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  setTimeout(run: () => void, ms: number): { cancel(): void };
}

export const realClock: Clock = {
  now: () => Date.now(),
  setTimeout(run, ms) {
    const timer = setTimeout(run, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

export interface VirtualClock extends Clock {
  /** Lets time pass: what is due runs in its order, each at its own time. */
  advance(ms: number): void;
}

/** Time that stands still until it is told to pass. What the runs start (requests, say) takes real time all the same. */
export function virtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = start;
  let waiting: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    setTimeout(run, ms) {
      const timer = { at: now + Math.max(0, ms), run };
      waiting.push(timer);
      return {
        cancel() {
          waiting = waiting.filter((other) => other !== timer);
        },
      };
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const due = waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        waiting = waiting.filter((timer) => timer !== due);
        now = Math.max(now, due.at);
        due.run();
      }
      now = end;
    },
  };
}
