import type { ClusterFacts } from './cluster-facts.ts';
import type { Condition } from './condition.ts';
import type { ClusterAddon, ClusterStackRelease, KubernetesObject } from './resources.ts';

/** Conditions as `Type=Status[:Reason[:message]]`; all of one time unless said otherwise. */
export type Told = Record<string, string | [text: string, since: string]>;

export const early = '2026-11-25T10:00:00Z';
export const later = '2026-11-25T10:10:00Z';

export const conditions = (told: Told): object[] =>
  Object.entries(told).map(([type, value]) => {
    const [text, since] = typeof value === 'string' ? [value, early] : value;
    const [status = '', reason = '', ...message] = text.split(':');
    return { type, status, reason, message: message.join(':'), lastTransitionTime: since };
  });

interface PoolShape {
  replicas: number;
  /** Machines that there are; as many as wanted where left out. */
  all?: number;
  ready?: number;
  current?: number;
  told?: Told;
}

interface Shape {
  initialized?: boolean;
  /** Of the Cluster, besides those of a cluster that is ready. */
  told?: Told;
  pools?: Record<string, PoolShape>;
  machines?: KubernetesObject[];
  /** Fields of the Cluster in place of the usual ones. */
  cluster?: Partial<KubernetesObject>;
  metadata?: Partial<KubernetesObject['metadata']>;
  controlPlaneVersion?: string;
  facts?: Partial<ClusterFacts>;
}

const release = 'openstack-scs2-1-34-v2';
const version = 'v1.34.7';
const group = 'cluster.x-k8s.io/v1beta2';

export const aMachine = (
  name: string,
  told: Told = {},
  { pool, node = true, ...more }: { pool?: string; node?: boolean; deleting?: boolean; status?: object } = {},
): KubernetesObject => ({
  apiVersion: group,
  kind: 'Machine',
  metadata: {
    name,
    namespace: 'acme',
    creationTimestamp: early,
    ...(more.deleting && { deletionTimestamp: later, finalizers: ['machine.cluster.x-k8s.io'] }),
    labels: pool
      ? { 'cluster.x-k8s.io/deployment-name': `demo-${pool}` }
      : { 'cluster.x-k8s.io/control-plane': '' },
  },
  spec: { version },
  status: { ...(node && { nodeRef: { name } }), ...more.status, conditions: conditions(told) },
});

const aDeployment = (pool: string, shape: PoolShape): KubernetesObject => {
  const { replicas, all = replicas, ready = replicas, current = replicas } = shape;
  return {
    apiVersion: group,
    kind: 'MachineDeployment',
    metadata: {
      name: `demo-${pool}`,
      namespace: 'acme',
      labels: { 'topology.cluster.x-k8s.io/deployment-name': pool },
    },
    spec: { replicas, template: { spec: { version } } },
    status: {
      replicas: all,
      readyReplicas: ready,
      upToDateReplicas: current,
      conditions: conditions(shape.told ?? {}),
    },
  };
};

/** A cluster of a release that is ready, but for what is said. */
export function aCluster(shape: Shape = {}): ClusterFacts {
  const { initialized = true, told = {}, pools = {}, machines = [], metadata = {}, facts = {} } = shape;
  const usual: Told = {
    Available: initialized ? 'True' : 'False',
    InfrastructureReady: 'True',
    ControlPlaneInitialized: initialized ? 'True' : 'False',
    ControlPlaneAvailable: initialized ? 'True' : 'False',
    WorkersAvailable: 'True',
    TopologyReconciled: 'True',
  };
  return {
    cluster: {
      apiVersion: group,
      kind: 'Cluster',
      metadata: {
        name: 'demo',
        namespace: 'acme',
        uid: 'uid-demo',
        generation: 1,
        creationTimestamp: early,
        ...metadata,
      },
      spec: {
        topology: { classRef: { name: release }, version },
        infrastructureRef: {
          apiGroup: 'infrastructure.cluster.x-k8s.io',
          kind: 'OpenStackCluster',
          name: 'demo',
        },
        controlPlaneRef: {
          apiGroup: 'controlplane.cluster.x-k8s.io',
          kind: 'KubeadmControlPlane',
          name: 'demo',
        },
      },
      status: { observedGeneration: 1, conditions: conditions({ ...usual, ...told }) },
      ...shape.cluster,
    },
    clusterClass: { apiVersion: group, kind: 'ClusterClass', metadata: { name: release, namespace: 'acme' } },
    release: aRelease({ ClusterStackReleaseDownloaded: 'True' }, true),
    controlPlane: {
      apiVersion: 'controlplane.cluster.x-k8s.io/v1beta2',
      kind: 'KubeadmControlPlane',
      metadata: { name: 'demo', namespace: 'acme' },
      spec: { replicas: 1 },
      status: {
        replicas: 1,
        readyReplicas: initialized ? 1 : 0,
        upToDateReplicas: 1,
        ...(initialized && { version: shape.controlPlaneVersion ?? version }),
      },
    },
    infrastructure: {
      apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta1',
      kind: 'OpenStackCluster',
      metadata: { name: 'demo', namespace: 'acme' },
    },
    machineDeployments: Object.entries(pools).map(([pool, one]) => aDeployment(pool, one)),
    machines,
    addon: anAddon({}),
    nodeImages: [],
    kubeconfig: 'there',
    ...facts,
  };
}

export function aRelease(told: Told, ready = false): ClusterStackRelease {
  return {
    apiVersion: 'clusterstack.x-k8s.io/v1alpha1',
    kind: 'ClusterStackRelease',
    metadata: { name: release, namespace: 'acme' },
    spec: {},
    status: { ready, kubernetesVersion: version, conditions: oldConditions(told) },
  };
}

const severities = ['Error', 'Warning', 'Info'] as const;

/** In upstream's form: the third part is the severity. */
export function oldConditions(told: Record<string, string | [string, string]>): Condition[] {
  return Object.entries(told).map(([type, value]) => {
    const [text, lastTransitionTime] = typeof value === 'string' ? [value, early] : value;
    const [status, reason, given, ...message] = text.split(':');
    const severity = severities.find((one) => one === given);
    return {
      type,
      status: status === 'True' ? 'True' : 'False',
      ...(reason !== undefined && { reason }),
      ...(severity && { severity }),
      message: message.join(':'),
      lastTransitionTime,
    };
  });
}

export function anAddon({
  className = release,
  ready = true,
  told = {},
  ...more
}: {
  className?: string;
  ready?: boolean;
  told?: Record<string, string | [string, string]>;
  run?: object;
  resources?: NonNullable<ClusterAddon['status']>['resources'];
}): ClusterAddon {
  return {
    apiVersion: 'clusterstack.x-k8s.io/v1alpha1',
    kind: 'ClusterAddon',
    metadata: {
      name: 'cluster-addon-demo',
      namespace: 'acme',
      ...(more.run && { annotations: { 'lifecycle.scs.community/addon-run': JSON.stringify(more.run) } }),
    },
    spec: { clusterRef: { name: 'demo' }, clusterStack: className },
    status: { ready, conditions: oldConditions(told), ...(more.resources && { resources: more.resources }) },
  };
}
