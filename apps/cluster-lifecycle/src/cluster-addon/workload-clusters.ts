import { connectKubernetes, type ApiObject, type KubernetesClient } from '@scs/kubernetes';
import { oneLine } from '../apply/failure.ts';

/** What came of looking for a workload cluster's API. */
export type WorkloadApi =
  | { state: 'ready'; client: KubernetesClient }
  | { state: 'no-kubeconfig' | 'not-ready'; message: string };

/** One client per workload cluster, as long as its kubeconfig stays the same. */
export interface WorkloadClusters {
  open(cluster: { namespace: string; name: string }): Promise<WorkloadApi>;
  /** The cluster is gone. */
  forget(cluster: { namespace: string; name: string }): void;
  close(): void;
}

/** A cluster that does not answer must not hold up the others. */
const timeoutMs = 5000;
/** Nor may it fill our memory: its administrators are others. */
const maxBodyBytes = 32 * 1024 * 1024;

/** The kubeconfig is a tenant's: as a text it cannot name files or programs of this machine. */
export const connectWorkload = (kubeconfig: string): KubernetesClient =>
  connectKubernetes({
    kubeconfig: { text: kubeconfig },
    userAgent: 'scs-cluster-lifecycle',
    timeoutMs,
    maxBodyBytes,
  });

/**
 * Reads the secret `<cluster>-kubeconfig` that Cluster API's control plane provider makes, key `value`. It is read each time, as clients with
 * certificates of a rotated secret would stop working.
 */
export function openWorkloadClusters(
  management: KubernetesClient,
  connect: (kubeconfig: string) => KubernetesClient = connectWorkload,
): WorkloadClusters {
  const clients = new Map<string, { version: string; client: KubernetesClient }>();
  const drop = (key: string): void => {
    clients.get(key)?.client.close();
    clients.delete(key);
  };
  return {
    async open({ namespace, name }) {
      const secretName = `${name}-kubeconfig`;
      const secret = await management.get({ apiVersion: 'v1', kind: 'Secret', namespace, name: secretName });
      const text = secret && kubeconfigOf(secret);
      const key = `${namespace}/${name}`;
      if (!secret || !text) {
        drop(key);
        const lack = secret ? `has no key "value"` : 'does not exist yet';
        return {
          state: 'no-kubeconfig',
          message: `secret ${secretName} ${lack}; the control plane provider writes it`,
        };
      }
      const version = secret.metadata.resourceVersion ?? '';
      if (clients.get(key)?.version !== version) drop(key);
      try {
        const client = clients.get(key)?.client ?? connect(text);
        clients.set(key, { version, client });
        if (await client.ready()) return { state: 'ready', client };
        return {
          state: 'not-ready',
          message: 'the workload cluster’s API server is not ready yet (/readyz)',
        };
      } catch (error) {
        return {
          state: 'not-ready',
          message: `the workload cluster cannot be used yet: ${oneLine(error instanceof Error ? error.message : String(error))}`,
        };
      }
    },
    forget: ({ namespace, name }) => drop(`${namespace}/${name}`),
    close: () => {
      for (const key of clients.keys()) drop(key);
    },
  };
}

function kubeconfigOf(secret: ApiObject): string | undefined {
  const data = secret['data'];
  const value =
    typeof data === 'object' && data !== null ? (data as Record<string, unknown>)['value'] : undefined;
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString() : undefined;
}
