import { findClass } from './blueprint.ts';
import { deleteCluster } from './cluster-deletion.ts';
import { reportCluster } from './cluster-status.ts';
import { isFalse, isTrue, settle } from './conditions.ts';
import { controlPlaneMachines, controlPlaneSource } from './control-plane-machines.ts';
import { reportControlPlane } from './control-plane-status.ts';
import { createSecrets, reconcileControlPlane } from './control-plane.ts';
import { reconcileInfrastructureCluster } from './infrastructure-cluster.ts';
import {
  annotations,
  finalizers,
  isDeleting,
  isOwnedBy,
  kinds,
  labels,
  type ControlPlane,
  type Machine,
  type MachineDeployment,
  type MachineSet,
  type Provided,
} from './kinds.ts';
import {
  deleteDeployment,
  reconcileDeployment,
  reportDeployment,
  workerSource,
} from './machine-deployments.ts';
import { reconcileMachine, type MachineSource, type StartTimes } from './machines.ts';
import type { Scope } from './scope.ts';
import { reconcileTopology } from './topology.ts';

/** Takes a cluster one step further: looks at what is there, does what can be done now, and writes what there is to say. */
export async function reconcileCluster(
  scope: Scope,
  starts: StartTimes,
  withSecrets: Set<string>,
): Promise<void> {
  const { cluster, world } = scope;
  const { namespace, finalizers: held = [] } = cluster.metadata;
  if (cluster.spec.paused === true || annotations.paused in (cluster.metadata.annotations ?? {})) {
    await reportPaused(scope);
    return;
  }
  if (isDeleting(cluster)) {
    await reconcileMachines(scope, starts);
    await reportOwned(scope);
    await deleteCluster(scope);
    return;
  }
  // Nothing may be written to a Cluster, its status apart, before its class is there.
  const isKnown = !cluster.spec.topology || findClass(world, cluster) !== undefined;
  if (isKnown && !held.includes(finalizers.cluster)) {
    scope.cluster = await world.change(cluster, {
      ...cluster,
      metadata: { ...cluster.metadata, finalizers: [...held, finalizers.cluster] },
    });
  }
  const topology = await reconcileTopology(scope);
  const { infrastructureRef, controlPlaneRef } = scope.cluster.spec;
  const infrastructure = infrastructureRef && (await world.find<Provided>(infrastructureRef, namespace));
  const opened = infrastructure && (await reconcileInfrastructureCluster(scope, infrastructure));
  const controlPlane =
    controlPlaneRef && world.get<ControlPlane>(kinds.controlPlane, namespace, controlPlaneRef.name);
  if (controlPlane && opened) {
    await ensureSecrets(
      scope,
      controlPlane,
      opened.workload?.kubeconfig ?? pretendedKubeconfig(opened.endpoint),
      withSecrets,
    );
    await reconcileControlPlane(scope, controlPlane);
  }
  for (const deployment of world.of<MachineDeployment>(kinds.machineDeployment, scope.cluster)) {
    if (isDeleting(deployment)) await deleteDeployment(scope, deployment);
    else await reconcileDeployment(scope, deployment, controlPlane);
  }
  await reconcileMachines(scope, starts);
  await reportOwned(scope);
  const now = {
    infrastructure: infrastructureRef && world.peek<Provided>(infrastructureRef, namespace),
    controlPlane:
      controlPlaneRef && world.get<ControlPlane>(kinds.controlPlane, namespace, controlPlaneRef.name),
  };
  await reportCluster(scope, { ...now, topology, deletion: undefined });
}

async function reconcileMachines(scope: Scope, starts: StartTimes): Promise<void> {
  const { world } = scope;
  const sets = world.of<MachineSet>(kinds.machineSet, scope.cluster);
  const { namespace } = scope.cluster.metadata;
  const reference = scope.cluster.spec.controlPlaneRef;
  const controlPlane = reference && world.get<ControlPlane>(kinds.controlPlane, namespace, reference.name);
  const masters = controlPlane ? controlPlaneMachines(scope, controlPlane) : [];
  for (const machine of world.of<Machine>(kinds.machine, scope.cluster)) {
    const set = sets.find((candidate) => isOwnedBy(machine, candidate));
    let source: MachineSource | undefined;
    if (set) source = workerSource(scope, set);
    else if (controlPlane && labels.controlPlane in (machine.metadata.labels ?? {})) {
      const alone =
        masters.length === 1 && controlPlane.status?.initialization?.controlPlaneInitialized !== true;
      source = controlPlaneSource(scope, controlPlane, machine, alone);
    }
    await reconcileMachine(scope, machine, source, starts);
  }
}

async function reportOwned(scope: Scope): Promise<void> {
  const { world, cluster } = scope;
  for (const deployment of world.of<MachineDeployment>(kinds.machineDeployment, cluster)) {
    await reportDeployment(scope, deployment);
  }
  const { namespace } = cluster.metadata;
  const reference = cluster.spec.controlPlaneRef;
  const controlPlane = reference && world.get<ControlPlane>(kinds.controlPlane, namespace, reference.name);
  if (controlPlane) await reportControlPlane(scope, controlPlane);
}

async function ensureSecrets(
  scope: Scope,
  controlPlane: ControlPlane,
  kubeconfig: string,
  done: Set<string>,
): Promise<void> {
  const uid = controlPlane.metadata.uid ?? '';
  if (done.has(uid)) return;
  await createSecrets(scope, controlPlane, kubeconfig);
  done.add(uid);
}

/** Where there are no workload APIs: valid, and nobody answers. */
const pretendedKubeconfig = ({ host, port }: { host: string; port: number }): string => `apiVersion: v1
kind: Config
clusters:
  - name: sandbox
    cluster:
      server: http://${host}:${port}
contexts:
  - name: sandbox
    context:
      cluster: sandbox
      user: sandbox
current-context: sandbox
users:
  - name: sandbox
    user: {}
`;

async function reportPaused({ cluster, world, now }: Scope): Promise<void> {
  const { paused } = cluster.spec;
  const why = [
    ...(paused === true ? ['Cluster spec.paused is set to true'] : []),
    ...(annotations.paused in (cluster.metadata.annotations ?? {})
      ? ['Cluster has the cluster.x-k8s.io/paused annotation']
      : []),
  ].join(', ');
  const findings = [
    isTrue('Paused', 'Paused', why),
    isFalse('TopologyReconciled', 'TopologyReconcilePaused', why),
  ];
  const { generation } = cluster.metadata;
  const settled = settle(cluster.status?.conditions, findings, now, generation);
  const others =
    cluster.status?.conditions?.filter(({ type }) => !findings.some((finding) => finding.type === type)) ??
    [];
  await world.report(cluster, { ...cluster.status, conditions: [...others, ...settled] });
}
