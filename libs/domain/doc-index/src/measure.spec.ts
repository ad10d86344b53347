import { describe, expect, it } from 'vitest';
import { measure, parseJudgments } from './measure.ts';

const judgment = {
  id: 'q1',
  kind: 'k',
  query: 'q',
  expected: ['r:best.md#a', 'r:good.md'],
  avoid: ['r:old.md'],
};
const hits = (...places: string[]) =>
  places.map((place) => {
    const [page = '', anchor = ''] = place.split('#');
    return { page, anchor };
  });
const of = (...places: string[]) => measure([judgment], () => hits(...places)).overall;

describe('measures', () => {
  it('are 1 for the best order', () => {
    expect(of('r:best.md#a', 'r:good.md')).toMatchObject({
      ndcg10: 1,
      mrr10: 1,
      recall5: 1,
      anchor5: 1,
      noResult: 0,
      deprecatedAbove: 0,
    });
  });

  it('count gains of 7 and 3, discounted by the logarithm of the rank', () => {
    const log3 = Math.log2(3);
    // Sections of one page are one page.
    expect(of('r:other.md', 'r:good.md', 'r:good.md#x', 'r:best.md#b').ndcg10).toBeCloseTo(
      (3 / log3 + 7 / 2) / (7 + 3 / log3),
    );
    expect(of('r:other.md', 'r:good.md').mrr10).toBe(0.5);
    expect(of('r:best.md#b').anchor5).toBe(0);
    expect(of('r:best.md#b').recall5).toBe(0.5);
  });

  it('see what stands above the first good page, and where nothing came', () => {
    expect(of('r:old.md', 'r:best.md').deprecatedAbove).toBe(1);
    expect(of('r:best.md', 'r:old.md').deprecatedAbove).toBe(0);
    expect(of()).toMatchObject({ noResult: 1, ndcg10: 0 });
  });
});

describe('a judgments file', () => {
  it.each([
    [{}, 'expected a list of judged queries'],
    [[{ query: 'a' }], 'entry 1 needs "query" and "expected"'],
    [[{ query: 'a', expected: [] }], 'entry 1 needs "query" and "expected"'],
  ])('%j is none', (content, message) => {
    expect(() => parseJudgments(content)).toThrow(message);
  });
});
