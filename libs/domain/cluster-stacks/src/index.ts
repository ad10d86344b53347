export * from './version.ts';
export * from './release-name.ts';
export * from './condition.ts';
export * from './resources.ts';
export { referenceOf, topologyOf, type Cluster, type Topology } from './cluster.ts';
export { crds, printCrds, type CustomResourceDefinition } from './crds.ts';
