import type { ApiObject } from '@scs/kubernetes';
import {
  aggregate,
  holds,
  isFalse,
  isTrue,
  isUnknown,
  settle,
  summarize,
  type Finding,
  type Owned,
} from './conditions.ts';
import { machinesReady, machinesUpToDate } from './machine-aggregates.ts';
import {
  isDeleting,
  kinds,
  labels,
  type ControlPlane,
  type Machine,
  type MachineDeployment,
  type Provided,
} from './kinds.ts';
import { isProvisioned } from './machine-status.ts';
import type { Scope } from './scope.ts';

export interface ClusterView {
  infrastructure: Provided | undefined;
  controlPlane: ControlPlane | undefined;
  topology: Finding;
  /** What its deletion waits for. */
  deletion: { reason: string; message: string } | undefined;
}

const awaitsTopology = 'Waiting for cluster topology to be reconciled';

function infrastructureReady({ cluster }: Scope, infrastructure: Provided | undefined): Finding {
  const type = 'InfrastructureReady';
  const reference = cluster.spec.infrastructureRef;
  const was = cluster.status?.initialization?.infrastructureProvisioned === true;
  if (!reference) return isFalse(type, 'DoesNotExist', isDeleting(cluster) ? '' : awaitsTopology);
  if (!infrastructure) {
    const gone = `${reference.kind} has been deleted${isDeleting(cluster) ? '' : ' while the cluster still exists'}`;
    return was
      ? isFalse(type, 'Deleted', gone)
      : isFalse(type, 'DoesNotExist', `${reference.kind} does not exist`);
  }
  const ready = infrastructure.status?.conditions?.find((condition) => condition.type === 'Ready');
  if (ready && ready.status !== 'True') return { ...ready, type };
  return isProvisioned(infrastructure)
    ? isTrue(type, 'Ready')
    : isFalse(type, 'NotReady', `${reference.kind} status.initialization.provisioned is false`);
}

function controlPlaneFindings({ cluster }: Scope, controlPlane: ControlPlane | undefined): Finding[] {
  const reference = cluster.spec.controlPlaneRef;
  const initialized = holds(cluster.status?.conditions, 'ControlPlaneInitialized') === true;
  const [one, two] = ['ControlPlaneInitialized', 'ControlPlaneAvailable'];
  if (!reference) {
    const message = isDeleting(cluster) ? '' : awaitsTopology;
    return [isUnknown(one, 'DoesNotExist', message), isFalse(two, 'DoesNotExist', message)];
  }
  if (!controlPlane) {
    const gone = `${reference.kind} has been deleted${isDeleting(cluster) ? '' : ' while the cluster still exists'}`;
    const missing = `${reference.kind} does not exist`;
    return initialized
      ? [isTrue(one, 'Initialized'), isFalse(two, 'Deleted', gone)]
      : [isUnknown(one, 'DoesNotExist', missing), isFalse(two, 'DoesNotExist', missing)];
  }
  const available = controlPlane.status?.conditions?.find(({ type }) => type === 'Available');
  const up = initialized || controlPlane.status?.initialization?.controlPlaneInitialized === true;
  return [
    up ? isTrue(one, 'Initialized') : isFalse(one, 'NotInitialized', 'Control plane not yet initialized'),
    available
      ? { ...available, type: two }
      : isFalse(two, 'NotAvailable', 'Control plane not yet initialized'),
  ];
}

const owned = (objects: readonly (ApiObject & { status?: { conditions?: Finding[] } })[]): Owned[] =>
  objects.map(({ kind, metadata, status }) => ({ kind, name: metadata.name, findings: status?.conditions }));

function movement(type: 'RollingOut' | 'ScalingUp' | 'ScalingDown', objects: Owned[]): Finding {
  const told = objects.filter(({ findings }) => findings?.some((finding) => finding.type === type));
  if (told.length === 0) return isFalse(type, `Not${type}`);
  return aggregate(told, {
    type,
    of: type,
    negative: true,
    reasons: { issue: type, unknown: `${type}Unknown`, info: `Not${type}` },
  });
}

function workersAvailable(deployments: readonly MachineDeployment[]): Finding {
  if (deployments.length === 0) return isTrue('WorkersAvailable', 'NoWorkers');
  return aggregate(owned(deployments), {
    type: 'WorkersAvailable',
    of: 'Available',
    reasons: { issue: 'NotAvailable', unknown: 'AvailableUnknown', info: 'Available' },
  });
}

/** A topology that waits is no reason to call a cluster unavailable; one that failed is. */
const isPatient = ({ type, status, reason }: Finding): boolean =>
  type === 'TopologyReconciled' &&
  status === 'False' &&
  reason !== 'ReconcileFailed' &&
  reason !== 'ClusterClassNotReconciled';
const isExpected = ({ type, reason }: Finding): boolean =>
  (type === 'InfrastructureReady' || type === 'ControlPlaneAvailable') &&
  (reason === 'Deleted' || reason === 'DoesNotExist');

function phaseOf({ cluster }: Scope, provisioned: boolean): string {
  const { infrastructureRef, controlPlaneRef, controlPlaneEndpoint } = cluster.spec;
  if (isDeleting(cluster)) return 'Deleting';
  if (provisioned && controlPlaneEndpoint) return 'Provisioned';
  return infrastructureRef || controlPlaneRef ? 'Provisioning' : 'Pending';
}

/** Writes what there is to say about a cluster. */
export async function reportCluster(scope: Scope, view: ClusterView): Promise<void> {
  const { cluster, world } = scope;
  const { infrastructure, controlPlane, topology, deletion } = view;
  if (!cluster.spec.infrastructureRef && !cluster.spec.controlPlaneRef && !isDeleting(cluster)) {
    await reportTopologyAlone(scope, topology);
    return;
  }
  const deployments = world.of<MachineDeployment>(kinds.machineDeployment, cluster);
  const machines = world.of<Machine>(kinds.machine, cluster);
  const masters = machines.filter(({ metadata }) => labels.controlPlane in (metadata.labels ?? {}));
  const workers = machines.filter((machine) => !masters.includes(machine));
  const moving = owned([...(controlPlane ? [controlPlane] : []), ...deployments]);
  const [initialized, available] = controlPlaneFindings(scope, controlPlane);
  const provisioned =
    cluster.status?.initialization?.infrastructureProvisioned === true || isProvisioned(infrastructure);
  const isInitialized = initialized?.status === 'True';
  const parts: Finding[] = [
    isInitialized
      ? isTrue('RemoteConnectionProbe', 'ProbeSucceeded')
      : isFalse('RemoteConnectionProbe', 'ProbeFailed', 'Remote connection not established yet'),
    infrastructureReady(scope, infrastructure),
    ...(initialized && available ? [initialized, available] : []),
    workersAvailable(deployments),
    ...(cluster.spec.topology ? [topology] : []),
    movement('RollingOut', moving),
    isFalse('Remediating', 'NotRemediating'),
    movement('ScalingDown', moving),
    movement('ScalingUp', moving),
    machinesReady(masters, 'ControlPlaneMachinesReady'),
    machinesReady(workers, 'WorkerMachinesReady'),
    machinesUpToDate(masters, 'ControlPlaneMachinesUpToDate'),
    machinesUpToDate(workers, 'WorkerMachinesUpToDate'),
    isFalse('Paused', 'NotPaused'),
    deletion ? isTrue('Deleting', deletion.reason, deletion.message) : isFalse('Deleting', 'NotDeleting'),
  ];
  const summary = summarize(parts, {
    type: 'Available',
    reasons: { issue: 'NotAvailable', unknown: 'AvailableUnknown', info: 'Available' },
    of: [
      'Deleting',
      'RemoteConnectionProbe',
      'InfrastructureReady',
      'ControlPlaneAvailable',
      'WorkersAvailable',
      ...(cluster.spec.topology ? ['TopologyReconciled'] : []),
    ],
    negative: ['Deleting'],
    lighter: (finding) => isPatient(finding) || (isDeleting(cluster) && isExpected(finding)),
  });
  const { generation } = cluster.metadata;
  const findings = [summary, ...parts];
  scope.cluster = await world.report(cluster, {
    ...cluster.status,
    conditions: settle(cluster.status?.conditions, findings, scope.now, generation),
    controlPlane: replicasOfControlPlane(controlPlane),
    deprecated: { v1beta1: { conditions: deprecated(scope, findings) } },
    initialization: {
      ...(provisioned && { infrastructureProvisioned: true }),
      ...(isInitialized && { controlPlaneInitialized: true }),
    },
    observedGeneration: generation,
    phase: phaseOf(scope, provisioned),
    workers: {
      availableReplicas: total(deployments, 'availableReplicas'),
      desiredReplicas: deployments.reduce((sum, { spec }) => sum + spec.replicas, 0),
      readyReplicas: total(deployments, 'readyReplicas'),
      replicas: total(deployments, 'replicas'),
      upToDateReplicas: total(deployments, 'upToDateReplicas'),
    },
  });
}

const total = (deployments: readonly MachineDeployment[], field: string): number =>
  deployments.reduce((sum, { status }) => sum + Number(status?.[field] ?? 0), 0);

function replicasOfControlPlane(controlPlane: ControlPlane | undefined): Record<string, unknown> {
  if (!controlPlane) return {};
  const { availableReplicas, readyReplicas, replicas, upToDateReplicas } = controlPlane.status ?? {};
  return {
    availableReplicas,
    desiredReplicas: controlPlane.spec.replicas,
    readyReplicas,
    replicas,
    upToDateReplicas,
  };
}

/** Before its class is found, nothing is known of a cluster but that. */
async function reportTopologyAlone(scope: Scope, topology: Finding): Promise<void> {
  const { cluster, world, now } = scope;
  const { generation } = cluster.metadata;
  scope.cluster = await world.report(cluster, {
    ...cluster.status,
    conditions: settle(cluster.status?.conditions, [topology], now, generation),
    deprecated: { v1beta1: { conditions: deprecated(scope, [topology]) } },
  });
}

interface OldCondition {
  type: string;
  status: string;
  severity?: string;
  reason?: string;
  message?: string;
  lastTransitionTime: string;
}

/** The conditions that v1beta1 had, for those who still read them. */
function deprecated({ cluster, now }: Scope, findings: readonly Finding[]): OldCondition[] {
  const before = (cluster.status?.['deprecated'] as { v1beta1?: { conditions?: OldCondition[] } } | undefined)
    ?.v1beta1?.conditions;
  const find = (type: string): Finding | undefined => findings.find((finding) => finding.type === type);
  const old = (type: string, finding: Finding | undefined, reason: string): OldCondition | undefined => {
    if (!finding) return undefined;
    const status = finding.status;
    const last = before?.find((condition) => condition.type === type);
    const lastTransitionTime = last?.status === status ? last.lastTransitionTime : now;
    if (status === 'True') return { lastTransitionTime, status, type };
    const severity = reason === 'TopologyReconcileFailed' ? 'Error' : 'Info';
    const { message = '' } = finding;
    return { lastTransitionTime, ...(message && { message }), reason, severity, status, type };
  };
  const topology = find('TopologyReconciled');
  const initialized = find('ControlPlaneInitialized');
  const available = find('ControlPlaneAvailable');
  const infrastructure = find('InfrastructureReady');
  const parts = [
    old('ControlPlaneInitialized', initialized, 'WaitingForControlPlaneProviderInitialized'),
    old('ControlPlaneReady', available, 'WaitingForControlPlane'),
    old('InfrastructureReady', infrastructure, 'WaitingForInfrastructure'),
    old(
      'TopologyReconciled',
      topology,
      topology?.reason === 'ReconcileFailed' ? 'TopologyReconcileFailed' : (topology?.reason ?? ''),
    ),
  ].filter((condition) => condition !== undefined);
  if (!available || !infrastructure) return parts;
  const worst = [available, infrastructure].find(({ status }) => status !== 'True') ?? available;
  const ready = old(
    'Ready',
    worst,
    worst === available ? 'WaitingForControlPlane' : 'WaitingForInfrastructure',
  );
  return [...(ready ? [ready] : []), ...parts];
}
