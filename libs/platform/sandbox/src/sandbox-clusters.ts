import { connectKubernetes } from '@scs/kubernetes';
import { clusterApiCrds } from './cluster-api/crds.ts';
import { startClusterApi, type ClusterApi, type ClusterApiOptions } from './cluster-api/start-cluster-api.ts';
import {
  startSandboxKubernetes,
  type SandboxCluster,
  type SandboxKubernetes,
  type SandboxKubernetesOptions,
} from './kubernetes/sandbox-kubernetes.ts';

export interface SandboxClustersOptions
  extends
    Omit<SandboxKubernetesOptions, 'now'>,
    Pick<ClusterApiOptions, 'clock' | 'speed' | 'concurrency' | 'onError' | 'admission'> {}

/** A management cluster with Cluster API, and the workload clusters that come of it: all in memory, all at one port. */
export interface SandboxClusters {
  readonly kubernetes: SandboxKubernetes;
  readonly clusterApi: ClusterApi;
  /** Text of a kubeconfig of the management cluster. */
  readonly kubeconfig: string;
  /** The API of a workload cluster; undefined where it is not there (any more). */
  workload(namespace: string, name: string): SandboxCluster | undefined;
  close(): Promise<void>;
}

/** Starts a management cluster with everything that Cluster API needs. */
export async function startSandboxClusters(options: SandboxClustersOptions = {}): Promise<SandboxClusters> {
  const { crds = [], clock, speed, concurrency, onError, admission = true, ...server } = options;
  const kubernetes = await startSandboxKubernetes({
    ...server,
    crds: [...clusterApiCrds, ...crds],
    ...(clock && { now: () => new Date(clock.now()) }),
  });
  const workloads = new Map<string, SandboxCluster>();
  const client = connectKubernetes({
    kubeconfig: { text: kubernetes.kubeconfig },
    userAgent: 'sandbox-cluster-api',
  });
  const clusterApi = await startClusterApi({
    client,
    admission,
    ...(clock && { clock }),
    ...(speed !== undefined && { speed }),
    ...(concurrency !== undefined && { concurrency }),
    ...(onError && { onError }),
    workloadCluster({ namespace, name }) {
      const at = `${namespace}.${name}`;
      const cluster = kubernetes.cluster(at);
      workloads.set(`${namespace}/${name}`, cluster);
      return {
        kubeconfig: cluster.kubeconfig,
        close() {
          workloads.delete(`${namespace}/${name}`);
          kubernetes.removeCluster(at);
        },
      };
    },
  });
  return {
    kubernetes,
    clusterApi,
    kubeconfig: kubernetes.kubeconfig,
    workload: (namespace, name) => workloads.get(`${namespace}/${name}`),
    async close() {
      await clusterApi.stop();
      client.close();
      await kubernetes.close();
    },
  };
}
