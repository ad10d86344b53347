import { isFalse, isTrue, nameList, type Finding } from './conditions.ts';
import { isDeleting } from './kinds.ts';
import { isPending } from './runtime-hooks.ts';
import type { Scope } from './scope.ts';
import type { UpgradeState } from './topology-versions.ts';

/** Which hooks hold what up, and what they say. */
export const blockingText = ({ blocking }: UpgradeState, action: string): string =>
  `Following hooks are blocking ${action}: ${[...blocking]
    .map(([hook, message]) => (message ? `${hook}: ${message}` : hook))
    .join('; ')}`;

/** How far an upgrade is, in Cluster API's words. */
export function topologyProgress({ cluster }: Scope, state: UpgradeState): Finding {
  const { controlPlane, workers, target, blocking } = state;
  const { upgrading } = workers;
  const pending = [...workers.pending].filter((name) => !upgrading.has(name));
  const busy =
    controlPlane.pending ||
    controlPlane.starting ||
    controlPlane.upgrading ||
    workers.pending.size + upgrading.size + workers.pendingCreate.size > 0 ||
    isPending(cluster, 'AfterClusterUpgrade');
  if (!busy || isDeleting(cluster)) return isTrue('TopologyReconciled', 'ReconcileSucceeded');
  const lines = [`Cluster is upgrading to ${target}`];
  const kind = cluster.spec.controlPlaneRef?.kind ?? 'KubeadmControlPlane';
  const tell = (names: string[], what: string): void => {
    if (names.length > 0) lines.push(`  * ${nameList('MachineDeployment', names.sort())} ${what}`);
  };
  if (blocking.size > 0) lines.push(`  * ${blockingText(state, 'upgrade')}`);
  if (controlPlane.starting || controlPlane.upgrading)
    lines.push(`  * ${kind} upgrading to version ${target}`);
  else if (controlPlane.pending) lines.push(`  * ${kind} pending upgrade to version ${target}`);
  tell([...upgrading], `upgrading to version ${target}`);
  tell(pending, `pending upgrade to version ${target}`);
  tell([...workers.pendingCreate], 'creation deferred while control plane upgrade is in progress');
  return isFalse('TopologyReconciled', 'ClusterUpgrading', lines.join('\n'));
}
