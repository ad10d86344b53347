// What only the simulator can do: faults, a clock that is driven, a restart, both versions of the API. What it has in common with Cluster API is
// told in tools/conformance/cluster-api.spec.ts.
import { connectKubernetes, type ApiObject, type KubernetesClient } from '@scs/kubernetes';
import { eventually } from '@scs/testing';
import { afterEach, describe, expect, it } from 'vitest';
import {
  startSandboxClusters,
  type SandboxClusters,
  type SandboxClustersOptions,
} from '../sandbox-clusters.ts';
import { virtualClock } from './clock.ts';
import type { Condition } from './conditions.ts';
import { kinds } from './kinds.ts';
import { startSandboxExtension } from './sandbox-extension.ts';
import { startClusterApi } from './start-cluster-api.ts';

const namespace = 'default';
const devMachines = { apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta2', kind: 'DevMachine' };
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Conditioned extends ApiObject {
  status?: { conditions?: Condition[]; [field: string]: unknown };
}

async function setup(
  options: SandboxClustersOptions = {},
): Promise<{ clusters: SandboxClusters; client: KubernetesClient }> {
  const clusters = await startSandboxClusters({ speed: 100, ...options });
  const client = connectKubernetes({ kubeconfig: { text: clusters.kubeconfig }, userAgent: 'test' });
  closing.push(
    () => clusters.close(),
    () => client.close(),
  );
  return { clusters, client };
}

/** A class as small as one can be, in either version of the API. */
async function createClass(
  client: KubernetesClient,
  version: 'v1beta1' | 'v1beta2' = 'v1beta2',
): Promise<void> {
  const type = (group: string, kind: string) => ({
    apiVersion: `${group}.cluster.x-k8s.io/${version}`,
    kind,
  });
  const metadata = { name: 'tiny', namespace };
  const template = (group: string, kind: string, spec: object): ApiObject => ({
    ...type(group, kind),
    metadata,
    spec: { template: { spec } },
  });
  const reference = (group: string, kind: string) => {
    const to = { ...type(group, kind), name: 'tiny' };
    return version === 'v1beta1' ? { ref: to } : { templateRef: to };
  };
  const machines = {
    bootstrap: reference('bootstrap', 'KubeadmConfigTemplate'),
    infrastructure: reference('infrastructure', 'DevMachineTemplate'),
  };
  await client.create(template('infrastructure', 'DevClusterTemplate', { backend: { inMemory: {} } }));
  await client.create(
    template('infrastructure', 'DevMachineTemplate', {
      backend: { inMemory: { vm: { provisioning: { startupDuration: '60s' } } } },
    }),
  );
  await client.create(template('controlplane', 'KubeadmControlPlaneTemplate', { kubeadmConfigSpec: {} }));
  await client.create(template('bootstrap', 'KubeadmConfigTemplate', {}));
  await client.create({
    apiVersion: `cluster.x-k8s.io/${version}`,
    kind: 'ClusterClass',
    metadata,
    spec: {
      infrastructure: reference('infrastructure', 'DevClusterTemplate'),
      controlPlane: {
        ...reference('controlplane', 'KubeadmControlPlaneTemplate'),
        machineInfrastructure: reference('infrastructure', 'DevMachineTemplate'),
      },
      workers: {
        machineDeployments: [
          version === 'v1beta1' ? { class: 'worker', template: machines } : { class: 'worker', ...machines },
        ],
      },
      variables: [
        { name: 'size', required: false, schema: { openAPIV3Schema: { type: 'integer', default: 1 } } },
      ],
    },
  } as ApiObject);
}

const clusterOf = (topology: object, version = 'v1beta2'): ApiObject => ({
  apiVersion: `cluster.x-k8s.io/${version}`,
  kind: 'Cluster',
  metadata: { name: 'one', namespace },
  spec: {
    topology: {
      ...(version === 'v1beta1' ? { class: 'tiny' } : { classRef: { name: 'tiny' } }),
      version: 'v1.34.0',
      controlPlane: { replicas: 1 },
      workers: { machineDeployments: [{ class: 'worker', name: 'md', replicas: 1 }] },
      ...topology,
    },
  },
});

const key = { ...kinds.cluster, namespace, name: 'one' };
const conditionOf = async (client: KubernetesClient, type: string): Promise<Condition | undefined> =>
  (await client.get<Conditioned>(key))?.status?.conditions?.find((condition) => condition.type === type);
const available = (client: KubernetesClient) =>
  eventually(async () => expect(await conditionOf(client, 'Available')).toMatchObject({ status: 'True' }));

describe('machines', () => {
  it('that never start are told of, with the reason, up to the cluster', async () => {
    const { clusters, client } = await setup();
    clusters.clusterApi.interfere({
      machine: ({ controlPlane }) => (controlPlane ? undefined : { neverStarts: 'image ubuntu-x not found' }),
    });
    await createClass(client);
    await client.create(clusterOf({}));
    await eventually(async () => {
      const [machine] = (
        await client.list<Conditioned>(kinds.machine, { labelSelector: 'cluster.x-k8s.io/set-name' })
      ).items;
      expect(machine?.status).toMatchObject({ phase: 'Provisioning' });
      expect(machine?.status?.conditions?.find(({ type }) => type === 'InfrastructureReady')).toMatchObject({
        status: 'False',
        message: '* VMProvisioned: image ubuntu-x not found\n* NodeProvisioned: WaitingForVMProvisioned',
      });
    });
    await eventually(async () =>
      expect((await conditionOf(client, 'WorkerMachinesReady'))?.message).toContain(
        'image ubuntu-x not found',
      ),
    );
    expect(await conditionOf(client, 'Available')).toMatchObject({ status: 'False' });
    clusters.clusterApi.interfere();
    await available(client);
  });

  it('that fail after they ran are told of as failed, and the cluster is no longer available', async () => {
    const { clusters, client } = await setup();
    await createClass(client);
    await client.create(clusterOf({}));
    await available(client);
    clusters.clusterApi.interfere({
      machine: ({ controlPlane }) => (controlPlane ? undefined : { fails: 'host is on fire' }),
    });
    await eventually(async () => {
      const [machine] = (
        await client.list<Conditioned>(kinds.machine, { labelSelector: 'cluster.x-k8s.io/set-name' })
      ).items;
      expect(machine?.status).toMatchObject({ phase: 'Failed' });
      expect(await conditionOf(client, 'Available')).toMatchObject({
        status: 'False',
        reason: 'NotAvailable',
      });
    });
  });

  it('that are unhealthy say so, and so do their nodes, until they are well again', async () => {
    const { clusters, client } = await setup();
    await createClass(client);
    await client.create(clusterOf({}));
    await available(client);
    const ready = () =>
      clusters
        .workload(namespace, 'one')
        ?.store.list({ apiVersion: 'v1', kind: 'Node' })
        .map(
          (node) => (node as Conditioned).status?.conditions?.find(({ type }) => type === 'Ready')?.status,
        );
    expect(ready()).toEqual(['True', 'True']);
    clusters.clusterApi.interfere({ machine: () => ({ unhealthy: 'kubelet stopped posting' }) });
    await eventually(async () => {
      expect((await conditionOf(client, 'ControlPlaneMachinesReady'))?.message).toContain(
        '* NodeHealthy:\n    * Node.Ready: kubelet stopped posting',
      );
      expect(ready()).toEqual(['False', 'False']);
    });
    clusters.clusterApi.interfere();
    await available(client);
    expect(ready()).toEqual(['True', 'True']);
  });
});

it('starts machines when the clock says so, and not before', async () => {
  const clock = virtualClock();
  const { client } = await setup({ clock, speed: 1 });
  await createClass(client);
  await client.create(clusterOf({}));
  const vm = async () => {
    const [machine] = (
      await client.list<Conditioned>(devMachines, { labelSelector: 'cluster.x-k8s.io/control-plane' })
    ).items;
    return machine?.status?.conditions?.find(({ type }) => type === 'VMProvisioned');
  };
  await eventually(async () =>
    expect(await vm()).toMatchObject({ status: 'False', reason: 'WaitingForStartupTimeout' }),
  );
  clock.advance(59_000);
  expect(await vm()).toMatchObject({ status: 'False', reason: 'WaitingForStartupTimeout' });
  clock.advance(2_000);
  await eventually(async () =>
    expect(await vm()).toMatchObject({ status: 'True', lastTransitionTime: '2026-01-01T00:01:01Z' }),
  );
});

it('makes the deployments that a topology names, and removes those that it names no longer', async () => {
  const { client } = await setup();
  const worker = (name: string) => ({ class: 'worker', name, replicas: 1 });
  await createClass(client);
  await client.create(clusterOf({ workers: { machineDeployments: [worker('a'), worker('b')] } }));
  await available(client);
  const deployments = async () =>
    (await client.list(kinds.machineDeployment)).items
      .map(({ metadata }) => metadata.labels?.['topology.cluster.x-k8s.io/deployment-name'] ?? '')
      .sort();
  expect(await deployments()).toEqual(['a', 'b']);
  await client.patch(key, {
    spec: { topology: { workers: { machineDeployments: [worker('b'), worker('c')] } } },
  });
  await eventually(async () => {
    expect(await deployments()).toEqual(['b', 'c']);
    expect((await client.list(kinds.machine)).items).toHaveLength(3);
    expect(await conditionOf(client, 'WorkersAvailable')).toMatchObject({ status: 'True' });
  });
});

it('lets a cluster go with its namespace', async () => {
  const { client } = await setup();
  await createClass(client);
  const there = 'going';
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: there } });
  const cluster = clusterOf({ classRef: { name: 'tiny', namespace } });
  await client.create({ ...cluster, metadata: { name: 'one', namespace: there } });
  await eventually(async () =>
    expect((await client.list(kinds.machine, { namespace: there })).items).toHaveLength(2),
  );
  await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: there });
  await eventually(async () =>
    expect(await client.get({ apiVersion: 'v1', kind: 'Namespace', name: there })).toBeUndefined(),
  );
});

it('goes on where a simulator before it stopped', async () => {
  const { clusters, client } = await setup({ speed: 1 });
  await createClass(client);
  await client.create(clusterOf({}));
  await eventually(async () => expect((await client.list(devMachines)).items).not.toEqual([]));
  await clusters.clusterApi.stop();
  const next = await startClusterApi({ client, speed: 100 });
  closing.push(() => next.stop());
  await available(client);
  expect((await client.list(kinds.machine)).items).toHaveLength(2);
});

it('leaves a cluster alone that stands when the simulator starts again', async () => {
  const { clusters, client } = await setup();
  await createClass(client);
  await client.create(clusterOf({}));
  await available(client);
  await clusters.clusterApi.idle();
  await clusters.clusterApi.stop();
  const before = await client.get(key);
  const next = await startClusterApi({ client });
  closing.push(() => next.stop());
  await next.idle();
  expect(await client.get(key)).toEqual(before);
});

it('writes nothing when nothing changes', async () => {
  const { clusters, client } = await setup();
  await createClass(client);
  await client.create(clusterOf({}));
  await available(client);
  const writes = () => clusters.kubernetes.requests.filter(({ method }) => method !== 'GET').length;
  await eventually(async () => {
    const before = writes();
    // Asking every cluster to be looked at again is the most that can happen without a change.
    clusters.clusterApi.interfere();
    await clusters.clusterApi.idle();
    expect(writes()).toBe(before);
  });
});

describe('without admission', () => {
  it('a bad value is told by a condition', async () => {
    const { client } = await setup({ admission: false });
    await createClass(client);
    await client.create(clusterOf({ variables: [{ name: 'size', value: 'big' }] }));
    await eventually(async () =>
      expect(await conditionOf(client, 'TopologyReconciled')).toMatchObject({
        status: 'False',
        reason: 'ReconcileFailed',
        message:
          'Cluster.cluster.x-k8s.io "one" is invalid: spec.topology.variables[size].value: Invalid value: "\\"big\\"": must be of type integer: "string"',
      }),
    );
  });
});

it('plays classes and clusters of v1beta1', async () => {
  const { client } = await setup();
  await createClass(client, 'v1beta1');
  await client.create(clusterOf({}, 'v1beta1'));
  await available(client);
  const old = await client.get<ApiObject & { spec: { topology: object } }>({
    ...key,
    apiVersion: 'cluster.x-k8s.io/v1beta1',
  });
  expect(old?.spec.topology).toMatchObject({ class: 'tiny', variables: [{ name: 'size', value: 1 }] });
});

/** A kind of another infrastructure provider, of which the simulator knows nothing but what every provider must do. */
const foreignKind = (kind: string): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${kind.toLowerCase()}s.infrastructure.cluster.x-k8s.io` },
  spec: {
    group: 'infrastructure.cluster.x-k8s.io',
    scope: 'Namespaced',
    names: { kind, plural: `${kind.toLowerCase()}s`, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [
      {
        name: 'v1beta1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});

it('plays other infrastructure by the contract of v1beta1', async () => {
  const names = ['OtherCluster', 'OtherClusterTemplate', 'OtherMachine', 'OtherMachineTemplate'];
  const { client } = await setup({ crds: names.map(foreignKind) });
  await createClass(client);
  const apiVersion = 'infrastructure.cluster.x-k8s.io/v1beta1';
  for (const [kind, spec] of [
    ['OtherClusterTemplate', { network: 'public' }],
    ['OtherMachineTemplate', { flavor: 'SCS-2V-4' }],
  ] as const) {
    await client.create({
      apiVersion,
      kind,
      metadata: { name: 'tiny', namespace },
      spec: { template: { spec } },
    } as ApiObject);
  }
  const other = (kind: string) => ({ templateRef: { apiVersion, kind, name: 'tiny' } });
  const bootstrap = {
    templateRef: {
      apiVersion: 'bootstrap.cluster.x-k8s.io/v1beta2',
      kind: 'KubeadmConfigTemplate',
      name: 'tiny',
    },
  };
  await client.patch(
    { ...kinds.clusterClass, namespace, name: 'tiny' },
    {
      spec: {
        infrastructure: other('OtherClusterTemplate'),
        controlPlane: { machineInfrastructure: other('OtherMachineTemplate') },
        workers: {
          machineDeployments: [{ class: 'worker', bootstrap, infrastructure: other('OtherMachineTemplate') }],
        },
      },
    },
  );
  await client.create(clusterOf({}));
  await available(client);
  const [cluster] = (await client.list<Conditioned>({ apiVersion, kind: 'OtherCluster' })).items;
  expect(cluster).toMatchObject({
    spec: { network: 'public', controlPlaneEndpoint: { host: '127.0.0.1' } },
    status: { ready: true },
  });
  const machines = (await client.list<Conditioned>({ apiVersion, kind: 'OtherMachine' })).items;
  expect(machines).toHaveLength(2);
  for (const machine of machines)
    expect(machine).toMatchObject({ spec: { flavor: 'SCS-2V-4' }, status: { ready: true } });
  await client.delete(key);
  await eventually(async () => {
    for (const kind of ['OtherCluster', 'OtherMachine'])
      expect((await client.list({ apiVersion, kind })).items).toEqual([]);
    expect((await client.list({ apiVersion, kind: 'OtherMachineTemplate' })).items).toHaveLength(1);
  });
});

describe('hooks', () => {
  const register = async (client: KubernetesClient, policy: 'Fail' | 'Ignore') => {
    const extension = await startSandboxExtension(['BeforeClusterUpgrade'], policy);
    closing.push(() => extension.close());
    await client.create({
      ...kinds.extensionConfig,
      metadata: { name: 'hooks' },
      spec: { clientConfig: extension.clientConfig, namespaceSelector: {} },
    } as ApiObject);
    return extension;
  };
  const upgrade = async (client: KubernetesClient) => {
    await createClass(client);
    await client.create(clusterOf({}));
    await available(client);
    await client.patch(key, { spec: { topology: { version: 'v1.34.1' } } });
  };

  it('that nobody answers stop an upgrade, and it goes on when they do', async () => {
    const { clusters, client } = await setup();
    await register(client, 'Fail');
    clusters.clusterApi.interfere({ hook: () => true });
    await upgrade(client);
    await eventually(async () =>
      expect(await conditionOf(client, 'TopologyReconciled')).toMatchObject({
        reason: 'ReconcileFailed',
        message: expect.stringContaining(
          'failed to call extension handlers for hook "BeforeClusterUpgrade.hooks.runtime.cluster.x-k8s.io": failed to call extension handler "before-cluster-upgrade.hooks": http call failed',
        ),
      }),
    );
    expect(await conditionOf(client, 'Available')).toMatchObject({ status: 'False' });
    clusters.clusterApi.interfere();
    await eventually(async () => {
      expect(await conditionOf(client, 'TopologyReconciled')).toMatchObject({ status: 'True' });
      expect(
        (await client.list<ApiObject & { spec: { version: string } }>(kinds.machine)).items.map(
          ({ spec }) => spec.version,
        ),
      ).toEqual(['v1.34.1', 'v1.34.1']);
    });
  });

  it('that nobody answers are passed over where their policy is to ignore that', async () => {
    const { clusters, client } = await setup();
    const extension = await register(client, 'Ignore');
    clusters.clusterApi.interfere({ hook: () => true });
    await upgrade(client);
    await eventually(async () =>
      expect(
        (await client.list<ApiObject & { spec: { version: string } }>(kinds.machine)).items.map(
          ({ spec }) => spec.version,
        ),
      ).toEqual(['v1.34.1', 'v1.34.1']),
    );
    expect(extension.requests).toEqual([]);
  });

  it('that answer with a failure stop an upgrade', async () => {
    const { client } = await setup();
    const extension = await register(client, 'Ignore');
    extension.answer(() => ({ status: 'Failure', message: 'no' }));
    await upgrade(client);
    await eventually(async () =>
      expect((await conditionOf(client, 'TopologyReconciled'))?.message).toContain(
        'got failure response, please check controller logs for errors',
      ),
    );
  });
});
