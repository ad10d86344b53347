import { describe, expect, it } from 'vitest';
import { templateLiteral } from './template-literal.ts';

// By the grammar of Go's text/template and of its string literals.
const cases: [value: unknown, literal: string][] = [
  [3, '3'],
  [-3, '-3'],
  [0.5, '0.5'],
  [1e-7, '1e-7'],
  [9007199254740993n, '9007199254740993'],
  [1e23, '1e+23'],
  [true, 'true'],
  [null, '$nil'],
  ['a "b" \\ {{ c }}', String.raw`"a \"b\" \\ {{ c }}"`],
  ['line\n\ttab\u0000', String.raw`"line\n\ttab\u0000"`],
  ['half \ud800', '"half \ufffd"'],
  [[1, 'a', [null]], '(list 1 "a" (list $nil))'],
  [{ a: 1, 'b/c': { d: [] } }, '(dict "a" 1 "b/c" (dict "d" (list)))'],
  [{ a: undefined, b: 1 }, '(dict "b" 1)'],
];

describe('templateLiteral', () => {
  it.each(cases)('writes %s', (value, literal) => expect(templateLiteral(value)).toBe(literal));

  it.each([NaN, Infinity, () => 1, Symbol('a')])('refuses %s', (value) => {
    expect(() => templateLiteral({ value })).toThrow(RangeError);
  });
});
