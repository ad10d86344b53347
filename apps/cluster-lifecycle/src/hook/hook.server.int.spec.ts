// The hook server over TLS, with a Kubernetes API in memory behind it. Not here: what is answered, which @scs/cluster-stacks decides and tests.
import https from 'node:https';
import { crds, hookHandlers, hookPath, type ClusterAddon } from '@scs/cluster-stacks';
import { connectKubernetes } from '@scs/kubernetes';
import { startSandboxKubernetes } from '@scs/sandbox';
import { createLogger } from '@scs/service';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bundleOf, rotate } from '../certificate/rotation.ts';
import { startHookServer } from './hook.server.ts';

const className = 'docker-ferrol-1-28-v1';
const base = '/hooks.runtime.cluster.x-k8s.io/v1alpha1';
const paths = Object.fromEntries(hookHandlers.map((handler) => [handler.hook, hookPath(handler)]));

const request = (hook: string, change: object = {}) => ({
  apiVersion: 'hooks.runtime.cluster.x-k8s.io/v1alpha1',
  kind: `${hook}Request`,
  cluster: {
    apiVersion: 'cluster.x-k8s.io/v1beta1',
    kind: 'Cluster',
    metadata: { name: 'x', namespace: 'team', uid: 'u1' },
    spec: { topology: { class: className, version: 'v1.28.2' } },
  },
  fromKubernetesVersion: 'v1.27.3',
  toKubernetesVersion: 'v1.28.2',
  kubernetesVersion: 'v1.28.2',
  ...change,
});

const addon = (annotations: Record<string, string> = {}): ClusterAddon => ({
  apiVersion: 'clusterstack.x-k8s.io/v1alpha1',
  kind: 'ClusterAddon',
  metadata: { name: 'cluster-addon-x', namespace: 'team', annotations },
  spec: { clusterRef: { kind: 'Cluster', name: 'x' } },
});

async function setup() {
  const made = await rotate(undefined, ['127.0.0.1'], new Date());
  let pair = made.serving;
  const handlers = new Set<() => void>();
  const sandbox = await startSandboxKubernetes({ crds: crds.map((crd) => ({ ...crd })) });
  const client = connectKubernetes({
    kubeconfig: { text: sandbox.kubeconfig },
    userAgent: 'test',
    timeoutMs: 30_000,
  });
  const server = await startHookServer({
    host: '127.0.0.1',
    port: 0,
    client,
    clock: () => new Date(),
    logger: createLogger({ name: 'test', version: '0' }, 'silent'),
    timeoutMs: 300,
    certificates: {
      get cert() {
        return pair.cert;
      },
      get key() {
        return pair.key;
      },
      onChange(handler) {
        handlers.add(handler);
        return () => void handlers.delete(handler);
      },
    },
  });
  onTestFinished(async () => {
    await server.close();
    client.close();
    await sandbox.close();
  });
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
  const ca = bundleOf(made);
  return {
    sandbox,
    client,
    stored: () =>
      client.get<ClusterAddon>({
        apiVersion: addon().apiVersion,
        kind: 'ClusterAddon',
        name: 'cluster-addon-x',
        namespace: 'team',
      }),
    ask: (hook: string, change?: object) =>
      send(server.port, ca, paths[hook] ?? '', JSON.stringify(request(hook, change))),
    send: (path: string, body: string, method?: string) => send(server.port, ca, path, body, method),
    renew: async () => {
      const next = await rotate(undefined, ['127.0.0.1'], new Date());
      pair = next.serving;
      for (const handler of handlers) handler();
      return (path: string, body: string) => send(server.port, bundleOf(next), path, body);
    },
  };
}

function send(port: number, ca: string, path: string, body: string, method = 'POST') {
  return new Promise<{ status: number; text: string; json: () => Record<string, unknown> }>(
    (resolve, reject) => {
      const options = { host: '127.0.0.1', port, path: `${path}?timeout=10s`, method, ca, agent: false };
      const sent = https.request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            text,
            json: () => JSON.parse(text) as Record<string, unknown>,
          });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    },
  );
}

describe('a hook call', () => {
  it('is written down in the ClusterAddon, once, and holds Cluster API', async () => {
    const { client, ask, stored, sandbox } = await setup();
    await client.create(addon());
    const first = await ask('BeforeClusterUpgrade');
    expect(first.json()).toMatchObject({
      kind: 'BeforeClusterUpgradeResponse',
      status: 'Success',
      retryAfterSeconds: 5,
    });
    const written = (await stored())?.metadata;
    expect(JSON.parse(written?.annotations?.['lifecycle.scs.community/hook-request'] ?? '')).toMatchObject({
      hook: 'BeforeClusterUpgrade',
      classTo: className,
    });
    await ask('BeforeClusterUpgrade');
    expect((await stored())?.metadata.resourceVersion).toBe(written?.resourceVersion);
    expect(sandbox.requests.filter(({ verb }) => verb === 'patch')).toHaveLength(1);
  });

  it('that cannot be written down is asked for again, not taken as answered (defect 15)', async () => {
    const { client, ask, sandbox, stored } = await setup();
    await client.create(addon());
    const end = sandbox.interfere(({ verb }) => (verb === 'patch' ? { status: 500 } : undefined));
    expect((await ask('BeforeClusterUpgrade')).json()).toMatchObject({
      status: 'Success',
      retryAfterSeconds: 10,
    });
    end();
    await ask('BeforeClusterUpgrade');
    expect((await stored())?.metadata.annotations).toHaveProperty(['lifecycle.scs.community/hook-request']);
  });

  it('many at once, for the same cluster, are all answered and lose nothing (defect 15)', async () => {
    const { client, ask, stored } = await setup();
    await client.create(addon());
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('BeforeClusterUpgrade')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await stored())?.metadata.annotations).toHaveProperty(['lifecycle.scs.community/hook-request']);
  });

  it('is let through when what is written down says that all is done, by a server that was just started (defect 1)', async () => {
    const { client, ask } = await setup();
    const run = {
      className,
      kind: 'upgraded',
      version: 'v1',
      kubernetesVersion: 'v1.28.2',
      through: ['BeforeClusterUpgrade'],
    };
    await client.create(addon({ 'lifecycle.scs.community/addon-run': JSON.stringify(run) }));
    expect((await ask('BeforeClusterUpgrade')).json()).toMatchObject({
      status: 'Success',
      retryAfterSeconds: 0,
    });
  });

  it('makes no ClusterAddon, and is asked again where one will come', async () => {
    const { client, ask, stored } = await setup();
    expect((await ask('BeforeClusterUpgrade')).json()).toMatchObject({ retryAfterSeconds: 0 });
    await client.create({
      apiVersion: addon().apiVersion,
      kind: 'ClusterStackRelease',
      metadata: { name: className, namespace: 'team' },
      spec: {},
    });
    expect((await ask('BeforeClusterUpgrade')).json()).toMatchObject({
      status: 'Success',
      retryAfterSeconds: 10,
    });
    expect(await stored()).toBeUndefined();
  });

  it.each([
    ['away', (sandbox: Awaited<ReturnType<typeof setup>>['sandbox']) => sandbox.goAway()],
    [
      'slow',
      (sandbox: Awaited<ReturnType<typeof setup>>['sandbox']) =>
        void sandbox.interfere(() => ({ delayMs: 60_000 })),
    ],
    [
      'broken',
      (sandbox: Awaited<ReturnType<typeof setup>>['sandbox']) =>
        void sandbox.interfere(() => ({ status: 500 })),
    ],
  ])('is answered in time while the Kubernetes API is %s', async (_, fail) => {
    const { ask, sandbox } = await setup();
    await fail(sandbox);
    expect((await ask('BeforeClusterUpgrade')).json()).toMatchObject({
      status: 'Success',
      retryAfterSeconds: 10,
    });
    expect((await ask('AfterControlPlaneInitialized')).json()).toMatchObject({ status: 'Success' });
  });
});

describe('the server', () => {
  it('tells what it handles', async () => {
    const { send: post } = await setup();
    const body = JSON.stringify({
      apiVersion: 'hooks.runtime.cluster.x-k8s.io/v1alpha1',
      kind: 'DiscoveryRequest',
    });
    const { status, json } = await post(`${base}/discovery`, body);
    expect(status).toBe(200);
    expect(json()).toMatchObject({
      kind: 'DiscoveryResponse',
      status: 'Success',
      handlers: hookHandlers.map(({ name }) => ({ name })),
    });
  });

  it.each([
    ['no JSON', paths['BeforeClusterUpgrade'] ?? '', 'text', 'POST', 400, 'no JSON'],
    ['nothing', paths['BeforeClusterUpgrade'] ?? '', '', 'POST', 400, 'no JSON'],
    ['too much', paths['BeforeClusterUpgrade'] ?? '', ' '.repeat(4 * 2 ** 20), 'POST', 413, 'larger'],
    ['a hook that is not served', `${base}/beforeclusterdelete/x`, '{}', 'POST', 404, 'no hook'],
    ['another method', paths['BeforeClusterUpgrade'] ?? '', '', 'GET', 405, 'POST'],
  ])('refuses %s in one line', async (_, path, body, method, status, text) => {
    const { send: post } = await setup();
    const answer = await post(path, body, method);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(/^[^\n]*\n$/);
    expect(answer.text).toContain(text);
  });

  it('answers JSON that is no request with a failure and its reason, as the contract says', async () => {
    const { send: post } = await setup();
    const { status, json } = await post(paths['BeforeClusterUpgrade'] ?? '', '{"kind":"Pod"}');
    expect(status).toBe(200);
    expect(json()).toMatchObject({
      status: 'Failure',
      message: expect.stringContaining('BeforeClusterUpgradeRequest') as string,
    });
  });

  it('serves a new certificate without a restart', async () => {
    const { renew, send: old } = await setup();
    const post = await renew();
    expect((await post(`${base}/discovery`, '{}')).status).toBe(200);
    await expect(old(`${base}/discovery`, '{}')).rejects.toThrow('certificate');
  });
});
