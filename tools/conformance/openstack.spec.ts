// The real OpenStack services that OS_CLIENT_CONFIG_FILE names, seeded with SCS content (clouds demo, demo-appcred, admin).
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openstack, projectListing } from './openstack-project.ts';
import { certify, scs, start } from './scs.ts';

const clouds = process.env['OS_CLIENT_CONFIG_FILE'];
const present = clouds !== undefined && existsSync(clouds);
if (!present) console.log('skipped: OpenStack conformance needs OS_CLIENT_CONFIG_FILE of a seeded test bed');

const run = promisify(execFile);

const verdicts = (testcases: Record<string, string>, verdict: string) =>
  Object.values(testcases).filter((value) => value === verdict).length;

describe.skipIf(!present)('a real, seeded OpenStack cloud', () => {
  it.each([
    ['demo', 'v5.1', 54],
    ['demo', 'next', 55],
    ['demo-appcred', 'v5.1', 54],
  ])(
    '%s passes each main test case of %s, as with upstream’s own tests, and nothing is left behind',
    async (cloud, version, main) => {
      const before = await projectListing();
      const verdict = await certify(
        '--os-cloud',
        cloud,
        '--version',
        version,
        '--mode',
        'upstream',
        '--probes',
      );
      expect(verdict.result, JSON.stringify(verdict.testcases)).toBe('PASS');
      expect(verdict.code).toBe(0);
      expect(verdicts(verdict.testcases, 'PASS')).toBe(main);
      expect(await projectListing()).toEqual(before);
    },
  );

  it('is not determined without probes: only the test cases that need them are missing', async () => {
    const verdict = await certify('--os-cloud', 'demo', '--version', 'v5.1');
    expect(verdict.result).toBe('MISS');
    expect(verdict.code).toBe(2);
    const missing = Object.entries(verdict.testcases).filter(([, result]) => result !== 'PASS');
    expect(missing.map(([id]) => id).toSorted()).toEqual([
      'scs-0101-entropy-avail',
      'scs-0101-fips-test',
      'scs-0115-default-rules',
      'scs-0116-permissions',
      'scs-0117-test-backup',
      'scs-0123-swift-s3',
    ]);
  });

  it('is not certified with an admin’s token, because that proves nothing about users', async () => {
    const verdict = await certify('--os-cloud', 'admin', '--version', 'v5.1');
    expect(verdict.result).toBe('ABORT');
    expect(verdict.code).toBe(2);
  });

  it('finds a violation, and the remedy that it prints mends it', async () => {
    await openstack('admin', 'flavor', 'unset', '--property', 'scs:cpu-type', 'SCS-1V-4');
    try {
      const broken = await certify('--os-cloud', 'demo', '--version', 'v5.1');
      expect(broken.result).toBe('FAIL');
      expect(broken.testcases['scs-0103-flavor-1v-4']).toBe('FAIL');
      const remedies = broken.findings
        .filter((finding) => finding.testcase === 'scs-0103-flavor-1v-4')
        .map((finding) => finding.remedy);
      expect(remedies).toHaveLength(1);
      await run('sh', ['-c', String(remedies[0])], { env: { ...process.env, OS_CLOUD: 'admin' } });
      const mended = await certify('--os-cloud', 'demo', '--version', 'v5.1');
      expect(mended.testcases['scs-0103-flavor-1v-4']).toBe('PASS');
    } finally {
      await openstack('admin', 'flavor', 'set', '--property', 'scs:cpu-type=shared-core', 'SCS-1V-4');
    }
  });

  it('finds and removes what a killed probe run left', async () => {
    const before = await projectListing();
    const { child, done } = start([
      'certify',
      '--os-cloud',
      'demo',
      '--version',
      'v5.1',
      '--probes',
      '--output',
      'json',
    ]);
    // Killed as soon as it has created something.
    for (let look = 0; look < 100; look++) {
      const now = await projectListing();
      if (JSON.stringify(now) !== JSON.stringify(before)) break;
      await sleep(200);
    }
    child.kill('SIGKILL');
    await done;
    expect(await projectListing()).not.toEqual(before);
    const cleanup = await scs(['probes', 'cleanup', '--os-cloud', 'demo']);
    expect(cleanup.code, cleanup.stderr).toBe(0);
    expect(await projectListing()).toEqual(before);
  });
});
