import type { AdmissionLookup, ClusterStackRelease } from '@scs/cluster-stacks';
import { clusterStackGroup } from '@scs/cluster-stacks';
import type { KubernetesClient } from '@scs/kubernetes';

/** So that the API server has its answer in less than 5 s. Milliseconds. */
const lookupMs = 3000;

/** Reads afresh, not from an informer: what is about to be deleted may have come into use a moment ago. */
export function admissionLookup(
  client: Pick<KubernetesClient, 'list' | 'get'>,
  clusterApiVersion: () => Promise<'v1beta1' | 'v1beta2' | undefined>,
  timeoutMs = lookupMs,
): AdmissionLookup {
  return {
    // Of all namespaces: others may use the classes of this one.
    clusters: () =>
      within(timeoutMs, async () => {
        const version = await clusterApiVersion();
        if (!version) return [];
        const type = { apiVersion: `cluster.x-k8s.io/${version}`, kind: 'Cluster' };
        return (await client.list(type)).items;
      }),
    release: (namespace, name) =>
      within(timeoutMs, () =>
        client.get<ClusterStackRelease>({
          apiVersion: clusterStackGroup,
          kind: 'ClusterStackRelease',
          namespace,
          name,
        }),
      ),
  };
}

/** What comes later is left to itself. */
async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the Kubernetes API did not answer within ${ms / 1000} s`)),
      ms,
    );
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
