import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  difference,
  equalSets,
  formatFieldsV1,
  intersection,
  parseFieldsV1,
  readablePaths,
  union,
} from './field-set.ts';

const fields = {
  'f:data': { '.': {}, 'f:a': {} },
  'f:list': { 'k:{"name":"x"}': { '.': {}, 'f:v': {} }, 'v:"s"': {} },
};

describe('a set of fields', () => {
  it('is written as it was read', () => {
    expect(formatFieldsV1(parseFieldsV1(fields))).toEqual(fields);
  });

  it('is told in paths that people read', () => {
    expect(readablePaths(parseFieldsV1(fields))).toEqual([
      '.data',
      '.data.a',
      '.list[name="x"]',
      '.list[="s"]',
      '.list[name="x"].v',
    ]);
  });

  it('leads to members below without being one', () => {
    expect(readablePaths(parseFieldsV1({ 'f:a': { 'f:b': {} } }))).toEqual(['.a.b']);
  });

  const { set } = fc.letrec<{ set: object }>((tie) => ({
    set: fc.dictionary(
      fc.constantFrom('f:a', 'f:b', 'f:c', '.'),
      fc.oneof({ depthSize: 'small' }, fc.constant({}), tie('set')),
      { maxKeys: 3 },
    ),
  }));
  const sets = set.map((one) => parseFieldsV1({ 'f:root': { ...one } }));

  it('obeys the laws of sets', () => {
    fc.assert(
      fc.property(sets, sets, (one, other) => {
        expect(equalSets(union(one, other), union(other, one))).toBe(true);
        expect(equalSets(difference(union(one, other), other), difference(one, other))).toBe(true);
        expect(equalSets(union(difference(one, other), intersection(one, other)), one)).toBe(true);
        expect(equalSets(intersection(one, one), one)).toBe(true);
      }),
    );
  });
});
