import { describe, expect, it } from 'vitest';
import { formats } from './variable-format.ts';

describe('a format', () => {
  it.each<[format: string, good: string[], bad: string[]]>([
    ['ipv4', ['10.0.0.1', '255.255.255.255'], ['10.0.0', '256.0.0.1', '10.0.0.01', '::1', '']],
    [
      'ipv6',
      ['::', '::1', '2001:db8::1', '1:2:3:4:5:6:7:8', '::ffff:10.0.0.1'],
      ['10.0.0.1', '1:2:3', '1::2::3', '12345::', '1:2:3:4:5:6:7:8:9', '::ffff:10.0.0.256'],
    ],
    [
      'cidr',
      ['10.8.0.0/20', '10.8.0.1/20', '0.0.0.0/0', 'fd00::/8'],
      ['10.8.0.0', '10.8.0.0/33', '10.8.0.0/020', '10.8.0.0/-1', 'fd00::/129', '/8', '10.8.0.0/8/8'],
    ],
    [
      'uuid4',
      ['4be6ea17-8c4d-4f2a-9d53-6a9a5d4d1c1e', '4BE6EA17-8C4D-4F2A-9D53-6A9A5D4D1C1E'],
      ['4be6ea17-8c4d-1f2a-9d53-6a9a5d4d1c1e', '4be6ea17-8c4d-4f2a-7d53-6a9a5d4d1c1e', 'ext01', ''],
    ],
    ['uuid', ['4be6ea17-8c4d-1f2a-7d53-6a9a5d4d1c1e'], ['4be6ea17-8c4d-1f2a-7d53', 'g'.repeat(32)]],
    ['hostname', ['a', 'api.example.org', 'a-b'], ['-a', 'a-', 'a b', 'a..b', `${'a'.repeat(64)}.org`]],
    ['uri', ['https://example.org/a', '/a', 'oci://a/b'], ['example', '']],
    ['email', ['a@example.org'], ['a', '@']],
    ['mac', ['00:1a:2B:3c:4d:5e', '00-1a-2b-3c-4d-5e'], ['00:1a:2b:3c:4d', '00:1a-2b:3c:4d:5e']],
    ['byte', ['', 'YQ==', 'YWI=', 'YWJj'], ['YQ=', 'Y', 'YQ==YQ==']],
    [
      'date',
      ['2026-11-25', '2024-02-29', '2000-02-29'],
      ['2026-02-29', '1900-02-29', '2026-13-01', '2026-00-01', '2026-04-31', '2026-1-1'],
    ],
    [
      'date-time',
      ['2026-11-25T12:00:00Z', '2026-11-25T12:00:00.123+01:00', '2026-11-25T12:00:00'],
      ['2026-11-25', '2026-11-25T24:00:00Z', '2026-02-30T12:00:00Z'],
    ],
  ])('%s', (format, good, bad) => {
    const accepts = (text: string) => formats[format]?.accepts(text);
    expect(good.filter((text) => !accepts(text))).toEqual([]);
    expect(bad.filter((text) => accepts(text))).toEqual([]);
  });
});
