export { inspectCloud, type CloudInspection } from './inspect-cloud.ts';
export { cleanupProbes, type Cleanup } from './probe-cleanup.ts';
