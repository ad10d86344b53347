import { expect, it } from 'vitest';
import { requestText } from './request-text.ts';

it('writes integers of any size with all their digits', () => {
  expect(requestText({ a: [9_007_199_254_740_993n, 1], b: 'x' })).toBe('{"a":[9007199254740993,1],"b":"x"}');
});
