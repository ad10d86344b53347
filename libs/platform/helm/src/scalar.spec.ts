import { describe, expect, it } from 'vitest';
import { resolvePlain } from './scalar.ts';

// The table of go-yaml v2 (`resolve.go`), which sigs.k8s.io/yaml stands on; `helm.int.spec.ts` asks Helm for the same.
const cases: [kind: string, texts: string[], expected: unknown][] = [
  [
    'words of YAML 1.1 for true',
    ['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE'],
    true,
  ],
  [
    'words of YAML 1.1 for false',
    ['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE'],
    false,
  ],
  ['null', ['', '~', 'null', 'Null', 'NULL'], null],
  ['octal numbers, old and new', ['0777', '0o777'], 511],
  ['hexadecimal numbers', ['0x1F', '0X1f'], 31],
  ['binary numbers', ['0b11', '0B11'], 3],
  ['negative numbers of other bases', ['-0x1F', '-0b11111', '-037'], -31],
  ['numbers with underscores', ['1_000', '+1000'], 1000],
  ['what is octal no more', ['08', '8.', '8.0', '0.8e1', '.8e1', '80e-1'], 8],
  ['fractions', ['.5', '0.5', '5e-1', '+0.5'], 0.5],
  ['zero', ['0', '-0', '+0', '0_'], 0],
];

describe('resolvePlain', () => {
  it.each(cases)('knows %s', (_, texts, expected) => {
    for (const text of texts)
      expect([text, resolvePlain(text)]).toEqual([text, expected === 0 ? 0 : expected]);
  });

  it.each([
    '1:30',
    '2001-01-01',
    '2001-01-01T00:00:00Z',
    'TrUe',
    'nULL',
    '0x',
    '1e',
    '1.2.3',
    'v1.27.3',
    '<<',
    '=',
    '-',
    '.',
    '+',
    '0b2',
    '1 2',
    '.x',
  ])('leaves %s as text', (text) => expect(resolvePlain(text)).toBe(text));

  it('keeps integers that a double cannot hold', () => {
    expect(resolvePlain('9007199254740991')).toBe(9007199254740991);
    expect(resolvePlain('9007199254740993')).toBe(9007199254740993n);
    expect(resolvePlain('-9223372036854775808')).toBe(-9223372036854775808n);
    expect(resolvePlain('18446744073709551615')).toBe(18446744073709551615n);
  });

  it('takes integers beyond 64 bits for doubles', () => {
    expect(resolvePlain('18446744073709551616')).toBe(18446744073709552000);
    expect(resolvePlain('-9223372036854775809')).toBe(-9223372036854775808);
  });
});
