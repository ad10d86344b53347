import {
  addonFinalizer,
  addonNameOf,
  clusterStackGroup,
  type Cluster,
  type ClusterAddon,
} from '@scs/cluster-stacks';
import type { KubernetesClient } from '@scs/kubernetes';
import type { Operator } from '../reconciler.ts';

/** What a ClusterAddon that somebody deleted leaves to the next: what is in the workload cluster has not changed. */
export type Carried = Pick<ClusterAddon, 'spec' | 'status'> & { annotations: Record<string, string> };

const ownerOf = (cluster: Cluster) => ({
  apiVersion: cluster.apiVersion,
  kind: 'Cluster',
  name: cluster.metadata.name,
  uid: cluster.metadata.uid ?? '',
});

export async function createAddon(
  { client, events }: Operator,
  cluster: Cluster,
  carried: Carried | undefined,
): Promise<void> {
  const owner = ownerOf(cluster);
  const { namespace } = cluster.metadata;
  const addon = await client.create<ClusterAddon>({
    apiVersion: clusterStackGroup,
    kind: 'ClusterAddon',
    metadata: {
      name: addonNameOf(cluster.metadata.name),
      ...(namespace && { namespace }),
      finalizers: [addonFinalizer],
      ownerReferences: [owner],
      ...(carried && { annotations: carried.annotations }),
    },
    spec: { ...carried?.spec, clusterRef: { ...owner, ...(namespace && { namespace }) } },
  });
  events.record(addon, 'Normal', 'ClusterAddonCreated', `for Cluster ${cluster.metadata.name}`);
  if (carried?.status)
    await client.patch(keyOf(addon), { status: carried.status }, { subresource: 'status' });
}

/** Lets it go without a look at the workload cluster, which goes too. */
export const releaseAddon = (client: KubernetesClient, addon: ClusterAddon): Promise<ClusterAddon> =>
  patchFinalizers(client, addon, (finalizers) => finalizers.filter((name) => name !== addonFinalizer));

/** Clears the place. Returns what is to be carried over, where it was this cluster's. */
export async function renewAddon(
  client: KubernetesClient,
  addon: ClusterAddon,
  cluster: Cluster,
): Promise<Carried | undefined> {
  const { deletionTimestamp, uid, ownerReferences = [], annotations = {} } = addon.metadata;
  if (!deletionTimestamp) await client.delete(keyOf(addon), { uid });
  await releaseAddon(
    client,
    deletionTimestamp ? addon : ((await client.get<ClusterAddon>(keyOf(addon))) ?? addon),
  );
  const same = ownerReferences.some(
    (owner) => owner.kind === 'Cluster' && owner.uid === cluster.metadata.uid,
  );
  const { spec, status } = addon;
  return same ? { spec, ...(status && { status }), annotations } : undefined;
}

export async function claimAddon(
  client: KubernetesClient,
  addon: ClusterAddon,
  cluster: Cluster,
): Promise<void> {
  const { ownerReferences = [], resourceVersion, finalizers = [] } = addon.metadata;
  const owned = ownerReferences.some(({ uid }) => uid === cluster.metadata.uid);
  await client.patch(keyOf(addon), {
    metadata: {
      resourceVersion,
      finalizers: [...new Set([...finalizers, addonFinalizer])],
      ownerReferences: owned ? ownerReferences : [...ownerReferences, ownerOf(cluster)],
    },
  });
}

function patchFinalizers(
  client: KubernetesClient,
  addon: ClusterAddon,
  change: (finalizers: string[]) => string[],
): Promise<ClusterAddon> {
  const { resourceVersion, finalizers = [] } = addon.metadata;
  return client.patch<ClusterAddon>(keyOf(addon), {
    metadata: { resourceVersion, finalizers: change(finalizers) },
  });
}

const keyOf = ({ apiVersion, kind, metadata: { name, namespace } }: ClusterAddon) => ({
  apiVersion,
  kind,
  name,
  namespace,
});
