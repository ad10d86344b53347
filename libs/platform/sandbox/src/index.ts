export type { CloudContent } from './cloud-content.ts';
export { compliantCloud } from './compliant-cloud.ts';
export { sha512Of, type ImageImport } from './image-import.ts';
export {
  startSandboxCloud,
  type Interference,
  type SandboxCloud,
  type SandboxCloudOptions,
  type SandboxRequest,
} from './sandbox-cloud.ts';
export {
  startSandboxRegistry,
  type RegistryFault,
  type RegistryRequest,
  type SandboxRegistry,
  type SandboxRegistryOptions,
} from './registry.ts';
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
export type { ServingCertificate } from './cluster-api/admission.ts';
export { realClock, virtualClock, type Clock, type VirtualClock } from './cluster-api/clock.ts';
export { clusterApiCrds } from './cluster-api/crds.ts';
export { hookNames, type HookCall, type HookName } from './cluster-api/runtime-hooks.ts';
export {
  startSandboxExtension,
  type ExtensionAnswer,
  type ExtensionRequest,
  type SandboxExtension,
} from './cluster-api/sandbox-extension.ts';
export type { MachineFault, MachineInQuestion } from './cluster-api/scope.ts';
export {
  startClusterApi,
  type ClusterApi,
  type ClusterApiInterference,
  type ClusterApiOptions,
} from './cluster-api/start-cluster-api.ts';
export type { StartWorkload, WorkloadCluster, WorkloadRequest } from './cluster-api/workloads.ts';
export {
  startSandboxClusters,
  type SandboxClusters,
  type SandboxClustersOptions,
} from './sandbox-clusters.ts';
