import { addonConfigFile, addonHooks, type AddonConfig } from './addon-config.ts';
import { expressionProblem } from './addon-expression.ts';
import type { Finding } from './finding.ts';
import { nearestWord } from './nearest-word.ts';

/** The stages of add-ons: charts that are missing or never used, hooks that nobody calls, conditions that can never hold. */
export function lintAddonConfig({ stages }: AddonConfig, charts: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  const note = (severity: Finding['severity'], rule: string, path: string, message: string, remedy: string) =>
    findings.push({ severity, rule, file: addonConfigFile, path, message, remedy });

  for (const [hook, list] of stages) {
    const path = `addonStages.${hook}`;
    if (!addonHooks.some((known) => known === hook))
      note(
        'warning',
        'hook-unknown',
        path,
        'is no hook that is ever called',
        `write ${nearestWord(hook, addonHooks) ?? addonHooks.join(' or ')}`,
      );
    for (const [index, stage] of list.entries()) {
      const stagePath = `${path}[${index}]`;
      if (!charts.includes(stage.name))
        note(
          'error',
          'stage-chart-missing',
          `${stagePath}.name`,
          `is ${stage.name}, for which the add-on archive has no chart`,
          `add cluster-addon/${stage.name}, or remove the stage`,
        );
      if (list.findIndex(({ name }) => name === stage.name) !== index)
        note(
          'warning',
          'stage-twice',
          stagePath,
          `is the second stage ${stage.name} of this hook`,
          'apply each chart once',
        );
      for (const field of ['waitForPreCondition', 'waitForPostCondition'] as const) {
        const problem = stage[field] && expressionProblem(stage[field]);
        if (problem !== undefined)
          note(
            'error',
            'condition-invalid',
            `${stagePath}.${field}.conditions`,
            problem,
            'mend the expression: the stage would never be through',
          );
      }
    }
  }
  if (stages.has('AfterControlPlaneInitialized') && !stages.has('BeforeClusterUpgrade'))
    note(
      'warning',
      'hook-missing',
      'addonStages.BeforeClusterUpgrade',
      'is missing, so add-ons are never upgraded',
      'list the stages that an upgrade applies',
    );
  const named = new Set([...stages.values()].flat().map(({ name }) => name));
  for (const chart of charts)
    if (!named.has(chart))
      note(
        'warning',
        'chart-unused',
        'addonStages',
        `has no stage for the chart ${chart}`,
        'add a stage, or remove the chart',
      );
  return findings;
}
