export type { ServingCertificate } from './admission.ts';
export { realClock, virtualClock, type Clock, type VirtualClock } from './clock.ts';
export { clusterApiCrds } from './crds.ts';
export { hookNames, type HookCall, type HookName } from './runtime-hooks.ts';
export type { MachineFault, MachineInQuestion } from './scope.ts';
export {
  startClusterApi,
  type ClusterApi,
  type ClusterApiInterference,
  type ClusterApiOptions,
} from './start-cluster-api.ts';
export type { StartWorkload, WorkloadCluster, WorkloadRequest } from './workloads.ts';
