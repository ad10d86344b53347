import { fieldOf, textOf } from './admission-request.ts';
import { topologyOf } from './cluster.ts';
import { releaseOfClass } from './cluster-stack-plan.ts';
import { parseReleaseName, printReleaseName, type ReleaseName } from './release-name.ts';
import { ownGroup, type ClusterStackRelease, type KubernetesObject } from './resources.ts';
import type { VariableValue } from './variable-check.ts';
import { compareVersions } from './version.ts';

/** Who asked for a cluster, by the subject of the caller. */
export const createdByAnnotation = `${ownGroup}/created-by`;

/** The two versions of Cluster API's own API that are written. */
export type ClusterApiVersion = 'v1beta1' | 'v1beta2';

/** A group of worker nodes of one class: an entry of `spec.topology.workers.machineDeployments`. */
export interface Pool {
  id: string;
  class: string;
  replicas: number;
  /** Values that differ from the cluster's. */
  variables: VariableValue[];
}

/** What a tenant wants of a cluster. */
export interface WantedCluster {
  namespace: string;
  name: string;
  className: string;
  /** Of Kubernetes, the release's. */
  version: string;
  controlPlaneReplicas: number;
  pools: readonly Pool[];
  variables: readonly VariableValue[];
  labels: Record<string, string>;
  createdBy: string;
}

/** As in Cluster API's own examples, and in those of the cluster stacks. */
const clusterNetwork = {
  pods: { cidrBlocks: ['192.168.0.0/16'] },
  services: { cidrBlocks: ['10.96.0.0/12'] },
  serviceDomain: 'cluster.local',
};

/** The Cluster to create. */
export function newCluster(wanted: WantedCluster, version: ClusterApiVersion): KubernetesObject {
  const { namespace, name, labels, createdBy, variables, pools } = wanted;
  return {
    apiVersion: `cluster.x-k8s.io/${version}`,
    kind: 'Cluster',
    metadata: {
      namespace,
      name,
      ...(Object.keys(labels).length > 0 && { labels }),
      annotations: { [createdByAnnotation]: createdBy },
    },
    spec: {
      clusterNetwork,
      topology: {
        ...classFields(wanted.className, version),
        version: wanted.version,
        controlPlane: { replicas: wanted.controlPlaneReplicas },
        ...(variables.length > 0 && { variables }),
        ...(pools.length > 0 && { workers: { machineDeployments: pools.map(entryOf) } }),
      },
    },
  };
}

const classFields = (className: string, version: ClusterApiVersion): object =>
  version === 'v1beta2' ? { classRef: { name: className } } : { class: className };

const entryOf = ({ id, class: className, replicas, variables }: Pool): Entry => ({
  class: className,
  name: id,
  replicas,
  ...(variables.length > 0 && { variables: { overrides: variables } }),
});

/** An entry of `machineDeployments`; what is not ours in it stays. */
type Entry = Record<string, unknown>;

/** What is to become different; what is left out stays. */
export interface ClusterChange {
  controlPlaneReplicas?: number;
  variables?: readonly VariableValue[];
  /** To another class, with the version of Kubernetes that it is made for. */
  upgrade?: { className: string; version: string };
  pools?: PoolChange;
}

export type PoolChange =
  | { add: Pool }
  | { update: { id: string; replicas?: number; variables?: readonly VariableValue[] } }
  | { remove: string };

/**
 * The JSON merge patch for a change. Lists are replaced whole, so it holds for this very version of the object: its resourceVersion is the
 * precondition.
 */
export function clusterPatch(cluster: KubernetesObject, change: ClusterChange): object {
  const { controlPlaneReplicas, variables, upgrade, pools } = change;
  return {
    metadata: { resourceVersion: cluster.metadata.resourceVersion },
    spec: {
      topology: {
        ...(controlPlaneReplicas !== undefined && { controlPlane: { replicas: controlPlaneReplicas } }),
        ...(variables && { variables: variables.length > 0 ? variables : null }),
        ...(upgrade && { ...newClass(cluster, upgrade.className), version: upgrade.version }),
        ...(pools && { workers: { machineDeployments: changePools(entriesOf(cluster), pools) } }),
      },
    },
  };
}

/** The Cluster as a change would leave it, as far as we can tell: the API server fills in defaults, and may refuse. */
export const changedCluster = (cluster: KubernetesObject, change: ClusterChange): KubernetesObject => ({
  ...cluster,
  spec: merge(cluster['spec'], fieldOf(clusterPatch(cluster, change), 'spec')),
});

/** JSON merge patch (RFC 7396). */
function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const before = typeof target === 'object' && target !== null && !Array.isArray(target) ? target : {};
  const merged = new Map<string, unknown>(Object.entries(before));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, merge(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

/** In the field where this object has it: v1beta2 only knows `classRef`. */
const newClass = (cluster: KubernetesObject, className: string): object =>
  fieldOf(cluster, 'spec', 'topology', 'classRef') === undefined
    ? { class: className }
    : { classRef: { name: className } };

function changePools(entries: readonly Entry[], change: PoolChange): Entry[] {
  if ('add' in change) return [...entries, entryOf(change.add)];
  if ('remove' in change) return entries.filter(({ name }) => name !== change.remove);
  const { id, replicas, variables } = change.update;
  return entries.map((entry) => {
    if (entry['name'] !== id) return entry;
    const { variables: before, ...rest } = entry;
    const given =
      variables === undefined ? before : variables.length > 0 ? { overrides: variables } : undefined;
    return {
      ...rest,
      ...(replicas !== undefined && { replicas }),
      ...(given !== undefined && { variables: given }),
    };
  });
}

const entriesOf = (cluster: KubernetesObject): Entry[] =>
  listOf(fieldOf(cluster, 'spec', 'topology', 'workers', 'machineDeployments'));

/** The pools that a cluster wants, in its order. */
export const poolsOf = (cluster: KubernetesObject): Pool[] =>
  entriesOf(cluster).map((entry) => ({
    id: textOf(entry, 'name'),
    class: textOf(entry, 'class'),
    replicas: numberOf(entry['replicas']) ?? 1,
    variables: variableValues(fieldOf(entry, 'variables', 'overrides')),
  }));

/** The values that a cluster has set; defaults that Cluster API has filled in are among them. */
export const clusterVariables = (cluster: KubernetesObject): VariableValue[] =>
  variableValues(fieldOf(cluster, 'spec', 'topology', 'variables'));

/** Undefined where the cluster leaves it to its class. */
export const controlPlaneReplicasOf = (cluster: KubernetesObject): number | undefined =>
  numberOf(fieldOf(cluster, 'spec', 'topology', 'controlPlane', 'replicas'));

const variableValues = (list: unknown): VariableValue[] =>
  listOf(list).map((entry) => ({ name: textOf(entry, 'name'), value: entry['value'] }));

const listOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value)
    ? value.filter((entry): entry is Record<string, unknown> => typeof entry === 'object' && entry !== null)
    : [];

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/**
 * Tags of the releases that a cluster can be moved to now, nearest first: newer versions of its stack for the same minor version of
 * Kubernetes, then those for the next one. Only what is ready, and never an older Kubernetes, which Cluster API refuses.
 */
export function upgradesOf(cluster: KubernetesObject, releases: readonly ClusterStackRelease[]): string[] {
  const topology = topologyOf(cluster);
  const from = topology && releaseOfClass(topology.className);
  if (!topology || !from) return [];
  return releases
    .filter(({ metadata, status }) => status?.ready === true && !metadata.deletionTimestamp)
    .flatMap(({ metadata, status }) => {
      const to = parseReleaseName(metadata.name);
      if (typeof to === 'string' || !leadsTo(from, to)) return [];
      const kubernetes = status?.kubernetesVersion ?? '';
      return compareKubernetes(kubernetes, topology.version) < 0 ? [] : [to];
    })
    .toSorted((one, other) => minorOf(one) - minorOf(other) || compareVersions(one.version, other.version))
    .map(printReleaseName);
}

function leadsTo(from: ReleaseName, to: ReleaseName): boolean {
  if (to.provider !== from.provider || to.name !== from.name) return false;
  const [major] = from.kubernetesVersion.split('.');
  const [toMajor] = to.kubernetesVersion.split('.');
  const minors = minorOf(to) - minorOf(from);
  if (major !== toMajor || minors < 0 || minors > 1) return false;
  return minors === 1 || compareVersions(to.version, from.version) > 0;
}

const minorOf = ({ kubernetesVersion }: ReleaseName): number => Number(kubernetesVersion.split('.')[1]);

/** Orders versions of Kubernetes as `v1.34.3`; what follows a dash or plus does not count. Negative: the first is older. */
export function compareKubernetes(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => text.replace(/^v/, '').split(/[-+]/)[0]!.split('.').map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (a![index] ?? 0) - (b![index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
