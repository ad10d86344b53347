// `scs certify` and `scs snapshot` as documented in docs/cli.md: keys of the JSON, formats, choice of the version, stored snapshots.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { created, mockMissing, removed, startMockCloud, vectors, type MockCloud } from './mock-cloud.ts';
import { buildScs, cloudsYaml, start, temporaryFile, type Run } from './scs.ts';

if (mockMissing) console.log(`skipped: the recorded clouds cannot be served here: ${mockMissing}`);

const at = '2026-11-23';

describe.skipIf(mockMissing !== null)('certifying a recorded cloud', () => {
  let scs: Awaited<ReturnType<typeof buildScs>>;
  let good: MockCloud;
  let bad: MockCloud;
  beforeAll(async () => {
    scs = await buildScs();
    [good, bad] = await Promise.all([startMockCloud('good'), startMockCloud('flavor-missing-mandatory')]);
  });
  afterAll(() => {
    good.stop();
    bad.stop();
    scs.remove();
  });

  const run = (cloud: MockCloud, ...args: string[]): Promise<Run> =>
    start(scs.bin, args, { OS_CLIENT_CONFIG_FILE: cloudsYaml(cloud.authUrl) }).done;
  const certify = (cloud: MockCloud, ...args: string[]): Promise<Run> =>
    run(cloud, 'certify', '--os-cloud', 'mock', '--at', at, ...args);
  const storedSnapshot = async (cloud: MockCloud): Promise<string> => {
    const path = temporaryFile('snapshot.json', 'what was there before');
    const { code, stderr, stdout } = await run(
      cloud,
      'snapshot',
      '--os-cloud',
      'mock',
      '--probes',
      '-o',
      path,
    );
    expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: '', stdout: '' });
    return path;
  };

  it('answers with exactly the documented keys', async () => {
    const { stdout, stderr } = await certify(bad, '--probes', '--output', 'json');
    expect(stderr).toBe('');
    const certificate = JSON.parse(stdout) as { versions: object[]; findings: object[] };
    const evaluation = [
      'scope',
      'version',
      'validity',
      'at',
      'subject',
      'mode',
      'result',
      'targets',
      'testcases',
      'reasons',
      'decidedBy',
      'findings',
    ];
    expect(Object.keys(certificate).toSorted()).toEqual(
      [...evaluation, 'requests', 'durationMs', 'versions'].toSorted(),
    );
    expect(certificate).toMatchObject({
      scope: 'iaas',
      subject: 'mock',
      mode: 'upstream',
      at: '2026-11-23T23:59:59.999Z',
    });
    for (const version of certificate.versions)
      expect(Object.keys(version).toSorted()).toEqual(evaluation.toSorted());
    expect(certificate.findings.length).toBeGreaterThan(0);
    for (const finding of certificate.findings) {
      expect(Object.keys(finding).toSorted()).toEqual(
        [
          'testcase',
          'rule',
          'clause',
          'obligation',
          'severity',
          'object',
          'property',
          'actual',
          'expected',
          'message',
          'remedy',
          'fails',
          'deviation',
        ].toSorted(),
      );
    }
  });

  it('judges every version that the timeline names, and shows the newest that is in force', async () => {
    const { stdout, code } = await certify(good, '--probes', '--output', 'json');
    const { version, result, versions } = JSON.parse(stdout) as {
      version: string;
      result: string;
      versions: { version: string }[];
    };
    expect({ version, result, code }).toEqual({ version: 'v5.1', result: 'PASS', code: 0 });
    expect(versions.map((judged) => judged.version)).toEqual(['next', 'v5.1']);
  });

  it('fails with exit code 1 and names what decided', async () => {
    const { stdout, code } = await certify(bad, '--version', 'v4', '--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      version: 'v4',
      result: 'FAIL',
      decidedBy: ['scs-0103-flavor-1l-1'],
    });
    expect(code).toBe(1);
  });

  it('is not determined without probes: exit code 2, and each missing test case has its reason', async () => {
    const { stdout, code } = await certify(good, '--version', 'v5.1', '--output', 'json');
    const { result, testcases, reasons } = JSON.parse(stdout) as {
      result: string;
      testcases: Record<string, string>;
      reasons: Record<string, string>;
    };
    expect({ result, code }).toEqual({ result: 'MISS', code: 2 });
    const missing = Object.keys(testcases).filter((id) => testcases[id] === 'MISS');
    expect(missing).toContain('scs-0101-entropy-avail');
    expect(Object.keys(reasons).toSorted()).toEqual(missing.toSorted());
  });

  it('prints a table for people, without colours where it is piped', async () => {
    const { stdout } = await certify(bad, '--version', 'v5.1', '--probes');
    expect(stdout).toMatch(/^✖ FAIL {2}mock: SCS-compatible IaaS v5\.1 \(effective\)/);
    expect(stdout).toContain('scs-0103-flavor-1l-1');
    expect(stdout).toContain('$ openstack flavor create');
    expect(stdout).not.toContain('\u001B');
  });

  it.each([
    ['yaml', /^scope: iaas\n/],
    ['junit', /^<\?xml [^]*<testcase [^>]*scs-0103-flavor-1l-1[^]*<failure/],
    ['sarif', /"version": ?"2\.1\.0"[^]*scs-0103/],
    ['upstream', /^spec:[^]*scs-0103-flavor-1l-1: -1/],
  ])('writes %s', async (format, expected) => {
    const { stdout, stderr, code } = await certify(bad, '--version', 'v5.1', '--output', format);
    expect(stderr).toBe('');
    expect(stdout).toMatch(expected);
    expect(code).toBe(1);
  });

  it('judges a stored snapshot as it judges the cloud, without a request', async () => {
    const path = await storedSnapshot(bad);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(readFileSync(path, 'utf8')).not.toContain('s3cr3t');
    const [live, stored] = await Promise.all([
      certify(bad, '--probes', '--output', 'json'),
      start(scs.bin, ['certify', '--snapshot', path, '--at', at, '--output', 'json']).done,
    ]);
    const { durationMs: _, requests, ...offline } = JSON.parse(stored.stdout) as Record<string, unknown>;
    const { durationMs: __, requests: ___, ...online } = JSON.parse(live.stdout) as Record<string, unknown>;
    expect(requests).toBe(0);
    expect(offline).toEqual(online);
    expect(stored.code).toBe(live.code);
  });

  it('says which names the flavors of a stored snapshot may carry', async () => {
    const { stdout } = await run(good, 'flavor', 'name', '--snapshot', await storedSnapshot(good));
    const flavors = JSON.parse(stdout) as { name: string; names: string[] }[];
    expect(flavors.find(({ name }) => name === 'SCS-4V-16-100s')?.names).toContain('SCS-4V-16-100s');
  });

  it.each([
    'scs-compatible-iaas.2024-03-21-r6.yaml',
    'scs-compatible-iaas.2024-12-20-v5.1.yaml',
    'scs-compatible-iaas.2026-08-21.yaml',
  ])('takes the scope from upstream’s file %s', async (file) => {
    const { stdout, stderr, code } = await certify(
      good,
      '--scope-file',
      join(vectors, 'scopes', file),
      '--version',
      'v4',
      '--probes',
      '--output',
      'json',
    );
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ scope: 'iaas', version: 'v4' });
    expect(code).not.toBe(64);
  });

  it('leaves nothing beside the file it writes', async () => {
    const path = await storedSnapshot(good);
    expect(existsSync(path)).toBe(true);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      format: 'scs.snapshot/v1',
      kind: 'cloud',
      subject: 'mock',
    });
  });

  it('finds nothing to clean up after an orderly run', async () => {
    const { stdout, code } = await run(good, 'probes', 'cleanup', '--os-cloud', 'mock');
    expect(stdout).toBe('nothing was left behind\n');
    expect(code).toBe(0);
  });

  it('removes what its probes made when it is interrupted', async () => {
    const cloud = await startMockCloud('good');
    try {
      const { child, done } = start(scs.bin, ['certify', '--os-cloud', 'mock', '--probes'], {
        OS_CLIENT_CONFIG_FILE: cloudsYaml(cloud.authUrl),
      });
      await vi.waitFor(() => expect(created(cloud.requests())).toBeGreaterThan(0), {
        timeout: 10_000,
        interval: 5,
      });
      child.kill('SIGINT');
      const { code, stdout, stderr } = await done;
      expect(stderr).toMatch(/^scs: interrupted; removing what the probes made/);
      expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
      expect(removed(cloud.requests())).toBe(created(cloud.requests()));
    } finally {
      cloud.stop();
    }
  });
});
