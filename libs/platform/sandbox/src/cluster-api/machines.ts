import type { ApiObject } from '@scs/kubernetes';
import { madeOf } from './blueprint.ts';
import { holds } from './conditions.ts';
import {
  clonedFrom,
  finalizers,
  groupOf,
  isDeleting,
  kinds,
  labels,
  ownerReference,
  type Machine,
  type Provided,
  type Reference,
  type Template,
} from './kinds.ts';
import { nodeLabels, reconcileBootstrap } from './machine-bootstrap.ts';
import { reportInfrastructure, timelineOf, type Timeline } from './machine-infrastructure.ts';
import {
  componentConditions,
  etcdCondition,
  isBootstrapped,
  reportMachine,
  type MachineView,
} from './machine-status.ts';
import type { Scope } from './scope.ts';
import { nodeOf } from './workloads.ts';
import { createOnce } from './world.ts';

/** What a machine is made from; its owner knows. */
export interface MachineSource {
  owner: ApiObject;
  labels: Record<string, string>;
  version: string;
  infrastructureTemplate: Reference;
  bootstrap: { spec: Record<string, unknown>; template?: Template };
  /** The first machine of a control plane does not wait for one. */
  isFirst: boolean;
  outdated: string[];
}

const isControlPlane = (machine: Machine): boolean =>
  machine.metadata.labels?.[labels.controlPlane] !== undefined;

export async function createMachine(scope: Scope, name: string, source: MachineSource): Promise<Machine> {
  const { world, cluster } = scope;
  const controlPlane = labels.controlPlane in source.labels;
  const { apiGroup, kind } = source.infrastructureTemplate;
  return world.create<Machine>({
    ...kinds.machine,
    metadata: {
      name,
      namespace: cluster.metadata.namespace ?? '',
      labels: source.labels,
      finalizers: [finalizers.machine],
      ownerReferences: [ownerReference(source.owner)],
    },
    spec: {
      bootstrap: {
        configRef: {
          apiGroup: groupOf(kinds.bootstrapConfig.apiVersion),
          kind: kinds.bootstrapConfig.kind,
          name,
        },
      },
      clusterName: cluster.metadata.name,
      infrastructureRef: { apiGroup, kind: kind.replace(/Template$/, ''), name },
      ...(controlPlane && {
        readinessGates: [...componentConditions, etcdCondition].map((conditionType) => ({ conditionType })),
      }),
      version: source.version,
    },
  });
}

/** The memory of machines that are starting: when they began. Lost with the process; they begin anew then. */
export class StartTimes {
  readonly #begun = new Map<string, number>();

  of(machine: Machine, now: number): number {
    const uid = machine.metadata.uid ?? '';
    const begun = this.#begun.get(uid) ?? now;
    this.#begun.set(uid, begun);
    return begun;
  }

  forget(machine: Machine): void {
    this.#begun.delete(machine.metadata.uid ?? '');
  }
}

/** Takes one machine a step further. The source is undefined where its owner is gone. */
export async function reconcileMachine(
  scope: Scope,
  machine: Machine,
  source: MachineSource | undefined,
  starts: StartTimes,
): Promise<void> {
  const { namespace, name } = machine.metadata;
  const controlPlane = isControlPlane(machine);
  const fault = scope.faultOf({
    namespace: namespace ?? '',
    cluster: scope.cluster.metadata.name,
    name,
    controlPlane,
    version: machine.spec.version,
  });
  const outdated = source?.outdated ?? [];
  if (isDeleting(machine)) {
    await deleteMachine(scope, machine, { controlPlane, fault, outdated }, starts);
    return;
  }
  if (!source) return;
  const config = await reconcileBootstrap(scope, machine, source);
  let infrastructure = await ensureInfrastructure(scope, machine, source);
  if (!infrastructure) return;
  const initialized = scope.cluster.status?.initialization?.controlPlaneInitialized === true;
  // What ran before this process began has been running for ever.
  const begins = machine.status?.nodeRef ? 0 : scope.clock.now();
  const timeline = isBootstrapped(config)
    ? timelineOf(infrastructure, starts.of(machine, begins), scope.speed)
    : undefined;
  infrastructure = await reportInfrastructure(scope, {
    infrastructure,
    controlPlane,
    timeline,
    waitsFor: initialized ? 'WaitingForBootstrapData' : 'WaitingForControlPlaneInitialized',
    fault,
  });
  lookAgain(scope, timeline);
  const providerID = infrastructure.spec['providerID'];
  const dataSecretName = isBootstrapped(config) ? name : undefined;
  const current = await scope.world.change(machine, {
    ...machine,
    spec: {
      ...machine.spec,
      bootstrap: { ...machine.spec.bootstrap, ...(dataSecretName && { dataSecretName }) },
      ...(typeof providerID === 'string' && { providerID }),
    },
  });
  const up =
    timeline !== undefined && scope.clock.now() >= Math.max(timeline.node, timeline.etcd, timeline.apiServer);
  const works = up && !(fault && ('neverStarts' in fault || 'fails' in fault));
  const healthy = !(fault && 'unhealthy' in fault);
  const hadNode = current.status?.nodeRef !== undefined;
  const isReady = holds(current.status?.conditions, 'NodeReady');
  const put = hadNode ? isReady !== undefined && isReady !== healthy : works;
  const reached = put && (await putNode(scope, current, config, controlPlane, healthy));
  const nodeExists = hadNode || reached;
  const view: MachineView = {
    machine: current,
    config,
    infrastructure,
    controlPlane,
    fault,
    outdated,
    deletion: undefined,
    nodeExists,
  };
  await reportMachine(scope, view);
}

function lookAgain(scope: Scope, timeline: Timeline | undefined): void {
  if (!timeline) return;
  const now = scope.clock.now();
  for (const at of Object.values(timeline)) if (at > now) scope.again(at - now);
}

async function ensureInfrastructure(
  { world }: Scope,
  machine: Machine,
  source: MachineSource,
): Promise<Provided | undefined> {
  const { namespace, name } = machine.metadata;
  const known = await world.find<Provided>(machine.spec.infrastructureRef, namespace);
  if (known) return known;
  const template = await world.find<Template>(source.infrastructureTemplate, namespace);
  // Machines that have had one do not get another: what was there has been lost.
  if (!template || machine.status?.initialization?.infrastructureProvisioned) return undefined;
  return world.create<Provided>({
    ...madeOf(template),
    metadata: {
      name,
      namespace: namespace ?? '',
      labels: source.labels,
      annotations: clonedFrom(template),
      finalizers: [finalizers.infrastructureMachine],
      ownerReferences: [ownerReference(machine)],
    },
    spec: template.spec.template.spec,
  });
}

/** Puts the node into the workload cluster. False where that cannot be reached now. */
async function putNode(
  scope: Scope,
  machine: Machine,
  config: Provided,
  controlPlane: boolean,
  ready: boolean,
): Promise<boolean> {
  const { namespace = '', name } = scope.cluster.metadata;
  const { version } = machine.spec;
  const client = scope.workloads.client(namespace, name);
  if (!client) return true;
  const node = nodeOf({
    name: machine.metadata.name,
    version,
    controlPlane,
    labels: nodeLabels(config),
    ready,
    now: scope.now,
  });
  try {
    await createOnce(() => client.create(node));
    await client.patch(
      keyOfNode(machine.metadata.name),
      { status: node['status'] },
      { subresource: 'status' },
    );
    return true;
  } catch {
    scope.again(1000);
    return false;
  }
}

const keyOfNode = (name: string) => ({ apiVersion: 'v1', kind: 'Node', name });

/** Node, then infrastructure, then bootstrap configuration, then the machine itself. */
async function deleteMachine(
  scope: Scope,
  machine: Machine,
  { controlPlane, fault, outdated }: Pick<MachineView, 'controlPlane' | 'fault' | 'outdated'>,
  starts: StartTimes,
): Promise<void> {
  const { world, cluster } = scope;
  const { namespace, name } = machine.metadata;
  const { infrastructureRef, bootstrap } = machine.spec;
  const client = scope.workloads.client(namespace ?? '', cluster.metadata.name);
  if (client && machine.status?.nodeRef && !isDeleting(cluster)) {
    // A workload cluster that is away does not keep its machines.
    await client.delete(keyOfNode(name)).catch(() => false);
  }
  let infrastructure = await world.find<Provided>(infrastructureRef, namespace);
  let config = world.get<Provided>(kinds.bootstrapConfig, namespace, bootstrap.configRef.name);
  if (infrastructure && !isDeleting(infrastructure)) {
    const deletion = {
      stage: 'WaitingForInfrastructureDeletion',
      message: `Waiting for ${infrastructureRef.kind} to be deleted`,
    };
    await reportMachine(scope, {
      machine,
      config,
      infrastructure,
      controlPlane,
      fault,
      outdated,
      deletion,
      nodeExists: false,
    });
    await world.delete(infrastructure);
    infrastructure = world.get<Provided>(infrastructure, namespace, name);
  }
  if (infrastructure) await world.release(infrastructure, finalizers.infrastructureMachine);
  if (config && !isDeleting(config)) await world.delete(config);
  config = world.get<Provided>(kinds.bootstrapConfig, namespace, bootstrap.configRef.name);
  if (config) return;
  starts.forget(machine);
  await world.release(machine, finalizers.machine);
}
