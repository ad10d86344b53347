import type { Evaluation, Finding } from './result.ts';

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

/** Writes findings as SARIF 2.1.0: a run a version, a rule a test case, a result a finding. */
export function toSarif(evaluations: readonly Evaluation[], toolVersion: string): string {
  const runs = evaluations.map((evaluation) => {
    const clauses = new Map(evaluation.findings.map(({ testcase, clause }) => [testcase, clause]));
    return {
      tool: {
        driver: {
          name: 'scs',
          version: toolVersion,
          informationUri: 'https://docs.scs.community/standards',
          rules: [...clauses].map(([id, helpUri]) => ({ id, helpUri })),
        },
      },
      automationDetails: { id: `${evaluation.scope}/${evaluation.version}/${evaluation.subject}` },
      properties: {
        result: evaluation.result,
        validity: evaluation.validity,
        at: evaluation.at,
        mode: evaluation.mode,
      },
      results: evaluation.findings.map(toResult),
    };
  });
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs }, null, 2)}\n`;
}

function toResult(finding: Finding) {
  const { object, rule, obligation, property, actual, expected, remedy, deviation } = finding;
  return {
    ruleId: finding.testcase,
    level: levels[finding.severity],
    message: { text: finding.message },
    locations: [
      {
        logicalLocations: [
          {
            name: object.name,
            fullyQualifiedName: `${object.kind}/${object.id ?? object.name}`,
            kind: 'resource',
          },
        ],
      },
    ],
    properties: { rule, obligation, object, property, actual, expected, remedy, deviation },
  };
}
