export { clusterLifecycleServices } from './api.ts';
export { startClusterLifecycle } from './cluster-lifecycle.ts';
export { configSchema, type Config } from './config.ts';
