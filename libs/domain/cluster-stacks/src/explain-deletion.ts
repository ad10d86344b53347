import { conditionOf, inOneLine, refOf, type ClusterFacts } from './cluster-facts.ts';
import { capital, sentence, type Waiting } from './waiting.ts';
import type { KubernetesObject } from './resources.ts';

/** What a cluster that is being deleted waits for. */
export function findDeletion(facts: ClusterFacts): Waiting {
  const { cluster } = facts;
  const leaving = facts.machines.filter(({ metadata }) => metadata.deletionTimestamp);
  const held = leaving.find((machine) => conditionOf(machine, 'Deleting')?.message) ?? leaving[0];
  if (held) return machineLeaves(held, facts.machines.length);
  const told = conditionOf(cluster, 'Deleting');
  const blame = facts.machineDeployments[0] ?? facts.controlPlane ?? facts.infrastructure ?? cluster;
  const message = inOneLine(told?.message ?? '');
  if (/hook/i.test(message))
    return {
      step: 'the deletion of the cluster',
      reason: `A runtime extension holds it up: ${sentence(message)}`,
      object: refOf(cluster),
      remedy: 'look at the extension that answers the hook BeforeClusterDelete',
      since: told?.since || (cluster.metadata.deletionTimestamp ?? ''),
      stuck: false,
    };
  const finalizers = blame.metadata.finalizers ?? [];
  return {
    step: 'the deletion of the cluster',
    reason: message
      ? sentence(message)
      : finalizers.length > 0
        ? `${blame.kind} ${blame.metadata.name} is held by ${finalizers.join(', ')}.`
        : 'Its objects are being removed.',
    object: refOf(blame),
    remedy: '',
    since: told?.since || (cluster.metadata.deletionTimestamp ?? ''),
    stuck: false,
  };
}

function machineLeaves(machine: KubernetesObject, count: number): Waiting {
  const told = conditionOf(machine, 'Deleting') ?? conditionOf(machine, 'DrainingSucceeded');
  const message = inOneLine(told?.message ?? '');
  const budget = /PodDisruptionBudget|disruption budget|cannot evict/i.test(message);
  const volumes = /volume/i.test(message);
  return {
    step: `the deletion of ${count === 1 ? 'its last machine' : `${count} machines`}`,
    reason: message ? sentence(message) : `${capital(machine.metadata.name)} is being removed.`,
    object: { ...refOf(machine) },
    remedy: budget
      ? 'relax the PodDisruptionBudget that is named, or delete its pods'
      : volumes
        ? 'see which pods still use the volumes that are named'
        : '',
    since: told?.since || (machine.metadata.deletionTimestamp ?? ''),
    stuck: false,
  };
}
