// The apply engine against an API server in memory, or the real one of E2E_KUBECONFIG. Not covered: charts (the objects come ready), and what
// admission webhooks do.
import type { AppliedResource } from '@scs/cluster-stacks';
import { KubernetesError, type ApiObject, type ObjectKey } from '@scs/kubernetes';
import { eventually } from '@scs/testing';
import { describe, expect, it } from 'vitest';
import { applyObjects, type ApplyOptions, type ApplyTarget } from '../src/apply/apply.ts';
import { deleteResources } from '../src/apply/delete.ts';
import { hasFaults, install, openDefinition, startKubernetes } from './kubernetes.ts';

type Manifest = Record<string, unknown>;
const aConfigMap = (name: string, data: Record<string, string> = { a: '1' }): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});
const aTemplate = (kind: string, group: string, name: string): Manifest => ({
  apiVersion: `${group}/v1beta2`,
  kind,
  metadata: { name },
  spec: { size: 1 },
});

async function setup() {
  const { client, namespace, connect, sandbox } = await startKubernetes();
  let inventory: AppliedResource[] = [];
  const target = { client, namespace };
  return {
    ...target,
    sandbox,
    connect,
    /** Applies and keeps the inventory, as a reconciler does. */
    apply: async (
      objects: Manifest[],
      {
        random = [],
        over = target,
        ...options
      }: Partial<ApplyOptions> & {
        random?: [number, string[]][];
        over?: ApplyTarget;
      } = {},
    ) => {
      const outcome = await applyObjects(over, { objects, digest: '', random: new Map(random) }, inventory, {
        prune: true,
        signal: new AbortController().signal,
        ...options,
      });
      inventory = outcome.resources;
      return outcome;
    },
    remove: (resources: AppliedResource[]) =>
      deleteResources(target, resources, new AbortController().signal),
    get: (kind: string, name: string, apiVersion = 'v1') => client.get({ apiVersion, kind, name, namespace }),
    keyOf: (kind: string, name: string, apiVersion = 'v1'): ObjectKey => ({
      apiVersion,
      kind,
      name,
      namespace,
    }),
    inventory: () => inventory,
  };
}
/** No other test’s, on a server that remembers. */
const groupOf = (namespace: string): string => `${namespace}.example.org`;
const dataOf = (object: ApiObject | undefined) => object?.['data'];

describe('objects that are applied', () => {
  it('are there, labelled, and cost no write when nothing has changed', async () => {
    const { apply, client, get, connect, namespace } = await setup();
    const objects = [aConfigMap('one'), aConfigMap('two')];
    const first = await apply(objects);
    expect(first).toMatchObject({ synced: true, changes: [{ change: 'created' }, { change: 'created' }] });
    expect((await get('ConfigMap', 'one'))?.metadata.labels).toEqual({
      'clusterstack.x-k8s.io/instance': 'owned',
    });
    const [writes, requests] = [client.writes, client.requests];
    expect(await apply(objects)).toMatchObject({ synced: true, changes: [] });
    expect(client.writes).toBe(writes);
    expect(client.requests - requests).toBe(2);
    // Another process knows nothing, asks, and writes nothing either.
    const other = connect();
    expect(await apply(objects, { over: { client: other, namespace } })).toMatchObject({ changes: [] });
    expect(other.writes).toBe(0);
  });

  it('may have integers that a double cannot hold', async () => {
    const { apply, client, namespace } = await setup();
    const group = groupOf(namespace);
    await install(client, openDefinition(group, 'Gadget'));
    const objects = [
      {
        apiVersion: `${group}/v1beta2`,
        kind: 'Gadget',
        metadata: { name: 'big' },
        spec: { limit: 9223372036854775807n },
      },
    ];
    expect(await apply(objects)).toMatchObject({ synced: true, changes: [{ change: 'created' }] });
    expect(await apply(objects)).toMatchObject({ synced: true, changes: [] });
  });

  it('come back when they were changed or deleted, without touching what others have added', async () => {
    const { apply, client, get, keyOf } = await setup();
    const objects = [aConfigMap('one'), aConfigMap('two')];
    await apply(objects);
    await client.patch(keyOf('ConfigMap', 'one'), { data: { a: 'other', b: 'mine' } });
    await client.delete(keyOf('ConfigMap', 'two'));
    expect(await apply(objects)).toMatchObject({
      changes: [{ change: 'changed' }, { change: 'created' }],
    });
    expect(dataOf(await get('ConfigMap', 'one'))).toEqual({ a: '1', b: 'mine' });
  });

  it('lose a field that left the manifest', async () => {
    const { apply, get } = await setup();
    await apply([aConfigMap('one', { a: '1', b: '2' })]);
    await apply([aConfigMap('one', { a: '1' })]);
    expect(dataOf(await get('ConfigMap', 'one'))).toEqual({ a: '1' });
  });

  it('are applied again when their manifest changed, though they count as synced (defect 2)', async () => {
    const { apply, get } = await setup();
    expect(await apply([aConfigMap('one', { a: '1' })])).toMatchObject({ resources: [{ status: 'synced' }] });
    await apply([aConfigMap('one', { a: '2' })]);
    expect(dataOf(await get('ConfigMap', 'one'))).toEqual({ a: '2' });
  });

  it('become ours when somebody had made the same before: a field that leaves later is taken out', async () => {
    const { apply, client, get, namespace } = await setup();
    await client.create({
      ...aConfigMap('one', { a: '1' }),
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'one', namespace, labels: { 'clusterstack.x-k8s.io/instance': 'owned' } },
    });
    await apply([aConfigMap('one', { a: '1' })]);
    const owners = (await get('ConfigMap', 'one'))?.metadata.managedFields ?? [];
    expect(owners).toContainEqual(expect.objectContaining({ manager: 'kubectl', operation: 'Apply' }));
  });

  it('of different kinds and one name are two: one goes, the other stays (defect 3)', async () => {
    const { apply, get } = await setup();
    const machine = aTemplate('ToyMachineTemplate', 'infrastructure.cluster.x-k8s.io', 'scs-worker');
    const config = aTemplate('ToyConfigTemplate', 'bootstrap.cluster.x-k8s.io', 'scs-worker');
    expect((await apply([machine, config])).resources).toHaveLength(2);
    await apply([config]);
    expect(
      await get('ToyMachineTemplate', 'scs-worker', 'infrastructure.cluster.x-k8s.io/v1beta2'),
    ).toBeUndefined();
    expect(await get('ToyConfigTemplate', 'scs-worker', 'bootstrap.cluster.x-k8s.io/v1beta2')).toBeDefined();
  });
});

describe('an object that cannot be applied', () => {
  it('says why, and the others are there (defect 12)', async () => {
    const { apply, get } = await setup();
    const broken = { apiVersion: 'v1', kind: 'Nonsense', metadata: { name: 'x' } };
    const outcome = await apply([broken, aConfigMap('one')]);
    expect(outcome).toMatchObject({
      synced: false,
      resources: [
        { kind: 'Nonsense', status: 'not-synced', error: expect.stringContaining('not served') as string },
        { kind: 'ConfigMap', status: 'synced' },
      ],
    });
    expect(await get('ConfigMap', 'one')).toBeDefined();
  });

  it('is applied when its kind is served at last, and what it replaces goes only then', async () => {
    const { apply, client, get, namespace } = await setup();
    await apply([aConfigMap('old')]);
    const group = groupOf(namespace);
    const gadget = { apiVersion: `${group}/v1beta2`, kind: 'Gadget', metadata: { name: 'new' } };
    expect(await apply([gadget])).toMatchObject({ synced: false });
    expect(await get('ConfigMap', 'old')).toBeDefined();
    await install(client, openDefinition(group, 'Gadget'));
    expect(await apply([gadget])).toMatchObject({ synced: true, resources: [{ kind: 'Gadget' }] });
    expect(await get('ConfigMap', 'old')).toBeUndefined();
  });

  it('needs no second pass when its definition is part of the set', async () => {
    const { apply, namespace } = await setup();
    const group = groupOf(namespace);
    const gadget = { apiVersion: `${group}/v1beta2`, kind: 'Gadget', metadata: { name: 'new' } };
    expect(await apply([gadget, openDefinition(group, 'Gadget')])).toMatchObject({ synced: true });
    await eventually(async () => expect(await apply([])).toMatchObject({ synced: true, resources: [] }));
  });

  it('whose manifest names another namespace is put there in a cluster that is ours as a whole, and goes from there', async () => {
    const { apply, client, namespace } = await setup();
    const over = { client, namespace, wholeCluster: true };
    const secrets = `${namespace}-secrets`;
    const inside = (name: string) => ({ ...aConfigMap(name), metadata: { name, namespace: secrets } });
    const names = ['a', 'b', 'c', 'd', 'e'];
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      // Of no effect, and seen in charts.
      metadata: { name: `${namespace}-reader`, namespace: secrets },
      rules: [],
    };
    const objects = [
      ...names.map(inside),
      aConfigMap('a'),
      role,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: secrets } },
    ];
    expect(await apply(objects, { over })).toMatchObject({ synced: true });
    const { writes } = client;
    expect(await apply(objects, { over })).toMatchObject({ synced: true, changes: [] });
    expect(client.writes).toBe(writes);
    const mapsIn = async (place: string) =>
      (await client.list({ apiVersion: 'v1', kind: 'ConfigMap' }, { namespace: place })).items
        .map(({ metadata }) => metadata.name)
        .filter((name) => name !== 'kube-root-ca.crt');
    expect(await mapsIn(secrets)).toEqual(names);
    expect(await mapsIn(namespace)).toEqual(['a']);
    const left = objects.filter((object) => object !== objects[0] && object !== role);
    expect(await apply(left, { over })).toMatchObject({ synced: true });
    expect(await mapsIn(secrets)).toEqual(names.slice(1));
    expect(await mapsIn(namespace)).toEqual(['a']);
    await eventually(async () => expect(await apply([], { over })).toMatchObject({ synced: true }));
  });

  it('whose manifest names another namespace is left out of a shared cluster, with the remedy', async () => {
    const { apply } = await setup();
    const elsewhere = { ...aConfigMap('one'), metadata: { name: 'one', namespace: 'default' } };
    const { resources } = await apply([elsewhere]);
    expect(resources).toMatchObject([
      {
        namespace: 'default',
        status: 'not-synced',
        error: expect.stringContaining('leave the namespace out') as string,
      },
    ]);
  });

  it.skipIf(!hasFaults)(
    'because nobody answers is no fault of the object: all is tried again later',
    async () => {
      const { apply, sandbox } = await setup();
      await sandbox.goAway();
      await expect(apply([aConfigMap('one')])).rejects.toThrow(KubernetesError);
      await sandbox.comeBack();
      expect(await apply([aConfigMap('one')])).toMatchObject({ synced: true });
    },
  );
});

describe('random values', () => {
  const secret = (key: string): Manifest => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'key' },
    stringData: { key },
  });
  const bundle = (key: string) => aConfigMap('bundle', { ca: key });
  const random: [number, string[]][] = [
    [0, ['/stringData/key']],
    [1, ['/data/ca']],
  ];
  const encoded = (text: string) => Buffer.from(text).toString('base64');

  it('are no drift: the first ones stay', async () => {
    const { apply, client, get } = await setup();
    await apply([secret('first'), bundle('first')], { random });
    const { writes } = client;
    expect(await apply([secret('second'), bundle('second')], { random })).toMatchObject({ changes: [] });
    expect(client.writes).toBe(writes);
    expect(dataOf(await get('Secret', 'key'))).toEqual({ key: encoded('first') });
  });

  it('that belong together are new together when one of them is gone', async () => {
    const { apply, client, get, keyOf } = await setup();
    await apply([secret('first'), bundle('first')], { random });
    await client.delete(keyOf('Secret', 'key'));
    await apply([secret('second'), bundle('second')], { random });
    expect(dataOf(await get('Secret', 'key'))).toEqual({ key: encoded('second') });
    expect(dataOf(await get('ConfigMap', 'bundle'))).toEqual({ ca: 'second' });
  });
});

describe('objects that are to go', () => {
  it('are left alone where an inventory was forged: in other namespaces, and without our label', async () => {
    const { apply, client, namespace, inventory } = await setup();
    await apply([aConfigMap('mine')]);
    const theirs = `${namespace}-theirs`;
    const alien = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'alien', namespace: theirs } };
    const quota = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'quota', namespace } };
    const victim = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: theirs } };
    for (const object of [victim, alien, quota]) await client.create(object);
    const forged = [victim, alien, quota].map(({ kind, metadata }) => ({
      group: '',
      version: 'v1',
      kind,
      ...metadata,
      status: 'synced' as const,
    }));
    const target = { client, namespace };
    const signal = new AbortController().signal;
    expect(await deleteResources(target, [...inventory(), ...forged], signal)).toEqual([]);
    for (const { kind, metadata } of [victim, alien, quota])
      expect((await client.get({ apiVersion: 'v1', kind, ...metadata }))?.metadata).not.toHaveProperty(
        'deletionTimestamp',
      );
    expect(
      await client.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'mine', namespace }),
    ).toBeUndefined();
  });

  it('come back with the reason while a finalizer holds them, and are done with later', async () => {
    const { apply, client, remove, keyOf, inventory } = await setup();
    await apply([aConfigMap('one')]);
    await client.patch(keyOf('ConfigMap', 'one'), { metadata: { finalizers: ['example.org/hold'] } });
    const left = await remove(inventory());
    expect(left).toMatchObject([
      { name: 'one', status: 'not-synced', error: expect.stringContaining('example.org/hold') as string },
    ]);
    await client.patch(keyOf('ConfigMap', 'one'), { metadata: { finalizers: null } });
    expect(await remove(left)).toEqual([]);
  });

  it.skipIf(!hasFaults)(
    'stay together while the ClusterClass cannot go: the templates are what it needs',
    async () => {
      const { apply, remove, inventory, sandbox, get } = await setup();
      await apply([
        aTemplate('ClusterClass', 'cluster.x-k8s.io', 'c'),
        aTemplate('ToyMachineTemplate', 'infrastructure.cluster.x-k8s.io', 'm'),
      ]);
      const end = sandbox.interfere((request) =>
        request.verb === 'delete' && request.path.includes('clusterclasses')
          ? { status: 403, message: 'it is in use' }
          : undefined,
      );
      const left = await remove(inventory());
      expect(left.map(({ kind }) => kind)).toEqual(['ClusterClass', 'ToyMachineTemplate']);
      expect(await get('ToyMachineTemplate', 'm', 'infrastructure.cluster.x-k8s.io/v1beta2')).toBeDefined();
      end();
      expect(await remove(left)).toEqual([]);
    },
  );

  it('are gone already when their kind is not served any more', async () => {
    const { remove } = await setup();
    expect(await remove([{ group: 'gone.example.org', version: 'v1', kind: 'Gone', name: 'x' }])).toEqual([]);
  });

  it('are left alone where somebody else has them too', async () => {
    const { apply, get } = await setup();
    await apply([aConfigMap('shared'), aConfigMap('own')]);
    const outcome = await apply([], { claim: ({ name }) => (name === 'shared' ? 'shared' : undefined) });
    expect(outcome).toMatchObject({ synced: true, resources: [], changes: [{ resource: { name: 'own' } }] });
    expect(await get('ConfigMap', 'shared')).toBeDefined();
  });
});
