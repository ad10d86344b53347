import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Slots } from './slots.ts';

describe('Slots', () => {
  it('lets no more in than there are, and the next one when one is free', async () => {
    const slots = new Slots(2);
    const started: string[] = [];
    const ends = new Map<string, PromiseWithResolvers<void>>();
    const run = (name: string) => {
      const end = Promise.withResolvers<void>();
      ends.set(name, end);
      return slots.run(() => {
        started.push(name);
        return end.promise;
      });
    };
    const all = ['a', 'b', 'c', 'd'].map(run);
    await Promise.resolve();
    expect(started).toEqual(['a', 'b']);
    ends.get('b')?.resolve();
    await all[1];
    ends.get('c')?.resolve();
    await all[2];
    await nextTurn();
    expect(started).toEqual(['a', 'b', 'c', 'd']);
    ends.get('a')?.resolve();
    ends.get('d')?.resolve();
    await Promise.all(all);
  });

  it('frees the slot of a task that fails', async () => {
    const slots = new Slots(1);
    await expect(slots.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await slots.run(async () => 'next')).toBe('next');
  });

  it('lets who gives up leave the line', async () => {
    const slots = new Slots(1);
    const end = Promise.withResolvers<void>();
    const first = slots.run(() => end.promise);
    const giveUp = new AbortController();
    const second = slots.run(async () => 'never', giveUp.signal);
    const third = slots.run(async () => 'third');
    giveUp.abort(new Error('gave up'));
    await expect(second).rejects.toThrow('gave up');
    end.resolve();
    await first;
    expect(await third).toBe('third');
  });
});
