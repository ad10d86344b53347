import { classOf, findClass, workerClasses, type ClusterClass } from './blueprint.ts';
import { defaultVariables, validateVariables } from './class-variables.ts';
import { holds } from './conditions.ts';
import type { Topology } from './kinds.ts';
import type { Scope } from './scope.ts';

/** The class of a topology. Throws, in Cluster API's words, where it cannot be used yet. */
export function usableClass({ world, cluster }: Scope, topology: Topology): ClusterClass {
  const { namespace, name } = classOf(topology, cluster);
  const clusterClass = findClass(world, cluster);
  if (!clusterClass) {
    throw new Error(
      `failed to retrieve ClusterClass ${namespace}/${name}: ClusterClass.cluster.x-k8s.io "${name}" not found`,
    );
  }
  if (!holds(clusterClass.status?.conditions, 'VariablesReady')) {
    throw new Error(
      'ClusterClass is not successfully reconciled: status of VariablesReady condition on ClusterClass must be "True"',
    );
  }
  const { generation = 0 } = clusterClass.metadata;
  const observed = clusterClass.status?.observedGeneration ?? 0;
  if (observed !== generation) {
    throw new Error(
      `ClusterClass is not successfully reconciled: ClusterClass.status.observedGeneration must be ${generation}, but is ${observed}`,
    );
  }
  return clusterClass;
}

/** What is wrong with a topology, as seen from its class: lines in the words of the API server's field errors. */
export function topologyErrors(topology: Topology, clusterClass: ClusterClass): string[] {
  const { variables = [] } = clusterClass.spec;
  const errors = validateVariables(variables, topology.variables ?? []);
  const known = workerClasses(clusterClass);
  for (const [index, worker] of (topology.workers?.machineDeployments ?? []).entries()) {
    const field = `spec.topology.workers.machineDeployments[${index}]`;
    if (!known.includes(worker.class)) {
      const { name } = clusterClass.metadata;
      errors.push(
        `${field}.class: Invalid value: "${worker.class}": MachineDeploymentClass with name "${worker.class}" does not exist in ClusterClass "${name}"`,
      );
    }
    const overrides = worker.variables?.overrides ?? [];
    errors.push(...validateVariables(variables, overrides, `${field}.variables.overrides`, true));
  }
  return errors;
}

/** `Cluster … is invalid: …`, as the API server words it. */
export const invalidText = (name: string, errors: readonly string[]): string =>
  `Cluster.cluster.x-k8s.io "${name}" is invalid: ${errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`}`;

export function withDefaultVariables(topology: Topology, clusterClass: ClusterClass): Topology {
  const variables = defaultVariables(clusterClass.spec.variables ?? [], topology.variables ?? []);
  return variables.length > 0 ? { ...topology, variables } : topology;
}
