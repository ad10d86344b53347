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

  it('that are unhealthy say so by their nodes', async () => {
    const { clusters, client } = await setup();
    await createClass(client);
    await client.create(clusterOf({}));
    await available(client);
    clusters.clusterApi.interfere({ machine: () => ({ unhealthy: 'kubelet stopped posting' }) });
    await eventually(async () =>
      expect((await conditionOf(client, 'ControlPlaneMachinesReady'))?.message).toContain(
        '* NodeHealthy:\n    * Node.Ready: kubelet stopped posting',
      ),
    );
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
