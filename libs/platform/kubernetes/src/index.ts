export { connectCluster, KubernetesError, type ClusterConnection } from './cluster-connection.ts';
