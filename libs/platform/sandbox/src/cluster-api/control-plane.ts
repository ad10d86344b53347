import type { ApiObject } from '@scs/kubernetes';
import { createAuthority } from './certificates.ts';
import { controlPlaneMachines, controlPlaneSource, isReady } from './control-plane-machines.ts';
import { reportControlPlane } from './control-plane-status.ts';
import {
  annotations,
  finalizers,
  isDeleting,
  kinds,
  labels,
  ownerReference,
  type ControlPlane,
  type Machine,
} from './kinds.ts';
import { createMachine } from './machines.ts';
import { uniqueName } from './names.ts';
import type { Scope } from './scope.ts';
import { createOnce } from './world.ts';

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

/** All machines at once; the object when they are gone. */
export async function deleteControlPlane(scope: Scope, controlPlane: ControlPlane): Promise<void> {
  const machines = controlPlaneMachines(scope, controlPlane);
  for (const machine of machines) await scope.world.delete(machine);
  if (machines.length === 0) await scope.world.release(controlPlane, finalizers.controlPlane);
  else await reportControlPlane(scope, controlPlane);
}
