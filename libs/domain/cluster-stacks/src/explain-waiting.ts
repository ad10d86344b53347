import { fieldOf, textOf } from './admission-request.ts';
import { referenceOf } from './cluster.ts';
import {
  conditionOf,
  conditionsOf,
  firstCondition,
  inOneLine,
  isControlPlaneMachine,
  isInitialized,
  isNodeReady,
  isPaused,
  machinesOf,
  numberAt,
  poolLabel,
  refOf,
  releaseTagOf,
  wantedTopology,
  type ClusterFacts,
  type ObjectRef,
  type SeenCondition,
} from './cluster-facts.ts';
import { addonFails, addonTrouble, hookBlocks } from './explain-addons.ts';
import { causeOf } from './explain-cause.ts';
import { clusterStackGroup, type KubernetesObject } from './resources.ts';
import { capital, sentence, type Waiting } from './waiting.ts';

type Look = (facts: ClusterFacts) => Waiting | undefined;

/** What a cluster waits for that is neither ready nor leaving; the first that is found counts, as it holds up those below. */
export function findWaiting(facts: ClusterFacts): Waiting | undefined {
  for (const look of looks) {
    const found = look(facts);
    if (found) return found;
  }
  return undefined;
}

const looks: readonly Look[] = [
  paused,
  releaseMissing, // Without its class nothing is made at all.
  topologyRefused,
  infrastructureFails,
  machineFails, // What the provider cannot make, no hook and no add-on can.
  hookBlocks,
  kubeconfigMissing,
  controlPlaneStarts,
  addonFails,
  remediation,
  nodesStart,
  poolsMove,
  addonTrouble,
];

function paused(facts: ClusterFacts): Waiting | undefined {
  if (!isPaused(facts)) return undefined;
  return {
    step: 'changes of the cluster',
    reason: 'The cluster is paused: no controller works on it.',
    object: refOf(facts.cluster),
    remedy: 'set spec.paused to false, and remove the annotation cluster.x-k8s.io/paused',
    since: conditionOf(facts.cluster, 'Paused')?.since ?? '',
    stuck: true,
  };
}

/** The class is not there, or Cluster API cannot use it. */
function releaseMissing(facts: ClusterFacts): Waiting | undefined {
  const { cluster, clusterClass, release } = facts;
  const { className, classNamespace } = wantedTopology(facts);
  const topology = firstCondition(facts, 'TopologyReconciled');
  const unusable = topology?.status !== 'True' && topology?.reason === 'ClusterClassNotReconciled';
  if (clusterClass && !unusable) return undefined;
  const tag = releaseTagOf(cluster);
  const since = topology?.since || (cluster.metadata.creationTimestamp ?? '');
  if (!tag)
    return {
      step: `the ClusterClass ${className}`,
      reason: clusterClass
        ? `Cluster API cannot use the ClusterClass ${className} yet.`
        : `There is no ClusterClass ${className}.`,
      object: {
        apiVersion: cluster.apiVersion,
        kind: 'ClusterClass',
        namespace: classNamespace,
        name: className,
      },
      remedy: clusterClass ? 'look at its conditions' : 'create it, or choose another class',
      since,
      stuck: !clusterClass,
    };
  const object = {
    apiVersion: clusterStackGroup,
    kind: 'ClusterStackRelease',
    namespace: classNamespace,
    name: tag,
  };
  if (!release)
    return {
      step: `the release ${tag}`,
      reason: `There is no release ${tag} here (any more).`,
      object,
      remedy: `add its version to a ClusterStack in ${classNamespace}, or move the cluster to a release that is there`,
      since,
      stuck: true,
    };
  const trouble = conditionsOf(release).find(({ status, type }) => status === 'False' && type !== 'Ready');
  const image = facts.nodeImages.find(({ status }) => status?.ready !== true);
  if (image && (!trouble || trouble.type.startsWith('Provider'))) return nodeImageWaits(tag, image);
  return {
    step: `the release ${tag}`,
    reason: `The release is not ready: ${sentence(trouble?.message || 'it is still being prepared')}`,
    object,
    remedy: trouble?.severity === 'Error' ? 'mend the release, or choose another one' : '',
    since: trouble?.since || since,
    stuck: trouble?.severity === 'Error',
  };
}

function nodeImageWaits(tag: string, image: KubernetesObject): Waiting {
  const trouble = conditionsOf(image).find(({ status, type }) => status === 'False' && type !== 'Ready');
  const failed = trouble?.severity === 'Error';
  return {
    step: `the node images of ${tag}`,
    reason: `The image is not active: ${sentence(trouble?.message || 'its import runs')}`,
    object: refOf(image),
    remedy: failed ? 'see the message; the import is tried again when its cause is mended' : '',
    since: trouble?.since ?? '',
    stuck: failed,
  };
}

/** Cluster API says no to what is wanted. */
function topologyRefused(facts: ClusterFacts): Waiting | undefined {
  const topology = firstCondition(facts, 'TopologyReconciled');
  if (!topology || topology.status === 'True' || !/Failed/.test(topology.reason)) return undefined;
  const message = inOneLine(topology.message);
  const cause = causeOf(message);
  const ofVariable = /variable/i.test(message);
  return {
    step: 'the topology of the cluster',
    reason: cause ? sentence(cause.reason) : `Cluster API refuses it: ${sentence(message)}`,
    object: refOf(facts.cluster),
    remedy:
      cause?.remedy ??
      (ofVariable
        ? 'correct the variable that is named'
        : 'correct what is named; where it is no mistake of the cluster, ask the operator'),
    since: topology.since,
    stuck: true,
  };
}

function infrastructureFails(facts: ClusterFacts): Waiting | undefined {
  const told = firstCondition(facts, 'InfrastructureReady');
  if (!told || told.status === 'True' || !referenceOf(facts.cluster, 'infrastructureRef')) return undefined;
  const own = conditionsOf(facts.infrastructure).find(({ status, message }) => status === 'False' && message);
  const failure = textOf(facts.infrastructure, 'status', 'failureMessage');
  const message = inOneLine(failure || own?.message || told.message);
  const cause = causeOf(message);
  return {
    step: 'network and load balancer of the cluster',
    reason: cause
      ? sentence(cause.reason)
      : `They are not ready: ${sentence(message || 'they are being made')}`,
    object: facts.infrastructure ? refOf(facts.infrastructure) : refOf(facts.cluster),
    remedy: cause?.remedy ?? (failure ? 'see the message; this is final, so make a new cluster' : ''),
    since: own?.since || told.since,
    stuck: cause?.stuck ?? failure !== '',
  };
}

/** A machine that its provider does not make. */
function machineFails(facts: ClusterFacts): Waiting | undefined {
  for (const machine of facts.machines) {
    if (machine.metadata.deletionTimestamp) continue;
    const failure = textOf(machine, 'status', 'failureMessage');
    const told = [...conditionsOf(machine), ...(failure ? [failureOf(failure)] : [])];
    for (const condition of told) {
      const cause = condition.status === 'True' ? undefined : causeOf(condition.message);
      if (!cause && !(failure && condition.type === '')) continue;
      return {
        step: stepOf(facts, machine),
        reason: sentence(cause?.reason ?? failure),
        object: refOf(machine),
        remedy: cause?.remedy ?? 'see the message; delete the machine, and a new one takes its place',
        since: condition.since || (machine.metadata.creationTimestamp ?? ''),
        stuck: cause?.stuck ?? true,
      };
    }
  }
  return undefined;
}

const failureOf = (message: string): SeenCondition => ({
  type: '',
  status: 'False',
  reason: '',
  message,
  severity: 'Error',
  since: '',
});

const stepOf = ({ machineDeployments }: ClusterFacts, machine: KubernetesObject): string => {
  if (isControlPlaneMachine(machine)) return 'a machine of the control plane';
  const owner = machineDeployments.find(
    (deployment) => machinesOf({ machines: [machine] }, deployment).length,
  );
  return `a machine of the node pool ${owner?.metadata.labels?.[poolLabel] ?? owner?.metadata.name ?? 'of the cluster'}`;
};

function kubeconfigMissing(facts: ClusterFacts): Waiting | undefined {
  if (facts.kubeconfig !== 'missing' || !isInitialized(facts)) return undefined;
  const { cluster } = facts;
  return {
    step: 'the connection to the cluster',
    reason: `The secret ${cluster.metadata.name}-kubeconfig is missing, so nobody can reach the cluster.`,
    object: {
      apiVersion: 'v1',
      kind: 'Secret',
      namespace: cluster.metadata.namespace ?? '',
      name: `${cluster.metadata.name}-kubeconfig`,
    },
    remedy: 'see whether the control plane provider runs; it writes the secret',
    since: firstCondition(facts, 'ControlPlaneInitialized')?.since ?? '',
    stuck: true,
  };
}

function controlPlaneStarts(facts: ClusterFacts): Waiting | undefined {
  if (isInitialized(facts)) return undefined;
  const { controlPlane, cluster } = facts;
  const machines = machinesOf(facts, 'control-plane');
  const since =
    firstCondition(facts, 'ControlPlaneInitialized')?.since || (cluster.metadata.creationTimestamp ?? '');
  const step = 'the control plane';
  if (!controlPlane)
    return {
      step,
      reason: 'Cluster API has not made its objects yet.',
      object: refOf(cluster),
      remedy: '',
      since,
      stuck: false,
    };
  const [machine] = machines;
  if (!machine) {
    const own = conditionsOf(controlPlane).find(({ status, message }) => status === 'False' && message);
    return {
      step,
      reason: `It has no machine yet${own ? `: ${sentence(inOneLine(own.message))}` : '.'}`,
      object: refOf(controlPlane),
      remedy: '',
      since: own?.since || since,
      stuck: false,
    };
  }
  return { step, ...machineWaits(machine), remedy: '', stuck: false };
}

/** What the newest machine is at. */
function machineWaits(machine: KubernetesObject): { reason: string; object: ObjectRef; since: string } {
  const order = ['BootstrapConfigReady', 'BootstrapReady', 'InfrastructureReady', 'NodeReady', 'NodeHealthy'];
  const trouble = order
    .map((type) => conditionOf(machine, type))
    .find((condition) => condition !== undefined && condition.status !== 'True');
  const words: Record<string, string> = {
    BootstrapConfigReady: 'Its start-up data is not ready',
    BootstrapReady: 'Its start-up data is not ready',
    InfrastructureReady: 'Its server is not ready',
    NodeReady: 'Its node is not ready',
    NodeHealthy: 'Its node has not joined, or is not healthy',
  };
  const message = inOneLine(trouble?.message ?? '');
  return {
    reason: `${words[trouble?.type ?? ''] ?? 'It starts'}${message ? `: ${sentence(message)}` : '.'}`,
    object: refOf(machine),
    since: trouble?.since || (machine.metadata.creationTimestamp ?? ''),
  };
}

function remediation(facts: ClusterFacts): Waiting | undefined {
  const told = firstCondition(facts, 'Remediating');
  const failing = facts.machines.find(
    (machine) =>
      conditionOf(machine, 'HealthCheckSucceeded')?.status === 'False' ||
      conditionOf(machine, 'OwnerRemediated')?.status === 'False',
  );
  if (told?.status !== 'True' && !failing) return undefined;
  const trouble =
    failing && (conditionOf(failing, 'OwnerRemediated') ?? conditionOf(failing, 'HealthCheckSucceeded'));
  const message = inOneLine(trouble?.message || told?.message || '');
  return {
    step: 'the replacement of a machine that failed',
    reason: message ? sentence(message) : 'A machine failed its health check.',
    object: refOf(failing ?? facts.cluster),
    remedy: /retry|limit|exceeded|cannot|not possible|too many/i.test(message)
      ? 'look at the machine’s node; it is not replaced as long as others fail too'
      : '',
    since: trouble?.since || (told?.since ?? ''),
    stuck: false,
  };
}

/** Nodes that came up but are not ready: mostly the network of pods. */
function nodesStart(facts: ClusterFacts): Waiting | undefined {
  const machine = facts.machines.find(
    (candidate) =>
      !candidate.metadata.deletionTimestamp &&
      fieldOf(candidate, 'status', 'nodeRef') !== undefined &&
      !isNodeReady(candidate),
  );
  if (!machine) return undefined;
  const told = conditionOf(machine, 'NodeReady') ?? conditionOf(machine, 'NodeHealthy');
  const message = inOneLine(told?.message ?? '');
  const network = /cni|network plugin|NetworkPluginNotReady/i.test(message);
  return {
    step: `the node of ${stepOf(facts, machine)}`,
    reason: network
      ? 'The network of the pods (CNI) does not run on it.'
      : `It is not ready${message ? `: ${sentence(message)}` : '.'}`,
    object: refOf(machine),
    remedy: network ? 'see the add-ons of the cluster; the one for the network makes nodes ready' : '',
    since: told?.since ?? '',
    stuck: false,
  };
}

function countsOf(count: { all: number; ready: number; wanted: number; current: number }): string {
  const { all, ready, wanted, current } = count;
  return [
    `${Math.min(ready, wanted)} of ${wanted} ready`,
    ...(all > wanted ? [`${all - wanted} too many`] : []),
    ...(current < Math.min(all, wanted) ? [`${Math.min(all, wanted) - current} still to be replaced`] : []),
  ].join(', ');
}

/** Pools, and the control plane, that have more or fewer machines than they should. */
function poolsMove(facts: ClusterFacts): Waiting | undefined {
  const groups = [...(facts.controlPlane ? [facts.controlPlane] : []), ...facts.machineDeployments];
  for (const group of groups) {
    const wanted = numberAt(group, 'spec', 'replicas');
    const [all, ready] = [numberAt(group, 'status', 'replicas'), numberAt(group, 'status', 'readyReplicas')];
    const current =
      numberAt(group, 'status', 'upToDateReplicas') || numberAt(group, 'status', 'updatedReplicas');
    if (all === wanted && ready === wanted && current >= wanted) continue;
    const isControlPlane = group === facts.controlPlane;
    const machines = machinesOf(facts, isControlPlane ? 'control-plane' : group);
    const starting = machines.find((machine) => !machine.metadata.deletionTimestamp && !isNodeReady(machine));
    const leaving = machines.find((machine) => machine.metadata.deletionTimestamp);
    const name = group.metadata.labels?.[poolLabel] ?? group.metadata.name;
    const held = leaving && conditionOf(leaving, 'Deleting');
    const counts = countsOf({ all, ready, wanted, current });
    const reason = starting
      ? `${counts}. ${machineWaits(starting).reason}`
      : `${counts}.${held?.message ? ` ${sentence(inOneLine(held.message))}` : ''}`;
    return {
      step: isControlPlane ? 'the machines of the control plane' : `the nodes of the pool ${name}`,
      reason: capital(reason),
      object: refOf(starting ?? leaving ?? group),
      remedy: '',
      since:
        (starting && machineWaits(starting).since) ||
        held?.since ||
        (conditionsOf(group).find(({ type }) => /^(?:ScalingUp|ScalingDown|RollingOut)$/.test(type))?.since ??
          ''),
      stuck: false,
    };
  }
  return undefined;
}
