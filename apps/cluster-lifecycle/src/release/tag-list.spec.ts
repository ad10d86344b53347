import { ReleaseSourceError } from '@scs/release-sources';
import { describe, expect, it } from 'vitest';
import { createTagList } from './tag-list.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const minute = 60_000;

function setup() {
  const world = { now: start, asked: 0, answer: (): Promise<string[]> => Promise.resolve(['a']) };
  const tags = createTagList(
    {
      list: () => {
        world.asked++;
        return world.answer();
      },
    },
    () => new Date(world.now),
  );
  return { world, tags };
}

describe('the tags of the source', () => {
  it('are asked for once for all who want to know, and again after five minutes (defect 24)', async () => {
    const { world, tags } = setup();
    await Promise.all([tags.current(), tags.current(), tags.current()]);
    world.now += 5 * minute - 1;
    expect(await tags.current()).toMatchObject({ tags: ['a'], error: undefined });
    expect(world.asked).toBe(1);
    world.now += 1;
    await tags.current();
    expect(world.asked).toBe(2);
  });
  it('stay known while the source does not answer, and the failure is told (defect 10)', async () => {
    const { world, tags } = setup();
    await tags.current();
    world.now += 5 * minute;
    const error = new ReleaseSourceError('unavailable', 'away');
    world.answer = () => Promise.reject(error);
    expect(await tags.current()).toMatchObject({ tags: ['a'], error });
    world.now += 30 * minute;
    world.answer = () => Promise.resolve(['b']);
    expect(await tags.current()).toMatchObject({ tags: ['b'], error: undefined });
  });
  it('are left alone for as long as the source asks for (defect 24)', async () => {
    const { world, tags } = setup();
    world.answer = () => Promise.reject(new ReleaseSourceError('rate-limited', 'slow', { retryAfter: 3600 }));
    expect((await tags.current()).nextAt).toEqual(new Date(start + 60 * minute));
    world.now += 59 * minute;
    await tags.current();
    expect(world.asked).toBe(1);
  });
  it('are asked for with growing pauses while that fails, at most half an hour', async () => {
    const { world, tags } = setup();
    world.answer = () => Promise.reject(new Error('no'));
    const pauses: number[] = [];
    for (let time = 0; time < 9; time++) {
      const { nextAt } = await tags.current();
      pauses.push(nextAt.getTime() - world.now);
      world.now = nextAt.getTime();
    }
    expect(pauses[0]).toBe(minute / 2);
    expect(pauses[1]).toBe(minute);
    expect(pauses.at(-1)).toBe(30 * minute);
  });
});
