import { readAddonRun } from './addon-run.ts';
import {
  conditionsOf,
  firstCondition,
  inOneLine,
  refOf,
  releaseTagOf,
  wantedTopology,
  type ClusterFacts,
  type SeenCondition,
} from './cluster-facts.ts';
import { sentence, type Waiting } from './waiting.ts';

const hooks: Record<string, string> = {
  BeforeClusterUpgrade: 'before the control plane is upgraded',
  AfterControlPlaneUpgrade: 'after the control plane was upgraded',
  BeforeWorkersUpgrade: 'before the nodes are upgraded',
  AfterWorkersUpgrade: 'after the nodes were upgraded',
  AfterClusterUpgrade: 'after the upgrade',
  BeforeClusterCreate: 'before the cluster is created',
};

/** How our own hook server asks for patience. */
const addonHookMessage = 'waits for the add-ons of';

/** A runtime hook that asks Cluster API for patience: the add-ons’, or somebody else’s. */
export function hookBlocks(facts: ClusterFacts): Waiting | undefined {
  const topology = firstCondition(facts, 'TopologyReconciled');
  if (!topology || topology.status === 'True') return undefined;
  const hook = Object.keys(hooks).find((name) => topology.message.includes(name));
  if (!hook) return undefined;
  const { className } = wantedTopology(facts);
  const when = hooks[hook] ?? '';
  const addon = addonTrouble(facts);
  if (addon) return { ...addon, step: `the add-ons of ${className} ${when}` };
  // Cluster API lists the hooks below what it does, one a line.
  const line = topology.message.split('\n').find((text) => text.includes(hook)) ?? topology.message;
  const message = inOneLine(line.replace(`${hook}: `, ''));
  const isOurs = message.startsWith(addonHookMessage);
  return {
    step: `the hook ${hook}, ${when}`,
    reason: isOurs
      ? 'The add-ons are in place; Cluster API asks for them again within seconds.'
      : `A runtime extension holds it up: ${sentence(message)}`,
    object: refOf(facts.addon ?? facts.cluster),
    remedy: '',
    since: topology.since,
    stuck: false,
  };
}

/** Add-ons that failed for good, or for too long. */
export function addonFails(facts: ClusterFacts): Waiting | undefined {
  const found = addonTrouble(facts);
  return found?.stuck ? found : undefined;
}

/** Add-ons that are not in place, with the stage that they are at. */
export function addonTrouble(facts: ClusterFacts): Waiting | undefined {
  const { addon, cluster } = facts;
  const { className } = wantedTopology(facts);
  const step = `the add-ons of ${className}`;
  if (!releaseTagOf(cluster)) return undefined;
  if (!addon)
    return {
      step,
      reason: 'The add-ons have not been looked at yet.',
      object: refOf(cluster),
      remedy: '',
      since: firstCondition(facts, 'ControlPlaneInitialized')?.since ?? '',
      stuck: false,
    };
  if (addon.status?.ready === true && addon.spec.clusterStack === className) return undefined;
  const troubles = conditionsOf(addon).filter(({ status, type }) => status === 'False' && type !== 'Ready');
  const rank = ({ severity, type }: SeenCondition): number =>
    (severity === 'Error' ? 0 : severity === 'Warning' ? 1 : 2) + (type === 'HelmChartApplied' ? 0.5 : 0);
  const [worst] = troubles.toSorted((one, other) => rank(one) - rank(other));
  const unsynced = addon.status?.resources?.find(({ status }) => status === 'not-synced');
  const { hook, stage } = readAddonRun(addon) ?? {};
  const where = stage?.name ? `stage ${stage.name}${hook ? ` of ${hook}` : ''}` : '';
  const failed = worst?.severity === 'Error';
  const detail =
    failed && unsynced?.error && !worst.message.includes(unsynced.error)
      ? ` (${unsynced.kind ?? ''} ${unsynced.name ?? ''}: ${inOneLine(unsynced.error)})`
      : '';
  return {
    step: where ? `${step}, ${where}` : step,
    reason: worst
      ? sentence(`${inOneLine(worst.message) || worst.reason}${detail}`)
      : 'They are being applied.',
    object: refOf(addon),
    remedy: failed ? remedyOfAddon(worst) : '',
    since: stage?.since || (worst?.since ?? ''),
    stuck: failed,
  };
}

function remedyOfAddon({ type }: SeenCondition): string {
  switch (type) {
    case 'EvaluatedCEL':
      return 'look at the objects of the expression in the cluster; the release’s clusteraddon.yaml has the condition';
    case 'HelmChartFound':
    case 'HelmChartTemplated':
    case 'ClusterAddonConfigValidated':
      return 'the release is faulty; move the cluster to a release that is mended';
    default:
      return 'look at the objects that are named in the cluster; the operator tries again by itself';
  }
}
