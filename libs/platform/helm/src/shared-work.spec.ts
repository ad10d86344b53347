import { describe, expect, it } from 'vitest';
import { SharedWork } from './shared-work.ts';

describe('SharedWork', () => {
  it('runs once for callers of the same, and again for later ones', async () => {
    const shared = new SharedWork<number>();
    let runs = 0;
    const work = async () => ++runs;
    expect(await Promise.all([shared.run('a', work), shared.run('a', work), shared.run('b', work)])).toEqual([
      1, 1, 2,
    ]);
    expect(await shared.run('a', work)).toBe(3);
  });

  it('goes on while anybody waits, and is aborted when nobody does', async () => {
    const shared = new SharedWork<void>();
    const aborted = Promise.withResolvers<void>();
    const work = (signal: AbortSignal) =>
      new Promise<void>((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted.resolve();
          reject(new Error('aborted'));
        });
      });
    const [first, second] = [new AbortController(), new AbortController()];
    const calls = [first, second].map(({ signal }) => shared.run('a', work, signal));
    first.abort(new Error('first left'));
    await expect(calls[0]).rejects.toThrow('first left');
    second.abort(new Error('second left'));
    await expect(calls[1]).rejects.toThrow('second left');
    await aborted.promise;
  });

  it('tells everybody of a failure', async () => {
    const shared = new SharedWork<number>();
    const work = () => Promise.reject(new Error('broken'));
    const calls = await Promise.allSettled([shared.run('a', work), shared.run('a', work)]);
    expect(calls.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
