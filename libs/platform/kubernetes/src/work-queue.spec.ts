import { describe, expect, it } from 'vitest';
import { createManualClock, settled } from './manual-clock.ts';
import { createWorkQueue, type Again, type WorkQueueOptions } from './work-queue.ts';

/** A queue whose reconciles wait until they are told to end. */
function setup(options: Partial<WorkQueueOptions> = {}) {
  const clock = createManualClock();
  const begun: string[] = [];
  const open = new Map<string, PromiseWithResolvers<Again | void>>();
  const failures: [string, number][] = [];
  const queue = createWorkQueue({
    concurrency: 2,
    clock,
    reconcile(key) {
      begun.push(key);
      const work = Promise.withResolvers<Again | void>();
      open.set(key, work);
      return work.promise;
    },
    onError: (key, _error, count) => failures.push([key, count]),
    ...options,
  });
  const end = async (key: string, again?: Again): Promise<void> => {
    open.get(key)?.resolve(again);
    await settled();
  };
  const fail = async (key: string): Promise<void> => {
    open.get(key)?.reject(new Error('no'));
    await settled();
  };
  return { clock, queue, begun, failures, end, fail };
}

describe('a work queue', () => {
  it('does nothing before it is started', async () => {
    const { queue, begun } = setup();
    queue.add('a');
    await settled();
    expect(begun).toEqual([]);
    expect(queue.length).toBe(1);
    queue.start();
    await settled();
    expect(begun).toEqual(['a']);
  });

  it('looks once at a key that was added many times', async () => {
    const { queue, begun, end } = setup();
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
    queue.start();
    await settled();
    await end('a');
    await end('b');
    expect(begun).toEqual(['a', 'b']);
  });

  it('looks once more, and only after, at a key that was added while at work', async () => {
    const { queue, begun, end } = setup();
    queue.start();
    queue.add('a');
    await settled();
    queue.add('a');
    queue.add('a');
    await settled();
    expect(begun).toEqual(['a']);
    await end('a');
    expect(begun).toEqual(['a', 'a']);
    await end('a');
    expect(begun).toEqual(['a', 'a']);
  });

  it('has no more keys at work than it may, and takes them in their order', async () => {
    const { queue, begun, end } = setup();
    queue.start();
    for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
    await settled();
    expect(begun).toEqual(['a', 'b']);
    expect(queue.length).toBe(2);
    await end('b');
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  it('lets the earliest of several delays hold', async () => {
    const { clock, queue, begun } = setup();
    queue.start();
    queue.addAfter('a', 5_000);
    queue.addAfter('a', 1_000);
    queue.addAfter('a', 9_000);
    await clock.advance(999);
    expect(begun).toEqual([]);
    await clock.advance(1);
    await settled();
    expect(begun).toEqual(['a']);
  });

  it('looks again when the reconcile says so', async () => {
    const { clock, queue, begun, end } = setup();
    queue.start();
    queue.add('a');
    await settled();
    await end('a', { requeueAfterMs: 30_000 });
    await clock.advance(29_999);
    expect(begun).toHaveLength(1);
    await clock.advance(1);
    await settled();
    expect(begun).toHaveLength(2);
  });

  it('waits longer after every failure in a row, up to 5 minutes, and begins anew after a success', async () => {
    const { clock, queue, begun, failures, end, fail } = setup();
    queue.start();
    queue.add('a');
    await settled();
    // 5 ms doubling: the 17th is 327 s, more than 5 minutes. Each pause is between half of it and the whole.
    for (let failure = 1; failure <= 18; failure++) {
      const whole = Math.min(5 * 2 ** (failure - 1), 300_000);
      await fail('a');
      expect(failures.at(-1)).toEqual(['a', failure]);
      await clock.advance(whole / 2 - 1);
      await settled();
      expect(begun, `half of pause ${failure}`).toHaveLength(failure);
      await clock.advance(whole / 2 + 1);
      await settled();
      expect(begun, `pause ${failure}`).toHaveLength(failure + 1);
    }
    await end('a');
    queue.add('a');
    await settled();
    await fail('a');
    expect(failures.at(-1)).toEqual(['a', 1]);
  });

  it('counts failures by key', async () => {
    const { queue, failures, fail } = setup();
    queue.start();
    queue.add('a');
    queue.add('b');
    await settled();
    await fail('a');
    await fail('b');
    expect(failures).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
  });

  it('looks at a key at once that is added while it waits after a failure', async () => {
    const { queue, begun, fail } = setup();
    queue.start();
    queue.add('a');
    await settled();
    await fail('a');
    queue.add('a');
    await settled();
    expect(begun).toEqual(['a', 'a']);
  });

  it('is idle when nothing waits and nothing is at work, whatever is delayed', async () => {
    const { queue, end } = setup();
    let idle = false;
    queue.start();
    queue.add('a');
    queue.addAfter('b', 1_000);
    void queue.idle().then(() => (idle = true));
    await settled();
    expect(idle).toBe(false);
    await end('a');
    expect(idle).toBe(true);
  });

  it('stops: aborts the signal, waits for what is at work, and takes no more', async () => {
    let aborted = false;
    const work = Promise.withResolvers<void>();
    const errors: unknown[] = [];
    const { queue, clock } = setup({
      reconcile(_key, signal) {
        signal.addEventListener('abort', () => (aborted = true));
        return work.promise;
      },
      onError: (_key, error) => errors.push(error),
    });
    queue.start();
    queue.add('a');
    queue.addAfter('b', 10);
    await settled();
    let stopped = false;
    const stopping = queue.stop().then(() => (stopped = true));
    await settled();
    expect({ aborted, stopped }).toEqual({ aborted: true, stopped: false });
    work.reject(new Error('cut short'));
    await stopping;
    queue.add('c');
    await clock.advance(60_000);
    expect(queue.length).toBe(0);
    expect(errors).toEqual([]);
  });

  it('tells after each reconcile how long it took and whether it failed', async () => {
    const told: [string, number, boolean][] = [];
    const { clock, queue, fail } = setup({ onDone: (...done) => told.push(done) });
    queue.start();
    queue.add('a');
    await settled();
    await clock.advance(40);
    await fail('a');
    expect(told).toEqual([['a', 40, true]]);
  });
});
