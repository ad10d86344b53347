import type { ApiObject } from '@scs/kubernetes';
import { createHash } from 'node:crypto';
import { holds, isFalse, isTrue, settle, type Finding } from './conditions.ts';
import { byAge } from './control-plane-machines.ts';
import { machinesReady, machinesUpToDate, rollingOut, scaling } from './machine-aggregates.ts';
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
  type MachineDeployment,
  type MachineSet,
  type Template,
} from './kinds.ts';
import { createMachine, type MachineSource } from './machines.ts';
import { uniqueName } from './names.ts';
import type { Scope } from './scope.ts';

const setsOf = ({ world, cluster }: Scope, deployment: MachineDeployment): MachineSet[] =>
  world
    .of<MachineSet>(kinds.machineSet, cluster)
    .filter((set) => isOwnedBy(set, deployment))
    .sort(byAge);

export const machinesOfSet = ({ world, cluster }: Scope, set: MachineSet): Machine[] =>
  world
    .of<Machine>(kinds.machine, cluster)
    .filter((machine) => isOwnedBy(machine, set))
    .sort(byAge);

const isCurrent = (set: MachineSet, { spec }: MachineDeployment): boolean =>
  equal(set.spec.template.spec, spec.template.spec);

const isAvailable = (machine: Machine): boolean =>
  holds(machine.status?.conditions, 'Available') === true && !isDeleting(machine);

/** What a set's machines lack of what its deployment wants now. */
function differences({ spec }: MachineSet, deployment: MachineDeployment): string[] {
  const [is, ought] = [spec.template.spec, deployment.spec.template.spec];
  const lines: string[] = [];
  if (is.version !== ought.version) lines.push(`Version ${is.version}, ${ought.version} required`);
  if (!equal(is.bootstrap, ought.bootstrap)) {
    lines.push(`${ought.bootstrap.configRef.kind.replace(/Template$/, '')} is not up-to-date`);
  }
  if (!equal(is.infrastructureRef, ought.infrastructureRef)) {
    lines.push(`${ought.infrastructureRef.kind.replace(/Template$/, '')} is not up-to-date`);
  }
  return lines;
}

/** What a machine of a set is made from; undefined where its deployment or templates are gone. */
export function workerSource({ world, cluster }: Scope, set: MachineSet): MachineSource | undefined {
  const { namespace } = set.metadata;
  const { bootstrap, infrastructureRef, version } = set.spec.template.spec;
  const template = world.peek<Template>(bootstrap.configRef, namespace);
  const deployment = world
    .of<MachineDeployment>(kinds.machineDeployment, cluster)
    .find((candidate) => isOwnedBy(set, candidate));
  return {
    owner: set,
    labels: {
      ...set.spec.template.metadata.labels,
      [labels.set]: set.metadata.name,
      ...(deployment && { [labels.deployment]: deployment.metadata.name }),
    },
    version,
    infrastructureTemplate: infrastructureRef,
    bootstrap: { spec: template?.spec.template.spec ?? {}, ...(template && { template }) },
    isFirst: false,
    outdated: deployment ? differences(set, deployment) : [],
  };
}

/** Brings a deployment's sets to what it wants: a surge of new machines, and an old one less for each that has become available. */
export async function reconcileDeployment(
  scope: Scope,
  deployment: MachineDeployment,
  controlPlane: ControlPlane | undefined,
): Promise<void> {
  const current =
    setsOf(scope, deployment).find((set) => isCurrent(set, deployment)) ?? (await addSet(scope, deployment));
  const old = setsOf(scope, deployment).filter((set) => set !== current && !isDeleting(set));
  await rollOut(scope, deployment, current, old);
  for (const set of setsOf(scope, deployment)) {
    if (isDeleting(set)) await deleteSet(scope, set);
    else await reconcileSet(scope, set, controlPlane);
  }
}

async function addSet(scope: Scope, deployment: MachineDeployment): Promise<MachineSet> {
  const { world } = scope;
  const { metadata, spec } = deployment;
  const name = uniqueName(metadata.name);
  const digest = createHash('sha256').update(JSON.stringify(spec.template)).digest();
  const hash = { [labels.templateHash]: `${digest.readUInt32BE()}-${name.slice(-5)}` };
  const revision = String(
    Number(metadata.annotations?.[annotations.revision] ?? '0') +
      (setsOf(scope, deployment).length > 0 ? 1 : 0),
  );
  await world.change(deployment, {
    ...deployment,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [annotations.revision]: revision } },
  });
  return world.create<MachineSet>({
    ...kinds.machineSet,
    metadata: {
      name,
      namespace: metadata.namespace ?? '',
      labels: { ...spec.template.metadata.labels, ...hash, [labels.deployment]: metadata.name },
      annotations: { [annotations.revision]: revision },
      finalizers: [finalizers.machineSet],
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      clusterName: spec.clusterName,
      replicas: 0,
      selector: { matchLabels: { ...spec.selector.matchLabels, ...hash } },
      template: {
        metadata: { labels: { ...spec.template.metadata.labels, ...hash } },
        spec: spec.template.spec,
      },
    },
  });
}

async function rollOut(
  scope: Scope,
  { spec }: MachineDeployment,
  current: MachineSet,
  old: MachineSet[],
): Promise<void> {
  const { maxSurge, maxUnavailable } = spec.rollout.strategy.rollingUpdate;
  const scale = (set: MachineSet, replicas: number): Promise<MachineSet> =>
    scope.world.change(set, { ...set, spec: { ...set.spec, replicas } });
  const inOld = old.reduce((sum, set) => sum + set.spec.replicas, 0);
  const room = old.length > 0 ? spec.replicas + maxSurge - inOld - current.spec.replicas : Infinity;
  const wanted = Math.min(spec.replicas, Math.max(current.spec.replicas, current.spec.replicas + room));
  const newest = await scale(current, wanted);
  const unavailableNew = newest.spec.replicas - machinesOfSet(scope, newest).filter(isAvailable).length;
  let spare = newest.spec.replicas + inOld - (spec.replicas - maxUnavailable) - Math.max(0, unavailableNew);
  for (const set of old) {
    const less = Math.min(set.spec.replicas, Math.max(0, spare));
    spare -= less;
    const scaled = less > 0 ? await scale(set, set.spec.replicas - less) : set;
    if (scaled.spec.replicas === 0 && machinesOfSet(scope, scaled).length === 0)
      await scope.world.delete(scaled);
  }
}

/** Machines are not made while the control plane moves. */
const isStable = (controlPlane: ControlPlane | undefined): boolean =>
  controlPlane?.status?.version !== undefined && controlPlane.status.version === controlPlane.spec.version;

async function reconcileSet(
  scope: Scope,
  set: MachineSet,
  controlPlane: ControlPlane | undefined,
): Promise<void> {
  const machines = machinesOfSet(scope, set);
  const staying = machines.filter((machine) => !isDeleting(machine));
  const source = workerSource(scope, set);
  for (let missing = set.spec.replicas - machines.length; missing > 0; missing--) {
    if (!source || !isStable(controlPlane)) break;
    await createMachine(scope, uniqueName(set.metadata.name), source);
  }
  const surplus = staying.length - set.spec.replicas;
  for (const machine of [...staying].sort(firstToGo).slice(0, Math.max(0, surplus)))
    await scope.world.delete(machine);
}

/** Machines that are marked, then those that are not available, then the oldest. */
function firstToGo(a: Machine, b: Machine): number {
  const marked = (machine: Machine): number =>
    machine.metadata.annotations?.[annotations.deleteMachine] === undefined ? 1 : 0;
  return marked(a) - marked(b) || Number(isAvailable(a)) - Number(isAvailable(b)) || byAge(a, b);
}

async function deleteSet(scope: Scope, set: MachineSet): Promise<void> {
  const machines = machinesOfSet(scope, set);
  for (const machine of machines) await scope.world.delete(machine);
  if (machines.length === 0) await scope.world.release(set, finalizers.machineSet);
}

/** The sets go, then the templates of the topology, then the object. */
export async function deleteDeployment(scope: Scope, deployment: MachineDeployment): Promise<void> {
  const { world } = scope;
  const sets = setsOf(scope, deployment);
  for (const set of sets) await world.delete(set);
  for (const set of setsOf(scope, deployment)) await deleteSet(scope, set);
  if (setsOf(scope, deployment).length > 0) return;
  const { bootstrap, infrastructureRef } = deployment.spec.template.spec;
  for (const reference of [bootstrap.configRef, infrastructureRef]) {
    const template = await world.find<Template>(reference, deployment.metadata.namespace);
    if (template) await world.delete(template);
  }
  await world.release(deployment, finalizers.machineDeployment);
}

interface Counted {
  object: MachineDeployment | MachineSet;
  machines: Machine[];
  replicas: number;
  upToDate: number;
}

function report(
  scope: Scope,
  { object, machines, replicas, upToDate }: Counted,
  more: Finding[],
  status: Record<string, unknown>,
): Promise<ApiObject> {
  const { generation } = object.metadata;
  const { matchLabels } = object.spec.selector;
  const deleting = isDeleting(object);
  const count = (type: string): number =>
    machines.filter((machine) => holds(machine.status?.conditions, type) === true).length;
  const left = `Deleting ${machines.length} Machine${machines.length === 1 ? '' : 's'}`;
  const about: Finding[] = [
    ...more,
    isFalse('Remediating', 'NotRemediating'),
    scaling('Down', machines.length, replicas),
    scaling('Up', machines.length, replicas),
    machinesReady(machines, 'MachinesReady'),
    machinesUpToDate(machines, 'MachinesUpToDate'),
    isFalse('Paused', 'NotPaused'),
    deleting ? isTrue('Deleting', 'Deleting', left) : isFalse('Deleting', 'NotDeleting'),
  ];
  return scope.world.report<ApiObject>(object, {
    ...object.status,
    availableReplicas: count('Available'),
    conditions: settle(object.status?.conditions, about, scope.now, generation),
    observedGeneration: generation,
    readyReplicas: count('Ready'),
    replicas: machines.length,
    selector: Object.entries(matchLabels)
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(','),
    upToDateReplicas: upToDate,
    ...status,
  });
}

/** Writes what there is to say about a deployment and its sets. */
export async function reportDeployment(scope: Scope, deployment: MachineDeployment): Promise<void> {
  const replicas = isDeleting(deployment) ? 0 : deployment.spec.replicas;
  const outdated: string[][] = [];
  const machines: Machine[] = [];
  for (const set of setsOf(scope, deployment)) {
    const own = machinesOfSet(scope, set);
    const lines = differences(set, deployment);
    machines.push(...own);
    outdated.push(...own.map(() => lines));
    const upToDate = lines.length === 0 ? own.length : 0;
    const ought = isDeleting(set) ? 0 : set.spec.replicas;
    await report(scope, { object: set, machines: own, replicas: ought, upToDate }, [], {});
  }
  const { maxUnavailable } = deployment.spec.rollout.strategy.rollingUpdate;
  const available = machines.filter(isAvailable).length;
  const least = replicas - maxUnavailable;
  const availability = isDeleting(deployment)
    ? isFalse('Available', 'NotAvailable', 'Deletion in progress')
    : available >= least
      ? isTrue('Available', 'Available')
      : isFalse(
          'Available',
          'NotAvailable',
          `${available} available replicas, at least ${least} required (spec.strategy.rollout.maxUnavailable is ${maxUnavailable}, spec.replicas is ${replicas})`,
        );
  const upToDate = outdated.filter((lines) => lines.length === 0).length;
  const phase =
    machines.length < replicas ? 'ScalingUp' : machines.length > replicas ? 'ScalingDown' : 'Running';
  const object =
    scope.world.get<MachineDeployment>(
      kinds.machineDeployment,
      deployment.metadata.namespace,
      deployment.metadata.name,
    ) ?? deployment;
  await report(scope, { object, machines, replicas, upToDate }, [availability, rollingOut(outdated)], {
    phase,
  });
}
