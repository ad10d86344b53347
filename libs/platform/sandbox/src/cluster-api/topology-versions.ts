import {
  kinds,
  labels,
  type ControlPlane,
  type Machine,
  type MachineDeployment,
  type MachineDeploymentTopology,
} from './kinds.ts';
import { isPending, markHooks, type HookName } from './runtime-hooks.ts';
import type { Scope } from './scope.ts';

/** How far an upgrade is, and what holds it up: decided anew at every look. */
export interface UpgradeState {
  target: string;
  controlPlane: {
    /** Wants the target and must wait for it. */
    pending: boolean;
    starting: boolean;
    upgrading: boolean;
    provisioning: boolean;
    waitsForWorkers: boolean;
  };
  /** Names of MachineDeployments. */
  workers: { upgrading: Set<string>; pending: Set<string>; pendingCreate: Set<string> };
  /** Hooks that ask for patience, with their message. */
  blocking: Map<HookName, string>;
}

export function newUpgradeState(target: string): UpgradeState {
  return {
    target,
    controlPlane: {
      pending: false,
      starting: false,
      upgrading: false,
      provisioning: false,
      waitsForWorkers: false,
    },
    workers: { upgrading: new Set(), pending: new Set(), pendingCreate: new Set() },
    blocking: new Map(),
  };
}

export const isStable = ({ controlPlane }: UpgradeState): boolean =>
  !controlPlane.pending && !controlPlane.starting && !controlPlane.upgrading && !controlPlane.provisioning;

/** Calls a hook; false where it asks for patience. The scope looks again when that has passed. */
export async function passes(
  scope: Scope,
  state: UpgradeState,
  hook: HookName,
  body: Record<string, unknown>,
): Promise<boolean> {
  const { retryAfterSeconds, message } = await scope.hooks.call(hook, scope.cluster, body);
  if (retryAfterSeconds === 0) return true;
  state.blocking.set(hook, message);
  scope.again(retryAfterSeconds * 1000);
  return false;
}

/** As {@link passes}, for a hook that is due only where the cluster's annotation says so. */
async function passesPending(
  scope: Scope,
  state: UpgradeState,
  hook: HookName,
  body: Record<string, unknown>,
): Promise<boolean> {
  if (!isPending(scope.cluster, hook)) return true;
  if (!(await passes(scope, state, hook, body))) return false;
  scope.cluster = await markHooks(scope.world, scope.cluster, { done: [hook] });
  return true;
}

const steps = (...versions: string[]): { version: string }[] => versions.map((version) => ({ version }));

/** MachineDeployments whose machines are not all of their version yet. */
export function noteUpgradingWorkers(
  scope: Scope,
  state: UpgradeState,
  deployments: readonly MachineDeployment[],
): void {
  const machines = scope.world.of<Machine>(kinds.machine, scope.cluster);
  for (const { metadata, spec } of deployments) {
    const behind = machines.some(
      (machine) =>
        machine.metadata.labels?.[labels.deployment] === metadata.name &&
        machine.spec.version !== spec.template.spec.version,
    );
    if (behind) state.workers.upgrading.add(metadata.name);
  }
}

/** The version that the control plane is to have now. Calls the hooks that come between one version and the next. */
export async function controlPlaneVersion(
  scope: Scope,
  state: UpgradeState,
  current: ControlPlane | undefined,
  deployments: readonly MachineDeployment[],
): Promise<string> {
  const { target, controlPlane } = state;
  if (!current) return target;
  const { version } = current.spec;
  const behind = deployments.filter(({ spec }) => spec.template.spec.version !== target);
  const plan = {
    controlPlaneUpgrades: version === target ? [] : steps(target),
    workersUpgrades: behind.length > 0 ? steps(target) : [],
  };
  controlPlane.pending = version !== target;
  controlPlane.provisioning = current.status?.version === undefined;
  if (controlPlane.provisioning) return version;
  controlPlane.upgrading = current.status?.version !== version;
  if (controlPlane.upgrading) return version;

  const reached = { kubernetesVersion: version, ...plan };
  const before = { fromKubernetesVersion: version, toKubernetesVersion: target, ...plan };
  if (!(await passesPending(scope, state, 'AfterControlPlaneUpgrade', reached))) return version;
  const fromWorkers = behind[0]?.spec.template.spec.version ?? version;
  const beforeWorkers = { ...plan, fromKubernetesVersion: fromWorkers, toKubernetesVersion: version };
  if (!(await passesPending(scope, state, 'BeforeWorkersUpgrade', beforeWorkers))) return version;
  controlPlane.waitsForWorkers = behind.length > 0 && version === target;
  if (controlPlane.waitsForWorkers || state.workers.upgrading.size > 0) return version;
  if (!(await passesPending(scope, state, 'AfterWorkersUpgrade', reached))) return version;
  if (!controlPlane.pending) return version;

  if (!isPending(scope.cluster, 'AfterClusterUpgrade')) {
    if (!(await passes(scope, state, 'BeforeClusterUpgrade', before))) return version;
  }
  scope.cluster = await markHooks(scope.world, scope.cluster, { pending: ['AfterClusterUpgrade'] });
  if (!(await passes(scope, state, 'BeforeControlPlaneUpgrade', before))) return version;
  const workers: HookName[] = behind.length > 0 ? ['BeforeWorkersUpgrade', 'AfterWorkersUpgrade'] : [];
  scope.cluster = await markHooks(scope.world, scope.cluster, {
    pending: ['AfterControlPlaneUpgrade', ...workers],
  });
  controlPlane.starting = true;
  controlPlane.pending = false;
  return target;
}

/** The version that a MachineDeployment is to have now; one at a time gets a new one, and none before the control plane. */
export function workerVersion(
  state: UpgradeState,
  topology: MachineDeploymentTopology,
  current: MachineDeployment | undefined,
): string {
  const { target, workers, blocking } = state;
  const held = blocking.has('AfterControlPlaneUpgrade') || blocking.has('BeforeWorkersUpgrade');
  if (!current) {
    const settled = isStable(state) || state.controlPlane.provisioning;
    if (!settled || held) workers.pendingCreate.add(topology.name);
    return target;
  }
  const { version } = current.spec.template.spec;
  if (version === target) return version;
  const { name } = current.metadata;
  if (held || workers.upgrading.size > 0 || !isStable(state)) {
    workers.pending.add(name);
    return version;
  }
  workers.upgrading.add(name);
  return target;
}

/** What is called when all is done: once, and again as long as it asks for patience. */
export async function finishUpgrade(scope: Scope, state: UpgradeState): Promise<void> {
  const { workers } = state;
  const open: HookName[] = ['AfterControlPlaneUpgrade', 'AfterWorkersUpgrade'];
  const busy = workers.upgrading.size + workers.pending.size + workers.pendingCreate.size > 0;
  if (busy || !isStable(state) || open.some((hook) => isPending(scope.cluster, hook))) return;
  await passesPending(scope, state, 'AfterClusterUpgrade', { kubernetesVersion: state.target });
}
