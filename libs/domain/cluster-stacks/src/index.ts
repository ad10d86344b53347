export * from './version.ts';
export * from './release-name.ts';
export * from './condition.ts';
export * from './resources.ts';
export { referenceOf, topologyOf, type Cluster, type Topology } from './cluster.ts';
export { crds, printCrds, type CustomResourceDefinition } from './crds.ts';
export {
  announcedInventory,
  apiVersionOf,
  describeResource,
  obsoleteResources,
  resourceKey,
  resourceOf,
  splitApiVersion,
} from './inventory.ts';
export {
  isOfStack,
  latestReady,
  planClusterStack,
  releaseOfClass,
  summarizeClusterStack,
  summarizeConditions,
  type ClusterStackFacts,
  type ClusterStackPlan,
} from './cluster-stack-plan.ts';
export {
  explainUnsynced,
  judgeRelease,
  releaseConditions,
  type ReleaseFacts,
  type ReleaseStatusChange,
} from './release-plan.ts';
export {
  decideAdmission,
  type AdmissionDecision,
  type AdmissionLookup,
  type AdmissionRequest,
} from './admission.ts';
