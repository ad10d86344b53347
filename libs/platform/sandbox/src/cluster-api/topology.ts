import { classOf, readBlueprint, type Blueprint, type ClusterClass } from './blueprint.ts';
import { holds, isFalse, isTrue, type Finding } from './conditions.ts';
import {
  annotations,
  kinds,
  labels,
  referenceTo,
  type Cluster,
  type ControlPlane,
  type MachineDeployment,
  type MachineDeploymentTopology,
  type Topology,
} from './kinds.ts';
import { patchTemplate } from './patches.ts';
import { isPending, markHooks, type HookName } from './runtime-hooks.ts';
import type { Scope } from './scope.ts';
import { applyControlPlane, applyInfrastructureCluster, applyMachineDeployment } from './topology-objects.ts';
import { blockingText, topologyProgress } from './topology-progress.ts';
import { invalidText, topologyErrors, usableClass, withDefaultVariables } from './topology-rules.ts';
import {
  controlPlaneVersion,
  finishUpgrade,
  newUpgradeState,
  noteUpgradingWorkers,
  passes,
  workerVersion,
  type UpgradeState,
} from './topology-versions.ts';

const type = 'TopologyReconciled';

/** Looks again this soon at a topology that could not be reconciled. Milliseconds. */
const retryMs = 1_000;

/** Makes of a Cluster's topology what its class says, and tells how far that is: the condition TopologyReconciled. */
export async function reconcileTopology(scope: Scope): Promise<Finding> {
  try {
    return await reconcile(scope);
  } catch (error) {
    scope.again(retryMs);
    return isFalse(type, 'ReconcileFailed', error instanceof Error ? error.message : String(error));
  }
}

async function reconcile(scope: Scope): Promise<Finding> {
  const { topology } = scope.cluster.spec;
  if (!topology) return isTrue(type, 'ReconcileSucceeded');
  const clusterClass = usableClass(scope, topology);
  await defaultAndValidate(scope, clusterClass);
  const blueprint = await readBlueprint(scope, clusterClass);
  const state = newUpgradeState(topology.version);
  const creating = !scope.cluster.spec.infrastructureRef && !scope.cluster.spec.controlPlaneRef;
  if (creating) {
    if (!(await passes(scope, state, 'BeforeClusterCreate', {}))) {
      return isFalse(type, 'ClusterCreating', blockingText(state, 'Cluster topology creation'));
    }
    scope.cluster = await markHooks(scope.world, scope.cluster, {
      pending: ['AfterControlPlaneInitialized'],
    });
  }
  await bringAbout(scope, blueprint, state);
  return topologyProgress(scope, state);
}

async function defaultAndValidate(scope: Scope, clusterClass: ClusterClass): Promise<void> {
  const { cluster } = scope;
  const { topology } = cluster.spec;
  if (!topology) return;
  const filled = withDefaultVariables(topology, clusterClass);
  const errors = topologyErrors(filled, clusterClass);
  if (errors.length > 0) throw new Error(invalidText(cluster.metadata.name, errors));
  scope.cluster = await scope.world.change(cluster, {
    ...cluster,
    spec: { ...cluster.spec, topology: filled },
  });
}

/** What templates may refer to as `builtin`, and the variables beside it. */
function templateVariables(
  { cluster }: Scope,
  topology: Topology,
  more: Record<string, unknown>,
  overrides: readonly { name: string; value: unknown }[] = [],
): Record<string, unknown> {
  const { pods, services, serviceDomain } = cluster.spec.clusterNetwork ?? {};
  const { name, namespace, uid, labels: given = {}, annotations: notes = {} } = cluster.metadata;
  const ofClass = classOf(topology, cluster);
  const values = [...(topology.variables ?? []), ...overrides];
  return {
    ...Object.fromEntries(values.map((variable) => [variable.name, variable.value])),
    builtin: {
      cluster: {
        name,
        namespace,
        uid,
        metadata: { labels: given, annotations: notes },
        topology: { version: topology.version, class: ofClass.name, classNamespace: ofClass.namespace },
        network: {
          serviceDomain,
          services: services?.cidrBlocks,
          pods: pods?.cidrBlocks,
          ipFamily: pods?.cidrBlocks?.[0]?.includes(':') ? 'IPv6' : 'IPv4',
        },
      },
      ...more,
    },
  };
}

async function bringAbout(scope: Scope, blueprint: Blueprint, state: UpgradeState): Promise<void> {
  const { world } = scope;
  const { topology } = scope.cluster.spec;
  if (!topology) return;
  const { namespace, name } = scope.cluster.metadata;
  const reference = scope.cluster.spec.controlPlaneRef;
  const current = reference && world.get<ControlPlane>(kinds.controlPlane, namespace, reference.name);
  const deployments = world
    .of<MachineDeployment>(kinds.machineDeployment, scope.cluster)
    .filter(({ metadata }) => metadata.labels?.[labels.topologyOwned] !== undefined);
  noteUpgradingWorkers(scope, state, deployments);
  const version = await controlPlaneVersion(scope, state, current, deployments);

  const forCluster = templateVariables(scope, topology, {});
  const forControlPlane = templateVariables(scope, topology, {
    controlPlane: {
      version,
      name: current?.metadata.name ?? name,
      replicas: topology.controlPlane?.replicas,
    },
  });
  const role = { controlPlane: true } as const;
  const templates = {
    infrastructure: patchTemplate(
      blueprint.infrastructure,
      { infrastructureCluster: true },
      blueprint.patches,
      forCluster,
    ),
    controlPlane: patchTemplate(blueprint.controlPlane, role, blueprint.patches, forControlPlane),
    machine: patchTemplate(blueprint.machineInfrastructure, role, blueprint.patches, forControlPlane),
  };
  const wanted = topology.workers?.machineDeployments ?? [];
  const workers = wanted.map((worker) => {
    const existing = deployments.find(
      (deployment) => deployment.metadata.labels?.[labels.deploymentTopology] === worker.name,
    );
    const workerTarget = workerVersion(state, worker, existing);
    return {
      worker,
      existing,
      version: workerTarget,
      templates: workerTemplates(scope, blueprint, worker, workerTarget),
    };
  });

  await initialized(scope);
  await finishUpgrade(scope, state);
  const infrastructure = await applyInfrastructureCluster(scope, templates.infrastructure);
  const controlPlane = state.controlPlane.pending
    ? current
    : await applyControlPlane(scope, blueprint, templates, version);
  await refer(scope, infrastructure, controlPlane, version);
  for (const { worker, existing, version: workerTarget, templates: own } of workers) {
    const waits =
      state.workers.pendingCreate.has(worker.name) ||
      state.workers.pending.has(existing?.metadata.name ?? '');
    if (!waits) await applyMachineDeployment(scope, worker, existing, own, workerTarget);
  }
  for (const deployment of deployments) {
    const topologyName = deployment.metadata.labels?.[labels.deploymentTopology];
    if (!wanted.some((worker) => worker.name === topologyName)) await world.delete(deployment);
  }
}

function workerTemplates(
  scope: Scope,
  blueprint: Blueprint,
  worker: MachineDeploymentTopology,
  version: string,
) {
  const { topology } = scope.cluster.spec;
  const own = blueprint.workers.find((candidate) => candidate.class === worker.class);
  if (!own || !topology) throw new Error(`MachineDeployment class ${worker.class} not found in ClusterClass`);
  const { name, class: workerClass, replicas, variables } = worker;
  const values = templateVariables(
    scope,
    topology,
    {
      controlPlane: { version: topology.version, replicas: topology.controlPlane?.replicas },
      machineDeployment: { version, class: workerClass, topologyName: name, name, replicas },
    },
    variables?.overrides,
  );
  const role = { machineDeploymentClass: workerClass };
  return {
    ...own,
    bootstrap: patchTemplate(own.bootstrap, role, blueprint.patches, values),
    infrastructure: patchTemplate(own.infrastructure, role, blueprint.patches, values),
  };
}

/** The first hook after creation: called once, when the control plane has come up. */
async function initialized(scope: Scope): Promise<void> {
  const hook: HookName = 'AfterControlPlaneInitialized';
  if (!isPending(scope.cluster, hook) || !holds(scope.cluster.status?.conditions, 'ControlPlaneInitialized'))
    return;
  await scope.hooks.call(hook, scope.cluster);
  scope.cluster = await markHooks(scope.world, scope.cluster, { done: [hook] });
}

/** Writes into the Cluster what belongs to it. */
async function refer(
  scope: Scope,
  infrastructure: Parameters<typeof referenceTo>[0],
  controlPlane: ControlPlane | undefined,
  version: string,
): Promise<void> {
  const { cluster, world } = scope;
  const step =
    isPending(cluster, 'AfterControlPlaneUpgrade') || isPending(cluster, 'AfterWorkersUpgrade')
      ? version
      : '';
  const after: Cluster = {
    ...cluster,
    metadata: {
      ...cluster.metadata,
      labels: {
        ...cluster.metadata.labels,
        [labels.cluster]: cluster.metadata.name,
        [labels.topologyOwned]: '',
      },
      annotations: { ...cluster.metadata.annotations, [annotations.upgradeStep]: step },
    },
    spec: {
      ...cluster.spec,
      infrastructureRef: referenceTo(infrastructure),
      ...(controlPlane && { controlPlaneRef: referenceTo(controlPlane) }),
    },
  };
  scope.cluster = await world.change(cluster, after);
}
