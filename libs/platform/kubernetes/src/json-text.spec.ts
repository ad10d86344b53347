import { expect, it } from 'vitest';
import { jsonText } from './json-text.ts';

it('what is sent keeps every digit of an integer of 64 bits', () => {
  expect(jsonText({ a: [9223372036854775807n, 1, '1n', null], b: -9007199254740993n })).toBe(
    '{"a":[9223372036854775807,1,"1n",null],"b":-9007199254740993}',
  );
});
