import { fieldOf, textOf } from './admission-request.ts';
import { topologyOf, type Topology } from './cluster.ts';
import { releaseOfClass } from './cluster-stack-plan.ts';
import { printReleaseName } from './release-name.ts';
import {
  pausedAnnotation,
  type ClusterAddon,
  type ClusterStackRelease,
  type KubernetesObject,
  type OpenStackNodeImageRelease,
} from './resources.ts';

/** All that is looked at to say where a cluster is. Undefined: it is not there. */
export interface ClusterFacts {
  cluster: KubernetesObject;
  clusterClass: KubernetesObject | undefined;
  /** The release that the class comes from. */
  release: ClusterStackRelease | undefined;
  controlPlane: KubernetesObject | undefined;
  infrastructure: KubernetesObject | undefined;
  machineDeployments: readonly KubernetesObject[];
  machines: readonly KubernetesObject[];
  addon: ClusterAddon | undefined;
  /** Images that releases in the cluster's namespace wait for. */
  nodeImages: readonly OpenStackNodeImageRelease[];
  /** The secret `<cluster>-kubeconfig`; `unknown` where nobody looked. */
  kubeconfig: 'there' | 'missing' | 'unknown';
}

/** A condition of any API version: an empty text where nothing is said. */
export interface SeenCondition {
  type: string;
  status: string;
  reason: string;
  message: string;
  severity: string;
  since: string;
}

/**
 * Conditions in the newest form that an object has: those of Cluster API's v1beta2, which an object of v1beta1 carries below
 * `status.v1beta2`, else its own.
 */
export function conditionsOf(object: KubernetesObject | undefined): SeenCondition[] {
  const newest = fieldOf(object, 'status', 'v1beta2', 'conditions');
  const list = Array.isArray(newest) && newest.length > 0 ? newest : fieldOf(object, 'status', 'conditions');
  return (Array.isArray(list) ? list : []).map((condition: unknown) => ({
    type: textOf(condition, 'type'),
    status: textOf(condition, 'status'),
    reason: textOf(condition, 'reason'),
    message: textOf(condition, 'message'),
    severity: textOf(condition, 'severity'),
    since: textOf(condition, 'lastTransitionTime'),
  }));
}

export const conditionOf = (object: KubernetesObject | undefined, type: string): SeenCondition | undefined =>
  conditionsOf(object).find((condition) => condition.type === type);

/** An object of the Kubernetes API, to point at. */
export interface ObjectRef {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
}

export const refOf = ({ apiVersion, kind, metadata }: KubernetesObject): ObjectRef => ({
  apiVersion,
  kind,
  namespace: metadata.namespace ?? '',
  name: metadata.name,
});

/** The first of these that the cluster tells: what v1beta2 has under another name than v1beta1. */
export const firstCondition = (facts: ClusterFacts, ...types: string[]): SeenCondition | undefined =>
  types.map((type) => conditionOf(facts.cluster, type)).find((found) => found !== undefined);

export const isInitialized = (facts: ClusterFacts): boolean =>
  firstCondition(facts, 'ControlPlaneInitialized')?.status === 'True';

export const isPaused = ({ cluster }: ClusterFacts): boolean =>
  fieldOf(cluster, 'spec', 'paused') === true ||
  cluster.metadata.annotations?.[pausedAnnotation] !== undefined;

/** Tag of the release that the cluster is to be made of; undefined where its class is none of a cluster stack's. */
export function releaseTagOf(cluster: KubernetesObject): string | undefined {
  const topology = topologyOf(cluster);
  const release = topology && releaseOfClass(topology.className);
  return release && printReleaseName(release);
}

export const wantedTopology = ({ cluster }: ClusterFacts): Topology =>
  topologyOf(cluster) ?? { className: '', classNamespace: cluster.metadata.namespace ?? '', version: '' };

/** Name of the pool that a machine deployment is for, and of a machine's deployment. */
export const poolLabel = 'topology.cluster.x-k8s.io/deployment-name';
export const deploymentLabel = 'cluster.x-k8s.io/deployment-name';
export const controlPlaneLabel = 'cluster.x-k8s.io/control-plane';
export const clusterLabel = 'cluster.x-k8s.io/cluster-name';

export const isControlPlaneMachine = ({ metadata }: KubernetesObject): boolean =>
  metadata.labels?.[controlPlaneLabel] !== undefined;

/** Machines of the control plane, or of a machine deployment. */
export const machinesOf = (
  { machines }: Pick<ClusterFacts, 'machines'>,
  owner: 'control-plane' | KubernetesObject,
): KubernetesObject[] =>
  machines.filter((machine) =>
    owner === 'control-plane'
      ? isControlPlaneMachine(machine)
      : machine.metadata.labels?.[deploymentLabel] === owner.metadata.name,
  );

export const numberAt = (object: KubernetesObject | undefined, ...path: string[]): number => {
  const value = fieldOf(object, ...path);
  return typeof value === 'number' ? value : 0;
};

/** Is the node of a machine there, and ready? v1beta1 has the first alone, where nothing better is told. */
export function isNodeReady(machine: KubernetesObject): boolean {
  const told = conditionOf(machine, 'NodeReady') ?? conditionOf(machine, 'NodeHealthy');
  return told ? told.status === 'True' : fieldOf(machine, 'status', 'nodeRef') !== undefined;
}

/** A message of Cluster API, which has bullets and lines, as one sentence without its full stop. */
export function inOneLine(message: string): string {
  return message
    .split('\n')
    .map((line) => line.replace(/^\s*(?:\* )?/, '').trim())
    .filter((line) => line !== '')
    .map((line, index, lines) => (index + 1 < lines.length ? line + (line.endsWith(':') ? ' ' : '; ') : line))
    .join('')
    .replace(/[.;\s]+$/, '');
}
