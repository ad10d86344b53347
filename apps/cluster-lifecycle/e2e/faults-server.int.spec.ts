// The service while the servers that it needs misbehave: the registry, the Kubernetes API, definitions that go missing, and callers of its webhooks.
// It says what is wrong, goes on with what it can, and is not stuck when it is mended.
import { readdir, readFile } from 'node:fs/promises';
import https from 'node:https';
import { join } from 'node:path';
import { crds } from '@scs/cluster-stacks';
import { startSandboxRegistry, type RegistryFault, type RegistryRequest } from '@scs/sandbox';
import { eventually } from '@scs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleService } from './bundle.ts';
import { addonType, conditionOf, releaseType, stackType, startWorld, type World } from './world.ts';

const patience = 120_000;
const [first, second] = ['dev-sandbox-1-33-v1', 'dev-sandbox-1-33-v2'];
const isReady = (world: World, tag: string) =>
  eventually(
    async () => expect(await world.read(releaseType, tag)).toMatchObject({ status: { ready: true } }),
    patience,
  );
const hasAddons = (world: World, cluster: string, className: string) =>
  eventually(
    async () =>
      expect(await world.read(addonType, `cluster-addon-${cluster}`)).toMatchObject({
        spec: { clusterStack: className },
        status: { ready: true },
      }),
    patience,
  );

let bundle: Awaited<ReturnType<typeof bundleService>>;
beforeAll(async () => {
  bundle = await bundleService();
});
afterAll(() => bundle.remove());

type Fault = (request: RegistryRequest) => RegistryFault | undefined;
const always =
  (fault: RegistryFault): Fault =>
  () =>
    fault;
const tagsUnknown = 'ReleasesSynced False Warning FailedToSync';

const faults: [name: string, fault: Fault, of: 'stack' | 'release', condition: string, says: RegExp][] = [
  ['refuses everybody (401)', always({ status: 401 }), 'stack', tagsUnknown, /credentials/],
  ['forbids it (403)', always({ status: 403 }), 'stack', tagsUnknown, /right to read/],
  [
    'wants to be left alone (429)',
    always({ status: 429, headers: { 'retry-after': '2' } }),
    'stack',
    tagsUnknown,
    /no more requests/,
  ],
  ['is broken (500)', always({ status: 500 }), 'stack', tagsUnknown, /500/],
  [
    'breaks off in the middle of a file',
    ({ path }) => (path.includes('/blobs/') ? { truncateAfter: 20 } : undefined),
    'release',
    'AssetsClientAPIAvailable False Error FailedCreateAssetsClient',
    /127\.0\.0\.1/,
  ],
  [
    'gives a file another content',
    ({ path }) => (path.includes('/blobs/') ? { corrupt: true } : undefined),
    'release',
    'ClusterStackReleaseDownloaded False Error IssueWithReleaseAssets',
    /digest|content/,
  ],
];

describe('a registry that', () => {
  async function setup() {
    const registry = await startSandboxRegistry();
    const world = await startWorld(bundle.main, {
      RELEASE_SOURCE: `oci://${registry.host}/stacks`,
      OCI_PLAIN_HTTP: 'true',
    });
    const publish = async (version: string): Promise<void> => {
      const tag = await world.pack({ version });
      const folder = join(world.source, tag);
      const files = await Promise.all(
        (await readdir(folder)).map(async (file) => [file, await readFile(join(folder, file))] as const),
      );
      registry.publish('stacks', tag, Object.fromEntries(files));
    };
    return { registry, world, publish };
  }

  it.concurrent.each(faults)(
    '%s is named by a condition and an Event; what is there goes on, the rest follows',
    async (_, fault, of, condition, says) => {
      const { registry, world, publish } = await setup();
      try {
        await publish('v1');
        await world.service.start();
        await world.createStack('sandbox', '1.33', { versions: ['v1'] });
        await isReady(world, first);
        await publish('v2');
        registry.interfere(fault);
        // What it knew of the registry is lost; what it fetched is not.
        await world.service.kill();
        await world.service.start();
        const [type = '', status, severity, reason = ''] = condition.split(' ');
        await eventually(async () => {
          const subject = await (of === 'stack'
            ? world.read(stackType, 'sandbox-1-33')
            : world.read(releaseType, second));
          const found = conditionOf(subject, type);
          expect(found).toMatchObject({ status, severity, reason });
          expect(found?.message).toMatch(says);
          expect(found?.message).not.toContain('\n');
          expect(await world.events()).toContainEqual(
            expect.stringMatching(new RegExp(`^${reason} .*(${says.source})`, says.flags)),
          );
        }, patience);
        await eventually(() => world.createCluster('good', first), patience);
        await hasAddons(world, 'good', first);
        registry.interfere();
        await isReady(world, second);
        await eventually(
          async () =>
            expect(conditionOf(await world.read(stackType, 'sandbox-1-33'), 'Ready')?.status).toBe('True'),
          patience,
        );
      } finally {
        await world.close();
        await registry.close();
      }
    },
    3 * patience,
  );
});

describe('the Kubernetes API', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(bundle.main);
    await world.pack();
    await world.service.start();
    await world.createStack('sandbox', '1.33', { versions: ['v1'] });
    await isReady(world, first);
    await world.createCluster('one', first);
    await hasAddons(world, 'one', first);
  });
  afterAll(() => world.close());

  const ready = async (): Promise<number> => (await fetch(`${world.service.opsUrl}/readyz`)).status;

  it(
    'that is away makes the service not ready, and nothing is lost when it is back',
    async () => {
      await world.clusters.kubernetes.goAway();
      await eventually(async () => expect(await ready()).toBe(503), patience);
      const told = world.service.log.length;
      await eventually(
        async () =>
          expect(world.service.log.slice(told).map(({ reason }) => String(reason))).toContainEqual(
            expect.stringContaining('check that the API server runs'),
          ),
        patience,
      );
      await world.clusters.kubernetes.comeBack();
      await eventually(async () => expect(await ready()).toBe(200), patience);
      await world.createCluster('two', first);
      await hasAddons(world, 'two', first);
      expect(world.service.log.filter(({ level }) => level === 'error')).toEqual([]);
    },
    3 * patience,
  );

  it(
    'that is slow, or answers 500 now and then, is asked again',
    async () => {
      let [count, failed] = [0, 0];
      const end = world.clusters.kubernetes.interfere(({ userAgent }) => {
        if (!userAgent.startsWith('scs-cluster-lifecycle')) return undefined;
        count += 1;
        if (count % 15 > 0) return { delayMs: count % 20 };
        failed += 1;
        return { status: 500 };
      });
      await eventually(() => world.createCluster('three', first), patience);
      await hasAddons(world, 'three', first);
      end();
      expect(failed).toBeGreaterThan(1);
    },
    3 * patience,
  );

  it(
    'that loses a definition is told so in the log; the other kinds go on, and it is made up for when it is back',
    async () => {
      const definition = crds.find(({ spec }) => spec.names.kind === 'ClusterAddon');
      if (!definition) throw new Error('there is no definition of ClusterAddon');
      const key = {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        name: definition.metadata.name,
      };
      // Its objects go with it, as far as they are let go.
      await world.client.delete(key);
      await eventually(async () => expect(await world.client.get(key)).toBeUndefined(), patience);
      await world.pack({ version: 'v2' });
      await world.client.patch(
        { ...stackType, namespace: world.namespace, name: 'sandbox-1-33' },
        { spec: { versions: ['v1', 'v2'] } },
      );
      await isReady(world, second);
      await eventually(
        async () =>
          expect(world.service.log.map(({ reason }) => String(reason))).toContainEqual(
            expect.stringMatching(/serves no ClusterAddon of .*; install what defines it/),
          ),
        patience,
      );
      await world.client.create({ ...definition });
      for (const cluster of ['one', 'two', 'three']) await hasAddons(world, cluster, first);
    },
    3 * patience,
  );

  it.each([
    ['no JSON', 'hello'],
    ['no AdmissionReview', '{"kind":"Pod"}'],
    ['an AdmissionReview without a request', '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}'],
  ])('has its webhooks answered in one line where the body is %s, and they serve on', async (_, body) => {
    const { status, text } = await postToWebhook(world, body);
    expect(status).toBe(400);
    expect(text.trimEnd().split('\n')).toHaveLength(1);
    await expect(world.createStack(`bad`, '1.33', { versions: ['nonsense'] })).rejects.toThrow(/nonsense/);
  });
});

/** To the place that the service has registered, trusting whom it says. */
async function postToWebhook(world: World, body: string): Promise<{ status: number; text: string }> {
  const { items } = await world.client.list({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
  });
  const webhooks = items.flatMap(
    (item) => item['webhooks'] as { clientConfig: { url: string; caBundle: string } }[],
  );
  const clientConfig = webhooks.find(({ clientConfig: { url } }) =>
    url.endsWith('clusterstack'),
  )?.clientConfig;
  if (!clientConfig) throw new Error('there is no webhook for ClusterStacks');
  return new Promise((resolve, reject) => {
    const ca = Buffer.from(clientConfig.caBundle, 'base64');
    const request = https.request(clientConfig.url, { method: 'POST', ca, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}
