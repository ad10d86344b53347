// Certificates from files and from a Secret that replicas share, on an API server in memory or the real one of E2E_KUBECONFIG. Not covered: when what is
// rotated, see rotation.spec.ts, and servers that serve them.
import { mkdtemp, rename, rm, symlink, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiObject, KubernetesClient } from '@scs/kubernetes';
import { eventually } from '@scs/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasFaults, openDefinition, startKubernetes } from '../../e2e/kubernetes.ts';
import { injectLabel } from './ca-injection.ts';
import { bundleOf, rotate } from './rotation.ts';
import { openServingCertificate, type ServingCertificateOptions } from './serving-certificate.ts';

const day = 24 * 60 * 60 * 1000;
const clock = () => new Date();

async function open(options: ServingCertificateOptions) {
  const certificate = await openServingCertificate(options);
  onTestFinished(() => certificate.close());
  return certificate;
}

async function makePair() {
  const made = await rotate(undefined, ['localhost'], new Date());
  return { ...made.serving, ca: bundleOf(made) };
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'certificate-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
const filesIn = (folder: string) => ({
  cert: join(folder, 'tls.crt'),
  key: join(folder, 'tls.key'),
  ca: join(folder, 'ca.crt'),
});
async function write(folder: string, { cert, key, ca }: Awaited<ReturnType<typeof makePair>>) {
  await writeFile(join(folder, 'tls.crt'), cert);
  await writeFile(join(folder, 'tls.key'), key);
  await writeFile(join(folder, 'ca.crt'), ca);
}

describe('a certificate from files', () => {
  it('is read anew when a mounted Secret changes, as the kubelet does it: by one link', async () => {
    const folder = await makeFolder();
    const [first, second] = [await makePair(), await makePair()];
    for (const [version, pair] of Object.entries({ one: first, two: second })) {
      await mkdir(join(folder, version));
      await write(join(folder, version), pair);
    }
    await symlink('one', join(folder, '..data'));
    for (const file of ['tls.crt', 'tls.key', 'ca.crt'])
      await symlink(join('..data', file), join(folder, file));
    const certificate = await open({ files: filesIn(folder), clock, checkMs: 100 });
    expect(certificate).toMatchObject({ cert: first.cert, key: first.key, caBundle: first.ca });
    let changes = 0;
    certificate.onChange(() => changes++);
    await symlink('two', join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    await eventually(async () => expect(certificate.cert).toBe(second.cert));
    expect(certificate).toMatchObject({ key: second.key, caBundle: second.ca });
    expect(changes).toBeGreaterThan(0);
  });

  it('is kept while the files do not fit, which is told', async () => {
    const folder = await makeFolder();
    const [first, second] = [await makePair(), await makePair()];
    await write(folder, first);
    const errors: unknown[] = [];
    const certificate = await open({
      files: filesIn(folder),
      clock,
      checkMs: 50,
      onError: (error) => errors.push(error),
    });
    await writeFile(join(folder, 'tls.crt'), second.cert);
    await eventually(async () =>
      expect(errors).toContainEqual(
        expect.objectContaining({ message: expect.stringContaining('is not the key of') as string }),
      ),
    );
    expect(certificate.cert).toBe(first.cert);
    await writeFile(join(folder, 'tls.key'), second.key);
    await eventually(async () => expect(certificate.cert).toBe(second.cert));
  });

  it.each([
    ['is not there', undefined, /tls\.(crt|key) does not exist; check its path/],
    ['has the key of another', 'other', /tls\.key is not the key of .*tls\.crt; write both anew/],
    ['is no PEM', 'none', /is not the key of/],
  ])('that %s is refused with cause and remedy', async (_, kind, message) => {
    const folder = await makeFolder();
    if (kind) {
      await write(folder, await makePair());
      await writeFile(join(folder, 'tls.key'), kind === 'none' ? 'none' : (await makePair()).key);
    }
    await expect(openServingCertificate({ files: filesIn(folder), clock })).rejects.toThrow(message);
  });
});

describe('a certificate of our own', () => {
  const placeIn = (client: KubernetesClient, namespace: string) => ({
    client,
    namespace,
    secretName: 'webhooks',
    dnsNames: ['localhost'],
  });

  it('is one for all replicas, also when they start at once', async () => {
    const { connect, namespace } = await startKubernetes();
    const replicas = await Promise.all(
      Array.from({ length: 4 }, () => open({ self: placeIn(connect(), namespace), clock })),
    );
    const [first] = replicas;
    for (const replica of replicas)
      expect(replica).toMatchObject({ cert: first?.cert, key: first?.key, caBundle: first?.caBundle });
  });

  it('is rotated while it is served, by whoever is first', async () => {
    const { connect, namespace } = await startKubernetes();
    let aheadMs = 0;
    const later = () => new Date(Date.now() + aheadMs);
    const [one, other] = await Promise.all(
      [connect(), connect()].map((client) =>
        open({ self: placeIn(client, namespace), clock: later, checkMs: 50 }),
      ),
    );
    const before = one?.cert;
    aheadMs = 61 * day;
    await eventually(async () => {
      expect(one?.cert).not.toBe(before);
      expect(other?.cert).toBe(one?.cert);
    });
  });

  it('is made anew where the Secret is no good', async () => {
    const { client, namespace } = await startKubernetes();
    await client.create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'webhooks', namespace },
      data: { 'tls.crt': 'bm9uZQ==', 'authority.crt': 'bm9uZQ==' },
    });
    const certificate = await open({ self: placeIn(client, namespace), clock });
    expect(certificate.cert).toContain('BEGIN CERTIFICATE');
  });

  it.runIf(hasFaults)('is served on while the Kubernetes API is away', async () => {
    const { connect, namespace, sandbox } = await startKubernetes();
    const errors: unknown[] = [];
    const certificate = await open({
      self: placeIn(connect(), namespace),
      clock,
      checkMs: 20,
      onError: (error) => errors.push(error),
    });
    const { cert } = certificate;
    await sandbox.goAway();
    await eventually(async () => expect(errors.length).toBeGreaterThan(0));
    expect(certificate.cert).toBe(cert);
    await sandbox.comeBack();
  });
});

describe('the CA', () => {
  interface Configuration extends ApiObject {
    webhooks: {
      name: string;
      clientConfig: { url: string; caBundle?: string };
      admissionReviewVersions: string[];
      sideEffects: string;
      failurePolicy: string;
    }[];
  }
  const configuration = (name: string, labels: Record<string, string>): Configuration => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name, labels },
    webhooks: [
      {
        name: 'a.example.org',
        clientConfig: { url: 'https://127.0.0.1:1/' },
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Ignore',
      },
    ],
  });
  const extension = {
    apiVersion: 'runtime.cluster.x-k8s.io/v1beta2',
    kind: 'ExtensionConfig',
    spec: { clientConfig: { url: 'https://127.0.0.1:1/' } },
  };

  it('is made known to what carries the label with our namespace, and to nothing else', async () => {
    const definition = openDefinition('runtime.cluster.x-k8s.io', 'ExtensionConfig', { scope: 'Cluster' });
    const { client, namespace } = await startKubernetes([definition]);
    const [ours, others] = [{ [injectLabel]: namespace }, { [injectLabel]: 'other' }];
    const names = { ours: `ours-${namespace}`, others: `others-${namespace}` };
    await client.create(configuration(names.ours, ours));
    await client.create(configuration(names.others, others));
    onTestFinished(async () => {
      for (const name of Object.values(names)) await client.delete({ ...configuration(name, {}), name });
    });
    if (hasFaults) await client.create({ ...extension, metadata: { name: names.ours, labels: ours } });
    const place = { client, namespace, secretName: 'webhooks', dnsNames: ['localhost'] };
    const { caBundle = '' } = await open({ self: place, clock, checkMs: 50 });
    const expected = Buffer.from(caBundle).toString('base64');
    const bundles = async (name: string) =>
      (await client.get<Configuration>({ ...configuration(name, {}), name }))?.webhooks.map(
        ({ clientConfig }) => clientConfig.caBundle,
      );
    expect(await bundles(names.ours)).toEqual([expected]);
    expect(await bundles(names.others)).toEqual([undefined]);
    if (hasFaults)
      expect(await client.get({ ...extension, name: names.ours })).toMatchObject({
        spec: { clientConfig: { caBundle: expected } },
      });
    // Somebody writes the configuration anew, without it.
    await client.patch(
      { ...configuration(names.ours, {}), name: names.ours },
      { webhooks: configuration('', {}).webhooks },
    );
    await eventually(async () => expect(await bundles(names.ours)).toEqual([expected]));
  });
});
