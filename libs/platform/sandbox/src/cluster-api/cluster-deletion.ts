import type { ApiObject } from '@scs/kubernetes';
import { isFalse } from './conditions.ts';
import { reportCluster } from './cluster-status.ts';
import { deleteControlPlane } from './control-plane.ts';
import { deleteInfrastructureCluster } from './infrastructure-cluster.ts';
import {
  annotations,
  finalizers,
  kinds,
  labels,
  type ControlPlane,
  type Machine,
  type MachineDeployment,
  type MachineSet,
  type Provided,
} from './kinds.ts';
import { deleteDeployment } from './machine-deployments.ts';
import type { Scope } from './scope.ts';

const names = (what: string, objects: readonly ApiObject[]): string[] =>
  objects.length > 0
    ? [
        `* ${what}: ${objects
          .map(({ metadata }) => metadata.name)
          .sort()
          .join(', ')}`,
      ]
    : [];

/** Workers, then the control plane, then the infrastructure, then the cluster: each when the one before has gone. */
export async function deleteCluster(scope: Scope): Promise<void> {
  const { world } = scope;
  const blocked = await askBeforehand(scope);
  const { namespace } = scope.cluster.metadata;
  const { controlPlaneRef, infrastructureRef } = scope.cluster.spec;
  const find = () => ({
    infrastructure: infrastructureRef && world.peek<Provided>(infrastructureRef, namespace),
    controlPlane:
      controlPlaneRef && world.get<ControlPlane>(kinds.controlPlane, namespace, controlPlaneRef.name),
  });
  const topology = isFalse(
    'TopologyReconciled',
    'Deleting',
    blocked === undefined ? 'Cluster is deleting' : `Cluster is deleting. ${blocked}`,
  );
  const report = (reason: string, message: string): Promise<void> =>
    reportCluster(scope, { ...find(), topology, deletion: { reason, message } });
  if (blocked !== undefined) {
    await report('WaitingForBeforeDeleteHook', 'Waiting for BeforeClusterDelete hook');
    return;
  }
  const deployments = world.of<MachineDeployment>(kinds.machineDeployment, scope.cluster);
  if (deployments.length > 0) {
    const message = (): string => {
      const workers = world
        .of<Machine>(kinds.machine, scope.cluster)
        .filter(({ metadata }) => !(labels.controlPlane in (metadata.labels ?? {})));
      return [
        ...names('MachineDeployments', deployments),
        ...names('MachineSets', world.of<MachineSet>(kinds.machineSet, scope.cluster)),
        ...names('Worker Machines', workers),
      ].join('\n');
    };
    for (const deployment of deployments) {
      await world.delete(deployment);
      const marked = world.get<MachineDeployment>(
        kinds.machineDeployment,
        namespace,
        deployment.metadata.name,
      );
      if (marked) await deleteDeployment(scope, marked);
    }
    if (world.of(kinds.machineDeployment, scope.cluster).length > 0) {
      await report('WaitingForWorkersDeletion', message());
      return;
    }
  }
  const { controlPlane } = find();
  if (controlPlane) {
    await world.delete(controlPlane);
    const marked = world.get<ControlPlane>(kinds.controlPlane, namespace, controlPlane.metadata.name);
    if (marked) await deleteControlPlane(scope, marked);
    if (find().controlPlane) {
      await report('WaitingForControlPlaneDeletion', `Waiting for ${controlPlane.kind} to be deleted`);
      return;
    }
  }
  const { infrastructure } = find();
  if (infrastructure) {
    await report('WaitingForInfrastructureDeletion', `Waiting for ${infrastructure.kind} to be deleted`);
    await deleteInfrastructureCluster(scope, infrastructure);
  }
  await scope.workloads.close(namespace ?? '', scope.cluster.metadata.name);
  scope.hooks.forget(scope.cluster);
  await world.release(scope.cluster, finalizers.cluster);
}

/** Asks the extensions before anything is deleted; what they say, where they want it to wait. Noted when it may go on. */
async function askBeforehand(scope: Scope): Promise<string | undefined> {
  const { cluster, world, hooks } = scope;
  const given = cluster.metadata.annotations ?? {};
  if (annotations.okToDelete in given || !cluster.spec.topology) return undefined;
  const hook = 'BeforeClusterDelete';
  const { retryAfterSeconds, message } = await hooks.call(hook, cluster);
  if (retryAfterSeconds > 0) {
    scope.again(retryAfterSeconds * 1000);
    return `Following hooks are blocking delete: ${message ? `${hook}: ${message}` : hook}`;
  }
  scope.cluster = await world.change(cluster, {
    ...cluster,
    metadata: { ...cluster.metadata, annotations: { ...given, [annotations.okToDelete]: '' } },
  });
  return undefined;
}
