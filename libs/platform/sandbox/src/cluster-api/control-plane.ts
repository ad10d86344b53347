import type { ApiObject } from '@scs/kubernetes';
import { createAuthority } from './certificates.ts';
import { componentConditions, etcdCondition } from './machine-status.ts';
import { aggregate, holds, isFalse, isTrue, settle, type Finding, type Owned } from './conditions.ts';
import { equal } from '../kubernetes/json.ts';
import {
  annotations,
  finalizers,
  isDeleting,
  isOwnedBy,
  kinds,
  labels,
  ownerReference,
  type ControlPlane,
  type Machine,
  type Provided,
} from './kinds.ts';
import { createMachine, createOnce, type MachineSource } from './machines.ts';
import { uniqueName } from './names.ts';
import type { Scope } from './scope.ts';

export const controlPlaneMachines = ({ world, cluster }: Scope, controlPlane: ControlPlane): Machine[] =>
  world
    .of<Machine>(kinds.machine, cluster)
    .filter((machine) => isOwnedBy(machine, controlPlane))
    .sort(byAge);

export const byAge = (a: ApiObject, b: ApiObject): number =>
  (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') ||
  a.metadata.name.localeCompare(b.metadata.name);

const isReady = ({ status }: Machine): boolean => holds(status?.conditions, 'Ready') === true;
const replicasText = (from: number, to: number): string => `from ${from} to ${to} replicas`;

/** What a control plane machine is made from, and what is different about the one that there is. */
export function controlPlaneSource(
  scope: Scope,
  controlPlane: ControlPlane,
  machine: Machine | undefined,
  isFirst: boolean,
): MachineSource {
  const { kubeadmConfigSpec = {}, machineTemplate, version } = controlPlane.spec;
  const { initConfiguration, joinConfiguration, ...shared } = kubeadmConfigSpec;
  const first = { ...shared, ...(initConfiguration !== undefined && { initConfiguration }) };
  const joining = { ...shared, ...(joinConfiguration !== undefined && { joinConfiguration }) };
  const outdated: string[] = [];
  if (machine) {
    const { namespace, name } = machine.metadata;
    const config = scope.world.get<Provided>(kinds.bootstrapConfig, namespace, name);
    if (machine.spec.version !== version)
      outdated.push(`Version ${machine.spec.version}, ${version} required`);
    if (config && !equal(config.spec, first) && !equal(config.spec, joining)) {
      outdated.push('KubeadmConfig is not up-to-date');
    }
    if (clonedFromOther(scope, machine, machineTemplate.spec.infrastructureRef.name)) {
      outdated.push(`${machine.spec.infrastructureRef.kind} is not up-to-date`);
    }
  }
  return {
    owner: controlPlane,
    labels: {
      ...machineTemplate.metadata?.labels,
      [labels.cluster]: scope.cluster.metadata.name,
      [labels.controlPlane]: '',
      [labels.controlPlaneName]: controlPlane.metadata.name,
    },
    version,
    infrastructureTemplate: machineTemplate.spec.infrastructureRef,
    bootstrap: { spec: isFirst ? first : joining },
    isFirst,
    outdated,
  };
}

function clonedFromOther({ world }: Scope, machine: Machine, template: string): boolean {
  const infrastructure = world.peek<Provided>(machine.spec.infrastructureRef, machine.metadata.namespace);
  const from = infrastructure?.metadata.annotations?.[annotations.clonedFromName];
  return from !== undefined && from !== template;
}

/** Makes, replaces and removes control plane machines: one at a time, and only while all others are well. */
export async function reconcileControlPlane(scope: Scope, controlPlane: ControlPlane): Promise<void> {
  const machines = controlPlaneMachines(scope, controlPlane);
  const { replicas, rollout } = controlPlane.spec as ControlPlane['spec'] & {
    rollout?: { strategy?: { rollingUpdate?: { maxSurge?: number } } };
  };
  const surge = rollout?.strategy?.rollingUpdate?.maxSurge ?? 1;
  if (machines.length === 0) {
    if (scope.cluster.spec.controlPlaneEndpoint) await addMachine(scope, controlPlane, true);
    return;
  }
  const initialized = controlPlane.status?.initialization?.controlPlaneInitialized === true;
  if (!initialized || machines.some(isDeleting) || !machines.every(isReady)) return;
  const outdated = machines.filter(
    (machine) => controlPlaneSource(scope, controlPlane, machine, false).outdated.length > 0,
  );
  const room = outdated.length > 0 ? replicas + surge : replicas;
  const surplus = machines.find(isToBeDeleted) ?? outdated[0] ?? machines[0];
  if (machines.length < room) await addMachine(scope, controlPlane, false);
  else if (surplus && (outdated.length > 0 || machines.length > replicas)) await scope.world.delete(surplus);
}

const isToBeDeleted = ({ metadata }: Machine): boolean =>
  metadata.annotations?.[annotations.deleteMachine] !== undefined;

async function addMachine(scope: Scope, controlPlane: ControlPlane, isFirst: boolean): Promise<void> {
  const source = controlPlaneSource(scope, controlPlane, undefined, isFirst);
  await createMachine(scope, uniqueName(controlPlane.metadata.name), source);
}

/** The secrets of a cluster: its authorities, and the kubeconfig that everybody reads. What is there stays as it is. */
export async function createSecrets(
  scope: Scope,
  controlPlane: ControlPlane,
  kubeconfig: string,
): Promise<void> {
  const { cluster, world, clock } = scope;
  const { name, namespace = '' } = cluster.metadata;
  const encoded = (text: string): string => Buffer.from(text).toString('base64');
  const create = async (purpose: string, data: Record<string, string>): Promise<void> => {
    await createOnce(() =>
      world.create({
        ...kinds.secret,
        metadata: {
          name: `${name}-${purpose}`,
          namespace,
          labels: { [labels.cluster]: name },
          ownerReferences: [ownerReference(controlPlane)],
        },
        type: 'cluster.x-k8s.io/secret',
        data,
      } as ApiObject),
    );
  };
  for (const [purpose, commonName] of Object.entries({
    ca: 'kubernetes',
    etcd: 'kubernetes',
    proxy: 'front-proxy-ca',
    sa: 'service-accounts',
  })) {
    const { certificate, key } = createAuthority(commonName, clock.now());
    await create(purpose, { 'tls.crt': encoded(certificate), 'tls.key': encoded(key) });
  }
  await create('kubeconfig', { value: encoded(kubeconfig) });
}

const waiting = [
  'waiting for control plane components to become healthy',
  'waiting for etcd cluster to become healthy',
];

function scaling(machines: readonly Machine[], replicas: number, up: boolean): Finding {
  const direction = up ? 'Up' : 'Down';
  const is = machines.length;
  if (up ? is >= replicas : is <= replicas) return isFalse(`Scaling${direction}`, `NotScaling${direction}`);
  const blocked = is > 0 && !machines.some(isDeleting) && !machines.every(isReady);
  const what = `Scaling ${direction.toLowerCase()} ${replicasText(is, replicas)}`;
  const message = blocked
    ? `${what} is blocked because:\n${waiting.map((line) => `* ${line}`).join('\n')}`
    : what;
  return isTrue(`Scaling${direction}`, `Scaling${direction}`, message);
}

/** `Rolling out n not up-to-date replicas`, and what is different about them. */
export function rollingOut(outdated: readonly string[][]): Finding {
  const behind = outdated.filter((lines) => lines.length > 0);
  if (behind.length === 0) return isFalse('RollingOut', 'NotRollingOut');
  const lines = [...new Set(behind.flat())].sort().map((line) => `* ${line}`);
  return isTrue(
    'RollingOut',
    'RollingOut',
    [`Rolling out ${behind.length} not up-to-date replicas`, ...lines].join('\n'),
  );
}

export const asOwned = (machines: readonly Machine[]): Owned[] =>
  machines.map(({ metadata, status }) => ({
    kind: 'Machine',
    name: metadata.name,
    findings: status?.conditions,
  }));

export const machinesReady = (machines: readonly Machine[], type: string): Finding =>
  machines.length === 0
    ? isTrue(type, 'NoReplicas')
    : aggregate(asOwned(machines), {
        type,
        of: 'Ready',
        reasons: { issue: 'NotReady', unknown: 'ReadyUnknown', info: 'Ready' },
      });

/** New machines are left out until they have said something, as Cluster API does. */
export function machinesUpToDate(machines: readonly Machine[], type: string): Finding {
  const known = machines.filter(({ status }) =>
    status?.conditions?.some((condition) => condition.type === 'UpToDate'),
  );
  if (known.length === 0) return isTrue(type, machines.length === 0 ? 'NoReplicas' : 'UpToDate');
  return aggregate(asOwned(known), {
    type,
    of: 'UpToDate',
    reasons: { issue: 'NotUpToDate', unknown: 'UpToDateUnknown', info: 'UpToDate' },
  });
}

function membersHealthy(machines: readonly Machine[], type: string, part: string): Finding {
  return aggregate(asOwned(machines), {
    type,
    of: part,
    reasons: { issue: 'NotHealthy', unknown: 'HealthUnknown', info: 'Healthy' },
  });
}

const notYet = 'Waiting for Cluster control plane to be initialized';

function availability(machines: readonly Machine[], initialized: boolean, deleting: boolean): Finding {
  if (deleting) return isFalse('Available', 'NotAvailable', '* Deletion in progress');
  if (!initialized) return isFalse('Available', 'NotAvailable', 'Control plane not yet initialized');
  const members = machines.filter(({ status }) => status?.nodeRef);
  const healthy = members.filter(({ status }) => holds(status?.conditions, etcdCondition) === true).length;
  const quorum = Math.floor(members.length / 2) + 1;
  if (healthy >= quorum) return isTrue('Available', 'Available');
  return isFalse(
    'Available',
    'NotAvailable',
    `* ${healthy} of ${members.length} etcd members is healthy, at least ${quorum} healthy member required for etcd quorum`,
  );
}

/** Writes what there is to say about the control plane. */
export async function reportControlPlane(scope: Scope, controlPlane: ControlPlane): Promise<ControlPlane> {
  const machines = controlPlaneMachines(scope, controlPlane);
  const deleting = isDeleting(controlPlane);
  const replicas = deleting ? 0 : controlPlane.spec.replicas;
  const initialized =
    controlPlane.status?.initialization?.controlPlaneInitialized === true ||
    machines.some(({ status }) => status?.nodeRef);
  const outdated = machines.map(
    (machine) => controlPlaneSource(scope, controlPlane, machine, false).outdated,
  );
  const unknown = (type: string): Finding => ({
    type,
    status: 'Unknown',
    reason: 'InspectionFailed',
    message: notYet,
  });
  const count = (type: string): number =>
    machines.filter(({ status }) => holds(status?.conditions, type) === true).length;
  const versions = machines.map(({ spec }) => spec.version).sort(compareVersions);
  const about: Finding[] = [
    availability(machines, initialized, deleting),
    isTrue('CertificatesAvailable', 'Available'),
    initialized ? isTrue('Initialized', 'Initialized') : isFalse('Initialized', 'NotInitialized'),
    initialized
      ? membersHealthy(machines, 'EtcdClusterHealthy', etcdCondition)
      : unknown('EtcdClusterHealthy'),
    initialized
      ? membersHealthy(machines, 'ControlPlaneComponentsHealthy', componentConditions[0])
      : unknown('ControlPlaneComponentsHealthy'),
    rollingOut(outdated),
    isFalse('Remediating', 'NotRemediating'),
    scaling(machines, replicas, false),
    scaling(machines, replicas, true),
    machinesReady(machines, 'MachinesReady'),
    machinesUpToDate(machines, 'MachinesUpToDate'),
    isFalse('Paused', 'NotPaused'),
    deleting
      ? isTrue(
          'Deleting',
          'WaitingForMachineDeletion',
          `Deleting ${machines.length} Machine${machines.length === 1 ? '' : 's'}`,
        )
      : isFalse('Deleting', 'NotDeleting'),
  ];
  const { generation } = controlPlane.metadata;
  return scope.world.report(controlPlane, {
    ...controlPlane.status,
    conditions: settle(controlPlane.status?.conditions, about, scope.now, generation),
    ...(initialized && { initialization: { controlPlaneInitialized: true } }),
    availableReplicas: count('Available'),
    observedGeneration: generation,
    readyReplicas: count('Ready'),
    replicas: machines.length,
    selector: `${labels.cluster}=${scope.cluster.metadata.name},${labels.controlPlane}`,
    upToDateReplicas: machines.length - outdated.filter((lines) => lines.length > 0).length,
    ...(versions[0] && { version: versions[0] }),
  });
}

/** By their numbers. */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string): number[] => (version.match(/\d+/g) ?? []).map(Number);
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < 3; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** All machines at once; the object when they are gone. */
export async function deleteControlPlane(scope: Scope, controlPlane: ControlPlane): Promise<void> {
  const machines = controlPlaneMachines(scope, controlPlane);
  for (const machine of machines) await scope.world.delete(machine);
  if (machines.length === 0) await scope.world.release(controlPlane, finalizers.controlPlane);
  else await reportControlPlane(scope, controlPlane);
}
