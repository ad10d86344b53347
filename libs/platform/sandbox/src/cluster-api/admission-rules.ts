import { classOf, findClass, type ClusterClass } from './blueprint.ts';
import { holds } from './conditions.ts';
import { compareVersions } from './kubernetes-version.ts';
import {
  isDeleting,
  kinds,
  labels,
  type Cluster,
  type ControlPlane,
  type Machine,
  type MachineDeployment,
} from './kinds.ts';
import { isPending } from './runtime-hooks.ts';
import { topologyErrors, withDefaultVariables } from './topology-rules.ts';
import type { World } from './world.ts';

/** What Cluster API's webhook says about a Cluster: field errors, and warnings where it could not look. */
export interface Verdict {
  errors: string[];
  warnings: string[];
}

const isReconciled = ({ metadata, status }: ClusterClass): boolean =>
  holds(status?.conditions, 'VariablesReady') === true && status?.observedGeneration === metadata.generation;

/** The Cluster with its class's defaults; unchanged where the class is not there yet. */
export function defaultCluster(world: World, cluster: Cluster): Cluster {
  const { topology } = cluster.spec;
  const clusterClass = topology && findClass(world, cluster);
  if (!clusterClass || !isReconciled(clusterClass) || isDeleting(cluster)) return cluster;
  return { ...cluster, spec: { ...cluster.spec, topology: withDefaultVariables(topology, clusterClass) } };
}

const semanticVersion = /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)([-+].*)?$/;

/** Judges a new Cluster, or what is to become of one. */
export function judgeCluster(world: World, cluster: Cluster, before: Cluster | undefined): Verdict {
  const { topology } = cluster.spec;
  if (isDeleting(cluster)) return { errors: [], warnings: [] };
  if (!topology) {
    const gone = before?.spec.topology !== undefined;
    return {
      errors: gone ? ['spec.topology: Forbidden: cannot be removed from an existing Cluster'] : [],
      warnings: [],
    };
  }
  const { namespace, name } = classOf(topology, cluster);
  if (!name)
    return { errors: ['spec.topology.class: Required value: classRef.name cannot be empty'], warnings: [] };
  const errors: string[] = [];
  if (!semanticVersion.test(topology.version)) {
    errors.push(
      `spec.topology.version: Invalid value: ${JSON.stringify(topology.version)}: version must be a valid semantic version`,
    );
  }
  const clusterClass = findClass(world, cluster);
  if (clusterClass && isReconciled(clusterClass)) errors.push(...topologyErrors(topology, clusterClass));
  if (before && !clusterClass)
    errors.push(`spec.topology.class: Internal error: ClusterClass ${namespace}/${name} not found`);
  const versionError =
    before?.spec.topology && clusterClass && versionProblem(world, before, topology.version);
  if (versionError)
    errors.push(`spec.topology.version: Invalid value: "${topology.version}": ${versionError}`);
  return { errors, warnings: clusterClass ? [] : [missingClass(namespace, name)] };
}

const missingClass = (namespace: string, name: string): string =>
  `Cluster refers to ClusterClass ${namespace}/${name}, but this ClusterClass does not exist. Cluster topology has not been fully validated. The ClusterClass must be created to reconcile the Cluster`;

/** Versions go up, one minor at a time, and only when the last upgrade is through. */
function versionProblem(world: World, before: Cluster, version: string): string | undefined {
  const was = before.spec.topology?.version ?? version;
  const difference = compareVersions(version, was);
  if (difference === 0) return undefined;
  const [from, to] = [was.replace(/^v/, ''), version.replace(/^v/, '')];
  if (difference < 0) return `version cannot be decreased from "${from}" to "${to}"`;
  const [major = 0, minor = 0] = from.split('.').map(Number);
  if (compareVersions(to, `${major}.${minor + 2}.0`) >= 0)
    return `version cannot be increased from "${from}" to "${to}"`;
  if (isPending(before, 'AfterClusterUpgrade')) {
    return 'version cannot be changed when the "AfterClusterUpgrade" hook is still blocking';
  }
  const busy = busyWith(world, before, was);
  return busy.length > 0
    ? `version cannot be changed: ${busy.length > 1 ? `[${busy.join(', ')}]` : busy[0]}`
    : undefined;
}

function busyWith(world: World, cluster: Cluster, version: string): string[] {
  const { namespace } = cluster.metadata;
  const reference = cluster.spec.controlPlaneRef;
  const controlPlane = reference && world.get<ControlPlane>(kinds.controlPlane, namespace, reference.name);
  const busy: string[] = [];
  if (controlPlane && controlPlane.spec.version !== version) {
    const is = controlPlane.spec.version.replace(/^v/, '');
    busy.push(
      `Cluster.spec.topology.version ${version.replace(/^v/, '')} was not propagated to control plane yet (control plane version ${is})`,
    );
  } else if (controlPlane && controlPlane.status?.version === undefined)
    busy.push('control plane is currently provisioning');
  else if (controlPlane && controlPlane.status?.version !== version) {
    busy.push('control plane is still completing a previous upgrade');
  }
  const machines = world.of<Machine>(kinds.machine, cluster);
  const upgrading = world
    .of<MachineDeployment>(kinds.machineDeployment, cluster)
    .filter(({ metadata, spec }) => {
      const own = machines.filter(
        (machine) => machine.metadata.labels?.[labels.deployment] === metadata.name,
      );
      return (
        spec.template.spec.version !== version || own.some((machine) => machine.spec.version !== version)
      );
    });
  if (upgrading.length > 0) {
    const names = upgrading.map(({ metadata }) => metadata.name).join(', ');
    busy.push(`there are still MachineDeployments completing a previous upgrade: [${names}]`);
  }
  return busy;
}

/** Why a ClusterClass may not be deleted; undefined where it may. */
export function classInUse(world: World, clusterClass: ClusterClass): string | undefined {
  const { namespace, name } = clusterClass.metadata;
  const users = world.all<Cluster>(kinds.cluster).filter((cluster) => {
    const ofClass = cluster.spec.topology && classOf(cluster.spec.topology, cluster);
    return ofClass?.name === name && ofClass.namespace === namespace;
  });
  if (users.length === 0) return undefined;
  const names = users.slice(0, 3).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  const more = users.length > 3 ? `, ... (${users.length - 3} more)` : '';
  return `clusterclasses.cluster.x-k8s.io "${name}" is forbidden: ClusterClass cannot be deleted because it is used by Cluster(s): ${names.join(', ')}${more}`;
}
