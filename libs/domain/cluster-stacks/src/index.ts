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
  judgeRemoval,
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
export { schemaProblems } from './admission-schema.ts';
export { ReleaseInvalid, type FileProblem } from './release-file.ts';
export { metadataFile, parseMetadata, printMetadata, type ReleaseMetadata } from './metadata.ts';
export {
  addonConfigFile,
  addonHooks,
  parseAddonConfig,
  type AddonCondition,
  type AddonConditionObject,
  type AddonConfig,
  type AddonStage,
} from './addon-config.ts';
export {
  cutReleaseVersion,
  nodeImagesFile,
  osnirName,
  parseNodeImages,
  type ReleaseNodeImage,
} from './node-images.ts';
export {
  addonValuesFile,
  archiveName,
  chartName,
  findAssets,
  hashesFile,
  metadataProblem,
  type ReleaseAssets,
} from './assets.ts';
export { artifactType, mediaTypeOf } from './media-types.ts';
export {
  checksumAnnotation,
  checksumBesideUrl,
  imageBody,
  imageOwnerProperty,
  imageQuery,
  importBody,
  isSameImage,
  listingFailed,
  nodeImageFinalizer,
  type ImageFacts,
} from './node-image.ts';
export {
  nodeImageConditions,
  planNodeImage,
  type NodeImageFacts,
  type NodeImageFound,
  type NodeImagePlan,
} from './node-image-plan.ts';
export { planImageRemoval, type ImageRemovalFacts, type ImageRemovalPlan } from './node-image-removal.ts';
export { evaluateCondition, type ConditionOutcome } from './addon-condition.ts';
export {
  addonNamespace,
  mergeInventory,
  parseDuration,
  stageDeadlineMs,
  wholeChart,
  type AddonPackage,
} from './addon-stage.ts';
export {
  addonRunAnnotation,
  hookRequestAnnotation,
  isThrough,
  readAddonRun,
  readHookRequest,
  type AddonRun,
  type HookRequest,
} from './addon-run.ts';
export { planAddon, planAddonLife, type AddonFacts, type AddonLife, type AddonStep } from './addon-plan.ts';
export {
  addonConditions,
  beginRun,
  enterStage,
  finishRun,
  judgeHookServer,
  judgeStage,
  settleAddon,
  withConditions,
  withResources,
  type StageTrouble,
} from './addon-status.ts';
export {
  answerHook,
  discoveryPath,
  discoveryResponse,
  extensionConfig,
  failed,
  hookHandlers,
  hookPath,
  hookResponse,
  readHookCall,
  unrecorded,
  type HookAnswer,
  type HookCall,
  type HookHandler,
  type HookKnowledge,
  type HookServerAddress,
} from './hook.ts';
export { parseStackConfig, stackConfigFiles, stackOf, type StackConfig } from './stack-config.ts';
export {
  hashStack,
  hashTree,
  hashVersion,
  parseHashes,
  printHashes,
  type FileTree,
  type StackHashes,
} from './directory-hash.ts';
export {
  customRelease,
  hashRelease,
  latestStable,
  nextStable,
  releaseNameOf,
  type NextRelease,
} from './next-release.ts';
export { fillVersionTags, unknownVersionTags } from './version-tags.ts';
export {
  variablesOf,
  type ClusterVariable,
  type VariableDescription,
  type VariableSchema,
} from './variables.ts';
export { checkVariables, withDefaults, type VariableProblem, type VariableValue } from './variable-check.ts';
export {
  defaultIdentity,
  judgeOpenStackRelease,
  nodeImageChanges,
  nodeImageRelease,
  openStackReleaseConditions,
  type OpenStackReleaseFacts,
} from './openstack-release-plan.ts';
export {
  clusterClassesIn,
  identityOf,
  printIdentity,
  singleStage,
  type ChartContents,
  type ObjectIdentity,
  type ReleaseContents,
} from './release-contents.ts';
export { findingsOf, sortFindings, type Finding } from './finding.ts';
export { lintRelease } from './lint.ts';
export { diffReleases, type ObjectChange, type ReleaseDiff, type VariableChange } from './release-diff.ts';
export type { FieldChange } from './field-diff.ts';
export type { Rollout } from './rollout.ts';
export { exampleCluster, valuesDataOf, type ValuesData } from './example-cluster.ts';
export {
  changedCluster,
  clusterPatch,
  clusterVariables,
  compareKubernetes,
  controlPlaneReplicasOf,
  createdByAnnotation,
  newCluster,
  poolsOf,
  upgradesOf,
  type ClusterApiVersion,
  type ClusterChange,
  type Pool,
  type PoolChange,
  type WantedCluster,
} from './cluster-change.ts';
export {
  clusterLabel,
  conditionOf,
  deploymentLabel,
  isInitialized,
  isNodeReady,
  machinesOf,
  numberAt,
  poolLabel,
  releaseTagOf,
  type ClusterFacts,
  type ObjectRef,
} from './cluster-facts.ts';
export { explainCluster, type ClusterState, type Explanation } from './explain.ts';
export type { ExplainedCondition } from './explain-conditions.ts';
export type { Waiting } from './waiting.ts';
export { workerClasses } from './cluster-class.ts';
export {
  metersOf,
  planMeters,
  type Meter,
  type MeterPlan,
  type OpenMeter,
  type UsageSegment,
} from './usage.ts';
