import { referenceOf } from './cluster.ts';
import {
  conditionsOf,
  inOneLine,
  refOf,
  type ClusterFacts,
  type ObjectRef,
  type SeenCondition,
} from './cluster-facts.ts';
import { causeOf } from './explain-cause.ts';
import { sentence } from './waiting.ts';
import type { KubernetesObject } from './resources.ts';

export interface ExplainedCondition {
  type: string;
  status: string;
  reason: string;
  /** One sentence: what it means here. */
  explanation: string;
  /** Who is to blame; undefined where nothing is wrong. */
  object: ObjectRef | undefined;
  remedy: string;
  since: string;
}

/** What a condition means when all is well, and when it is not. */
type Meaning = readonly [good: string, bad: string];

/** Of Cluster API's Cluster, in both versions of its API. */
const meanings: Record<string, Meaning> = {
  Available: ['The cluster can be used', 'The cluster cannot be used in full'],
  Ready: ['Control plane and infrastructure are ready', 'Control plane or infrastructure are not ready'],
  RemoteConnectionProbe: [
    'Cluster API reaches the cluster',
    'Cluster API does not reach the cluster’s API server',
  ],
  InfrastructureReady: ['Network and load balancer are ready', 'Network and load balancer are not ready'],
  ControlPlaneInitialized: ['The API server has answered', 'The API server has not answered yet'],
  ControlPlaneAvailable: ['The control plane works', 'The control plane does not work in full'],
  ControlPlaneReady: ['The control plane is ready', 'The control plane is not ready'],
  WorkersAvailable: ['The nodes of all pools work', 'Nodes are missing or not ready'],
  TopologyReconciled: ['Everything is as it is wanted', 'Not everything is as it is wanted yet'],
  ControlPlaneMachinesReady: [
    'The machines of the control plane are ready',
    'Machines of the control plane are not ready',
  ],
  WorkerMachinesReady: ['The machines of the pools are ready', 'Machines of pools are not ready'],
  ControlPlaneMachinesUpToDate: [
    'The machines of the control plane are as the release has them',
    'Machines of the control plane are to be replaced',
  ],
  WorkerMachinesUpToDate: [
    'The machines of the pools are as the release has them',
    'Machines of pools are to be replaced',
  ],
  RollingOut: ['No machines are being replaced', 'Machines are being replaced'],
  ScalingUp: ['No machines are being added', 'Machines are being added'],
  ScalingDown: ['No machines are being removed', 'Machines are being removed'],
  Remediating: ['No machine has failed', 'A machine has failed and is replaced'],
  Paused: ['Controllers work on the cluster', 'The cluster is paused: no controller works on it'],
  Deleting: ['The cluster is here to stay', 'The cluster is being deleted'],
};

/** True is the remarkable value of these. */
const negative = new Set(['RollingOut', 'ScalingUp', 'ScalingDown', 'Remediating', 'Paused', 'Deleting']);

/** Each condition of the Cluster in one sentence, with the object to blame. */
export const explainConditions = (facts: ClusterFacts): ExplainedCondition[] =>
  conditionsOf(facts.cluster).map((condition) => explainOne(facts, condition));

function explainOne(facts: ClusterFacts, condition: SeenCondition): ExplainedCondition {
  const { type, status, reason, since } = condition;
  const fine = status === (negative.has(type) ? 'False' : 'True');
  const message = inOneLine(condition.message);
  const cause = fine ? undefined : causeOf(condition.message);
  const [good, bad] = meanings[type] ?? [`${type} holds`, `${type} does not hold`];
  const what = status === 'Unknown' ? `It is not known whether this holds: ${good}` : fine ? good : bad;
  const detail = fine ? '' : (cause?.reason ?? message);
  return {
    type,
    status,
    reason,
    explanation: sentence(detail ? `${what}: ${detail}` : what),
    object: fine ? undefined : blamed(facts, type, condition.message),
    remedy: cause?.remedy ?? '',
    since,
  };
}

/** The object that the message names, else whose condition it is a copy of, else the cluster. */
function blamed(facts: ClusterFacts, type: string, message: string): ObjectRef {
  const all = [
    ...facts.machines,
    ...facts.machineDeployments,
    ...[facts.controlPlane, facts.infrastructure].filter((object) => object !== undefined),
  ];
  const named = /(?:^|\n)\s*\* (\w+?)s? ([a-z0-9.-]+)[,:]/.exec(message);
  const found =
    named &&
    all.find(
      ({ kind, metadata }) => metadata.name === named[2] && (kind === named[1] || kind === `${named[1]}s`),
    );
  return refOf(found ?? copied(facts, type) ?? facts.cluster);
}

function copied(facts: ClusterFacts, type: string): KubernetesObject | undefined {
  if (type.startsWith('Infrastructure') && referenceOf(facts.cluster, 'infrastructureRef'))
    return facts.infrastructure;
  if (type.startsWith('ControlPlane')) return facts.controlPlane;
  return undefined;
}
