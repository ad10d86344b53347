// Cluster stacks and their releases, from a folder of releases to a ClusterClass and back; on an API server in memory, or the real one of
// E2E_KUBECONFIG. Not covered: other sources than a folder, what Cluster
// API makes of a class, add-ons.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiObject } from '@scs/kubernetes';
import { ReleaseSourceError } from '@scs/release-sources';
import { eventually } from '@scs/testing';
import { describe, expect, it } from 'vitest';
import { hasFaults } from './kubernetes.ts';
import { classTemplates } from './releases.ts';
import { conditionOf, setup } from './setup.ts';

const infrastructure = 'infrastructure.clusterstack.x-k8s.io/v1alpha1';
const minute = 60_000;

describe('a cluster stack', () => {
  it('follows the newest release of its source, a folder too, until it can be used (defect 8)', async () => {
    const { publish, createStack, start, isReady, names, stack } = await setup();
    await publish({ version: 'v1' });
    const tag = await publish({ version: 'v2' });
    await createStack();
    await start();
    await isReady(tag);
    expect(await names('ClusterClass', 'cluster.x-k8s.io/v1beta2')).toEqual(['toy-ferrol-1-27-v2']);
    await eventually(async () =>
      expect((await stack())?.status).toMatchObject({
        latestRelease: 'toy-ferrol-1-27-v2 | v1.27.3',
        usableVersions: 'v2',
        summary: [{ name: 'v2', ready: true, phase: 'done' }],
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'AssetsClientAPIAvailable', status: 'True' },
          { type: 'ClusterStackReleaseAvailable', status: 'True' },
          { type: 'ClusterStackReleasesSynced', status: 'True' },
          { type: 'ReleasesSynced', status: 'True' },
        ],
      }),
    );
  });

  it('takes up a release that is published later, and lets go of the old one when the new one is ready', async () => {
    const { publish, createStack, start, isReady, releases, clock, names } = await setup();
    const old = await publish({ version: 'v9' });
    await createStack();
    await start({ resyncMs: 100 });
    await isReady(old);
    const next = await publish({ version: 'v10' });
    clock.now += 5 * minute;
    await isReady(next);
    await eventually(async () => expect(await releases()).toEqual([next]));
    await eventually(async () => expect(await names('ToyMachineTemplate')).toEqual([`${next}-worker`]));
  });

  it('keeps a custom release that a cluster uses, and its ClusterClass (defects 4 and 5)', async () => {
    const { publish, createStack, createCluster, start, isReady, clock, stack, releases } = await setup();
    const old = await publish({ version: 'v0-git.aaaaaaa' });
    await createStack({ channel: 'custom' });
    const operator = await start({ resyncMs: 100 });
    await isReady(old);
    await createCluster('toy-ferrol-1-27-v0-git.aaaaaaa');
    const next = await publish({ version: 'v0-git.bbbbbbb' });
    clock.now += 5 * minute;
    await isReady(next);
    await eventually(async () =>
      expect((await stack())?.status?.usableVersions).toBe('v0-git.aaaaaaa, v0-git.bbbbbbb'),
    );
    await operator.idle();
    expect(await releases()).toEqual([old, next]);
  });

  it('goes on with good versions beside a bad one, and says which is bad (defect 9)', async () => {
    const { publish, createStack, start, isReady, stack } = await setup();
    const tag = await publish({ version: 'v1' });
    await createStack({ autoSubscribe: false, versions: ['v1', 'v1-alpha'] });
    await start();
    await isReady(tag);
    await eventually(async () => {
      const now = await stack();
      expect(conditionOf(now, 'ClusterStackReleasesSynced')).toBe('False Warning FailedToCreateOrUpdate');
      expect(now?.status?.conditions?.find(({ status }) => status === 'False')?.message).toContain(
        'v1-alpha',
      );
      expect(now?.status?.conditions?.map(({ type }) => type)).not.toContain('ReleasesSynced');
    });
  });

  it('says that the source does not answer, as long as that is so (defect 10)', async () => {
    const { createStack, start, stack, clock, publish, isReady } = await setup();
    const tag = await publish();
    let away = true;
    const list = () =>
      away
        ? Promise.reject(new ReleaseSourceError('rate-limited', 'come later', { retryAfter: 60 }))
        : Promise.resolve([tag]);
    await createStack();
    const operator = await start({ resyncMs: 100, releases: { list } });
    await eventually(async () =>
      expect(conditionOf(await stack(), 'ReleasesSynced')).toBe('False Warning FailedToSync'),
    );
    await operator.idle();
    expect(conditionOf(await stack(), 'ReleasesSynced')).toBe('False Warning FailedToSync');
    away = false;
    clock.now += minute;
    await isReady(tag);
    await eventually(async () => expect(conditionOf(await stack(), 'ReleasesSynced')).toBe('True'));
  });

  it('tells tags that name no release in one Event, and goes on', async () => {
    const { createStack, start, isReady, events, publish } = await setup();
    const tag = await publish();
    await createStack();
    await start({
      releases: { list: () => Promise.resolve(['openstack-csp-helper-v0.2.0', 'latest', tag]) },
    });
    await isReady(tag);
    await eventually(async () =>
      expect(await events()).toContainEqual(
        expect.objectContaining({
          reason: 'FailedToParseClusterStackRelease',
          message: expect.stringContaining('openstack-csp-helper-v0.2.0, and 1 more') as string,
        }),
      ),
    );
  });

  it('that is paused is left alone', async () => {
    const { publish, createStack, start, releases, quiet, client, keyOf, isReady } = await setup();
    const tag = await publish();
    await createStack({}, { annotations: { 'cluster.x-k8s.io/paused': '' } });
    const operator = await start();
    await quiet(operator);
    expect(await releases()).toEqual([]);
    await client.patch(keyOf('ClusterStack', 'ferrol'), {
      metadata: { annotations: { 'cluster.x-k8s.io/paused': null } },
    });
    await isReady(tag);
  });

  it.skipIf(!hasFaults)('costs no write while nothing changes, neither after a restart', async () => {
    const { publish, createStack, start, isReady, quiet, connect, sandbox } = await setup();
    await isReadyWith({ publish, createStack, start, isReady, quiet });
    const second = await start({ client: connect(), resyncMs: 50 });
    const seen = sandbox.requests.length;
    await eventually(async () => expect(sandbox.requests.length).toBeGreaterThan(seen + 50));
    await second.idle();
    // Events are told a little later than what they tell.
    const written = sandbox.requests
      .slice(seen)
      .filter(
        ({ verb, path }) =>
          !['get', 'list', 'watch'].includes(verb) && !/dryRun|\/events(\/|\?|$)/.test(path),
      );
    expect(written.map(({ verb, path }) => `${verb} ${path}`)).toEqual([]);
  });

  it('leaves nothing behind', async () => {
    const scene = await setup();
    const { client, keyOf, names, releases } = scene;
    await isReadyWith(scene);
    await client.delete(keyOf('ClusterStack', 'ferrol'));
    await eventually(async () => expect(await releases()).toEqual([]));
    for (const [kind, group] of ownedKinds)
      expect(await names(kind, `${group}.cluster.x-k8s.io/v1beta2`.replace(/^\./, ''))).toEqual([]);
  });
});

const ownedKinds = [
  ['ClusterClass', ''],
  ['ToyMachineTemplate', 'infrastructure'],
  ['ToyConfigTemplate', 'bootstrap'],
] as const;

/** Until one release is ready and nobody has anything to do. */
async function isReadyWith({
  publish,
  createStack,
  start,
  isReady,
  quiet,
}: Pick<Awaited<ReturnType<typeof setup>>, 'publish' | 'createStack' | 'start' | 'isReady' | 'quiet'>) {
  const tag = await publish();
  await createStack();
  const operator = await start();
  await isReady(tag);
  await quiet(operator);
  return { tag, operator };
}

describe('a release', () => {
  it('gets back what was changed or taken away by hand, at once, and tells it (defect 20)', async () => {
    const scene = await setup();
    const { client, keyOf, names, events } = scene;
    const { tag } = await isReadyWith(scene);
    const machine = keyOf('ToyMachineTemplate', `${tag}-worker`, 'infrastructure.cluster.x-k8s.io/v1beta2');
    const config = keyOf('ToyConfigTemplate', `${tag}-worker`, 'bootstrap.cluster.x-k8s.io/v1beta2');
    await client.patch(machine, { spec: { size: 'huge' } });
    await client.delete(config);
    await eventually(async () => {
      expect((await client.get(machine))?.['spec']).toEqual({ size: 'small' });
      expect(await names('ToyConfigTemplate', 'bootstrap.cluster.x-k8s.io/v1beta2')).toEqual([
        `${tag}-worker`,
      ]);
      const told = (await events()).filter(({ reason }) => reason === 'DriftRepaired');
      expect(told.map(({ message }) => message).join()).toMatch(/Toy.*Toy/);
    });
  });

  it('takes all that it brought along when it goes, synced or not (defect 6)', async () => {
    const scene = await setup();
    const { client, keyOf, names, release } = scene;
    const { tag } = await isReadyWith(scene);
    expect((await release(tag))?.status?.resources?.every(({ status }) => status === 'synced')).toBe(true);
    await client.delete(keyOf('ClusterStack', 'ferrol'));
    await eventually(async () => expect(await release(tag)).toBeUndefined());
    expect(await names('ClusterClass', 'cluster.x-k8s.io/v1beta2')).toEqual([]);
    expect(await names('ToyMachineTemplate')).toEqual([]);
  });

  it('can go when its files are gone from source and disk: the inventory says what it brought', async () => {
    const scene = await setup();
    const { client, keyOf, release, names, sourceFolder, start } = scene;
    const { tag, operator } = await isReadyWith(scene);
    await operator.stop();
    await rm(join(sourceFolder, tag), { recursive: true });
    await start({ releases: { load: () => Promise.reject(new ReleaseSourceError('not-found', 'gone')) } });
    await client.delete(keyOf('ClusterStack', 'ferrol'));
    await eventually(async () => expect(await release(tag)).toBeUndefined());
    expect(await names('ToyMachineTemplate')).toEqual([]);
  });

  it('shares an object with a newer one: that says how it looks, and it goes with the last', async () => {
    const { publish, createStack, start, isReady, client, keyOf, releases, names } = await setup();
    const withShared = (size: string) => ({
      ...classTemplates(),
      'shared.yaml': `apiVersion: infrastructure.cluster.x-k8s.io/v1beta2\nkind: ToyMachineTemplate\nmetadata: {name: shared}\nspec: {size: ${size}}\n`,
    });
    const old = await publish({ version: 'v1', templates: withShared('old') });
    const next = await publish({ version: 'v2', templates: withShared('new') });
    await createStack({ autoSubscribe: false, versions: ['v1', 'v2'] });
    const operator = await start({ resyncMs: 100 });
    await isReady(old);
    await isReady(next);
    const shared = keyOf('ToyMachineTemplate', 'shared', 'infrastructure.cluster.x-k8s.io/v1beta2');
    await eventually(async () => expect((await client.get(shared))?.['spec']).toEqual({ size: 'new' }));
    const { resourceVersion } = (await client.get(shared))?.metadata ?? {};
    await client.patch(keyOf('ClusterStack', 'ferrol'), { spec: { versions: ['v2'] } });
    await eventually(async () => expect(await releases()).toEqual([next]));
    await operator.idle();
    expect((await client.get(shared))?.metadata.resourceVersion).toBe(resourceVersion);
    await client.delete(keyOf('ClusterStack', 'ferrol'));
    await eventually(async () => expect(await releases()).toEqual([]));
    expect(await names('ToyMachineTemplate')).toEqual([]);
  });

  it('waits with going until no cluster uses it any more, and says who does', async () => {
    const scene = await setup();
    const { client, keyOf, release, createCluster, events, names } = scene;
    const { tag } = await isReadyWith(scene);
    await createCluster(tag, 'mine');
    await client.delete(keyOf('ClusterStack', 'ferrol'));
    await eventually(async () =>
      expect(await events()).toContainEqual(
        expect.objectContaining({
          reason: 'ReleaseInUse',
          message: expect.stringContaining('mine') as string,
        }),
      ),
    );
    expect(await names('ClusterClass', 'cluster.x-k8s.io/v1beta2')).toEqual([tag]);
    await client.delete(keyOf('Cluster', 'mine', 'cluster.x-k8s.io/v1beta2'));
    await eventually(async () => expect(await release(tag)).toBeUndefined());
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['does not parse', { 'class.yaml': '{{ if }}' }, /class\.yaml/],
    ['renders no YAML', { 'class.yaml': 'a: [1\n' }, /class\.yaml|YAML/],
    ['fails on purpose', { 'class.yaml': '{{ fail "set a flavor" }}' }, /set a flavor/],
  ])('whose class chart %s says so, and is ready when it is mended', async (_, templates, message) => {
    const { publish, createStack, start, release, isReady } = await setup();
    const tag = await publish({ templates });
    await createStack();
    const operator = await start({ resyncMs: 200 });
    await eventually(async () => {
      const now = await release(tag);
      expect(conditionOf(now, 'HelmChartApplied')).toBe('False Error FailedToApplyObjects');
      const [ready] = now?.status?.conditions ?? [];
      expect(ready?.message).toMatch(message);
      expect(ready?.message).not.toContain('\n');
    });
    await operator.idle();
    await publish({ templates: classTemplates() });
    await isReady(tag);
  });

  it('without a good metadata.yaml says so', async () => {
    const { createStack, start, release, publish, sourceFolder } = await setup();
    const tag = await publish();
    await rm(join(sourceFolder, tag, 'metadata.yaml'));
    await createStack();
    await start();
    await eventually(async () => {
      const now = await release(tag);
      expect(conditionOf(now, 'ClusterStackReleaseDownloaded')).toBe('False Error IssueWithReleaseAssets');
      expect(now?.status?.conditions?.[0]?.message).toContain('metadata.yaml');
    });
  });

  it('stays usable while the source is away, after a restart with an empty disk too', async () => {
    const scene = await setup();
    const { start, release } = scene;
    const { tag, operator } = await isReadyWith(scene);
    await operator.stop();
    const load = () => Promise.reject(new ReleaseSourceError('unavailable', 'the registry is away'));
    await start({ releases: { load } });
    await eventually(async () =>
      expect(conditionOf(await release(tag), 'AssetsClientAPIAvailable')).toBe(
        'False Error FailedCreateAssetsClient',
      ),
    );
    expect((await release(tag))?.status?.ready).toBe(true);
  });
});

describe('a provider', () => {
  async function withProvider() {
    const scene = await setup();
    const { client, keyOf, publish, createStack, start, namespace } = scene;
    const tag = await publish();
    const template = keyOf('ToyClusterStackReleaseTemplate', 'template', infrastructure);
    const makeTemplate = (name = 'template', color = 'red') =>
      client.create({
        apiVersion: infrastructure,
        kind: 'ToyClusterStackReleaseTemplate',
        metadata: { name, namespace },
        spec: { template: { spec: { color, gone: 'soon' } } },
      });
    const providerRef = { apiVersion: infrastructure, kind: template.kind, name: template.name };
    await createStack({ noProvider: false, providerRef }, { labels: { team: 'a' } });
    const operator = await start();
    const object = keyOf('ToyClusterStackRelease', tag, infrastructure);
    const setReady = (ready: boolean) =>
      client.patch(object, { status: { ready } }, { subresource: 'status' });
    return { ...scene, tag, template, object, makeTemplate, setReady, operator };
  }

  it.each([
    ['a kind of another sort', { apiVersion: 'v1', kind: 'ConfigMap' }],
    [
      'a kind that only ends alike',
      { apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta2', kind: 'ToyMachineTemplate' },
    ],
  ])('that is %s is neither taken over nor watched', async (_, type) => {
    const { client, namespace, publish, start, release, createStack, stack, keyOf } = await setup();
    const tag = await publish();
    const victim = { ...type, metadata: { name: tag, namespace }, spec: { template: { spec: {} } } };
    await client.create(victim);
    const providerRef = { ...type, name: tag };
    await client.create({
      ...keyOf('ClusterStackRelease', tag),
      metadata: { name: tag, namespace },
      spec: { providerRef },
    });
    await createStack({ kubernetesVersion: '1.28', noProvider: false, providerRef, versions: ['v1'] });
    await start();
    await eventually(async () => {
      expect(conditionOf(await release(tag), 'ProviderClusterStackReleaseReady')).toBe(
        'False Info ProcessOngoing',
      );
      expect(conditionOf(await stack(), 'ProviderClusterStackReleasesSynced')).toBe(
        'False Error ProviderTemplateNotFound',
      );
    });
    const after = await client.get({ ...type, name: tag, namespace });
    expect(after?.metadata).not.toHaveProperty('ownerReferences');
  });

  it('that has no template is named, and waited for', async () => {
    const { stack, makeTemplate, client, object } = await withProvider();
    await eventually(async () =>
      expect(conditionOf(await stack(), 'ProviderClusterStackReleasesSynced')).toBe(
        'False Error ProviderTemplateNotFound',
      ),
    );
    await makeTemplate();
    await eventually(async () => expect(await client.get(object)).toBeDefined());
    await eventually(async () =>
      expect(conditionOf(await stack(), 'ProviderClusterStackReleasesSynced')).toBe('True'),
    );
  });

  it('of any kind gets an object for each release, and is waited for before anything is applied', async () => {
    const { makeTemplate, client, object, release, tag, names, setReady, isReady } = await withProvider();
    await makeTemplate();
    await eventually(async () => {
      const now = await release(tag);
      expect(conditionOf(now, 'ProviderClusterStackReleaseReady')).toBe('False Info ProcessOngoing');
      expect(now?.spec.providerRef).toMatchObject({ kind: 'ToyClusterStackRelease', name: tag });
      expect(await client.get(object)).toMatchObject({
        metadata: {
          labels: { team: 'a' },
          ownerReferences: [{ kind: 'ClusterStackRelease', name: tag, controller: true }],
        },
        spec: { color: 'red' },
      });
    });
    expect(await names('ToyMachineTemplate')).toEqual([]);
    await setReady(true);
    await isReady(tag);
  });

  it('that is not ready any more makes its release unusable, until it is again (defect 20)', async () => {
    const { makeTemplate, client, object, release, tag, setReady, isReady, stack } = await withProvider();
    await makeTemplate();
    await eventually(async () => expect(await client.get(object)).toBeDefined());
    await setReady(true);
    await isReady(tag);
    await setReady(false);
    await eventually(async () => {
      expect((await release(tag))?.status?.ready).toBe(false);
      expect((await stack())?.status?.usableVersions).toBe('');
    });
    await setReady(true);
    await isReady(tag);
  });

  it('whose object belongs to somebody else already is not taken over, and says who that is', async () => {
    const { makeTemplate, client, object, release, tag, namespace } = await withProvider();
    const other = await client.create<ApiObject>({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'other', namespace },
    });
    await client.create({
      apiVersion: object.apiVersion,
      kind: object.kind,
      metadata: {
        name: tag,
        namespace,
        ownerReferences: [
          {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            name: 'other',
            uid: other.metadata.uid ?? '',
            controller: true,
          },
        ],
      },
      spec: { color: 'red', gone: 'soon' },
    });
    await makeTemplate();
    await eventually(async () =>
      expect((await release(tag))?.status?.conditions?.[0]?.message).toContain('ConfigMap other'),
    );
  });

  it('gets what its template says, whenever that changes (defect 20)', async () => {
    const { makeTemplate, client, object, template } = await withProvider();
    await makeTemplate();
    await eventually(async () => expect(await client.get(object)).toMatchObject({ spec: { color: 'red' } }));
    const specIs = (spec: object) =>
      eventually(async () => expect((await client.get(object))?.['spec']).toEqual(spec));
    await client.patch(template, { spec: { template: { spec: { color: 'blue' } } } });
    await specIs({ color: 'blue', gone: 'soon' });
    await client.patch(template, { spec: { template: { spec: { gone: null } } } });
    await specIs({ color: 'blue' });
  });

  it('gets another object when the stack refers to another template (defect 20)', async () => {
    const { makeTemplate, client, object, keyOf } = await withProvider();
    await makeTemplate();
    await makeTemplate('other', 'green');
    await eventually(async () => expect(await client.get(object)).toMatchObject({ spec: { color: 'red' } }));
    await client.patch(keyOf('ClusterStack', 'ferrol'), { spec: { providerRef: { name: 'other' } } });
    await eventually(async () =>
      expect(await client.get(object)).toMatchObject({ spec: { color: 'green' } }),
    );
  });
});
