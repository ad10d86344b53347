import {
  printReleaseName,
  releaseOfClass,
  topologyOf,
  type Cluster,
  type ClusterStackRelease,
} from '@scs/cluster-stacks';
import type { ApiObject, Change, Informer } from '@scs/kubernetes';
import type { Key, Operator } from '../reconciler.ts';

/** Cluster API's clusters, wherever they are watched. */
export async function clusterInformer(operator: Operator): Promise<Informer<Cluster> | undefined> {
  const version = await operator.clusterApiVersion();
  return (
    version && operator.informer<Cluster>({ apiVersion: `cluster.x-k8s.io/${version}`, kind: 'Cluster' })
  );
}

/** The release that a cluster's class comes from, by its place. */
export function releaseKeyOf(cluster: ApiObject): Key | undefined {
  const topology = topologyOf(cluster);
  const release = topology && releaseOfClass(topology.className);
  return release && { namespace: topology.classNamespace, name: printReleaseName(release) };
}

/** Before and after the change. */
export const releasesOfCluster = (change: Change<ApiObject>): Key[] =>
  [change.object, ...(change.type === 'updated' ? [change.before] : [])].flatMap(
    (cluster) => releaseKeyOf(cluster) ?? [],
  );

/**
 * Names of the clusters that use a release: those of its namespace as they are this moment, others as they were last seen. Throws where that cannot
 * be known: then nothing may be removed.
 */
export async function clustersUsing(operator: Operator, release: ClusterStackRelease): Promise<string[]> {
  const seen = await clusterInformer(operator);
  if (!seen?.synced) throw new Error('it is not known yet which clusters there are');
  const { namespace = '', name } = release.metadata;
  const near = await operator.client.list<Cluster>(seen.type, { namespace });
  const far = seen.list().filter(({ metadata }) => metadata.namespace !== namespace);
  return [...near.items, ...far]
    .filter((cluster) => {
      const key = releaseKeyOf(cluster);
      return key?.namespace === namespace && key.name === name;
    })
    .map(({ metadata }) =>
      metadata.namespace === namespace ? metadata.name : `${metadata.namespace}/${metadata.name}`,
    );
}
