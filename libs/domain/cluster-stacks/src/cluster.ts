import type { KubernetesObject, ObjectReference } from './resources.ts';

/** Cluster API's Cluster as far as it is read here, in either version of its API. */
export interface Cluster extends KubernetesObject {
  kind: 'Cluster';
}

/** `spec.topology`, the same for v1beta1 and v1beta2. */
export interface Topology {
  className: string;
  /** Where the ClusterClass lives; the cluster's own namespace where nothing else is said. */
  classNamespace: string;
  /** Of Kubernetes, e.g. `v1.27.3`. */
  version: string;
}

/** What a cluster wants; undefined where it has no topology, or none with a class. */
export function topologyOf(cluster: KubernetesObject): Topology | undefined {
  const topology = field(field(cluster, 'spec'), 'topology');
  const ref = field(topology, 'classRef');
  const className = text(field(ref, 'name')) ?? text(field(topology, 'class'));
  if (!className) return undefined;
  const classNamespace =
    text(field(ref, 'namespace')) ??
    text(field(topology, 'classNamespace')) ??
    cluster.metadata.namespace ??
    '';
  return { className, classNamespace, version: text(field(topology, 'version')) ?? '' };
}

/**
 * `controlPlaneRef` or `infrastructureRef`: v1beta1 names an apiVersion, v1beta2 an apiGroup whose version is looked up. The object is in the
 * cluster's own namespace, as Cluster API demands: with our rights nobody gets to read others'.
 */
export function referenceOf(
  cluster: KubernetesObject,
  name: 'controlPlaneRef' | 'infrastructureRef',
): (ObjectReference & { apiGroup?: string }) | undefined {
  const ref = field(field(cluster, 'spec'), name);
  const kind = text(field(ref, 'kind'));
  const refName = text(field(ref, 'name'));
  if (!kind || !refName) return undefined;
  const apiVersion = text(field(ref, 'apiVersion'));
  const apiGroup = text(field(ref, 'apiGroup')) ?? apiVersion?.split('/')[0];
  const { namespace } = cluster.metadata;
  return {
    kind,
    name: refName,
    ...(apiVersion && { apiVersion }),
    ...(apiGroup && { apiGroup }),
    ...(namespace && { namespace }),
  };
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
