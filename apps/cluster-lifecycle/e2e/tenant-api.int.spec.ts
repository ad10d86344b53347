// The tenants' API over real gRPC, on Kubernetes and Cluster API in memory. Not covered: who may call what, and REST (standalone's tests), and what
// conditions mean (tables of the domain library).
import { Cluster_State } from '@scs/proto/scs/lifecycle/v1/cluster_pb';
import type { DomainError } from '@scs/service';
import { eventually } from '@scs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, operator, releases, startWorld, type World } from './tenant-world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.tenant('acme');
});
afterAll(() => world.close());

const member = () => world.as(memberOf('acme'));
const failure = (call: Promise<unknown>): Promise<DomainError> =>
  call.then(
    () => {
      throw new Error('the call should have failed');
    },
    (error: unknown) => error as DomainError,
  );
const clusterOf = (namespace: string, name: string) =>
  world.client.get({ apiVersion: 'cluster.x-k8s.io/v1beta2', kind: 'Cluster', namespace, name });

describe('cluster stacks', () => {
  it('are told with their releases, newest first, and the variables of each', async () => {
    const token = await member();
    const { clusterStacks } = await world.catalogue.listClusterStacks({ parent: 'tenants/-' }, token);
    expect(
      clusterStacks.map(({ name, latestRelease, usableVersions }) => [name, latestRelease, usableVersions]),
    ).toEqual([
      ['tenants/acme/clusterStacks/sandbox-1-33', releases.now, ['v1']],
      ['tenants/acme/clusterStacks/sandbox-1-34', releases.next, ['v1']],
    ]);
    const name = `tenants/acme/clusterStacks/sandbox-1-33/releases/${releases.now}`;
    const release = await world.catalogue.getRelease({ name }, token);
    expect(release).toMatchObject({
      ready: true,
      kubernetesVersion: 'v1.33.6',
      nodePoolClasses: ['default-worker'],
    });
    const audit = release.variables.find((variable) => variable.name === 'audit');
    expect(audit).toMatchObject({
      type: 'object',
      required: false,
      description: "The API server's audit log.",
    });
  });

  it('do not list a release under another stack', async () => {
    const name = `tenants/acme/clusterStacks/sandbox-1-33/releases/${releases.next}`;
    const error = await failure(world.catalogue.getRelease({ name }, await member()));
    expect([error.kind, error.reason]).toEqual(['not-found', 'RELEASE_NOT_FOUND']);
  });
});

describe('a cluster', () => {
  it('is created, scaled, upgraded and deleted, and its watch tells the way and ends', async () => {
    const token = await member();
    const name = 'tenants/acme/clusters/whole';
    const created = await world.clusters.createCluster(
      {
        parent: 'tenants/acme',
        clusterId: 'whole',
        cluster: {
          release: releases.now,
          nodePools: [{ id: 'workers', class: 'default-worker', replicas: 1 }],
          variables: { audit: { enabled: true } },
          labels: { team: 'shop' },
        },
      },
      token,
    );
    expect(created).toMatchObject({ name, release: releases.now, kubernetesVersion: 'v1.33.6' });
    const states: string[] = [];
    const watching = (async () => {
      for await (const { state } of world.clusters.watchCluster({ name }, token))
        states.push(Cluster_State[state]);
    })();
    const ready = await world.until(name, Cluster_State.READY);
    expect(ready).toMatchObject({
      controlPlane: { replicas: 1, readyReplicas: 1, kubernetesVersion: 'v1.33.6' },
      nodePools: [{ id: 'workers', replicas: 1, readyReplicas: 1, kubernetesVersions: ['v1.33.6'] }],
      upgrades: [releases.next],
      addonsRelease: releases.now,
      labels: { team: 'shop' },
    });
    expect(ready.waitingFor).toBeUndefined();
    // What Cluster API filled in is told too.
    expect(ready.variables?.['audit']).toEqual({ enabled: true, maxAge: 30 });

    await world.clusters.updateNodePool(
      { nodePool: { name: `${name}/nodePools/workers`, replicas: 2 } },
      token,
    );
    await eventually(async () =>
      expect((await world.until(name, Cluster_State.READY)).nodePools[0]?.readyReplicas).toBe(2),
    );
    await world.clusters.upgradeCluster({ name, release: releases.next }, token);
    await eventually(
      async () =>
        expect((await world.until(name, Cluster_State.READY)).controlPlane?.kubernetesVersion).toBe(
          'v1.34.3',
        ),
      60_000,
    );
    const upgraded = await world.until(name, Cluster_State.READY);
    expect(upgraded).toMatchObject({
      release: releases.next,
      upgrades: [],
      nodePools: [{ kubernetesVersions: ['v1.34.3'] }],
    });

    await world.clusters.deleteCluster({ name }, token);
    await watching;
    expect((await failure(world.clusters.getCluster({ name }, token))).kind).toBe('not-found');
    // The sandbox goes faster than anybody looks, so that a state may be missed; but none is told that never was.
    expect(states[0]).toBe('PROVISIONING');
    expect(states).toContain('UPGRADING');
    expect(states).not.toContain('DEGRADED');
    expect(states).not.toContain('STUCK');
  });

  it('is checked whole before anything is written, and every mistake is told', async () => {
    const cluster = {
      release: releases.now,
      controlPlane: { replicas: 2 },
      nodePools: [
        { id: 'a', class: 'huge', replicas: 1 },
        { id: 'a', class: 'default-worker', replicas: 1 },
      ],
      variables: { audit: { maxAge: 'long' }, colour: 'blue' },
    };
    const request = { parent: 'tenants/acme', clusterId: 'wrong', cluster };
    const error = await failure(world.clusters.createCluster(request, await member()));
    expect(error.kind).toBe('invalid');
    expect(error.violations.map(({ field }) => field)).toEqual([
      'cluster.variables.audit.maxAge',
      'cluster.variables.colour',
      'cluster.control_plane.replicas',
      'cluster.node_pools[0].class',
      'cluster.node_pools[1].id',
    ]);
    expect(await clusterOf('acme', 'wrong')).toBeUndefined();
  });

  it('is not created where it is only checked', async () => {
    const request = {
      parent: 'tenants/acme',
      clusterId: 'dry',
      cluster: { release: releases.now },
      validateOnly: true,
    };
    expect((await world.clusters.createCluster(request, await member())).release).toBe(releases.now);
    expect(await clusterOf('acme', 'dry')).toBeUndefined();
  });

  it.each([
    ['there is no release of that name', 'acme', 'dev-sandbox-1-33-v7', 'invalid', 'RELEASE_UNKNOWN'],
    ['the name is none of a release', 'acme', 'latest', 'invalid', 'RELEASE_UNKNOWN'],
    ['no release is named', 'acme', '', 'invalid', 'RELEASE_MISSING'],
  ])('is refused when %s', async (_, tenant, release, kind, reason) => {
    const request = { parent: `tenants/${tenant}`, clusterId: 'refused', cluster: { release } };
    const error = await failure(world.clusters.createCluster(request, await member()));
    expect([error.kind, error.reason]).toEqual([kind, reason]);
  });

  it('is refused as long as its release is not ready, with the reason', async () => {
    await world.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'early' } });
    await world.client.create({
      apiVersion: 'clusterstack.x-k8s.io/v1alpha1',
      kind: 'ClusterStack',
      metadata: { namespace: 'early', name: 'sandbox' },
      spec: {
        provider: 'dev',
        name: 'sandbox',
        kubernetesVersion: '1.33',
        autoSubscribe: false,
        versions: ['v9'],
        noProvider: true,
      },
    });
    const request = {
      parent: 'tenants/early',
      clusterId: 'soon',
      cluster: { release: 'dev-sandbox-1-33-v9' },
    };
    await eventually(async () => {
      const error = await failure(world.clusters.createCluster(request, await world.as(memberOf('early'))));
      expect([error.kind, error.reason]).toEqual(['wrong-state', 'RELEASE_NOT_READY']);
    });
  });
});

describe('changes', () => {
  let name: string;
  beforeAll(async () => {
    ({ name } = await world.cluster('acme', 'changing'));
  });

  it('with an etag are refused when somebody else was faster', async () => {
    const token = await member();
    const { etag } = await world.clusters.getCluster({ name }, token);
    await world.clusters.updateCluster({ cluster: { name, variables: { workerStartup: '200ms' } } }, token);
    const late = [
      () =>
        world.clusters.updateCluster(
          { cluster: { name, etag, variables: {} }, updateMask: { paths: ['variables'] } },
          token,
        ),
      () => world.clusters.upgradeCluster({ name, etag, release: releases.next }, token),
      () => world.clusters.deleteCluster({ name, etag }, token),
      () =>
        world.clusters.createNodePool(
          { parent: name, nodePoolId: 'late', nodePool: { class: 'default-worker' }, etag },
          token,
        ),
    ];
    for (const call of late) {
      const error = await failure(call());
      expect([error.kind, error.reason]).toEqual(['conflict', 'CLUSTER_CHANGED']);
    }
  });

  it('without an etag all arrive, also at once', async () => {
    const token = await member();
    await Promise.all(
      ['one', 'two', 'three'].map((nodePoolId) =>
        world.clusters.createNodePool(
          { parent: name, nodePoolId, nodePool: { class: 'default-worker', replicas: 0 } },
          token,
        ),
      ),
    );
    const { nodePools } = await world.clusters.listNodePools({ parent: name }, token);
    expect(nodePools.map(({ id }) => id).toSorted()).toEqual(['one', 'three', 'two', 'workers']);
    await world.clusters.deleteNodePool({ name: `${name}/nodePools/two` }, token);
    const error = await failure(world.clusters.deleteNodePool({ name: `${name}/nodePools/two` }, token));
    expect(error.reason).toBe('NODE_POOL_NOT_FOUND');
  });

  it('to another stack are refused by the rules of the webhook, and nothing changes', async () => {
    const token = await member();
    await world.client.create({
      apiVersion: 'clusterstack.x-k8s.io/v1alpha1',
      kind: 'ClusterStack',
      metadata: { namespace: 'acme', name: 'single' },
      spec: {
        provider: 'dev',
        name: 'single',
        kubernetesVersion: '1.33',
        autoSubscribe: true,
        noProvider: true,
      },
    });
    await eventually(async () => {
      const error = await failure(world.clusters.upgradeCluster({ name, release: releases.other }, token));
      expect([error.kind, error.reason]).toEqual(['wrong-state', 'CHANGE_REFUSED']);
      expect(error.message).toContain('changes the cluster stack from sandbox to single');
    });
    expect((await world.clusters.getCluster({ name }, token)).release).toBe(releases.now);
  });

  it.each([
    [
      'the number of control plane machines must be odd',
      { controlPlane: { replicas: 2 } },
      ['control_plane.replicas'],
      'CLUSTER_INVALID',
    ],
    ['a variable must fit', { variables: { workerStartup: 'soon' } }, ['variables'], 'CLUSTER_INVALID'],
    ['the release has a call of its own', { release: releases.next }, ['release'], 'FIELD_FIXED'],
    ['labels are given on creation', { labels: { a: 'b' } }, ['labels'], 'FIELD_FIXED'],
  ])('that are wrong are refused: %s', async (_, change, paths, reason) => {
    const call = world.clusters.updateCluster(
      { cluster: { name, ...change }, updateMask: { paths } },
      await member(),
    );
    const error = await failure(call);
    expect([error.kind, error.reason]).toEqual(['invalid', reason]);
  });

  it('may send back all that was read', async () => {
    const token = await member();
    const read = await world.clusters.getCluster({ name }, token);
    const answer = await world.clusters.updateCluster({ cluster: read }, token);
    expect(answer.release).toBe(read.release);
  });
});

describe('tenants', () => {
  it('see their own clusters, operators all, and lists come in pages', async () => {
    await world.tenant('blue', ['1.33']);
    for (const id of ['a', 'b']) await world.cluster('blue', id);
    const names = async (person: Parameters<typeof world.as>[0], parent: string, pageSize = 0) => {
      const token = await world.as(person);
      const found: string[] = [];
      let pageToken = '';
      do {
        const page = await world.clusters.listClusters({ parent, pageSize, pageToken }, token);
        found.push(...page.clusters.map(({ name }) => name));
        ({ nextPageToken: pageToken } = page);
      } while (pageToken !== '');
      return found;
    };
    const blue = ['tenants/blue/clusters/a', 'tenants/blue/clusters/b'];
    await eventually(async () => expect(await names(memberOf('blue'), 'tenants/-')).toEqual(blue));
    expect(await names(memberOf('blue'), 'tenants/blue', 1)).toEqual(blue);
    const all = await names(operator, 'tenants/-', 1);
    expect(all).toEqual(expect.arrayContaining(blue));
    expect(all.some((name) => name.startsWith('tenants/acme/'))).toBe(true);
    expect(all).toEqual(all.toSorted());
    const error = await failure(
      world.clusters.listClusters({ parent: 'tenants/acme' }, await world.as(memberOf('blue'))),
    );
    expect([error.kind, error.reason]).toEqual(['not-found', 'TENANT_NOT_FOUND']);
  });
});

describe('when the management cluster is away', () => {
  it('calls are unavailable, and work again afterwards', async () => {
    const token = await member();
    const name = 'tenants/acme/clusters/changing';
    await world.sandbox.kubernetes.goAway();
    const error = await failure(world.clusters.getCluster({ name }, token));
    expect([error.kind, error.reason]).toEqual(['unavailable', 'KUBERNETES_UNAVAILABLE']);
    expect(error.message).not.toContain('127.0.0.1');
    await world.sandbox.kubernetes.comeBack();
    await eventually(async () => expect((await world.clusters.getCluster({ name }, token)).name).toBe(name));
  });
});
