import type { ClusterClass } from './blueprint.ts';
import { isFalse, isTrue, settle } from './conditions.ts';
import type { World } from './world.ts';

/** Writes into a ClusterClass what its variables are; Clusters wait for that. */
export async function reportClusterClass(
  world: World,
  clusterClass: ClusterClass,
  now: string,
): Promise<void> {
  const { generation } = clusterClass.metadata;
  const variables = clusterClass.spec.variables ?? [];
  const twice = variables.map(({ name }) => name).filter((name, index, all) => all.indexOf(name) !== index);
  const findings = [
    isTrue('RefVersionsUpToDate', 'RefVersionsUpToDate'),
    twice.length === 0
      ? isTrue('VariablesReady', 'VariablesReady')
      : isFalse(
          'VariablesReady',
          'VariableDiscoveryFailed',
          `variable name must be unique. Variable with name "${twice[0]}" is defined more than once`,
        ),
    isFalse('Paused', 'NotPaused'),
  ];
  await world.report(clusterClass, {
    ...clusterClass.status,
    conditions: settle(clusterClass.status?.conditions, findings, now, generation),
    observedGeneration: generation,
    variables: variables
      .map(({ name, required = false, schema }) => ({
        name,
        definitionsConflict: false,
        definitions: [{ from: 'inline', required, schema }],
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  });
}
