// The real OpenStack services that OS_CLIENT_CONFIG_FILE names, seeded with SCS content (clouds demo, demo-appcred, admin).
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { certify, scs, start } from './scs.ts';

const clouds = process.env['OS_CLIENT_CONFIG_FILE'];
const present = clouds !== undefined && existsSync(clouds);
if (!present) console.log('skipped: OpenStack conformance needs OS_CLIENT_CONFIG_FILE of a seeded test bed');

const run = promisify(execFile);
const openstack = async (cloud: string, ...args: string[]) =>
  (await run('/usr/bin/openstack', ['--os-cloud', cloud, ...args])).stdout;

/** Everything that a probe may create, as the project sees it. */
async function listing(): Promise<Record<string, string[]>> {
  const kinds = [
    'server',
    'volume',
    'volume backup',
    'network',
    'subnet',
    'router',
    'security group',
    'secret',
  ];
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const column = kind === 'secret' ? 'Secret href' : 'ID';
      const out = await openstack('demo', ...kind.split(' '), 'list', '-f', 'value', '-c', column);
      return [kind, out.split('\n').filter(Boolean).toSorted()] as const;
    }),
  );
  return Object.fromEntries(lists);
}

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
      const before = await listing();
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
      expect(await listing()).toEqual(before);
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
    const before = await listing();
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
      const now = await listing();
      if (JSON.stringify(now) !== JSON.stringify(before)) break;
      await sleep(200);
    }
    child.kill('SIGKILL');
    await done;
    expect(await listing()).not.toEqual(before);
    const cleanup = await scs(['probes', 'cleanup', '--os-cloud', 'demo']);
    expect(cleanup.code, cleanup.stderr).toBe(0);
    expect(await listing()).toEqual(before);
  });
});
