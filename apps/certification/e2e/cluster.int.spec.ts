// A cluster as a subject, on a Kubernetes API of two paths. A real API server is met in the conformance suite.
import { createServer, type Server } from 'node:http';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Evaluation_State, Result } from '@scs/proto/scs/certification/v1/evaluation_pb';
import { connectJobs } from '@scs/jobs';
import { createLogger } from '@scs/service';
import { eventually, freePort } from '@scs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certifyCluster } from '../src/subject/cluster.jobs.ts';
import { setup, type Setup } from './setup.ts';

const kubeconfigAt = (address: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: address, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { token: 's3cr3t' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });

describe('a cluster', () => {
  let s: Setup;
  let server: Server;
  beforeAll(async () => {
    // Kubernetes 1.35 is supported until 2027 (kubernetes.io/releases).
    s = await setup({ clock: () => new Date('2026-11-24T12:00:00Z') });
    server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify(
          request.url?.startsWith('/version')
            ? { major: '1', minor: '35', gitVersion: 'v1.35.2' }
            : {
                kind: 'NodeList',
                apiVersion: 'v1',
                metadata: {},
                items: [{ metadata: { name: 'a', labels: {} } }],
              },
        ),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    server.close();
    await s.close();
  });

  async function register(subjectId: string, address: string): Promise<string> {
    await writeFile(join(s.folder, `${subjectId}.yaml`), kubeconfigAt(address));
    const credential = { case: 'kubeconfig', value: `${subjectId}.yaml` } as const;
    const { name, scope } = await s.subjects.createSubject(
      { subjectId, subject: { credential } },
      s.certifier,
    );
    expect(scope).toBe('scopes/kaas');
    return name;
  }

  it('is judged by its version, and passes with the imported report of a conformance run', async () => {
    const name = await register('prod', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const evaluation = await s.newest(name);
    const { testcases } = evaluation.versions.find(({ version }) => version === 'v1')!;
    expect(testcases['cncf-k8s-conformance']).toBe(Result.MISS);
    const snapshot = await s.evaluations.getSnapshot({ name: evaluation.snapshot }, s.certifier);
    expect(snapshot.content).toMatchObject({ kind: 'cluster', version: { value: 'v1.35.2' } });

    const report = [
      'spec: {uuid: 1fffebe6-fd4b-44d3-a36c-fc58b4bb0180, name: SCS-compatible KaaS, url: u}',
      'checked_at: 2026-11-24 11:00:00.000000',
      'subject: prod',
      'run:',
      '  uuid: 0b1f7d5e-0000-4000-8000-000000000001',
      '  invocations:',
      '    a: {results: {cncf-k8s-conformance: 1, version-policy-check: 1, kaas-networking-check: 1}}',
      '',
    ].join('\n');
    await s.evaluations.importReport({ parent: name, report }, s.certifier);
    const status = await s.subjects.getSubjectStatus({ name }, s.certifier);
    const v1 = status.versions.find(({ version }) => version === 'v1')!;
    const results = Object.fromEntries(
      v1.testcases.map(({ testcase, result }) => [testcase, Result[result]]),
    );
    expect(results).toMatchObject({ 'cncf-k8s-conformance': 'PASS', 'kaas-networking-check': 'PASS' });
    // A conformance result counts for a year (its lifetime), a version for a week.
    const expiry = v1.testcases.find(({ testcase }) => testcase === 'cncf-k8s-conformance')!.expireTime!;
    expect(new Date(Number(expiry.seconds) * 1000).toISOString()).toBe('2028-01-01T00:00:00.000Z');
  });

  it('that cannot be reached fails with the reason, after it was tried again', async () => {
    const name = await register('gone', `http://127.0.0.1:${await freePort()}`);
    const evaluation = await s.newest(name);
    expect(Evaluation_State[evaluation.state]).toBe('FAILED');
    expect(evaluation.error).toMatch(/^127\.0\.0\.1:\d+ refuses connections; check/);
    expect(evaluation.error).not.toContain('s3cr3t');
  });

  /** What cluster-lifecycle sends. */
  async function announce(cluster: string, readyTime: string): Promise<void> {
    const jobs = await connectJobs(
      s.env['DATABASE_URL']!,
      createLogger({ name: 'test', version: '0' }, 'silent'),
    );
    const payload = { tenant: 'acme', cluster, kubernetesVersion: 'v1.35.2', readyTime };
    await jobs.enqueue({ ...certifyCluster, parse: () => payload }, payload, `acme/${cluster}`);
    await jobs.close();
  }
  const evaluationsOf = async (parent: string) =>
    (await s.evaluations.listEvaluations({ parent }, s.certifier)).evaluations;

  it('of a tenant becomes a subject when it is announced, and is evaluated once for each message', async () => {
    const parent = 'subjects/acme-shop';
    await announce('shop', '2026-11-24T11:00:00Z');
    // The kubeconfig may come after the message.
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await writeFile(join(s.folder, 'acme.shop'), kubeconfigAt(address));
    await eventually(async () => expect(await evaluationsOf(parent)).toHaveLength(1), 30_000);
    const token = await s.as('tenant-reader', 'acme');
    expect(await s.subjects.getSubject({ name: parent }, token)).toMatchObject({
      scope: 'scopes/kaas',
      tenant: 'acme',
      displayName: 'shop',
      credential: { case: 'kubeconfig', value: 'acme.shop' },
    });
    expect((await s.newest(parent)).state).toBe(Evaluation_State.DONE);

    await announce('shop', '2026-11-24T11:00:00Z');
    await announce('shop', '2026-11-24T11:30:00Z');
    await eventually(async () => expect(await evaluationsOf(parent)).toHaveLength(2));
  });

  it('takes no subject over that belongs to others', async () => {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const name = await register('acme-taken', address);
    const before = (await evaluationsOf(name)).length;
    await writeFile(join(s.folder, 'acme.taken'), kubeconfigAt(address));
    await announce('taken', '2026-11-24T11:00:00Z');
    // Worked on after the one before it.
    await writeFile(join(s.folder, 'acme.after'), kubeconfigAt(address));
    await announce('after', '2026-11-24T11:00:00Z');
    await eventually(async () => expect(await evaluationsOf('subjects/acme-after')).toHaveLength(1));
    expect(await s.subjects.getSubject({ name }, s.certifier)).toMatchObject({ tenant: '' });
    expect(await evaluationsOf(name)).toHaveLength(before);
  });
});
