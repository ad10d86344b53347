// Add-ons from packed releases through Helm into workload clusters. The API servers are in memory, or the real ones of E2E_KUBECONFIG and
// E2E_WORKLOAD_KUBECONFIG. Not covered: Cluster API itself (its objects are put there ready), and the combinations of the plan's own spec.
import { readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { clusterStackGroup, hookHandlers, readHookCall } from '@scs/cluster-stacks';
import { createLogger } from '@scs/service';
import { eventually } from '@scs/testing';
import { describe, expect, it } from 'vitest';
import { answerCall } from '../src/hook/hook.service.ts';
import { addonWorld, configMap, type StackDraft } from './addon-world.ts';
import { hasFaults } from './kubernetes.ts';

if (!hasFaults) console.log('skipped: faults and kills, which the real API servers cannot be made to have');

const apply = (name: string, more: object = {}) => ({ name, action: 'apply', ...more });
const v1: StackDraft = {
  version: 'v1',
  stages: {
    AfterControlPlaneInitialized: [apply('cni'), apply('backup')],
    BeforeClusterUpgrade: [apply('cni'), apply('backup')],
  },
  files: {
    'cni/overwrite.yaml':
      'values: |\n  cluster: {{ .Cluster.metadata.name }}\n  host: "{{ .Cluster.spec.host }}"\n',
    'cni/templates/settings.yaml': configMap('settings', {
      cluster: '{{ .Values.cluster }}',
      host: '{{ .Values.host | quote }}',
    }),
    'cni/templates/old.yaml': configMap('old', { version: 'one' }),
    'backup/templates/x.yaml': configMap('backup', { version: 'one' }),
  },
};
const v2: StackDraft = {
  version: 'v2',
  stages: { AfterControlPlaneInitialized: [apply('network')], BeforeClusterUpgrade: [apply('network')] },
  files: {
    'network/templates/settings.yaml': configMap('settings', { version: 'two' }),
    'network/templates/new.yaml': configMap('new', {}),
  },
};

describe('the add-ons of a cluster', () => {
  it('are applied in stages, with values from the live Cluster, upgraded, and pruned of what was renamed and dropped (defect 19)', async () => {
    const world = await addonWorld();
    const first = await world.releases.pack(v1);
    await world.announce(first);
    await world.start();
    const cluster = await world.cluster('a', first);
    await cluster.settled(first);
    expect(await cluster.data('settings')).toEqual({ cluster: 'a', host: '' });
    expect((await cluster.addon()).metadata.ownerReferences).toMatchObject([{ kind: 'Cluster', name: 'a' }]);

    const second = await world.releases.pack(v2);
    await cluster.want(second);
    await cluster.settled(second);
    expect(await cluster.data('settings')).toEqual({ version: 'two' });
    expect(await cluster.object('ConfigMap', 'new')).toBeDefined();
    for (const name of ['old', 'backup']) expect(await cluster.object('ConfigMap', name)).toBeUndefined();
    expect((await cluster.addon()).metadata.annotations?.['ClusterAddonStage']).toBe('upgraded');
    expect((await cluster.addon()).status?.resources?.map(({ name }) => name).toSorted()).toEqual([
      'new',
      'settings',
    ]);
  });

  it('may bring a namespace of their own, and objects in it, as Cilium does', async () => {
    const world = await addonWorld();
    const secrets = `${world.namespace}-secrets`;
    const role = `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: reader, namespace: ${secrets}}\nrules: []\n`;
    const tag = await world.releases.pack({
      version: 'v1',
      stages: { AfterControlPlaneInitialized: [{ name: 'cni', action: 'apply' }] },
      files: {
        'cni/templates/namespace.yaml': `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${secrets}}\n`,
        'cni/templates/role.yaml': role,
      },
    });
    await world.announce(tag);
    await world.start();
    const cluster = await world.cluster('a', tag);
    await cluster.settled(tag);
    expect((await cluster.addon()).status?.resources).toMatchObject([
      { kind: 'Namespace', name: secrets, status: 'synced' },
      { kind: 'Role', namespace: secrets, name: 'reader', status: 'synced' },
    ]);
  });

  it('of a release with one chart are changed on an upgrade, not only added to (defect 2)', async () => {
    const world = await addonWorld();
    const single = (version: string, names: string[]): StackDraft => ({
      version,
      files: Object.fromEntries(
        names.map((name) => [
          `templates/${name}.yaml`,
          configMap(name, { release: '{{ .Values.release }}' }),
        ]),
      ),
      values: `values: |\n  release: << .ClusterAddonVersion >> of {{ .Cluster.metadata.name }}\n`,
    });
    const first = await world.releases.pack(single('v1', ['kept', 'dropped']));
    await world.announce(first);
    await world.start();
    const cluster = await world.cluster('a', first);
    await cluster.settled(first);
    expect(await cluster.data('kept')).toEqual({ release: 'v1 of a' });
    const second = await world.releases.pack(single('v2', ['kept', 'added']));
    await cluster.want(second);
    await cluster.settled(second);
    expect(await cluster.data('kept')).toEqual({ release: 'v2 of a' });
    expect(await cluster.object('ConfigMap', 'added')).toBeDefined();
    expect(await cluster.object('ConfigMap', 'dropped')).toBeUndefined();
    expect((await cluster.addon()).status?.stages).toEqual([]);
  });

  it('are upgraded from a release that is nowhere to be found any more (defect 14)', async () => {
    const world = await addonWorld();
    const release = await world.releases.pack(v2);
    await world.announce(release);
    const cluster = await world.cluster('a', release);
    const { apiVersion, metadata } = (await world.client.get(cluster.key)) ?? {};
    const owner = { apiVersion: String(apiVersion), kind: 'Cluster', name: 'a', uid: metadata?.uid ?? '' };
    const { namespace } = world;
    await world.client.create({
      apiVersion: clusterStackGroup,
      kind: 'ClusterAddon',
      metadata: { name: 'cluster-addon-a', namespace, ownerReferences: [owner] },
      spec: { clusterRef: { ...owner, namespace }, clusterStack: 'dev-toy-1-33-v1', version: 'v1' },
    });
    await world.start();
    await cluster.settled(release);
    expect(await cluster.data('settings')).toEqual({ version: 'two' });
    expect((await cluster.addon()).metadata.annotations?.['ClusterAddonStage']).toBe('upgraded');
  });

  it('follow a value that was not set at first, and are mended when somebody changes them', async () => {
    const world = await addonWorld();
    const release = await world.releases.pack(v1);
    await world.announce(release);
    await world.start();
    const cluster = await world.cluster('a', release);
    await cluster.settled(release);
    await cluster.want(release, 'v1.33.6', { host: '10.0.0.1' });
    await eventually(async () => expect(await cluster.data('settings')).toMatchObject({ host: '10.0.0.1' }));

    await cluster.workload.delete({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'backup',
      namespace: 'kube-system',
    });
    world.pass(11);
    await eventually(async () => expect(await cluster.data('backup')).toEqual({ version: 'one' }));
    await eventually(async () => {
      const { items } = await world.client.list(
        { apiVersion: 'v1', kind: 'Event' },
        { namespace: world.namespace },
      );
      expect(items.map((event) => event['reason'])).toContain('DriftRepaired');
    });
  });

  it('cost no write while nothing changes, and each release is fetched once (defect 24)', async () => {
    const world = await addonWorld();
    const release = await world.releases.pack(v1);
    await world.announce(release);
    await world.start();
    const cluster = await world.cluster('a', release);
    await cluster.settled(release);
    const { resourceVersion } = (await cluster.addon()).metadata;
    const before = await cluster.object('ConfigMap', 'settings');
    const reads = () => world.sandbox.requests.filter(({ path }) => path.includes('cluster-addon-a')).length;
    const now = reads();
    world.pass(11);
    // Several resyncs, one with a check of everything.
    if (hasFaults) await eventually(async () => expect(reads()).toBeGreaterThan(now + 5));
    expect((await cluster.addon()).metadata.resourceVersion).toBe(resourceVersion);
    expect((await cluster.object('ConfigMap', 'settings'))?.metadata.resourceVersion).toBe(
      before?.metadata.resourceVersion,
    );
    expect(world.releases.fetched).toEqual([release]);
  });

  it('wait for a condition, are late, and go on when it is mended (defect 18)', async () => {
    const world = await addonWorld();
    const gate = {
      waitForPostCondition: {
        objects: [
          { key: 'gate', apiVersion: 'v1', kind: 'ConfigMap', name: 'gate', namespace: 'kube-system' },
        ],
        conditions: "gate.data.open == 'yes'",
      },
    };
    const release = await world.releases.pack({
      ...v1,
      stages: { AfterControlPlaneInitialized: [apply('cni', gate), apply('backup')] },
    });
    await world.announce(release);
    await world.start();
    const cluster = await world.cluster('a', release);
    await eventually(async () =>
      expect(await cluster.condition('EvaluatedCEL')).toMatchObject({ severity: 'Info' }),
    );
    expect(await cluster.object('ConfigMap', 'backup')).toBeUndefined();
    world.pass(16);
    await eventually(async () =>
      expect(await cluster.condition('Ready')).toMatchObject({
        severity: 'Error',
        reason: 'FailedToEvaluatePostCondition',
        message: expect.stringContaining('ConfigMap kube-system/gate does not exist yet') as string,
      }),
    );
    await cluster.workload.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'gate', namespace: 'kube-system' },
      data: { open: 'yes' },
    });
    await cluster.settled(release);
    await cluster.workload.delete({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'gate',
      namespace: 'kube-system',
    });
  });
});

describe('a ClusterAddon', () => {
  it('comes back when it is deleted while its cluster lives, and knows what it knew; goes with the cluster', async () => {
    const world = await addonWorld();
    const release = await world.releases.pack(v1);
    await world.announce(release);
    await world.start();
    const cluster = await world.cluster('a', release);
    await cluster.settled(release);
    const { uid } = (await cluster.addon()).metadata;
    await world.client.delete(cluster.addonKey);
    await eventually(async () => expect((await cluster.addon()).metadata.uid).not.toBe(uid));
    await cluster.settled(release);
    expect((await cluster.addon()).status?.resources?.map(({ name }) => name)).toContain('backup');

    await world.client.delete(cluster.key);
    await eventually(async () => expect(await world.client.get(cluster.addonKey)).toBeUndefined());
    expect(await cluster.object('ConfigMap', 'settings')).toBeDefined();
  });

  it('is not made for clusters of other classes, nor before the release is there', async () => {
    const world = await addonWorld();
    const release = await world.releases.pack(v1);
    await world.start();
    const foreign = await world.cluster('foreign', 'quick-start');
    const early = await world.cluster('early', release);
    await world.announce(release);
    await early.settled(release);
    expect(await world.client.get(foreign.addonKey)).toBeUndefined();
  });
});

describe('trouble', () => {
  it('of one cluster is its own: a release that cannot be fetched holds up no other (defects 13, 14)', async () => {
    const world = await addonWorld();
    const good = await world.releases.pack(v1);
    const missing = 'dev-toy-1-33-v9';
    for (const release of [good, missing]) await world.announce(release);
    await world.start();
    const stuck = await world.cluster('stuck', missing);
    const fine = await world.cluster('fine', good);
    await fine.settled(good);
    await eventually(async () => expect(await stuck.condition('Ready')).toMatchObject({ status: 'False' }));
    // And when it is there, the cluster goes on.
    await world.releases.pack({ ...v1, version: 'v9' });
    await stuck.want(missing, 'v1.33.6', { nudge: 1 });
    await stuck.settled(missing);
  });

  it.skipIf(!hasFaults)(
    'of a workload cluster that does not answer is said, and holds up no other',
    async () => {
      const world = await addonWorld();
      const release = await world.releases.pack(v1);
      await world.announce(release);
      await world.start();
      const away = await world.cluster('away', release);
      const dead = Buffer.from(world.sandbox.cluster('away').kubeconfig.replace(/:\d+\//, ':9/')).toString(
        'base64',
      );
      await world.put({ apiVersion: 'v1', kind: 'Secret', name: 'away-kubeconfig', data: { value: dead } });
      const fine = await world.cluster('fine', release);
      await fine.settled(release);
      await away.want(release, 'v1.33.6', { nudge: 1 });
      await eventually(async () =>
        expect(await away.condition('ClusterReady')).toMatchObject({
          status: 'False',
          reason: 'ControlPlaneNotReady',
          severity: 'Info',
        }),
      );
    },
  );

  it('without a kubeconfig is a warning until the control plane has one', async () => {
    const world = await addonWorld();
    const release = await world.releases.pack(v1);
    await world.announce(release);
    const cluster = await world.cluster('a', release);
    const secret = { apiVersion: 'v1', kind: 'Secret', name: 'a-kubeconfig', namespace: world.namespace };
    const kept = await world.client.get(secret);
    await world.client.delete(secret);
    await world.start();
    await eventually(async () =>
      expect(await cluster.condition('ClusterReady')).toMatchObject({
        status: 'False',
        reason: 'ControlPlaneNotReady',
        severity: 'Warning',
      }),
    );
    await world.put({ apiVersion: 'v1', kind: 'Secret', name: 'a-kubeconfig', data: kept?.['data'] });
    await cluster.want(release, 'v1.33.6', { nudge: 1 });
    await cluster.settled(release);
  });

  it.each([
    [
      'values that cannot be templated',
      { files: { ...v1.files, 'cni/overwrite.yaml': '{{ .Cluster.metadata.name | nonsense }}' } },
      'HelmChartTemplated',
      'TemplateNewClusterStackOverwriteFailed',
      'nonsense',
    ],
    [
      'a chart that does not render',
      { files: { ...v1.files, 'cni/templates/bad.yaml': '{{ required "give a size" .Values.size }}' } },
      'HelmChartTemplated',
      'TemplateNewClusterStackFailed',
      'give a size',
    ],
    [
      'a condition that is no expression',
      {
        stages: {
          AfterControlPlaneInitialized: [
            apply('cni', { waitForPreCondition: { objects: [], conditions: '1 +' } }),
          ],
        },
      },
      'EvaluatedCEL',
      'FailedToEvaluatePreCondition',
      '1 +',
    ],
    [
      'an object that the API server refuses (defect 12)',
      { files: { ...v1.files, 'cni/templates/bad.yaml': configMap('Not_A_Name', {}) } },
      'HelmChartApplied',
      'FailedToApplyObjects',
      'Not_A_Name',
    ],
  ])('of %s is named, and mended by the next release', async (_, change, type, reason, words) => {
    const world = await addonWorld();
    const bad = await world.releases.pack({ ...v1, ...change });
    await world.announce(bad);
    await world.start();
    const cluster = await world.cluster('a', bad);
    await eventually(async () =>
      expect(await cluster.condition(type)).toMatchObject({
        status: 'False',
        reason,
        message: expect.stringContaining(words) as string,
      }),
    );
    const good = await world.releases.pack({ ...v2, version: 'v3' });
    await cluster.want(good);
    await cluster.settled(good);
    expect((await cluster.addon()).status?.resources?.map(({ name }) => name).toSorted()).toEqual([
      'new',
      'settings',
    ]);
  });

  it('of a stage whose chart is not in the release is named; the stage does not count as through (defect 18)', async () => {
    const world = await addonWorld();
    const release = await world.releases.pack(v1);
    const file = world.releases.fileOf(release, 'clusteraddon.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('"backup"', '"ghost"'));
    await world.announce(release);
    await world.start();
    const cluster = await world.cluster('a', release);
    await eventually(async () =>
      expect(await cluster.condition('Ready')).toMatchObject({
        severity: 'Error',
        reason: 'HelmChartMissing',
        message: expect.stringContaining('stage ghost of AfterControlPlaneInitialized') as string,
      }),
    );
    expect((await cluster.addon()).spec.clusterStack).toBeUndefined();
  });

  it('of a clusteraddon.yaml that cannot be read is told with its place', async () => {
    const world = await addonWorld();
    const release = await world.releases.pack(v1);
    await writeFile(world.releases.fileOf(release, 'clusteraddon.yaml'), 'addonStages: [1');
    await world.announce(release);
    await world.start();
    const cluster = await world.cluster('a', release);
    await eventually(async () =>
      expect(await cluster.condition('ClusterAddonConfigValidated')).toMatchObject({
        status: 'False',
        severity: 'Error',
        reason: 'ParsingClusterAddonConfigFailed',
        message: expect.stringContaining('clusteraddon.yaml') as string,
      }),
    );
  });
});

describe('a process that is killed', () => {
  // Twelve of the writes of an upgrade, to either cluster; after each a new process goes on.
  it.skipIf(!hasFaults)(
    'at any write of an upgrade is taken over by the next, with the same end',
    async () => {
      const world = await addonWorld();
      const [first, second] = [await world.releases.pack(v1), await world.releases.pack(v2)];
      await world.announce(first);
      const calm = await world.start();
      const cluster = await world.cluster('a', first);
      await cluster.settled(first);
      await calm.stop();
      await cluster.want(second);
      for (let kill = 0; kill < 12; kill++) {
        const process = new AbortController();
        let writes = 0;
        const stopCounting = world.sandbox.onWrite(({ resource }) => {
          if (resource !== 'events' && writes++ === kill % 4) process.abort();
        });
        const dying = await world.start(world.connect(process.signal));
        await Promise.race([cluster.settled(second), once(process.signal, 'abort')]);
        stopCounting();
        process.abort();
        await dying.stop();
      }
      await world.start();
      await cluster.settled(second);
      expect(await cluster.data('settings')).toEqual({ version: 'two' });
      expect(await cluster.object('ConfigMap', 'new')).toBeDefined();
      for (const name of ['old', 'backup']) expect(await cluster.object('ConfigMap', name)).toBeUndefined();
      // What was removed right before a kill is still in the inventory until the next check.
      await eventually(async () =>
        expect((await cluster.addon()).status?.resources?.map(({ name }) => name).toSorted()).toEqual([
          'new',
          'settings',
        ]),
      );
    },
  );
});

describe('an upgrade that Cluster API asks about', () => {
  const ask = async (
    world: Awaited<ReturnType<typeof addonWorld>>,
    hook: string,
    release: string,
    fields: object,
  ) => {
    const handler = hookHandlers.find((one) => one.hook === hook);
    if (!handler) throw new Error(hook);
    const topology = { class: release, version: 'v1.34.3' };
    const cluster = {
      apiVersion: 'cluster.x-k8s.io/v1beta1',
      kind: 'Cluster',
      metadata: { name: 'a', namespace: world.namespace },
      spec: { topology },
    };
    const call = readHookCall(handler, {
      apiVersion: 'hooks.runtime.cluster.x-k8s.io/v1alpha1',
      kind: `${hook}Request`,
      cluster,
      ...fields,
    });
    if (typeof call === 'string') throw new Error(call);
    const logger = createLogger({ name: 'test', version: '0' }, 'silent');
    return answerCall({ client: world.client, logger, clock: () => new Date() }, call);
  };
  const upgrade: StackDraft = {
    ...v2,
    minor: '1-34',
    version: 'v1',
    kubernetes: 'v1.34.3',
    stages: { ...v2.stages, AfterControlPlaneUpgrade: [apply('late')] },
    files: { ...v2.files, 'late/templates/x.yaml': configMap('late', {}) },
  };

  it('is let through once the add-ons are in, whichever came first, also after a restart (defects 1, 16)', async () => {
    const world = await addonWorld();
    const [first, second] = [await world.releases.pack(v1), await world.releases.pack(upgrade)];
    await world.announce(first);
    const before = await world.start();
    const cluster = await world.cluster('a', first);
    await cluster.settled(first);
    await before.stop();
    const versions = { fromKubernetesVersion: 'v1.33.6', toKubernetesVersion: 'v1.34.3' };
    await cluster.want(second, 'v1.34.3');
    expect((await ask(world, 'BeforeClusterUpgrade', second, versions)).retryAfterSeconds).toBe(5);
    await world.start();
    await cluster.settled(second);
    // The add-ons are in before Cluster API asks again: upstream would wait for ever.
    expect((await ask(world, 'BeforeClusterUpgrade', second, versions)).retryAfterSeconds).toBe(0);
    expect((await ask(world, 'BeforeClusterUpgrade', second, versions)).retryAfterSeconds).toBe(0);

    expect(await cluster.object('ConfigMap', 'late')).toBeUndefined();
    const later = { kubernetesVersion: 'v1.34.3' };
    await world.client.patch(
      cluster.controlPlane,
      { status: { version: 'v1.34.3' } },
      { subresource: 'status' },
    );
    await eventually(async () =>
      expect((await ask(world, 'AfterControlPlaneUpgrade', second, later)).retryAfterSeconds).toBe(0),
    );
    expect(await cluster.object('ConfigMap', 'late')).toBeDefined();
    expect((await ask(world, 'AfterClusterUpgrade', second, later)).retryAfterSeconds).toBe(0);
    // What is asked about an upgrade back is not answered by what was done before.
    expect((await ask(world, 'BeforeClusterUpgrade', first, versions)).retryAfterSeconds).toBe(5);
  });
});
