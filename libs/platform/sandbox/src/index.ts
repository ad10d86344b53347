export type { CloudContent } from './cloud-content.ts';
export { compliantCloud } from './compliant-cloud.ts';
export {
  startSandboxCloud,
  type Interference,
  type SandboxCloud,
  type SandboxCloudOptions,
  type SandboxRequest,
} from './sandbox-cloud.ts';
export type { KubernetesRequest } from './kubernetes/call.ts';
export type { DirectStore, StoredType } from './kubernetes/direct-store.ts';
export type {
  InterferenceRule,
  KubernetesInterference,
  WatchInterference,
} from './kubernetes/interference.ts';
export {
  startSandboxKubernetes,
  type SandboxCluster,
  type SandboxKubernetes,
  type SandboxKubernetesOptions,
} from './kubernetes/sandbox-kubernetes.ts';
export type { StoredWrite } from './kubernetes/state.ts';
export * from './cluster-api/index.ts';
export {
  startSandboxClusters,
  type SandboxClusters,
  type SandboxClustersOptions,
} from './sandbox-clusters.ts';
