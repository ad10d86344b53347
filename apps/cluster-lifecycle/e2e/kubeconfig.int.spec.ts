// Kubeconfigs that are issued to callers, and those that are kept for certification, of clusters in memory: these let anybody in, so what a server
// makes of a certificate is tested beside the code that makes it.
import { X509Certificate } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IssueKubeconfigRequest_Access as Access } from '@scs/proto/scs/lifecycle/v1/cluster_pb';
import { connectKubernetes } from '@scs/kubernetes';
import type { DomainError } from '@scs/service';
import { eventually } from '@scs/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { memberOf, startWorld, type World } from './tenant-world.ts';

const name = 'tenants/acme/clusters/opened';
const hourMs = 3_600_000;
let world: World;
beforeAll(async () => {
  world = await startWorld();
  await mkdir(world.exportFolder, { recursive: true });
  await writeFile(join(world.exportFolder, 'acme.theirs'), 'apiVersion: v1\nkind: Config\n');
  await world.tenant('acme', ['1.33']);
  await world.cluster('acme', 'opened');
});
afterAll(() => world.close());

function certificateOf(kubeconfig: string): X509Certificate {
  const { users } = parse(kubeconfig) as { users: [{ user: { 'client-certificate-data': string } }] };
  return new X509Certificate(Buffer.from(users[0].user['client-certificate-data'], 'base64'));
}

it.each([
  ['to look', Access.VIEW, 'lifecycle.scs.community:viewers'],
  ['to look, where nothing is said', Access.UNSPECIFIED, 'lifecycle.scs.community:viewers'],
  ['to do everything', Access.ADMIN, 'kubeadm:cluster-admins'],
])('are issued %s, in the name of the caller, for the time that was asked for', async (_, access, group) => {
  const before = Date.now();
  const ttl = { seconds: 900n, nanos: 0 };
  const issued = await world.clusters.issueKubeconfig(
    { name, access, ttl },
    await world.as(memberOf('acme')),
  );
  const certificate = certificateOf(issued.kubeconfig);
  expect(certificate.subject.split('\n').toSorted()).toEqual(['CN=somebody', `O=${group}`]);
  const end = Date.parse(certificate.validTo);
  expect(Number(issued.expireTime?.seconds) * 1000).toBe(end);
  // To the second.
  expect(end).toBeGreaterThanOrEqual(before + 899_000);
  expect(end).toBeLessThanOrEqual(Date.now() + 900_000);
  const client = connectKubernetes({ kubeconfig: { text: issued.kubeconfig }, userAgent: 'e2e' });
  const { items } = await client.list({ apiVersion: 'v1', kind: 'Node' });
  client.close();
  expect(items).toHaveLength(2);
});

it('that let one look bring the rights for that into the cluster', async () => {
  const client = connectKubernetes({
    kubeconfig: { text: world.sandbox.workload('acme', 'opened')!.kubeconfig },
    userAgent: 'e2e',
  });
  const { items } = await client.list({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
  });
  client.close();
  expect(items).toContainEqual(
    expect.objectContaining({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [
        { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'lifecycle.scs.community:viewers' },
      ],
    }),
  );
});

it('are written down with who got one, and without what is in them', async () => {
  const database = new pg.Client({ connectionString: world.databaseUrl });
  await database.connect();
  const { rows } = await database.query(
    "SELECT actor, tenant, action, resource FROM cluster_lifecycle.audit WHERE action = 'issue-admin-kubeconfig'",
  );
  await database.end();
  expect(rows).toEqual([
    { actor: 'somebody', tenant: 'acme', action: 'issue-admin-kubeconfig', resource: name },
  ]);
});

it.each([599n, 86_401n])('are not issued for %i seconds', async (seconds) => {
  const call = world.clusters.issueKubeconfig(
    { name, ttl: { seconds, nanos: 0 } },
    await world.as(memberOf('acme')),
  );
  await expect(call).rejects.toMatchObject({
    kind: 'invalid',
    reason: 'TTL_INVALID',
  } satisfies Partial<DomainError>);
});

it('for certification are kept in the folder, renewed after half a day, and removed with the cluster', async () => {
  const file = 'acme.opened';
  const first = await eventually(async () => {
    const text = await world.exported(file);
    if (text === undefined) throw new Error('not there yet');
    return text;
  });
  expect((await stat(join(world.exportFolder, file))).mode & 0o777).toBe(0o600);
  expect(certificateOf(first).subject).toContain('O=lifecycle.scs.community:viewers');
  expect(Date.parse(certificateOf(first).validTo) - Date.now()).toBeGreaterThan(23 * hourMs);

  world.clock.aheadMs += 13 * hourMs;
  // Looked at now and then, and whenever a cluster comes.
  await world.cluster('acme', 'other');
  const second = await eventually(async () => {
    const text = await world.exported(file);
    if (text === undefined || text === first) throw new Error('not renewed yet');
    return text;
  });
  expect(Date.parse(certificateOf(second).validTo)).toBeGreaterThan(Date.parse(certificateOf(first).validTo));

  await world.clusters.deleteCluster({ name }, await world.as(memberOf('acme')));
  await eventually(async () => expect(await world.exported(file)).toBeUndefined());
  expect(await world.exported('acme.theirs')).toBe('apiVersion: v1\nkind: Config\n');
});
