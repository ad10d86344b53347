// An API server that asks the webhooks: the one in memory, or the real one of E2E_KUBECONFIG; a plain one, since Cluster API’s own webhooks want classes
// that exist. Not covered: every rule, which @scs/cluster-stacks tests.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { KubernetesObject } from '@scs/cluster-stacks';
import { connectKubernetes, type KubernetesClient } from '@scs/kubernetes';
import { startSandboxKubernetes } from '@scs/sandbox';
import { createLogger } from '@scs/service';
import { eventually } from '@scs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { definitions } from '../../e2e/kubernetes.ts';
import { injectLabel } from '../certificate/ca-injection.ts';
import { openServingCertificate } from '../certificate/serving-certificate.ts';
import { validatingWebhookConfiguration } from './webhook.ts';
import { startWebhooks } from './webhooks.ts';

interface Vectors {
  clusterStackCreate: { name: string; spec: Fields; allowed: boolean; field?: string }[];
  clusterStackUpdateImmutable: string[];
  clusterStackDelete: { stack: Fields; clusterClassInSameNamespace: string; allowed: boolean }[];
  clusterStackReleaseDelete: { release: string; clusterClassInSameNamespace: string; allowed: boolean }[];
  clusterCreate: {
    cls: string;
    version: string;
    release: { name: string; kubernetesVersion: string } | null;
    allowed: boolean;
  }[];
  clusterUpdate: { old: string; new: string; allowed: boolean; why: string }[];
  clusterAddonUpdate: { immutable: string[] };
}
type Fields = Record<string, unknown>;

const file = new URL('../../../../../shared/vectors/lifecycle/webhook-cases.json', import.meta.url);
const vectors: Vectors = existsSync(file)
  ? (JSON.parse(readFileSync(file, 'utf8')) as Vectors)
  : {
      clusterStackCreate: [],
      clusterStackUpdateImmutable: [],
      clusterStackDelete: [],
      clusterStackReleaseDelete: [],
      clusterCreate: [],
      clusterUpdate: [],
      clusterAddonUpdate: { immutable: [] },
    };
if (!existsSync(file)) process.stdout.write(`${file.pathname} is missing: its cases are skipped\n`);

const real = process.env['E2E_KUBECONFIG'];
const logger = createLogger({ name: 'test', version: '0' }, 'silent');
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

let client: KubernetesClient;
const name = `webhooks-${randomBytes(3).toString('hex')}`;
const operatorNamespace = `operator-${name}`;

/** Everything as in production: a certificate of our own in a Secret, made known by the label. */
beforeAll(async () => {
  const sandbox = real ? undefined : await startSandboxKubernetes({ crds: definitions });
  if (sandbox) closing.push(() => sandbox.close());
  client = connectKubernetes({
    kubeconfig: real ? { file: real } : { text: sandbox?.kubeconfig ?? '' },
    userAgent: 'test',
  });
  closing.push(() => client.close());
  // A real one has Cluster API, or gets as much of it as is asked about here.
  if (real)
    for (const definition of definitions)
      if (!(await client.get({ ...definition, name: definition.metadata.name })))
        await client.create({ ...definition });
  await createNamespace(operatorNamespace);
  const certificate = await openServingCertificate({
    self: { client, namespace: operatorNamespace, secretName: 'webhooks', dnsNames: ['127.0.0.1'] },
    clock: () => new Date(),
    checkMs: 100,
  });
  closing.push(() => certificate.close());
  const server = await startWebhooks({ WEBHOOK_ADDRESS: '127.0.0.1:0' }, { client, certificate, logger });
  closing.push(() => server.close());
  const configuration = validatingWebhookConfiguration(
    { url: server.url },
    { name, labels: { [injectLabel]: operatorNamespace } },
  );
  closing.push(() => client.delete({ ...configuration, name }));
  // Other tests may run against the same server.
  const namespaceSelector = { matchLabels: { 'test-of': name } };
  const limited = configuration.webhooks.map((webhook) => ({ ...webhook, namespaceSelector }));
  await client.create({ ...configuration, webhooks: limited });
  // It gets its CA by the label; then the API server takes a moment to heed it.
  const namespace = await createNamespace();
  await eventually(async () => {
    const { message } = await outcome(
      client.create(aStack(namespace, { versions: ['none'] }), { dryRun: true }),
    );
    if (!message.includes('spec.versions')) throw new Error(`the webhook was not asked: ${message}`);
  });
}, 60_000);

async function createNamespace(namespace = `team-${randomBytes(3).toString('hex')}`): Promise<string> {
  const labels = { 'test-of': name };
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
  closing.push(() => client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace }));
  return namespace;
}

const stackType = { apiVersion: 'clusterstack.x-k8s.io/v1alpha1', kind: 'ClusterStack' };
const releaseType = { ...stackType, kind: 'ClusterStackRelease' };
const addonType = { ...stackType, kind: 'ClusterAddon' };
const aStack = (namespace: string, spec: Fields = {}): KubernetesObject => ({
  ...stackType,
  metadata: { name: 'ferrol', namespace },
  spec: { provider: 'docker', name: 'ferrol', kubernetesVersion: '1.27', noProvider: true, ...spec },
});
const aCluster = (
  namespace: string,
  className: string,
  version = 'v1.27.3',
  api = 'v1beta2',
): KubernetesObject => ({
  apiVersion: `cluster.x-k8s.io/${api}`,
  kind: 'Cluster',
  metadata: { name: 'one', namespace },
  spec: {
    topology: {
      ...(api === 'v1beta2' ? { classRef: { name: className } } : { class: className }),
      version,
    },
  },
});

async function createRelease(namespace: string, releaseName: string, kubernetesVersion?: string) {
  const release = await client.create({
    ...releaseType,
    metadata: { name: releaseName, namespace },
    spec: {},
  });
  if (kubernetesVersion)
    await client.patch(
      { ...releaseType, name: releaseName, namespace },
      { status: { kubernetesVersion } },
      { subresource: 'status' },
    );
  return release;
}

/** By the schema or by a webhook. */
const outcome = (writing: Promise<unknown>) =>
  writing.then(
    () => ({ allowed: true, message: '' }),
    (error: Error) => ({ allowed: false, message: error.message }),
  );

describe('a ClusterStack', () => {
  it.each(vectors.clusterStackCreate.map((one) => [one.name, one] as const))(
    'is judged when it is created: %s',
    async (_, { spec, allowed, field = '' }) => {
      const namespace = await createNamespace();
      const judged = await outcome(client.create({ ...aStack(namespace), spec }));
      expect(judged.allowed, judged.message).toBe(allowed);
      expect(judged.message).toContain(field);
    },
  );

  it.each(vectors.clusterStackUpdateImmutable.map((path) => [path, path.replace('spec.', '')] as const))(
    'keeps its %s',
    async (path, field) => {
      const namespace = await createNamespace();
      const stack = aStack(namespace, { channel: 'stable' });
      await client.create(stack);
      const other = field === 'channel' ? 'custom' : 'other';
      const patching = client.patch(
        { ...stackType, name: 'ferrol', namespace },
        { spec: { [field]: other } },
      );
      await expect(patching).rejects.toThrow(path);
    },
  );

  it.each(vectors.clusterStackDelete.map((one) => [one.clusterClassInSameNamespace, one] as const))(
    'is deleted beside a cluster of class %s',
    async (_, { stack, clusterClassInSameNamespace, allowed }) => {
      const namespace = await createNamespace();
      await client.create(aStack(namespace, stack));
      await client.create(aCluster(namespace, clusterClassInSameNamespace));
      const judged = await outcome(client.delete({ ...stackType, name: 'ferrol', namespace }));
      expect(judged.allowed, judged.message).toBe(allowed);
    },
  );

  it('is not deleted while a cluster uses it', async () => {
    const namespace = await createNamespace();
    await client.create(aStack(namespace));
    await client.create(aCluster(namespace, 'docker-ferrol-1-27-v1'));
    await expect(client.delete({ ...stackType, name: 'ferrol', namespace })).rejects.toThrow('one');
  });
});

describe('a ClusterStackRelease', () => {
  it.each(vectors.clusterStackReleaseDelete.map((one) => [one.clusterClassInSameNamespace, one] as const))(
    'is deleted, or not, beside a cluster of class %s',
    async (_, { release, clusterClassInSameNamespace, allowed }) => {
      const namespace = await createNamespace();
      await createRelease(namespace, release);
      await client.create(aCluster(namespace, clusterClassInSameNamespace));
      const judged = await outcome(client.delete({ ...releaseType, name: release, namespace }));
      expect(judged.allowed, judged.message).toBe(allowed);
    },
  );
});

describe.each(['v1beta1', 'v1beta2'])('a Cluster of %s', (api) => {
  it.each(vectors.clusterCreate.map((one) => [`${one.cls} with ${one.version}`, one] as const))(
    'is created: %s',
    async (_, { cls, version, release, allowed }) => {
      const namespace = await createNamespace();
      if (release) await createRelease(namespace, release.name, release.kubernetesVersion);
      const judged = await outcome(client.create(aCluster(namespace, cls, version, api)));
      expect(judged.allowed, judged.message).toBe(allowed);
    },
  );

  it('of another version than its release is refused', async () => {
    const namespace = await createNamespace();
    await createRelease(namespace, 'docker-ferrol-1-27-v1', 'v1.27.3');
    const creating = client.create(aCluster(namespace, 'docker-ferrol-1-27-v1', 'v1.27.4', api));
    await expect(creating).rejects.toThrow('v1.27.3');
  });

  it.each(vectors.clusterUpdate.map((one) => [one.old, one.new, one] as const))(
    'goes from %s to %s, or not',
    async (_, __, { old, new: next, allowed }) => {
      const namespace = await createNamespace();
      for (const release of new Set([old, next])) await createRelease(namespace, release, 'v1.27.3');
      const cluster = aCluster(namespace, old, 'v1.27.3', api);
      await client.create(cluster);
      const { spec } = aCluster(namespace, next, 'v1.27.3', api);
      // Cluster API’s controllers write into it at the same time.
      const { apiVersion, kind, metadata } = cluster;
      const judged = await outcome(client.patch({ apiVersion, kind, ...metadata }, { spec }));
      expect(judged.allowed, judged.message).toBe(allowed);
    },
  );
});

describe('a ClusterAddon', () => {
  const clusterRef = { apiVersion: 'cluster.x-k8s.io/v1beta1', kind: 'Cluster', name: 'one' };
  const anAddon = (namespace: string, ref: Fields): KubernetesObject => ({
    ...addonType,
    metadata: { name: 'cluster-addon-one', namespace },
    spec: { clusterRef: { ...clusterRef, namespace, ...ref } },
  });

  it.each([
    ['of another kind than Cluster', { kind: 'Machine' }, false],
    ['for a cluster of another namespace', { namespace: 'other' }, false],
    ['for a cluster of its namespace', {}, true],
  ])('%s', async (_, ref, allowed) => {
    const namespace = await createNamespace();
    const judged = await outcome(client.create(anAddon(namespace, ref)));
    expect(judged.allowed, judged.message).toBe(allowed);
  });

  it.each(
    vectors.clusterAddonUpdate.immutable.map((path) => [path, path.replace('spec.clusterRef.', '')] as const),
  )('keeps its %s', async (path, field) => {
    const namespace = await createNamespace();
    await client.create(anAddon(namespace, {}));
    const patch = { spec: { clusterRef: { [field]: 'Other' } } };
    const patching = client.patch({ ...addonType, name: 'cluster-addon-one', namespace }, patch);
    await expect(patching).rejects.toThrow(path);
  });
});
