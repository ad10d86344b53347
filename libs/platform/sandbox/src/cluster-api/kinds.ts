import type { ApiObject, ObjectType } from '@scs/kubernetes';
import type { Condition } from './conditions.ts';

export const coreGroup = 'cluster.x-k8s.io';
export const controlPlaneGroup = 'controlplane.cluster.x-k8s.io';
export const bootstrapGroup = 'bootstrap.cluster.x-k8s.io';
export const infrastructureGroup = 'infrastructure.cluster.x-k8s.io';
export const runtimeGroup = 'runtime.cluster.x-k8s.io';

const v1beta2 = (group: string, kind: string): ObjectType => ({ apiVersion: `${group}/v1beta2`, kind });

/** The kinds that the simulator knows by name; infrastructure may be of any other. */
export const kinds = {
  cluster: v1beta2(coreGroup, 'Cluster'),
  clusterClass: v1beta2(coreGroup, 'ClusterClass'),
  machineDeployment: v1beta2(coreGroup, 'MachineDeployment'),
  machineSet: v1beta2(coreGroup, 'MachineSet'),
  machine: v1beta2(coreGroup, 'Machine'),
  controlPlane: v1beta2(controlPlaneGroup, 'KubeadmControlPlane'),
  controlPlaneTemplate: v1beta2(controlPlaneGroup, 'KubeadmControlPlaneTemplate'),
  bootstrapConfig: v1beta2(bootstrapGroup, 'KubeadmConfig'),
  bootstrapTemplate: v1beta2(bootstrapGroup, 'KubeadmConfigTemplate'),
  extensionConfig: v1beta2(runtimeGroup, 'ExtensionConfig'),
  namespace: { apiVersion: 'v1', kind: 'Namespace' },
  secret: { apiVersion: 'v1', kind: 'Secret' },
} as const;

/** Names on the wire. */
export const labels = {
  cluster: 'cluster.x-k8s.io/cluster-name',
  topologyOwned: 'topology.cluster.x-k8s.io/owned',
  deploymentTopology: 'topology.cluster.x-k8s.io/deployment-name',
  controlPlane: 'cluster.x-k8s.io/control-plane',
  controlPlaneName: 'cluster.x-k8s.io/control-plane-name',
  deployment: 'cluster.x-k8s.io/deployment-name',
  set: 'cluster.x-k8s.io/set-name',
  templateHash: 'machine-template-hash',
} as const;

export const annotations = {
  clonedFromKind: 'cluster.x-k8s.io/cloned-from-groupkind',
  clonedFromName: 'cluster.x-k8s.io/cloned-from-name',
  pendingHooks: 'runtime.cluster.x-k8s.io/pending-hooks',
  okToDelete: 'runtime.cluster.x-k8s.io/ok-to-delete',
  upgradeStep: 'topology.internal.cluster.x-k8s.io/upgrade-step',
  paused: 'cluster.x-k8s.io/paused',
  deleteMachine: 'cluster.x-k8s.io/delete-machine',
  revision: 'machinedeployment.clusters.x-k8s.io/revision',
  beforeUpgrade: 'before-upgrade.hook.cluster.cluster.x-k8s.io',
} as const;

export const finalizers = {
  cluster: 'cluster.cluster.x-k8s.io',
  machineDeployment: 'cluster.x-k8s.io/machinedeployment',
  machineSet: 'cluster.x-k8s.io/machineset',
  machine: 'machine.cluster.x-k8s.io',
  controlPlane: 'kubeadm.controlplane.cluster.x-k8s.io',
  infrastructureCluster: 'sandbox.infrastructure.cluster.x-k8s.io/cluster',
  infrastructureMachine: 'sandbox.infrastructure.cluster.x-k8s.io/machine',
} as const;

/** A reference as v1beta2 has it: in the same namespace, in whatever version is served. */
export interface Reference {
  apiGroup: string;
  kind: string;
  name: string;
}

export interface VariableValue {
  name: string;
  value: unknown;
}

export interface MachineDeploymentTopology {
  class: string;
  name: string;
  replicas?: number;
  metadata?: Metadata;
  variables?: { overrides?: VariableValue[] };
}

export interface Metadata {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface Topology {
  /** v1beta2; v1beta1 has class and classNamespace. */
  classRef?: { name: string; namespace?: string };
  class?: string;
  classNamespace?: string;
  version: string;
  controlPlane?: { replicas?: number; metadata?: Metadata };
  variables?: VariableValue[];
  workers?: { machineDeployments?: MachineDeploymentTopology[] };
}

export interface Endpoint {
  host: string;
  port: number;
}

export interface Cluster extends ApiObject {
  spec: {
    paused?: boolean;
    clusterNetwork?: {
      pods?: { cidrBlocks?: string[] };
      services?: { cidrBlocks?: string[] };
      serviceDomain?: string;
    };
    controlPlaneEndpoint?: Endpoint;
    controlPlaneRef?: Reference;
    infrastructureRef?: Reference;
    topology?: Topology;
  };
  status?: {
    conditions?: Condition[];
    initialization?: { infrastructureProvisioned?: boolean; controlPlaneInitialized?: boolean };
    phase?: string;
    [field: string]: unknown;
  };
}

export interface MachineTemplateSpec {
  bootstrap: { configRef: Reference };
  clusterName: string;
  infrastructureRef: Reference;
  version: string;
}

export interface MachineDeployment extends ApiObject {
  spec: {
    clusterName: string;
    replicas: number;
    rollout: { strategy: { type: string; rollingUpdate: { maxSurge: number; maxUnavailable: number } } };
    selector: { matchLabels: Record<string, string> };
    template: { metadata: Metadata; spec: MachineTemplateSpec };
  };
  status?: { conditions?: Condition[]; [field: string]: unknown };
}

export interface MachineSet extends ApiObject {
  spec: {
    clusterName: string;
    replicas: number;
    selector: { matchLabels: Record<string, string> };
    template: { metadata: Metadata; spec: MachineTemplateSpec };
  };
  status?: { conditions?: Condition[]; [field: string]: unknown };
}

export interface Machine extends ApiObject {
  spec: {
    bootstrap: { configRef: Reference; dataSecretName?: string };
    clusterName: string;
    infrastructureRef: Reference;
    providerID?: string;
    readinessGates?: { conditionType: string }[];
    version: string;
    [field: string]: unknown;
  };
  status?: {
    conditions?: Condition[];
    initialization?: { bootstrapDataSecretCreated?: boolean; infrastructureProvisioned?: boolean };
    nodeRef?: { name: string };
    phase?: string;
    [field: string]: unknown;
  };
}

export interface ControlPlane extends ApiObject {
  spec: {
    kubeadmConfigSpec?: Record<string, unknown>;
    machineTemplate: { metadata?: Metadata; spec: { infrastructureRef: Reference } };
    replicas: number;
    version: string;
    [field: string]: unknown;
  };
  status?: {
    conditions?: Condition[];
    initialization?: { controlPlaneInitialized?: boolean };
    version?: string;
    [field: string]: unknown;
  };
}

/** A template of anything. */
export interface Template extends ApiObject {
  spec: { template: { metadata?: Metadata; spec: Record<string, unknown> } };
}

/** What the simulator reads of infrastructure and bootstrap objects. */
export interface Provided extends ApiObject {
  spec: Record<string, unknown>;
  status?: { conditions?: Condition[]; [field: string]: unknown };
}

export const isDeleting = (object: ApiObject): boolean => object.metadata.deletionTimestamp !== undefined;

export const groupOf = (apiVersion: string): string => apiVersion.split('/')[0] ?? '';

export const referenceTo = (object: ApiObject): Reference => ({
  apiGroup: groupOf(object.apiVersion),
  kind: object.kind,
  name: object.metadata.name,
});

export function ownerReference(
  owner: ApiObject,
  controller = true,
): NonNullable<ApiObject['metadata']['ownerReferences']>[number] {
  const { apiVersion, kind, metadata } = owner;
  return {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid ?? '',
    ...(controller && { blockOwnerDeletion: true, controller: true }),
  };
}

export const isOwnedBy = (object: ApiObject, owner: ApiObject): boolean =>
  object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;

/** The annotations of what was made from a template. */
export const clonedFrom = ({ apiVersion, kind, metadata }: ApiObject): Record<string, string> => ({
  [annotations.clonedFromKind]: `${kind}.${groupOf(apiVersion)}`,
  [annotations.clonedFromName]: metadata.name,
});
