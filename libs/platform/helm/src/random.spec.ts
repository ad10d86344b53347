import { describe, expect, it } from 'vitest';
import { randomValues } from './random.ts';

const secret = (data: unknown, name = 'a') => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  data,
});

describe('randomValues', () => {
  it('points at what differs', () => {
    const first = [secret({ fixed: 1 }), secret({ 'a/b~c': 'x', list: ['same', 'x'] })];
    const second = [secret({ fixed: 1 }), secret({ 'a/b~c': 'y', list: ['same', 'y'] })];
    expect([...randomValues('app', first, second)]).toEqual([[1, ['/data/a~1b~0c', '/data/list/1']]]);
  });

  it('points at a mapping whose keys differ, and at a list whose length differs', () => {
    const found = randomValues(
      'app',
      [secret({ m: { x: 1 }, l: [1] })],
      [secret({ m: { y: 1 }, l: [1, 2] })],
    );
    expect(found.get(0)).toEqual(['/data/m', '/data/l']);
  });

  it('finds nothing where nothing differs', () => {
    expect(randomValues('app', [secret({ a: 1n })], [secret({ a: 1n })]).size).toBe(0);
  });

  it('refuses names that differ', () => {
    expect(() => randomValues('app', [secret({}, 'a-x')], [secret({}, 'a-y')])).toThrow(
      'chart app: an object is "v1 Secret a-x" one time and "v1 Secret a-y" the next; give it a fixed name',
    );
  });

  it('refuses a number of objects that differs', () => {
    expect(() => randomValues('app', [secret({})], [])).toThrow(
      /renders to 1 objects one time and 0 the next/,
    );
  });
});
