// The built CLI against every recorded cloud over HTTP: verdicts, number of requests, and that probes leave nothing behind.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { created, mockMissing, removed, startMockCloud, vectors } from './mock-cloud.ts';
import { buildScs, cloudsYaml, start } from './scs.ts';

if (mockMissing) console.log(`skipped: the recorded clouds cannot be served here: ${mockMissing}`);

type Results = Record<string, string>;
const golden = mockMissing
  ? { as_of: '', baseline: {}, variants: {} }
  : (JSON.parse(readFileSync(join(vectors, 'clouds.json'), 'utf8')) as {
      as_of: string;
      baseline: Results;
      variants: Record<string, Results>;
    });
const clouds: [string, Results][] = Object.entries({ good: {}, ...golden.variants });

describe.skipIf(mockMissing !== null)('a recorded cloud over HTTP', () => {
  let scs: Awaited<ReturnType<typeof buildScs>>;
  beforeAll(async () => {
    scs = await buildScs();
  });
  afterAll(() => scs.remove());

  it.concurrent.each(clouds)('%s has the verdicts of the official tests', async (cloud, differences) => {
    const mock = await startMockCloud(cloud);
    try {
      const { done } = start(
        scs.bin,
        [
          'certify',
          '--os-cloud',
          'mock',
          '--version',
          'v5.1',
          '--all-testcases',
          '--probes',
          '--mode',
          'upstream',
          '--at',
          golden.as_of,
          '--output',
          'json',
        ],
        { OS_CLIENT_CONFIG_FILE: cloudsYaml(mock.authUrl) },
      );
      const { stdout, stderr, code } = await done;
      expect(stderr).toBe('');
      const certificate = JSON.parse(stdout) as { testcases: Results; result: string; requests: number };
      expect(certificate.testcases).toEqual({ ...golden.baseline, ...differences });
      const requests = mock.requests();
      expect(requests.length).toBeLessThanOrEqual(64);
      expect(certificate.requests).toBe(requests.length);
      expect({ PASS: 0, FAIL: 1, ABORT: 2, MISS: 2 }[certificate.result]).toBe(code);
      expect(created(requests)).toBe(removed(requests));
    } finally {
      mock.stop();
    }
  });
});
