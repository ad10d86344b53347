import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepable, missingTopics, type AskedQuery } from './missing-topics.ts';

describe('a query that is kept', () => {
  it.each([
    ['has one spelling', '  Create\tS3  CREDENTIALS ', 'create s3 credentials'],
    ['has composed letters', 'Schlu\u0308ssel', 'schlüssel'],
    ['keeps names of standards', 'SCS-0103-v1 flavor SCS-4V-16-100s', 'scs-0103-v1 flavor scs-4v-16-100s'],
    ['keeps versions', 'kubernetes 1.34.1 v5.1', 'kubernetes 1.34.1 v5.1'],
    ['keeps what talks about secrets', 'how do I reset a password token', 'how do i reset a password token'],
    [
      'keeps long words',
      'scs-0102-prop-image_original_user-verfügbarkeitszonen',
      'scs-0102-prop-image_original_user-verfügbarkeitszonen',
    ],
    [
      'keeps paths of the documentation',
      '/docs/02-iaas/guides/user-guide/index',
      '/docs/02-iaas/guides/user-guide/index',
    ],
    ['loses UUIDs', 'server 3f2b8c1e-9d4a-4b6f-8e21-0a1b2c3d4e5f stuck', 'server <uuid> stuck'],
    ['loses addresses', 'ping 10.0.0.17 and 2001:db8::1 or 192.168.0.0/24', 'ping <ip> and <ip> or <ip>'],
    ['loses people', 'who is jane.doe@example.org', 'who is <email>'],
    ['loses passwords', 'login password=Hunter2! fails', 'login password=<secret> fails'],
    [
      'loses passwords in quotation marks',
      '{"password": "two words", "user": 1}',
      '{"password": <secret>, "user": 1}',
    ],
    ['loses variables with secrets', 'OS_PASSWORD=geheim openstack', 'os_password=<secret> openstack'],
    ['loses passwords in addresses', 'https://me:pw@example.org/x', 'https://<secret>@example.org/x'],
    ['loses tokens', 'Authorization: Bearer abc123def456', 'authorization: bearer <secret>'],
    ['loses tokens behind their name', 'token gAAAAABm_x1y2z3 expired', 'token <secret> expired'],
    ['loses signed tokens', 'eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.abc', '<secret>'],
    ['loses keys', 'key AKIAIOSFODNN7EXAMPLE denied', 'key <secret> denied'],
    ['loses long hexadecimal numbers', 'commit 0123456789abcdef0123456789abcdef01234567', 'commit <hex>'],
    ['loses base64', 'data Zm9vYmFyQmF6MTIzNDU2Nzg5MA==', 'data <secret>'],
    ['loses home folders', 'open /home/jane/clouds.yaml', 'open <home>/clouds.yaml'],
  ])('%s', (_, query, kept) => {
    expect(keepable(query)).toBe(kept);
  });

  it('has at most 500 characters, and is kept as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 900 }), (query) => {
        const kept = keepable(query);
        expect(kept.length).toBeLessThanOrEqual(500);
        expect(kept).not.toMatch(/^\s|\s$|\s\s/);
      }),
    );
  });

  it.each(['a', '1.', 'aA1', ':', 'a:', '@', 'a.', '/home/', 'password', 'token ', 'eyJ', '-----BEGIN '])(
    'may be anything, however often: %s',
    (part) => {
      expect(() => keepable(part.repeat(5000))).not.toThrow();
    },
  );
});

describe('missing topics', () => {
  const asked = (query: string, poor: number, topPage?: string): AskedQuery => ({
    query,
    count: poor + 1,
    poor,
    topPage,
  });

  it('put queries together that share a telling word, most wanted first', () => {
    expect(
      missingTopics([
        asked('gpu flavors', 2, 'docs:flavors.md'),
        asked('rotate logs', 4),
        asked('which flavor has a GPU?', 3, 'docs:gpu.md'),
        asked('how to get gpus', 1, 'docs:gpu.md'),
        asked('log rotation', 1, 'docs:logs.md'),
        { query: 'mandatory flavors', count: 100, poor: 0, topPage: 'docs:flavors.md' },
      ]),
    ).toEqual([
      {
        words: ['gpu'],
        count: 6,
        queries: ['which flavor has a GPU?', 'gpu flavors', 'how to get gpus'],
        nearestPage: 'docs:gpu.md',
      },
      {
        words: ['rotate', 'logs'],
        count: 5,
        queries: ['rotate logs', 'log rotation'],
        nearestPage: 'docs:logs.md',
      },
    ]);
  });

  it('put German and English together by the words that both have', () => {
    const [topic] = missingTopics([asked('wie sichere ich harbor', 2), asked('harbor backup', 1)]);
    expect(topic).toMatchObject({ words: ['harbor'], count: 3 });
  });

  it('leave apart what shares nothing, or nothing but small words', () => {
    expect(missingTopics([asked('how to bill', 1), asked('how to mount', 1)])).toHaveLength(2);
  });

  it('are none of no queries, and of a query that has no words itself', () => {
    expect(missingTopics([])).toEqual([]);
    expect(missingTopics([asked('???', 1)])).toEqual([]);
  });
});
