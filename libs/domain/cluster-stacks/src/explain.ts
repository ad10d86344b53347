import { fieldOf, textOf } from './admission-request.ts';
import {
  conditionsOf,
  firstCondition,
  isInitialized,
  isPaused,
  numberAt,
  releaseTagOf,
  wantedTopology,
  type ClusterFacts,
} from './cluster-facts.ts';
import { explainConditions, type ExplainedCondition } from './explain-conditions.ts';
import { findDeletion } from './explain-deletion.ts';
import { findWaiting } from './explain-waiting.ts';
import type { Waiting } from './waiting.ts';
import type { KubernetesObject } from './resources.ts';

export type ClusterState =
  | 'PROVISIONING'
  | 'READY'
  | 'UPGRADING'
  | 'UPDATING'
  | 'STUCK'
  | 'DELETING'
  | 'DEGRADED';

export interface Explanation {
  state: ClusterState;
  /** Undefined for a cluster that is ready. */
  waitingFor: Waiting | undefined;
  conditions: ExplainedCondition[];
}

/** A cluster in which nothing moved for so long does not go on by itself. */
const patienceMs = 15 * 60_000;

/** Where a cluster is, what it waits for, and what each of its conditions means. */
export function explainCluster(facts: ClusterFacts, now: Date): Explanation {
  const conditions = explainConditions(facts);
  if (facts.cluster.metadata.deletionTimestamp)
    return { state: 'DELETING', waitingFor: findDeletion(facts), conditions };
  if (isReady(facts)) return { state: 'READY', waitingFor: undefined, conditions };
  const found = findWaiting(facts);
  const moved = lastMove(facts);
  const silent = moved > 0 && now.getTime() - moved > patienceMs;
  const waitingFor = found && silent && !found.stuck ? silence(found, moved, now) : found;
  const state = stateOf(facts);
  const stuck = state !== 'DEGRADED' && (waitingFor?.stuck === true || (!waitingFor && silent));
  return { state: stuck ? 'STUCK' : state, waitingFor, conditions };
}

const silence = (waiting: Waiting, moved: number, now: Date): Waiting => ({
  ...waiting,
  stuck: true,
  reason: `${waiting.reason} Nothing has moved for ${Math.floor((now.getTime() - moved) / 60_000)} minutes.`,
  remedy: waiting.remedy || 'look at the Events of this object and at the log of its controller',
});

/** Everything that is wanted is there. */
function isReady(facts: ClusterFacts): boolean {
  const { cluster, addon } = facts;
  const { className } = wantedTopology(facts);
  const available = firstCondition(facts, 'Available', 'Ready');
  const topology = firstCondition(facts, 'TopologyReconciled');
  const addonsDone =
    !releaseTagOf(cluster) || (addon?.status?.ready === true && addon.spec.clusterStack === className);
  return (
    available?.status === 'True' &&
    topology?.status === 'True' &&
    isInitialized(facts) &&
    // What the conditions say is of this very specification.
    numberAt(cluster, 'status', 'observedGeneration') >= (cluster.metadata.generation ?? 0) &&
    !isUpgrading(facts) &&
    !isMoving(facts) &&
    (addonsDone || isPaused(facts))
  );
}

function stateOf(facts: ClusterFacts): ClusterState {
  if (!wasAvailable(facts)) return 'PROVISIONING';
  if (isUpgrading(facts)) return 'UPGRADING';
  const topology = firstCondition(facts, 'TopologyReconciled');
  if (isMoving(facts) || topology?.status !== 'True' || isBehind(facts)) return 'UPDATING';
  return 'DEGRADED';
}

const isBehind = ({ cluster }: ClusterFacts): boolean =>
  numberAt(cluster, 'status', 'observedGeneration') < (cluster.metadata.generation ?? 0);

/**
 * Has the cluster been available once? Its condition is False from the beginning, and its time moves only with its status: if that is later than
 * the control plane’s start, it was True in between.
 */
function wasAvailable(facts: ClusterFacts): boolean {
  const available = firstCondition(facts, 'Available', 'Ready');
  const initialized = firstCondition(facts, 'ControlPlaneInitialized');
  if (initialized?.status !== 'True' || !available) return false;
  return available.status === 'True' || Date.parse(available.since) > Date.parse(initialized.since);
}

/** Control plane, nodes or add-ons are not of the wanted release yet. */
function isUpgrading(facts: ClusterFacts): boolean {
  const { version, className } = wantedTopology(facts);
  const { controlPlane, addon, machines } = facts;
  if (!isInitialized(facts)) return false;
  const old = [
    textOf(controlPlane, 'status', 'version'),
    ...machines
      .filter(({ metadata }) => !metadata.deletionTimestamp)
      .map((machine) => textOf(machine, 'spec', 'version')),
  ];
  const behind = old.some((seen) => seen !== '' && seen !== version);
  const addons = addon?.spec.clusterStack;
  return behind || (addons !== undefined && addons !== '' && addons !== className);
}

/** The number of machines is not what it should be, or some are not of the newest make. */
const isMoving = ({ controlPlane, machineDeployments, machines }: ClusterFacts): boolean =>
  machines.some(isComingOrGoing) ||
  [...(controlPlane ? [controlPlane] : []), ...machineDeployments].some((group) => {
    const wanted = numberAt(group, 'spec', 'replicas');
    const [current, old] = [
      numberAt(group, 'status', 'upToDateReplicas'),
      numberAt(group, 'status', 'updatedReplicas'),
    ];
    return (
      numberAt(group, 'status', 'replicas') !== wanted ||
      Math.max(current, old) < wanted ||
      conditionsOf(group).some(
        ({ type, status }) => /^(?:ScalingUp|ScalingDown|RollingOut)$/.test(type) && status === 'True',
      )
    );
  });

/** A machine that has no node yet, or is leaving. One whose node has failed is neither. */
const isComingOrGoing = (machine: KubernetesObject): boolean =>
  machine.metadata.deletionTimestamp !== undefined || fieldOf(machine, 'status', 'nodeRef') === undefined;

/** When anything last changed. Milliseconds; 0 where nothing says so. */
function lastMove(facts: ClusterFacts): number {
  const { cluster, controlPlane, infrastructure, machineDeployments, machines, addon, release } = facts;
  const objects: (KubernetesObject | undefined)[] = [
    cluster,
    controlPlane,
    infrastructure,
    addon,
    release,
    ...machineDeployments,
    ...machines,
  ];
  const times = objects.flatMap((object) =>
    object
      ? [
          object.metadata.creationTimestamp ?? '',
          object.metadata.deletionTimestamp ?? '',
          ...conditionsOf(object).map(({ since }) => since),
        ]
      : [],
  );
  return Math.max(0, ...times.map((time) => Date.parse(time)).filter(Number.isFinite));
}
