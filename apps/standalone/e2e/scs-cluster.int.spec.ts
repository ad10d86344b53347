// `scs cluster` as users have it, against everything in one process: a cluster's life from a terminal.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@scs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildScs, start } from '../../cli/e2e/scs.ts';
import { setup, type Setup } from './setup.ts';

let s: Setup;
let scs: Awaited<ReturnType<typeof buildScs>>;
let folder: string;
beforeAll(async () => {
  [s, scs] = await Promise.all([setup(), buildScs()]);
  folder = mkdtempSync(join(tmpdir(), 'scs-kubeconfig-'));
  await eventually(async () => {
    const { stdout } = await as('tenant-member', 'cluster', 'stacks');
    const { releases } = JSON.parse(stdout) as { releases: { ready: boolean }[] };
    if (releases.length < 3 || releases.some(({ ready }) => !ready)) throw new Error(`not ready: ${stdout}`);
  }, 60_000);
});
afterAll(async () => {
  await s.close();
  scs.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** As somebody of tenant acme, or an operator. */
async function as(role: string, ...args: string[]) {
  const tenant = role.startsWith('tenant-') ? 'acme' : undefined;
  const token = await s.running.issueToken(role, tenant);
  return start(scs.bin, args, { SCS_SERVER: s.running.url, SCS_TOKEN: token }).done;
}
const member = (...args: string[]) => as('tenant-member', 'cluster', ...args);
const json = (text: string): unknown => JSON.parse(text);

describe('scs cluster', () => {
  it('takes a cluster from a release to ready, larger, newer and away', async () => {
    const made = await member(
      'create',
      'shop',
      '--release',
      'dev-sandbox-1-33-v1',
      '--pool',
      'workers=default-worker:1',

      '--variable',
      'workerStartup=200ms',
      '--variable',
      'audit={"enabled": true}',
      '--label',
      'team=shop',
      '--wait',
    );
    expect(made.stderr).toBe('');
    expect([made.code, json(made.stdout)]).toMatchObject([
      0,
      {
        name: 'tenants/acme/clusters/shop',
        state: 'STATE_READY',
        release: 'dev-sandbox-1-33-v1',
        variables: { workerStartup: '200ms', audit: { enabled: true, maxAge: 30 } },
        labels: { team: 'shop' },
        upgrades: ['dev-sandbox-1-34-v1'],
      },
    ]);
    const larger = await member('scale', 'shop', '--pool', 'workers=2', '--wait');
    expect(json(larger.stdout)).toMatchObject({
      state: 'STATE_READY',
      nodePools: [{ replicas: 2, readyReplicas: 2 }],
    });

    const listed = await as('operator', 'cluster', 'list', '--output', 'table');
    expect(listed.stdout).toMatch(/^CLUSTER +STATE +RELEASE +KUBERNETES +NODES +WAITS FOR\n/);
    expect(listed.stdout).toMatch(/acme\/shop +ready +dev-sandbox-1-33-v1 +v1\.33\.6 +2\/2\n/);

    const newer = await member('upgrade', 'shop', '--wait');
    expect(json(newer.stdout)).toMatchObject({
      state: 'STATE_READY',
      kubernetesVersion: 'v1.34.3',
      addonsRelease: 'dev-sandbox-1-34-v1',
    });
    const none = await member('upgrade', 'shop');
    expect([none.code, none.stderr]).toEqual([
      64,
      'scs: no newer release is ready; name one with --release, or wait for one\n',
    ]);

    const gone = await member('delete', 'shop', '--wait');
    expect([gone.code, json(gone.stdout)]).toEqual([
      0,
      { name: 'tenants/acme/clusters/shop', state: 'deleted' },
    ]);
    const { clusters } = json((await member('list')).stdout) as { clusters: { name: string }[] };
    expect(clusters.map(({ name }) => name)).not.toContain('tenants/acme/clusters/shop');
  });

  it('gives a kubeconfig to its owner alone, and follows a cluster to its end', async () => {
    await member('create', 'short', '--release', 'dev-sandbox-1-33-v1', '--wait');
    const watching = member('watch', 'short', '--output', 'table');
    const out = join(folder, 'short.kubeconfig');
    const written = await member('kubeconfig', 'short', '--ttl', '15m', '-o', out);
    expect([written.code, written.stdout]).toEqual([0, `${out}\n`]);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(readFileSync(out, 'utf8')).toContain('current-context: short-view@short');
    await member('delete', 'short', '--wait');
    const watched = await watching;
    expect(watched.code).toBe(0);
    expect(watched.stdout).toMatch(/^acme\/short ready\n/);
  });

  it.each([
    ['a release is missing', ['create', 'x'], 64, /--release is missing/],
    ['a pool is unreadable', ['create', 'x', '--release', 'r', '--pool', 'workers'], 64, /ID=CLASS:REPLICAS/],
    [
      'all fields that are wrong are named',
      ['create', 'x', '--release', 'dev-sandbox-1-33-v1', '--pool', 'w=big:1', '--variable', 'colour=blue'],
      64,
      /colour.*no class big/,
    ],
    ['a cluster is not there', ['get', 'nowhere'], 64, /refuses \(404\): there is no cluster nowhere/],
    ['a cluster belongs to others', ['get', 'rival/shop'], 64, /refuses \(404\)/],
    ['a time is too long', ['kubeconfig', 'nowhere', '--ttl', '48h'], 64, /between|24 hours|404/],
    [
      'nobody is there',
      ['list', '--server', 'http://127.0.0.1:9'],
      69,
      /no answer from http:\/\/127\.0\.0\.1:9/,
    ],
  ])('says in one line that %s', async (_, args, code, message) => {
    const run = await member(...args);
    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(message);
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect(run.stdout).toBe('');
  });

  it('asks operators whose cluster is meant', async () => {
    const run = await as('operator', 'cluster', 'get', 'shop');
    expect([run.code, run.stderr]).toEqual([
      64,
      'scs: clusters belong to tenants; name it with --tenant NAME, or write TENANT/CLUSTER\n',
    ]);
  });

  it('ends with 1 and what is waited for when the time is up', async () => {
    const run = await member(
      'create',
      'slow',
      '--release',
      'dev-sandbox-1-33-v1',
      '--pool',
      'w=default-worker:1',
      '--variable',
      'workerStartup=10m',
      '--wait',
      '--timeout',
      '6',
    );
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(
      /^scs: not done in time; acme\/slow provisioning: the nodes of the pool w \(0 of 1 ready\./,
    );
  });
});
