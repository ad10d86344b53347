import {
  addonNamespace,
  referenceOf,
  type AddonCondition,
  type Cluster,
  type KubernetesObject,
} from '@scs/cluster-stacks';
import type { KubernetesClient } from '@scs/kubernetes';
import type { ValuesData } from './charts.ts';

/** The object that a Cluster refers to, as it is now; undefined where there is none, or its kind is not served. */
export async function referred(
  client: KubernetesClient,
  cluster: Cluster,
  name: 'controlPlaneRef' | 'infrastructureRef',
): Promise<KubernetesObject | undefined> {
  const ref = referenceOf(cluster, name);
  if (!ref?.kind || !ref.name) return undefined;
  // v1beta2 names a group only: the server's preferred version of it.
  const apiVersion =
    ref.apiVersion ?? (ref.apiGroup && `${ref.apiGroup}/${(await client.versions(ref.apiGroup))[0] ?? ''}`);
  if (!apiVersion || !(await client.resourceType({ apiVersion, kind: ref.kind }))) return undefined;
  return client.get({ apiVersion, kind: ref.kind, name: ref.name, namespace: ref.namespace });
}

/** `status.version` of a control plane. */
export function versionOf(controlPlane: KubernetesObject | undefined): string | undefined {
  const version = field(controlPlane?.['status'], 'version');
  return typeof version === 'string' ? version : undefined;
}

/** Does Cluster API say, about the Cluster as it is now, that its topology is reconciled? */
export function isTopologyReconciled(cluster: Cluster): boolean {
  const status = cluster['status'];
  const conditions = [field(field(status, 'v1beta2'), 'conditions'), field(status, 'conditions')]
    .filter(Array.isArray)
    .flat();
  const condition: unknown = conditions.find((entry) => field(entry, 'type') === 'TopologyReconciled');
  const observed = field(condition, 'observedGeneration');
  return (
    field(condition, 'status') === 'True' &&
    (observed === undefined || observed === cluster.metadata.generation)
  );
}

/** What values are templated from: the whole live objects, but for the large record of who wrote what. */
export async function valuesData(
  client: KubernetesClient,
  cluster: Cluster,
  controlPlane: KubernetesObject | undefined,
): Promise<ValuesData> {
  const infrastructure = await referred(client, cluster, 'infrastructureRef');
  return {
    Cluster: withoutManagers(cluster),
    ...(controlPlane && { ControlPlane: withoutManagers(controlPlane) }),
    ...(infrastructure && { InfraCluster: withoutManagers(infrastructure) }),
  };
}

function withoutManagers(object: KubernetesObject): KubernetesObject {
  const { managedFields: _, ...metadata }: KubernetesObject['metadata'] & { managedFields?: unknown } =
    object.metadata;
  return { ...object, metadata };
}

/** The live objects of a condition, by key. */
export async function readObjects(
  client: KubernetesClient,
  { objects }: AddonCondition,
): Promise<Map<string, KubernetesObject | undefined>> {
  const entries = objects.map(async ({ key, apiVersion, kind, name, namespace }) => {
    const type = await client.resourceType({ apiVersion, kind });
    if (!type) return [key, undefined] as const;
    const scope = type.namespaced ? { namespace: namespace || addonNamespace } : {};
    return [key, await client.get({ apiVersion, kind, name, ...scope })] as const;
  });
  return new Map(await Promise.all(entries));
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
