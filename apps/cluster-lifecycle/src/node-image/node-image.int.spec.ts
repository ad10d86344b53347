// Releases and their node images, from an API server and a cloud that live in memory. Not covered: every state of an image, which @scs/cluster-stacks
// tests.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  infrastructureGroup,
  type OpenStackClusterStackRelease,
  type OpenStackNodeImageRelease,
} from '@scs/cluster-stacks';
import type { KubernetesClient } from '@scs/kubernetes';
import { openReleaseSource, openReleaseStore } from '@scs/release-sources';
import { sha512Of, startSandboxCloud, type SandboxCloud } from '@scs/sandbox';
import { createLogger } from '@scs/service';
import { eventually } from '@scs/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startKubernetes } from '../../e2e/kubernetes.ts';
import { bundleOf, rotate } from '../certificate/rotation.ts';
import { createOpenStackReleaseReconciler } from '../openstack-release/openstack-release.reconciler.ts';
import { startOperator } from '../operator.ts';
import { openReleases } from '../release/releases.ts';
import { createNodeImageReconciler } from './node-image.reconciler.ts';
import { nodeImageType, type NodeImageSettings } from './node-image.resource.ts';

const logger = createLogger({ name: 'test', version: '0' }, 'silent');
const url = 'https://images.example/ubuntu-2204-kube-v1.27.8.qcow2';
const imageName = 'ubuntu-capi-image-v1.27.8';
const objectName = `openstack-ferrol-1-27-${imageName}-v2`;
const releaseType = { apiVersion: infrastructureGroup, kind: 'OpenStackClusterStackRelease' } as const;
const minutes = (count: number): number => count * 60_000;

interface Scene {
  client: KubernetesClient;
  namespace: string;
  cloud: SandboxCloud;
  /** Moves the clock of the operator and of the cloud. */
  pass(ms: number): void;
  /** Nothing is at work. */
  idle(): Promise<void>;
  /** Starts the operator; ends the one before. */
  operate(settings?: Partial<NodeImageSettings>): Promise<void>;
}

interface SceneOptions {
  createOpts?: object;
  checksum?: string;
  url?: string;
  /** Look after all namespaces. */
  everywhere?: boolean;
  settings?: Partial<NodeImageSettings>;
}

async function setUp(options: SceneOptions = {}): Promise<Scene> {
  const { client, namespace } = await startKubernetes();
  let aheadMs = 0;
  const clock = () => new Date(Date.now() + aheadMs);
  const cloud = await startSandboxCloud({ stepMs: 20, now: clock });
  onTestFinished(() => cloud.close());
  const releases = await releasesOf(options);
  let operator: ReturnType<typeof startOperator> | undefined;
  const operate = async (settings: Partial<NodeImageSettings> = {}) => {
    await operator?.stop();
    const watched = options.everywhere ? {} : { namespace };
    operator = startOperator({ client, logger, clock, ...watched }, [
      (parts) => createOpenStackReleaseReconciler(parts, { releases }),
      (parts) =>
        createNodeImageReconciler(parts, {
          importTimeoutMs: 0,
          retention: 'keep',
          checksumBesideUrl: false,
          checksumAddresses: 'public',
          ...settings,
        }),
    ]);
    await operator.started;
  };
  onTestFinished(() => operator?.stop());
  await operate(options.settings);
  const idle = async () => operator?.idle();
  return { client, namespace, cloud, operate, idle, pass: (ms) => void (aheadMs += ms) };
}

/** Two releases of one stack, with the same node image. */
async function releasesOf({ checksum, createOpts, url: at = url }: SceneOptions) {
  const folder = await mkdtemp(join(tmpdir(), 'releases-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const version of ['v1', 'v2']) {
    const release = join(folder, 'source', `openstack-ferrol-1-27-${version}`);
    await mkdir(release, { recursive: true });
    const image = {
      url: at,
      createOpts: {
        name: imageName,
        disk_format: 'qcow2',
        container_format: 'bare',
        visibility: 'private',
        ...createOpts,
      },
      ...(checksum && { checksum }),
    };
    const files: Record<string, string> = {
      'metadata.yaml': JSON.stringify({
        apiVersion: 'metadata.clusterstack.x-k8s.io/v1alpha1',
        versions: {
          clusterStack: version,
          kubernetes: 'v1.27.8',
          components: { clusterAddon: 'v1', nodeImage: 'v2' },
        },
      }),
      'node-images.yaml': JSON.stringify({ openStackNodeImages: [image] }),
      [`openstack-ferrol-1-27-cluster-class-${version}.tgz`]: '',
      'openstack-ferrol-1-27-cluster-addon-v1.tgz': '',
      'cluster-addon-values.yaml': '',
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(release, name), text);
  }
  const source = openReleaseSource({ kind: 'directory', path: join(folder, 'source') });
  return openReleases(await openReleaseStore({ source, folder: join(folder, 'store') }));
}

const giveSecret = (
  { client, namespace, cloud }: Scene,
  text = cloud.cloudsYaml('openstack'),
  more: Record<string, string> = {},
) =>
  client.apply(
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'openstack', namespace },
      data: Object.fromEntries(
        Object.entries({ 'clouds.yaml': text, ...more }).map(([key, value]) => [
          key,
          Buffer.from(value).toString('base64'),
        ]),
      ),
    },
    { fieldManager: 'test', force: true },
  );
const makeRelease = ({ client, namespace }: Scene, version = 'v1', spec: object = {}) =>
  client.create({
    ...releaseType,
    metadata: { name: `openstack-ferrol-1-27-${version}`, namespace },
    spec,
  });
const deleteRelease = ({ client, namespace }: Scene, version = 'v1') =>
  client.delete({ ...releaseType, name: `openstack-ferrol-1-27-${version}`, namespace });
const imageOf = ({ client, namespace }: Scene) =>
  client.get<OpenStackNodeImageRelease>({ ...nodeImageType, name: objectName, namespace });
const releaseOf = ({ client, namespace }: Scene, version = 'v1') =>
  client.get<OpenStackClusterStackRelease>({
    ...releaseType,
    name: `openstack-ferrol-1-27-${version}`,
    namespace,
  });
/** What would otherwise come with time. */
let wakings = 0;
const wake = ({ client, namespace }: Scene) =>
  client.patch(
    { ...nodeImageType, name: objectName, namespace },
    { metadata: { annotations: { wake: String(++wakings) } } },
  );

const reasonOf = (object: OpenStackNodeImageRelease | OpenStackClusterStackRelease | undefined) => {
  const ready = object?.status?.conditions?.find(({ type }) => type === 'Ready');
  return { ready: object?.status?.ready, reason: ready?.reason, message: ready?.message };
};
/** Wakes now and then: a write between looking and writing makes the operator begin anew. */
const wakingUntil = (scene: Scene, expectation: () => Promise<void>) => {
  let looks = 0;
  return eventually(async () => {
    if (looks++ % 10 === 0) await wake(scene).catch(() => undefined);
    return expectation();
  });
};
const eventuallyImage = (scene: Scene, expected: object) =>
  wakingUntil(scene, async () => expect(reasonOf(await imageOf(scene))).toMatchObject(expected));
const eventuallyRelease = (scene: Scene, expected: object, version = 'v1') =>
  eventually(async () => expect(reasonOf(await releaseOf(scene, version))).toMatchObject(expected));
const imagesIn = ({ cloud }: Scene) => cloud.created().filter(({ kind }) => kind === 'image');
const asked = ({ cloud }: Scene, method: string, path: RegExp): number =>
  cloud.requests.filter((request) => request.method === method && path.test(request.path)).length;

describe('the node images of a release', () => {
  it('are imported, and make the release ready, which is told and not asked for (CSPO gap: polls every 30 s)', async () => {
    const scene = await setUp();
    await giveSecret(scene);
    await makeRelease(scene);
    await eventuallyImage(scene, { ready: true });
    await eventuallyRelease(scene, { ready: true });
    expect(imagesIn(scene)).toMatchObject([{ name: imageName, status: 'active' }]);
    expect(
      (await imageOf(scene))?.status?.conditions?.map(({ type, status }) => `${type} ${status}`),
    ).toEqual([
      'Ready True',
      'CloudAvailable True',
      'OpenStackImageActive True',
      'OpenStackImageImportStarted True',
      'OpenStackImageServiceClientAvailable True',
    ]);
  });

  it('are shared by the releases that have the same, and cost no writes when nothing changes', async () => {
    const scene = await setUp();
    await giveSecret(scene);
    for (const version of ['v1', 'v2']) await makeRelease(scene, version);
    await eventuallyImage(scene, { ready: true });
    for (const version of ['v1', 'v2']) await eventuallyRelease(scene, { ready: true }, version);
    const owners = (await imageOf(scene))?.metadata.ownerReferences?.map(({ name }) => name);
    expect(owners?.toSorted()).toEqual(['openstack-ferrol-1-27-v1', 'openstack-ferrol-1-27-v2']);
    expect(asked(scene, 'POST', /\/images$/)).toBe(1);
    const looked = asked(scene, 'GET', /\/images\?/);
    const versionOf = async () => (await releaseOf(scene))?.metadata.resourceVersion;
    const [release, woken] = [await versionOf(), await wake(scene)];
    await eventually(async () => expect(asked(scene, 'GET', /\/images\?/)).toBeGreaterThan(looked));
    await scene.idle();
    expect((await imageOf(scene))?.metadata.resourceVersion).toBe(woken.metadata.resourceVersion);
    expect(await versionOf()).toBe(release);
  });

  it('make the release unready when one is no longer active, and ready again when it is', async () => {
    const scene = await setUp();
    await giveSecret(scene);
    await makeRelease(scene);
    await eventuallyImage(scene, { ready: true });
    const outage = { images: [{ id: '1', status: 'deactivated', updated_at: new Date().toISOString() }] };
    scene.cloud.interfere(({ method, path }) =>
      method === 'GET' && path.includes('/images?') ? { status: 200, body: outage } : undefined,
    );
    await eventuallyImage(scene, { ready: false, reason: 'IssueWithOpenStackImage' });
    await eventuallyRelease(scene, { ready: false, reason: 'ProcessOngoing' });
    expect(reasonOf(await releaseOf(scene)).message).toContain('openstack image set --activate');
    scene.cloud.interfere();
    await eventuallyImage(scene, { ready: true });
    await eventuallyRelease(scene, { ready: true });
  });

  it('follow the releases to other credentials', async () => {
    const scene = await setUp();
    await makeRelease(scene);
    await eventuallyImage(scene, { reason: 'SecretNotFound' });
    await scene.client.patch(
      { ...releaseType, name: 'openstack-ferrol-1-27-v1', namespace: scene.namespace },
      { spec: { identityRef: { kind: 'Secret', name: 'other' } } },
    );
    await eventually(async () => expect((await imageOf(scene))?.spec.identityRef.name).toBe('other'));
  });

  it('are missing in a release: the condition names the file', async () => {
    const scene = await setUp();
    await scene.client.create({
      ...releaseType,
      metadata: { name: 'openstack-ferrol-1-27-v3', namespace: scene.namespace },
      spec: {},
    });
    await eventually(async () => {
      const release = await releaseOf(scene, 'v3');
      expect(release?.status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'ClusterStackReleaseAssetsReady', reason: 'IssueWithReleaseAssets' }),
      );
    });
  });
});

describe('a cloud', () => {
  it('whose Secret comes late is used then', async () => {
    const scene = await setUp();
    await makeRelease(scene);
    await eventuallyImage(scene, { ready: false, reason: 'SecretNotFound' });
    await eventuallyRelease(scene, { ready: false, reason: 'ProcessOngoing' });
    await giveSecret(scene, 'clouds: {other: {}}');
    await eventuallyImage(scene, { ready: false, reason: 'CloudNotSet' });
    await giveSecret(scene);
    await eventuallyImage(scene, { ready: true });
    expect(imagesIn(scene)).toHaveLength(1);
  });

  it('that refuses the credentials is asked again when they are mended, and not before (CSPO gap: never tried again)', async () => {
    const scene = await setUp();
    await giveSecret(scene, scene.cloud.cloudsYaml('openstack').replace(scene.cloud.password, 'wr0ng'));
    await makeRelease(scene);
    await eventuallyImage(scene, { ready: false, reason: 'OpenStackImageServiceClientNotSet' });
    const { message } = reasonOf(await imageOf(scene));
    expect(message).toContain('refuses the credentials');
    expect(message).not.toContain('wr0ng');
    for (let count = 0; count < 3; count++) await wake(scene);
    expect(asked(scene, 'POST', /\/auth\/tokens$/)).toBe(1);
    await giveSecret(scene);
    await eventuallyImage(scene, { ready: true });
  });

  it('that is away for a while does not make an image unready', async () => {
    const scene = await setUp();
    await giveSecret(scene);
    await makeRelease(scene);
    await eventuallyImage(scene, { ready: true });
    scene.cloud.interfere(() => ({ status: 503 }));
    // The answers are slow, since they are asked for again: woken once.
    await wake(scene);
    const away = { ready: true, reason: 'OpenStackImageServiceClientNotSet' };
    await eventually(async () => expect(reasonOf(await imageOf(scene))).toMatchObject(away));
    scene.cloud.interfere();
    await eventuallyImage(scene, { ready: true, reason: undefined });
    expect(imagesIn(scene)).toHaveLength(1);
  });

  it('behind a CA of its own is reached with the cacert of the Secret', async () => {
    const scene = await setUp();
    const made = await rotate(undefined, ['127.0.0.1'], new Date());
    const { hostname, port, origin } = new URL(scene.cloud.authUrl);
    const secure = https.createServer(made.serving, (request, response) => {
      const { method, headers, url: path } = request;
      const through = http.request({ hostname, port, method, headers, path }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      request.pipe(through);
    });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void secure.close());
    const at = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
    const clouds = scene.cloud.cloudsYaml('regio').replace(origin, at);
    await giveSecret(scene, clouds, { cloudName: 'regio' });
    await makeRelease(scene);
    await eventuallyImage(scene, { ready: false, reason: 'OpenStackImageServiceClientNotSet' });
    expect(reasonOf(await imageOf(scene)).message).toContain('cacert');
    await giveSecret(scene, clouds, { cloudName: 'regio', cacert: bundleOf(made) });
    await eventuallyImage(scene, { ready: true });
  });

  it('of another kind of identity is refused (CSPO gap: the kind is ignored)', async () => {
    const scene = await setUp();
    await makeRelease(scene, 'v1', { identityRef: { kind: 'ConfigMap', name: 'openstack' } });
    await eventuallyImage(scene, { ready: false, reason: 'IdentityKindNotSupported' });
    expect(scene.cloud.requests).toHaveLength(0);
  });
});

describe('an import', () => {
  it('that fails says why, and comes when the address is mended (CSPO gap: waits for ever)', async () => {
    const scene = await setUp();
    scene.cloud.content.imageImport = () => ({ outcome: 'fails', message: 'HTTP Error 404: Not Found' });
    await giveSecret(scene);
    await makeRelease(scene);
    await eventuallyImage(scene, { ready: false, reason: 'IssueWithOpenStackImage' });
    expect(reasonOf(await imageOf(scene)).message).toContain(`${url}: HTTP Error 404: Not Found`);
    scene.cloud.content.imageImport = () => ({ outcome: 'active' });
    await eventuallyImage(scene, { ready: false });
    expect(asked(scene, 'POST', /\/import$/)).toBe(1);
    scene.pass(minutes(6));
    await eventuallyImage(scene, { ready: true });
    expect(asked(scene, 'POST', /\/import$/)).toBe(2);
    expect(asked(scene, 'POST', /\/images$/)).toBe(1);
  });

  it('that gets lost is begun again (CSPO gap: queued for ever)', async () => {
    const scene = await setUp();
    scene.cloud.content.imageImport = () => ({ outcome: 'is lost' });
    await giveSecret(scene);
    await makeRelease(scene);
    await eventually(async () => expect(asked(scene, 'POST', /\/import$/)).toBe(1));
    await eventuallyImage(scene, { reason: 'OpenStackImageNotImportedYet' });
    await wakingUntil(scene, async () => {
      const conditions = (await imageOf(scene))?.status?.conditions;
      expect(conditions?.find(({ type }) => type === 'OpenStackImageImportStarted')?.status).toBe('False');
    });
    scene.cloud.content.imageImport = () => ({ outcome: 'active' });
    scene.pass(minutes(6));
    await eventuallyImage(scene, { ready: true });
  });

  it('that Glance does not allow is told so (CSPO gap: web-download must be enabled)', async () => {
    const scene = await setUp();
    scene.cloud.content.imageImportMethods = ['glance-direct'];
    await giveSecret(scene);
    await makeRelease(scene);
    await eventuallyImage(scene, { ready: false, reason: 'IssueWithOpenStackImage' });
    expect(reasonOf(await imageOf(scene)).message).toContain('web-download');
  });

  it('that Glance never begins, as a format is missing, is told so', async () => {
    const scene = await setUp({ createOpts: { container_format: undefined } });
    await giveSecret(scene);
    await makeRelease(scene);
    await eventuallyImage(scene, { ready: false, reason: 'IssueWithOpenStackImage' });
    expect(reasonOf(await imageOf(scene)).message).toContain('container_format');
  });

  it('of a hidden image is found again: lists leave it out (one image, not one each time)', async () => {
    const scene = await setUp({ createOpts: { os_hidden: true } });
    await giveSecret(scene);
    await makeRelease(scene);
    await eventuallyImage(scene, { ready: true });
    expect(imagesIn(scene)).toHaveLength(1);
  });

  it('goes on with another process where one died between creating and importing (CSPO gap: queued for ever)', async () => {
    const scene = await setUp();
    await giveSecret(scene);
    // The image is there; its import was never asked for, and nothing was written down.
    scene.cloud.interfere(({ path }) => (path.endsWith('/import') ? { delayMs: 60_000 } : undefined));
    await makeRelease(scene);
    await eventually(async () => expect(asked(scene, 'POST', /\/import$/)).toBe(1));
    expect((await imageOf(scene))?.status?.conditions).toBeUndefined();
    scene.cloud.interfere();
    await scene.operate();
    await eventuallyImage(scene, { ready: true });
    expect(imagesIn(scene)).toHaveLength(1);
  });

  it('of an image that is there already is not begun: it is adopted, and not ours', async () => {
    const scene = await setUp({ settings: { retention: { graceMs: 0 } } });
    const { images } = scene.cloud.content;
    const [like] = images;
    if (!like) throw new Error('the sandbox has no images');
    images.push({ ...like, id: 'a0a0a0a0-0000-4000-8000-000000000000', name: imageName, status: 'active' });
    await giveSecret(scene);
    await makeRelease(scene);
    await eventuallyImage(scene, { ready: true });
    expect(asked(scene, 'POST', /\/images/)).toBe(0);
    expect((await imageOf(scene))?.metadata.finalizers ?? []).toEqual([]);
  });
});

describe('a checksum (CSPO gap: nothing is verified)', () => {
  it.each([
    ['of the image makes it ready', sha512Of(url), true, undefined],
    ['of something else never does', 'ff'.repeat(64), false, 'ChecksumMismatch'],
  ])('%s', async (_, hash, ready, reason) => {
    const scene = await setUp({ checksum: `sha512:${hash}` });
    await giveSecret(scene);
    await makeRelease(scene);
    await eventuallyImage(scene, { ready, reason });
    await eventuallyRelease(scene, { ready });
    expect(imagesIn(scene)).toMatchObject([{ status: 'active' }]);
  });

  it('beside the address is read when it is asked for', async () => {
    const digest = 'ab'.repeat(32);
    const files = http.createServer((request, response) => {
      response.writeHead(request.url === '/node.qcow2.CHECKSUM' ? 200 : 404).end(`${digest}  node.qcow2\n`);
    });
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void files.close());
    const at = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
    const settings = { checksumBesideUrl: true, checksumAddresses: 'any' as const };
    const scene = await setUp({ url: `${at}/node.qcow2`, settings });
    await giveSecret(scene);
    await makeRelease(scene);
    // Glance has SHA-512 of it: said, and in nobody's way.
    await eventuallyImage(scene, { ready: true });
    const verified = (await imageOf(scene))?.status?.conditions?.find(
      ({ type }) => type === 'OpenStackImageVerified',
    );
    expect(verified).toMatchObject({ status: 'Unknown', reason: 'NothingToCompare' });
    expect(verified?.message).toContain('sha256');
  });

  it('on an internal host is not fetched unless the operator allows it', async () => {
    const scene = await setUp({ url: 'https://127.0.0.1/node.qcow2', settings: { checksumBesideUrl: true } });
    await giveSecret(scene);
    await makeRelease(scene);
    await eventuallyImage(scene, { ready: false, reason: 'ChecksumUnavailable' });
    expect(reasonOf(await imageOf(scene)).message).toContain('not on the public internet');
  });
});

describe('an image that no release needs (CSPO gap: images are never deleted)', () => {
  const collecting: SceneOptions = { settings: { retention: { graceMs: minutes(60) } } };
  const isGoing = (scene: Scene) =>
    eventually(async () => expect((await imageOf(scene))?.metadata.deletionTimestamp).toBeDefined());
  const isGone = (scene: Scene) =>
    wakingUntil(scene, async () => expect(await imageOf(scene)).toBeUndefined());
  const ready = async (options: SceneOptions) => {
    const scene = await setUp(options);
    await giveSecret(scene);
    await makeRelease(scene);
    await eventuallyImage(scene, { ready: true });
    return scene;
  };

  it('stays where nothing else is set', async () => {
    const scene = await ready({});
    await deleteRelease(scene);
    await isGone(scene);
    expect(imagesIn(scene)).toHaveLength(1);
  });

  it('goes after the grace period', async () => {
    const scene = await ready(collecting);
    await deleteRelease(scene);
    await isGoing(scene);
    await eventuallyImage(scene, { reason: 'OpenStackImageKept' });
    expect(imagesIn(scene)).toHaveLength(1);
    scene.pass(minutes(61));
    await isGone(scene);
    expect(imagesIn(scene)).toHaveLength(0);
  });

  it('stays while another release has it', async () => {
    const scene = await ready(collecting);
    await makeRelease(scene, 'v2');
    await eventuallyRelease(scene, { ready: true }, 'v2');
    await deleteRelease(scene, 'v1');
    await eventually(async () => expect((await imageOf(scene))?.metadata.ownerReferences).toHaveLength(1));
    expect((await imageOf(scene))?.metadata.deletionTimestamp).toBeUndefined();
  });

  it('stays for the release that comes back in the grace period', async () => {
    const scene = await ready(collecting);
    await deleteRelease(scene);
    await isGoing(scene);
    const { uid } = (await imageOf(scene))?.metadata ?? {};
    await makeRelease(scene);
    await eventually(async () => {
      expect((await imageOf(scene))?.metadata.uid).not.toBe(uid);
      expect(await releaseOf(scene)).toMatchObject({ status: { ready: true } });
    });
    expect(asked(scene, 'POST', /\/images$/)).toBe(1);
  });

  it('goes though another tenant has one of the same name in a cloud that nobody can sign in to', async () => {
    const scene = await ready({ ...collecting, everywhere: true });
    const { spec } = (await imageOf(scene))!;
    const place = { name: objectName, namespace: `${scene.namespace}-other` };
    await scene.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: place.namespace } });
    await scene.client.create({ ...nodeImageType, metadata: place, spec });
    await eventually(async () =>
      expect(
        reasonOf(await scene.client.get<OpenStackNodeImageRelease>({ ...nodeImageType, ...place })),
      ).toMatchObject({ reason: 'SecretNotFound' }),
    );
    await deleteRelease(scene);
    await isGoing(scene);
    scene.pass(minutes(61));
    await isGone(scene);
    expect(imagesIn(scene)).toHaveLength(0);
  });

  it('is left, and the release goes, when the credentials are gone', async () => {
    const scene = await ready(collecting);
    await scene.client.delete({
      apiVersion: 'v1',
      kind: 'Secret',
      name: 'openstack',
      namespace: scene.namespace,
    });
    await deleteRelease(scene);
    await isGone(scene);
    expect(imagesIn(scene)).toHaveLength(1);
  });
});
