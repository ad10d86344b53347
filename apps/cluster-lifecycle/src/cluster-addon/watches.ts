import { isDeepStrictEqual } from 'node:util';
import { addonNameOf, clusterStackGroup, pausedAnnotation, type Cluster } from '@scs/cluster-stacks';
import type { ApiObject, Informer } from '@scs/kubernetes';
import { clusterInformer, releaseKeyOf } from '../cluster-stack-release/usage.ts';
import { isMoreThanStatus, ownKey, type Key, type Operator, type Watch } from '../reconciler.ts';

/** What calls for a look at the add-ons of a cluster: themselves, the cluster as far as it matters, its release when it appears. */
export function watchesOf(operator: Operator): Watch[] {
  let clusters: Informer<Cluster> | undefined;
  void clusterInformer(operator).then((informer) => (clusters = informer));
  return [
    {
      type: { apiVersion: clusterStackGroup, kind: 'ClusterAddon' },
      keys: (change) => (isMoreThanStatus(change) ? ownKey(change) : []),
    },
    {
      type: 'Cluster',
      keys: (change) =>
        change.type === 'updated' && isDeepStrictEqual(interestOf(change.object), interestOf(change.before))
          ? []
          : [addonKey(change.object)],
    },
    {
      type: { apiVersion: clusterStackGroup, kind: 'ClusterStackRelease' },
      keys: (change) =>
        change.type === 'resync' || !isMoreThanStatus(change)
          ? []
          : (clusters?.list() ?? []).filter((cluster) => isOfRelease(cluster, change.object)).map(addonKey),
    },
  ];
}

const addonKey = ({ metadata: { name, namespace = '' } }: ApiObject | Cluster): Key => ({
  namespace,
  name: addonNameOf(name),
});

function isOfRelease(cluster: Cluster, { metadata: { name, namespace } }: ApiObject): boolean {
  const release = releaseKeyOf(cluster);
  return release?.namespace === namespace && release?.name === name;
}

/** Clusters are written often; add-ons depend on little of that. */
function interestOf({ metadata, status }: ApiObject): unknown[] {
  const { uid, generation, deletionTimestamp, annotations } = metadata;
  return [uid, generation, deletionTimestamp, annotations?.[pausedAnnotation], interestingConditions(status)];
}

const interesting = new Set(['ControlPlaneInitialized', 'ControlPlaneAvailable', 'TopologyReconciled']);

function interestingConditions(status: unknown): string[] {
  const conditions =
    typeof status === 'object' && status !== null && 'conditions' in status ? status.conditions : [];
  if (!Array.isArray(conditions)) return [];
  return conditions
    .filter((condition: { type?: unknown }) => interesting.has(String(condition.type)))
    .map(
      (condition: { type?: unknown; status?: unknown }) =>
        `${String(condition.type)} ${String(condition.status)}`,
    );
}
