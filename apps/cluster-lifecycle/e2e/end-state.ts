import type { ApiObject, KubernetesClient, ObjectType } from '@scs/kubernetes';

/** Fields that differ from run to run and say nothing about the outcome. */
const accidental = new Set([
  'uid',
  'resourceVersion',
  'generation',
  'observedGeneration',
  'creationTimestamp',
  'lastTransitionTime',
  'since',
  'managedFields',
  'selfLink',
  'caBundle',
  // The same question of Cluster API has another id when it is put again.
  'lifecycle.scs.community/hook-request',
]);

/** What Cluster API makes for a cluster, under names of its own. */
const clusterLabel = 'cluster.x-k8s.io/cluster-name';

/**
 * The objects of these types as a run leaves them, without what differs from run to run, and without their namespace: two runs that end in the
 * same way are equal.
 */
export async function endState(
  client: KubernetesClient,
  namespace: string,
  types: readonly ObjectType[],
): Promise<Record<string, unknown>> {
  const state: Record<string, unknown> = {};
  for (const type of types) {
    const { items } = await client.list(type, { namespace });
    for (const item of items.filter(({ metadata }) => !metadata.labels?.[clusterLabel]))
      state[`${type.kind}/${item.metadata.name}`] = withoutAccidents(item, namespace);
  }
  return state;
}

function withoutAccidents(object: ApiObject, namespace: string): unknown {
  const text = JSON.stringify(object, (name, value: unknown) => {
    if (accidental.has(name)) return undefined;
    // Annotations of ours are JSON themselves.
    if (name === 'lifecycle.scs.community/addon-run' && typeof value === 'string')
      return JSON.parse(value) as unknown;
    return value;
  });
  return JSON.parse(text.replaceAll(namespace, 'NAMESPACE')) as unknown;
}
