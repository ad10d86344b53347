import type { Condition } from './condition.ts';

/** Metadata of an object as far as it is read here. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** Any object of the Kubernetes API. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

export interface ObjectReference {
  apiVersion?: string;
  kind?: string;
  name?: string;
  namespace?: string;
  uid?: string;
}

export const clusterStackGroup = 'clusterstack.x-k8s.io/v1alpha1';
export const infrastructureGroup = 'infrastructure.clusterstack.x-k8s.io/v1alpha1';
/** Everything that belongs to us alone: annotations, labels, kinds of our own. */
export const ownGroup = 'lifecycle.scs.community';

/** Put on every object that is applied. */
export const ownedLabel = { 'clusterstack.x-k8s.io/instance': 'owned' } as const;
/** Objects with this annotation are left alone. */
export const pausedAnnotation = 'cluster.x-k8s.io/paused';

export interface ClusterStack extends KubernetesObject {
  kind: 'ClusterStack';
  spec: {
    provider: string;
    name: string;
    /** Major and minor: `1.27`. */
    kubernetesVersion: string;
    channel?: 'stable' | 'custom';
    /** In dot form. */
    versions?: string[];
    autoSubscribe?: boolean;
    noProvider?: boolean;
    /** Points to a `<Provider>ClusterStackReleaseTemplate`. */
    providerRef?: ObjectReference;
  };
  status?: {
    latestRelease?: string;
    summary?: ReleaseSummary[];
    usableVersions?: string;
    conditions?: Condition[];
  };
}

export type ReleasePhase =
  | ''
  | 'downloading release assets'
  | 'provider-specific work'
  | 'applying objects'
  | 'done';

export interface ReleaseSummary {
  /** Version in dash form. */
  name: string;
  ready: boolean;
  phase: ReleasePhase;
  message?: string;
}

export interface ClusterStackRelease extends KubernetesObject {
  kind: 'ClusterStackRelease';
  spec: { providerRef?: ObjectReference };
  status?: {
    resources?: AppliedResource[];
    /** Full: `v1.27.3`. */
    kubernetesVersion?: string;
    ready?: boolean;
    conditions?: Condition[];
  };
}
export const releaseFinalizer = 'clusterstackrelease.clusterstack.x-k8s.io';

/** An object that a release or an add-on has put into a cluster: `status.resources`. */
export interface AppliedResource {
  group?: string;
  version?: string;
  kind?: string;
  /** As in the manifest; empty where it names none. */
  namespace?: string;
  name?: string;
  status?: 'synced' | 'not-synced';
  error?: string;
}

export interface ClusterAddon extends KubernetesObject {
  kind: 'ClusterAddon';
  spec: {
    clusterRef: ObjectReference;
    /** The ClusterClass whose add-ons are in place. */
    clusterStack?: string;
    /** Of the add-on component; dash form. */
    version?: string;
    /** The hook at work. */
    hook?: string;
  };
  status?: {
    resources?: AppliedResource[];
    stages?: StageStatus[];
    ready?: boolean;
    conditions?: Condition[];
  };
}
export const addonFinalizer = 'clusteraddon.clusterstack.x-k8s.io';
export const addonNameOf = (cluster: string): string => `cluster-addon-${cluster}`;

export type StagePhase =
  | ''
  | 'Pending'
  | 'waitingForPreCondition'
  | 'applyingOrDeleting'
  | 'waitingForPostCondition'
  | 'done';

export interface StageStatus {
  name: string;
  action: 'apply' | 'delete';
  phase: StagePhase;
}

export interface IdentityRef {
  kind: string;
  name: string;
}

export interface OpenStackClusterStackReleaseTemplate extends KubernetesObject {
  kind: 'OpenStackClusterStackReleaseTemplate';
  spec: { template: { spec: { identityRef?: IdentityRef } } };
}

export interface OpenStackClusterStackRelease extends KubernetesObject {
  kind: 'OpenStackClusterStackRelease';
  spec: { identityRef?: IdentityRef };
  status?: { ready?: boolean; conditions?: Condition[] };
}

export interface OpenStackNodeImageRelease extends KubernetesObject {
  kind: 'OpenStackNodeImageRelease';
  spec: { identityRef: IdentityRef; image: NodeImage };
  status?: { ready?: boolean; conditions?: Condition[] };
}

/** An image to import, and how Glance is to create it: an entry of node-images.yaml. */
export interface NodeImage {
  url: string;
  createOpts: {
    name: string;
    id?: string;
    visibility?: string;
    os_hidden?: boolean;
    tags?: string[];
    container_format?: string;
    disk_format?: string;
    /** GB */
    min_disk?: number;
    /** MB */
    min_ram?: number;
    protected?: boolean;
    properties?: Record<string, string>;
  };
}
