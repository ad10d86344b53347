import { holds, isFalse, isTrue, settle, type Finding } from './conditions.ts';
import { controlPlaneMachines, controlPlaneSource, isReady } from './control-plane-machines.ts';
import { isDeleting, labels, type ControlPlane, type Machine } from './kinds.ts';
import { compareVersions } from './kubernetes-version.ts';
import {
  machinesReady,
  machinesUpToDate,
  membersHealthy,
  rollingOut,
  scaling,
} from './machine-aggregates.ts';
import { componentConditions, etcdCondition } from './machine-status.ts';
import type { Scope } from './scope.ts';

const waitsForHealth = [
  'waiting for control plane components to become healthy',
  'waiting for etcd cluster to become healthy',
];

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
  const unwell = machines.length > 0 && !machines.some(isDeleting) && !machines.every(isReady);
  const blocked = unwell ? waitsForHealth : [];
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
    scaling('Down', machines.length, replicas, blocked),
    scaling('Up', machines.length, replicas, blocked),
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
