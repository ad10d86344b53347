import { expect, it } from 'vitest';
import { virtualClock } from './clock.ts';

it('runs what is due in its order and at its time, and what that starts as well', () => {
  const clock = virtualClock(0);
  const seen: [string, number][] = [];
  const note = (what: string) => () => seen.push([what, clock.now()]);
  clock.setTimeout(note('late'), 300);
  clock.setTimeout(() => {
    note('early')();
    clock.setTimeout(note('after'), 100);
  }, 100);
  clock.setTimeout(note('never'), 150).cancel();
  clock.advance(250);
  expect(seen).toEqual([
    ['early', 100],
    ['after', 200],
  ]);
  clock.advance(50);
  expect(seen.at(-1)).toEqual(['late', 300]);
});
