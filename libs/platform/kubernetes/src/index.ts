export { connectCluster, type ClusterConnection } from './cluster-connection.ts';
export { KubernetesError } from './kubernetes-error.ts';
export * from './client.ts';
export { connectKubernetes, type ConnectKubernetesOptions } from './connect.ts';
export { type Clock, type Timers } from './clock.ts';
export {
  createInformer,
  type Change,
  type Informer,
  type InformerOptions,
  type InformerStatistics,
} from './informer.ts';
export { createWorkQueue, type Again, type WorkQueue, type WorkQueueOptions } from './work-queue.ts';
export { takePart, type LeaderElectionOptions } from './leader-election.ts';
export { createEventRecorder, type EventRecorder, type EventStatistics } from './event-recorder.ts';
