import type { ApiObject } from '@scs/kubernetes';
import { equal } from '../kubernetes/json.ts';
import { holds } from './conditions.ts';
import {
  annotations,
  isOwnedBy,
  kinds,
  labels,
  type ControlPlane,
  type Machine,
  type Provided,
} from './kinds.ts';
import type { MachineSource } from './machines.ts';
import type { Scope } from './scope.ts';

export const controlPlaneMachines = ({ world, cluster }: Scope, controlPlane: ControlPlane): Machine[] =>
  world
    .of<Machine>(kinds.machine, cluster)
    .filter((machine) => isOwnedBy(machine, controlPlane))
    .sort(byAge);

export const byAge = (a: ApiObject, b: ApiObject): number =>
  (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') ||
  a.metadata.name.localeCompare(b.metadata.name);

export const isReady = ({ status }: Machine): boolean => holds(status?.conditions, 'Ready') === true;

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
