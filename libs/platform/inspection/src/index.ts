export { inspectCloud, type CloudInspection } from './inspect-cloud.ts';
export { cleanupProbes, type Cleanup } from './probe-cleanup.ts';
export { inspectCluster, type ClusterInspection } from './inspect-cluster.ts';
export { readSonobuoyArchive, SonobuoyError } from './sonobuoy.ts';
