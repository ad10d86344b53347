import { holds, isFalse, isTrue, isUnknown, settle, summarize, type Finding } from './conditions.ts';
import { isDeleting, type Machine, type Provided } from './kinds.ts';
import type { MachineFault, Scope } from './scope.ts';

/** Conditions of a control plane machine that its static pods and its etcd member stand for. */
export const componentConditions = [
  'APIServerPodHealthy',
  'ControllerManagerPodHealthy',
  'SchedulerPodHealthy',
  'EtcdPodHealthy',
] as const;
export const etcdCondition = 'EtcdMemberHealthy';

export interface MachineView {
  machine: Machine;
  config: Provided | undefined;
  infrastructure: Provided | undefined;
  controlPlane: boolean;
  fault: MachineFault | undefined;
  /** What is different from what its owner wants now; empty where nothing. */
  outdated: string[];
  /** Where its deletion is: the stage, and the message for it. */
  deletion: { stage: string; message: string } | undefined;
  nodeExists: boolean;
}

const waitingForControlPlane = 'Waiting for Cluster control plane to be initialized';

/** Why there is nothing to say about the node yet; undefined where there is. */
function noNodeYet(
  { cluster }: Scope,
  { machine, infrastructure, nodeExists, controlPlane }: MachineView,
): string | undefined {
  const kind = machine.spec.infrastructureRef.kind;
  const initialized = cluster.status?.initialization?.controlPlaneInitialized === true;
  const providerID = infrastructure?.spec['providerID'];
  if (!initialized && !(controlPlane && nodeExists)) return waitingForControlPlane;
  if (typeof providerID !== 'string') return `Waiting for ${kind} to report spec.providerID`;
  return nodeExists ? undefined : `Waiting for a Node with spec.providerID ${providerID} to exist`;
}

function nodeFindings(scope: Scope, view: MachineView): Finding[] {
  const { fault, deletion, controlPlane, machine } = view;
  const gates = controlPlane ? [...componentConditions, etcdCondition] : [];
  const node = machine.status?.nodeRef?.name;
  if (deletion) {
    const gone = `Node ${node ?? machine.metadata.name} has been deleted`;
    return [
      isFalse('NodeHealthy', 'NodeDeleted', gone),
      isFalse('NodeReady', 'NodeDeleted', gone),
      ...gates.map((gate) => isFalse(gate, 'Deleting', 'Machine is deleting')),
    ];
  }
  const why = noNodeYet(scope, view);
  if (why)
    return ['NodeHealthy', 'NodeReady', ...gates].map((type) => isUnknown(type, 'InspectionFailed', why));
  if (fault && 'unhealthy' in fault) {
    return [
      isFalse('NodeHealthy', 'NodeNotHealthy', `* Node.Ready: ${fault.unhealthy}`),
      isFalse('NodeReady', 'NodeNotReady', `* Node.Ready: ${fault.unhealthy}`),
      ...gates.map((gate) => isUnknown(gate, 'InspectionFailed', 'Node is unreachable')),
    ];
  }
  return [
    isTrue('NodeHealthy', 'NodeHealthy'),
    isTrue('NodeReady', 'NodeReady'),
    ...gates.map((gate) => isTrue(gate, gate === etcdCondition ? 'Healthy' : 'Running')),
  ];
}

/** A provider's Ready as the machine shows it. */
function mirrored(
  type: string,
  kind: string,
  provided: Provided | undefined,
  field: string,
  deleting: boolean,
): Finding {
  if (!provided && deleting) return isFalse(type, 'ObjectDeleted', `${kind} has been deleted`);
  if (!provided) return isFalse(type, 'ObjectDoesNotExist', `${kind} does not exist`);
  const ready = provided.status?.conditions?.find((condition) => condition.type === 'Ready');
  const { initialization = {}, ready: old } = (provided.status ?? {}) as Record<
    string,
    Record<string, unknown> | boolean
  >;
  const done = old === true || (typeof initialization === 'object' && initialization[field] === true);
  if (ready && (ready.status !== 'True' || done)) {
    return { type, status: ready.status, reason: ready.reason || 'Ready', message: ready.message };
  }
  return done
    ? isTrue(type, 'Ready')
    : isFalse(type, 'NotReady', `${kind} status.initialization.${field} is false`);
}

/** The members of a control plane that say the same are told as one. */
function summaryOfReady(findings: readonly Finding[], controlPlane: boolean): Finding {
  const components = componentConditions.map((type) => findings.find((finding) => finding.type === type));
  const worst = components.find((finding) => finding && finding.status !== 'True');
  const grouped = worst ?? components[0];
  const label = 'Control plane components';
  return summarize([...findings, ...(grouped ? [{ ...grouped, type: label }] : [])], {
    type: 'Ready',
    reasons: { issue: 'NotReady', unknown: 'ReadyUnknown', info: 'Ready' },
    of: [
      'Deleting',
      'BootstrapConfigReady',
      'InfrastructureReady',
      'NodeHealthy',
      ...(controlPlane ? [label, etcdCondition] : []),
    ],
    negative: ['Deleting'],
  });
}

export function machinePhase({ machine, config, infrastructure, nodeExists, fault }: MachineView): string {
  if (isDeleting(machine)) return 'Deleting';
  if (fault && 'fails' in fault) return 'Failed';
  if (!isBootstrapped(config)) return 'Pending';
  if (!isProvisioned(infrastructure)) return 'Provisioning';
  return nodeExists ? 'Running' : 'Provisioned';
}

export const isBootstrapped = (config: Provided | undefined): boolean =>
  (config?.status?.['initialization'] as { dataSecretCreated?: boolean } | undefined)?.dataSecretCreated ===
  true;

export const isProvisioned = (infrastructure: Provided | undefined): boolean =>
  infrastructure?.status?.['ready'] === true ||
  (infrastructure?.status?.['initialization'] as { provisioned?: boolean } | undefined)?.provisioned === true;

/** Writes what there is to say about a machine. */
export async function reportMachine(scope: Scope, view: MachineView): Promise<Machine> {
  const { machine, config, infrastructure, controlPlane, outdated, deletion, fault } = view;
  const { configRef } = machine.spec.bootstrap;
  const infrastructureKind = machine.spec.infrastructureRef.kind;
  const deleting = isDeleting(machine);
  const about: Finding[] = [
    outdated.length > 0
      ? isFalse('UpToDate', 'NotUpToDate', outdated.map((line) => `* ${line}`).join('\n'))
      : isTrue('UpToDate', 'UpToDate'),
    mirrored('BootstrapConfigReady', configRef.kind, config, 'dataSecretCreated', deleting),
    mirrored('InfrastructureReady', infrastructureKind, infrastructure, 'provisioned', deleting),
    ...nodeFindings(scope, view),
    isFalse('Updating', 'NotUpdating'),
    isFalse('Paused', 'NotPaused'),
    deletion ? isTrue('Deleting', deletion.stage, deletion.message) : isFalse('Deleting', 'NotDeleting'),
  ];
  const stage = deletion && `Machine deletion in progress, stage: ${deletion.stage}`;
  const ready = summaryOfReady(
    about.map((finding) => (finding.type === 'Deleting' && stage ? { ...finding, message: stage } : finding)),
    controlPlane,
  );
  const available = holds([ready], 'Ready')
    ? isTrue('Available', 'Available')
    : isFalse('Available', 'NotReady');
  const status: Record<string, unknown> = {
    ...machine.status,
    conditions: settle(
      machine.status?.conditions,
      [available, ready, ...about],
      scope.now,
      machine.metadata.generation,
    ),
    initialization: {
      ...machine.status?.initialization,
      ...(isBootstrapped(config) && { bootstrapDataSecretCreated: true }),
      ...(isProvisioned(infrastructure) && { infrastructureProvisioned: true }),
    },
    ...(view.nodeExists && { nodeRef: { name: machine.metadata.name } }),
    phase: machinePhase(view),
    observedGeneration: machine.metadata.generation,
  };
  if (fault && 'fails' in fault) {
    status['deprecated'] = { v1beta1: { failureReason: 'CreateError', failureMessage: fault.fails } };
  }
  if (machine.status?.phase !== status['phase']) status['lastUpdated'] = scope.now;
  return scope.world.report(machine, status);
}
