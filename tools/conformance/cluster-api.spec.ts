// One life of a cluster, told twice: to the simulator, and to the real controllers of Cluster API with its in-memory provider where KUBECONFIG
// names an API server that has them. A difference is a bug of the simulator. SCS_CONFORMANCE_HOOKS=0 leaves out the runtime extension, for an API
// server that others register theirs at.
import { existsSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import {
  connectKubernetes,
  ApiError,
  type ApiObject,
  type KubernetesClient,
  type ObjectType,
} from '@scs/kubernetes';
import { startSandboxClusters, startSandboxExtension, type SandboxExtension } from '@scs/sandbox';
import { eventually } from '@scs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterClass, clusterOf, ownedTypes, types } from './cluster-api-objects.ts';

interface Target {
  client: KubernetesClient;
  withHooks: boolean;
  close(): Promise<void>;
}

interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
}

interface Conditioned extends ApiObject {
  spec: Record<string, unknown>;
  status?: { conditions?: Condition[]; [field: string]: unknown };
}

const userAgent = 'scs-conformance';
const kubeconfig = process.env['KUBECONFIG'] ?? '';
const real = kubeconfig !== '' && existsSync(kubeconfig) && (await hasClusterApi());
if (!real)
  console.log(
    'skipped: Cluster API conformance needs KUBECONFIG of an API server with Cluster API’s controllers',
  );
const withHooks = process.env['SCS_CONFORMANCE_HOOKS'] !== '0';
if (real && !withHooks) console.log('skipped: hooks of the real Cluster API, as SCS_CONFORMANCE_HOOKS says');

async function hasClusterApi(): Promise<boolean> {
  const client = connectKubernetes({ kubeconfig: { file: kubeconfig }, userAgent });
  const versions = await client.versions('runtime.cluster.x-k8s.io').catch(() => []);
  client.close();
  return versions.length > 0;
}

async function simulator(): Promise<Target> {
  const clusters = await startSandboxClusters();
  const client = connectKubernetes({ kubeconfig: { text: clusters.kubeconfig }, userAgent });
  return {
    client,
    withHooks: true,
    async close() {
      client.close();
      await clusters.close();
    },
  };
}

async function realOne(): Promise<Target> {
  const client = connectKubernetes({ kubeconfig: { file: kubeconfig }, userAgent });
  return { client, withHooks, close: () => Promise.resolve(client.close()) };
}

const targets: [string, () => Promise<Target>, boolean][] = [
  ['the simulator', simulator, true],
  ['the real controllers', realOne, real],
];

/** The real ones look at a new workload cluster after 30 seconds, and not sooner. */
const patience = 150_000;

describe.each(targets)('Cluster API: %s', (_name, start, present) => {
  const namespace = `conformance-${randomBytes(3).toString('hex')}`;
  const name = 'one';
  let target: Target;
  let extension: SandboxExtension | undefined;
  const hooked = () => extension !== undefined;

  const read = async (type: ObjectType): Promise<Conditioned[]> =>
    (await target.client.list<Conditioned>(type, { namespace })).items.filter(
      ({ metadata }) => metadata.name.startsWith(`${name}-`) || metadata.name === name,
    );
  const cluster = async (): Promise<Conditioned> => {
    const found = await target.client.get<Conditioned>({ ...types.cluster, namespace, name });
    if (!found) throw new Error('the cluster is gone');
    return found;
  };
  const condition = async (type: string): Promise<Condition | undefined> =>
    (await cluster()).status?.conditions?.find((candidate) => candidate.type === type);
  const change = (topology: object) =>
    target.client.patch({ ...types.cluster, namespace, name }, { spec: { topology } });
  const workers = (replicas: number) => ({
    machineDeployments: [{ class: 'worker', name: 'md-0', replicas }],
  });
  const machinesOf = async (role: 'control-plane' | 'worker'): Promise<Conditioned[]> =>
    (await read(types.machine)).filter(
      ({ metadata }) =>
        'cluster.x-k8s.io/control-plane' in (metadata.labels ?? {}) === (role === 'control-plane'),
    );
  const settled = () =>
    eventually(async () => {
      for (const [type, status] of [
        ['Available', 'True'],
        ['TopologyReconciled', 'True'],
        ['RollingOut', 'False'],
        ['ScalingUp', 'False'],
        ['ScalingDown', 'False'],
        ['WorkerMachinesReady', 'True'],
        ['ControlPlaneMachinesReady', 'True'],
      ] as const) {
        expect(await condition(type), type).toMatchObject({ status });
      }
    }, patience);
  /** Asks the hooks, from now on, for patience, and tells whether one was asked. */
  const hold = (hook: string, message: string) =>
    extension?.answer((request) => (request.hook === hook ? { retryAfterSeconds: 1, message } : undefined));
  const release = () => extension?.answer(() => undefined);
  const asked = () => [
    ...new Set(
      extension?.requests
        .filter(({ body }) => body.cluster.metadata.namespace === namespace)
        .map(({ hook }) => hook),
    ),
  ];

  beforeAll(async () => {
    if (!present) return;
    target = await start();
    await target.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    if (target.withHooks) {
      extension = await startSandboxExtension();
      await target.client.create({
        apiVersion: 'runtime.cluster.x-k8s.io/v1beta2',
        kind: 'ExtensionConfig',
        metadata: { name: namespace },
        spec: {
          clientConfig: extension.clientConfig,
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        },
      } as ApiObject);
    }
    for (const [version, generation] of [
      ['v1', 'first'],
      ['v2', 'second'],
    ] as const) {
      for (const object of clusterClass({ name: `conformance-${version}`, namespace, generation })) {
        await target.client.create(object);
      }
    }
  });
  afterAll(async () => {
    if (!present) return;
    if (extension) {
      release();
      await target.client.delete({
        apiVersion: 'runtime.cluster.x-k8s.io/v1beta2',
        kind: 'ExtensionConfig',
        name: namespace,
      });
    }
    await target.client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
    await extension?.close();
    await target.close();
  });

  it.skipIf(!present)('says what a runtime extension handles', async () => {
    if (!hooked()) return;
    await eventually(async () => {
      const config = await target.client.get<Conditioned>({
        apiVersion: 'runtime.cluster.x-k8s.io/v1beta2',
        kind: 'ExtensionConfig',
        name: namespace,
      });
      expect(config?.status?.conditions?.find(({ type }) => type === 'Discovered')).toMatchObject({
        status: 'True',
        reason: 'Discovered',
      });
      expect(config?.status?.['handlers']).toContainEqual({
        name: `before-cluster-upgrade.${namespace}`,
        requestHook: { apiVersion: 'hooks.runtime.cluster.x-k8s.io/v1alpha1', hook: 'BeforeClusterUpgrade' },
        timeoutSeconds: 10,
        failurePolicy: 'Fail',
      });
    });
  });

  it.skipIf(!present)('takes a Cluster whose class is not there, and says so', async () => {
    await target.client.create(
      clusterOf({ name: 'lost', namespace, class: 'nowhere', version: 'v1.33.6', workers: 1 }),
    );
    await eventually(async () => {
      const lost = await target.client.get<Conditioned>({ ...types.cluster, namespace, name: 'lost' });
      expect(lost?.status?.conditions).toMatchObject([
        {
          type: 'TopologyReconciled',
          status: 'False',
          reason: 'ReconcileFailed',
          message: `failed to retrieve ClusterClass ${namespace}/nowhere: ClusterClass.cluster.x-k8s.io "nowhere" not found`,
        },
      ]);
    });
    await target.client.delete({ ...types.cluster, namespace, name: 'lost' });
    await eventually(async () =>
      expect(await target.client.get({ ...types.cluster, namespace, name: 'lost' })).toBeUndefined(),
    );
  });

  it.skipIf(!present)('waits with a new cluster for BeforeClusterCreate', async () => {
    hold('BeforeClusterCreate', 'not yet');
    // A class is usable a moment after it was written.
    await eventually(async () => {
      const ready = await target.client.get<Conditioned>({
        apiVersion: 'cluster.x-k8s.io/v1beta2',
        kind: 'ClusterClass',
        namespace,
        name: 'conformance-v1',
      });
      expect(ready?.status?.conditions?.find(({ type }) => type === 'VariablesReady')).toMatchObject({
        status: 'True',
      });
    });
    await target.client.create(
      clusterOf({ name, namespace, class: 'conformance-v1', version: 'v1.33.6', workers: 1 }),
    );
    if (!hooked()) return;
    await eventually(async () =>
      expect(await condition('TopologyReconciled')).toMatchObject({
        status: 'False',
        reason: 'ClusterCreating',
        message: 'Following hooks are blocking Cluster topology creation: BeforeClusterCreate: not yet',
      }),
    );
    expect(await read(types.controlPlane)).toEqual([]);
    release();
  });

  it.skipIf(!present)('makes a cluster available, with all its parts', { timeout: patience }, async () => {
    await settled();
    // Numbers follow the conditions a moment later.
    await eventually(async () => {
      expect((await cluster()).status).toMatchObject({
        phase: 'Provisioned',
        initialization: { infrastructureProvisioned: true, controlPlaneInitialized: true },
        controlPlane: {
          desiredReplicas: 1,
          replicas: 1,
          readyReplicas: 1,
          availableReplicas: 1,
          upToDateReplicas: 1,
        },
        workers: {
          desiredReplicas: 1,
          replicas: 1,
          readyReplicas: 1,
          availableReplicas: 1,
          upToDateReplicas: 1,
        },
      });
    });
    const made = await cluster();
    expect(
      made.status?.conditions?.map(({ type, status, reason, message }) => [type, status, reason, message]),
    ).toEqual([
      ['Available', 'True', 'Available', ''],
      ['RemoteConnectionProbe', 'True', 'ProbeSucceeded', ''],
      ['InfrastructureReady', 'True', 'Ready', ''],
      ['ControlPlaneInitialized', 'True', 'Initialized', ''],
      ['ControlPlaneAvailable', 'True', 'Available', ''],
      ['WorkersAvailable', 'True', 'Available', ''],
      ['TopologyReconciled', 'True', 'ReconcileSucceeded', ''],
      ['RollingOut', 'False', 'NotRollingOut', ''],
      ['Remediating', 'False', 'NotRemediating', ''],
      ['ScalingDown', 'False', 'NotScalingDown', ''],
      ['ScalingUp', 'False', 'NotScalingUp', ''],
      ['ControlPlaneMachinesReady', 'True', 'Ready', ''],
      ['WorkerMachinesReady', 'True', 'Ready', ''],
      ['ControlPlaneMachinesUpToDate', 'True', 'UpToDate', ''],
      ['WorkerMachinesUpToDate', 'True', 'UpToDate', ''],
      ['Paused', 'False', 'NotPaused', ''],
      ['Deleting', 'False', 'NotDeleting', ''],
    ]);
    expect(made.metadata.finalizers).toEqual(['cluster.cluster.x-k8s.io']);
    if (hooked()) expect(asked()).toEqual(['BeforeClusterCreate', 'AfterControlPlaneInitialized']);
  });

  it.skipIf(!present)('fills in defaults, and patches templates with them', async () => {
    expect((await cluster()).spec['topology']).toMatchObject({
      variables: [
        { name: 'audit', value: { maxAge: 30 } },
        { name: 'registry', value: 'registry.test/kubernetes' },
      ],
    });
    const [controlPlane] = await read(types.controlPlane);
    expect(controlPlane?.spec).toMatchObject({
      version: 'v1.33.6',
      replicas: 1,
      kubeadmConfigSpec: {
        clusterConfiguration: {
          imageRepository: 'registry.test/kubernetes',
          apiServer: {
            extraArgs: [
              { name: 'audit-log-maxage', value: '30' },
              { name: 'audit-log-path', value: '/var/log/one.log' },
            ],
          },
        },
      },
    });
  });

  it.skipIf(!present)('names, labels and owns its objects', async () => {
    const owner = (object: ApiObject | undefined) =>
      object?.metadata.ownerReferences?.map(({ kind, controller = false }) => [kind, controller]);
    const [controlPlane] = await read(types.controlPlane);
    const [deployment] = await read(types.machineDeployment);
    const [set] = await read(types.machineSet);
    const [master] = await machinesOf('control-plane');
    const [worker] = await machinesOf('worker');
    expect(controlPlane?.metadata.name).toMatch(/^one-[a-z0-9]{5}$/);
    expect(deployment?.metadata.name).toMatch(/^one-md-0-[a-z0-9]{5}$/);
    expect(set?.metadata.name.startsWith(`${deployment?.metadata.name}-`)).toBe(true);
    expect(master?.metadata.name.startsWith(`${controlPlane?.metadata.name}-`)).toBe(true);
    expect(worker?.metadata.name.startsWith(`${set?.metadata.name}-`)).toBe(true);
    expect(owner(controlPlane)).toEqual([['Cluster', true]]);
    expect(owner(deployment)).toEqual([['Cluster', false]]);
    expect(owner(set)).toEqual([['MachineDeployment', true]]);
    expect(owner(master)).toEqual([['KubeadmControlPlane', true]]);
    expect(owner(worker)).toEqual([['MachineSet', true]]);
    expect(worker?.metadata.labels).toMatchObject({
      'cluster.x-k8s.io/cluster-name': name,
      'cluster.x-k8s.io/deployment-name': deployment?.metadata.name,
      'cluster.x-k8s.io/set-name': set?.metadata.name,
      'topology.cluster.x-k8s.io/deployment-name': 'md-0',
      'topology.cluster.x-k8s.io/owned': '',
    });
    for (const machine of [master, worker]) {
      expect(machine?.status).toMatchObject({ phase: 'Running', nodeRef: { name: machine?.metadata.name } });
      expect(machine?.spec).toMatchObject({
        clusterName: name,
        version: 'v1.33.6',
        providerID: `in-memory://${machine?.metadata.name}`,
      });
    }
  });

  it.skipIf(!present)(
    'writes the secrets of the cluster, and its kubeconfig leads to its nodes',
    async () => {
      const secrets = await read(types.secret);
      for (const purpose of ['ca', 'etcd', 'proxy', 'sa', 'kubeconfig']) {
        const secret = secrets.find(({ metadata }) => metadata.name === `${name}-${purpose}`);
        expect(secret, purpose).toMatchObject({
          type: 'cluster.x-k8s.io/secret',
          metadata: { labels: { 'cluster.x-k8s.io/cluster-name': name } },
        });
        expect(Object.keys(secret?.['data'] as object)).toEqual(
          purpose === 'kubeconfig' ? ['value'] : ['tls.crt', 'tls.key'],
        );
      }
      const secret = secrets.find(({ metadata }) => metadata.name === `${name}-kubeconfig`);
      const data = secret?.['data'] as { value?: string } | undefined;
      const value = data?.value ?? '';
      const workload = connectKubernetes({
        kubeconfig: { text: Buffer.from(value, 'base64').toString() },
        userAgent,
      });
      const { items } = await workload.list({ apiVersion: 'v1', kind: 'Node' });
      workload.close();
      const machines = await read(types.machine);
      expect(items.map(({ metadata }) => metadata.name).sort()).toEqual(
        machines.map(({ metadata }) => metadata.name).sort(),
      );
    },
  );

  it.skipIf(!present).each([
    [
      'a lower version',
      { version: 'v1.32.0' },
      'spec.topology.version: Invalid value: "v1.32.0": version cannot be decreased from "1.33.6" to "1.32.0"',
    ],
    [
      'two minors at once',
      { version: 'v1.35.0' },
      'spec.topology.version: Invalid value: "v1.35.0": version cannot be increased from "1.33.6" to "1.35.0"',
    ],
    ['a version that is none', { version: '1.34' }, 'version must be a valid semantic version'],
    [
      'a class that is not there',
      { classRef: { name: 'nope' } },
      'spec.topology.class: Internal error: ClusterClass',
    ],
    [
      'a value of the wrong type',
      { variables: [{ name: 'registry', value: 3 }] },
      'spec.topology.variables[registry].value: Invalid value: "3": must be of type string: "integer"',
    ],
    [
      'a value that is too high',
      { variables: [{ name: 'audit', value: { maxAge: 400 } }] },
      'should be less than or equal to 365',
    ],
    [
      'a variable that nobody defined',
      { variables: [{ name: 'nope', value: 3 }] },
      'spec.topology.variables[nope]: Invalid value: "3": variable is not defined',
    ],
    [
      'a class of workers that is not there',
      { workers: { machineDeployments: [{ class: 'nope', name: 'x' }] } },
      'MachineDeploymentClass with name "nope" does not exist in ClusterClass "conformance-v1"',
    ],
  ])('refuses %s', async (_what, topology, message) => {
    const refused = await target.client
      .patch({ ...types.cluster, namespace, name }, { spec: { topology } }, { dryRun: true })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect((refused as ApiError).status).toBe(422);
    expect((refused as ApiError).message).toContain(message);
  });

  it.skipIf(!present)('keeps a class that is in use', async () => {
    const kept = await target.client
      .delete({
        apiVersion: 'cluster.x-k8s.io/v1beta2',
        kind: 'ClusterClass',
        namespace,
        name: 'conformance-v1',
      })
      .catch((error: unknown) => error);
    expect(kept).toMatchObject({ status: 403 });
    expect((kept as ApiError).message).toContain(
      `ClusterClass cannot be deleted because it is used by Cluster(s): ${namespace}/${name}`,
    );
  });

  it.skipIf(!present)('scales workers up and down', { timeout: patience }, async () => {
    for (const count of [3, 1]) {
      await change({ workers: workers(count) });
      await eventually(async () => {
        const counts = (await cluster()).status?.['workers'] as Partial<Record<string, number>> | undefined;
        const { desiredReplicas, replicas, availableReplicas } = counts ?? {};
        expect([desiredReplicas, replicas, availableReplicas]).toEqual([count, count, count]);
      }, patience);
      await settled();
      expect(await machinesOf('worker')).toHaveLength(count);
    }
  });

  it.skipIf(!present)('holds an upgrade until BeforeClusterUpgrade lets it begin', async () => {
    hold('BeforeClusterUpgrade', 'add-ons first');
    await change({ classRef: { name: 'conformance-v2' }, version: 'v1.34.3' });
    if (!hooked()) return;
    await eventually(async () => {
      const [deployment] = await read(types.machineDeployment);
      const now = await condition('TopologyReconciled');
      expect(now).toMatchObject({ status: 'False', reason: 'ClusterUpgrading' });
      expect(now?.message.split('\n')).toEqual([
        'Cluster is upgrading to v1.34.3',
        '  * Following hooks are blocking upgrade: BeforeClusterUpgrade: add-ons first',
        '  * KubeadmControlPlane pending upgrade to version v1.34.3',
        `  * MachineDeployment ${deployment?.metadata.name} pending upgrade to version v1.34.3`,
      ]);
    });
    expect((await read(types.controlPlane))[0]?.spec).toMatchObject({ version: 'v1.33.6' });
    const call = extension?.requests.find(({ hook }) => hook === 'BeforeClusterUpgrade');
    expect(call?.body).toMatchObject({
      apiVersion: 'hooks.runtime.cluster.x-k8s.io/v1alpha1',
      kind: 'BeforeClusterUpgradeRequest',
      fromKubernetesVersion: 'v1.33.6',
      toKubernetesVersion: 'v1.34.3',
      controlPlaneUpgrades: [{ version: 'v1.34.3' }],
      workersUpgrades: [{ version: 'v1.34.3' }],
      cluster: {
        metadata: { name, namespace },
        spec: { topology: { class: 'conformance-v2', version: 'v1.34.3' } },
      },
    });
    expect(await condition('Available')).toMatchObject({ status: 'True' });
  });

  it.skipIf(!present)(
    'upgrades the control plane, then the workers, and calls the hooks between',
    { timeout: patience },
    async () => {
      const [before] = await machinesOf('worker');
      hold('AfterControlPlaneUpgrade', 'look first');
      await eventually(async () => {
        const [controlPlane] = await read(types.controlPlane);
        expect(controlPlane?.status).toMatchObject({ version: 'v1.34.3', replicas: 1 });
      }, patience);
      if (hooked()) {
        await eventually(async () =>
          expect((await condition('TopologyReconciled'))?.message).toContain(
            'blocking upgrade: AfterControlPlaneUpgrade: look first',
          ),
        );
        expect(
          (await machinesOf('worker')).map(({ metadata, spec }) => [metadata.name, spec['version']]),
        ).toEqual([[before?.metadata.name, 'v1.33.6']]);
      }
      release();
      await settled();
      const machines = await read(types.machine);
      expect(machines.map(({ spec }) => spec['version'])).toEqual(['v1.34.3', 'v1.34.3']);
      expect(machines.map(({ metadata }) => metadata.name)).not.toContain(before?.metadata.name);
      if (!hooked()) return;
      const upgrade = asked().slice(2);
      expect(upgrade).toEqual([
        'BeforeClusterUpgrade',
        'BeforeControlPlaneUpgrade',
        'AfterControlPlaneUpgrade',
        'BeforeWorkersUpgrade',
        'AfterWorkersUpgrade',
        'AfterClusterUpgrade',
      ]);
    },
  );

  it.skipIf(!present)(
    'replaces machines for another template alone, and calls no hook for that',
    { timeout: patience },
    async () => {
      const before = extension?.requests.length;
      const machines = await read(types.machine);
      await change({ variables: [{ name: 'audit', value: { maxAge: 60 } }] });
      await eventually(async () => {
        const masters = await machinesOf('control-plane');
        expect(masters).toHaveLength(1);
        expect(machines.map(({ metadata }) => metadata.name)).not.toContain(masters[0]?.metadata.name);
      }, patience);
      await settled();
      const [worker] = await machinesOf('worker');
      expect(machines.map(({ metadata }) => metadata.name)).toContain(worker?.metadata.name);
      expect(extension?.requests.length).toBe(before);
    },
  );

  it.skipIf(!present)(
    'keeps a cluster that is to be deleted until BeforeClusterDelete lets it go',
    async () => {
      hold('BeforeClusterDelete', 'volumes first');
      await target.client.delete({ ...types.cluster, namespace, name });
      if (!hooked()) return;
      await eventually(async () => {
        expect(await condition('TopologyReconciled')).toMatchObject({
          status: 'False',
          reason: 'Deleting',
          message:
            'Cluster is deleting. Following hooks are blocking delete: BeforeClusterDelete: volumes first',
        });
        expect(await condition('Deleting')).toMatchObject({
          status: 'True',
          reason: 'WaitingForBeforeDeleteHook',
        });
      });
      expect(await machinesOf('worker')).toHaveLength(1);
    },
  );

  it.skipIf(!present)('deletes it, and leaves nothing', { timeout: patience }, async () => {
    release();
    await eventually(async () => {
      for (const type of ownedTypes) expect(await read(type), type.kind).toEqual([]);
    }, patience);
  });
});
