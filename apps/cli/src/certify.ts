import { randomUUID } from 'node:crypto';
import { scopes, toJUnit, toSarif, type Mode, type Scope, type Snapshot } from '@scs/standards';
import packageJson from '../package.json' with { type: 'json' };
import type { Answer } from './command.ts';
import { EXIT, usage } from './failure.ts';
import { parseMoment } from './moment.ts';
import { formatData } from './output.ts';
import { readScopeFile } from './scope-file.ts';
import { readSnapshotFile } from './snapshot-file.ts';
import { judgeVersions, type Certificate } from './verdict.ts';
import { versionsToJudge } from './version.ts';

interface CertifyValues {
  'os-cloud'?: string;
  snapshot?: string;
  kubeconfig?: string;
  sonobuoy?: string[];
  'kubernetes-data'?: string;
  scope?: 'iaas' | 'kaas';
  'scope-file'?: string;
  version?: string;
  'all-testcases'?: boolean;
  at?: string;
  mode?: Mode;
  probes?: boolean;
  output?: 'table' | 'json' | 'yaml' | 'junit' | 'sarif' | 'upstream';
  timeout?: string;
}

const exitCodes = { PASS: EXIT.pass, FAIL: EXIT.fail, ABORT: EXIT.undetermined, MISS: EXIT.undetermined };

/** Judges a cloud, a cluster or a stored snapshot. */
export async function certify(values: CertifyValues): Promise<Answer> {
  const at = values.at === undefined ? new Date() : parseMoment(values.at);
  const scope = values['scope-file']
    ? await readScopeFile(values['scope-file'])
    : scopes[values.scope ?? 'iaas'];
  checkCombination(values, scope);
  versionsToJudge(scope, values.version, at);

  const snapshot = values.snapshot ? await readSnapshotFile(values.snapshot) : await inspect(values, scope);
  const kind = scope.id === 'kaas' ? 'cluster' : 'cloud';
  if (snapshot.kind !== kind) {
    throw usage(
      `${values.snapshot} shows a ${snapshot.kind}, scope ${scope.id} judges a ${kind}; choose --scope ${scope.id === 'kaas' ? 'iaas' : 'kaas'}`,
    );
  }
  const certificate: Certificate = {
    ...judgeVersions({
      scope,
      version: values.version,
      snapshot,
      at,
      mode: values.mode ?? 'upstream',
      allTestcases: values['all-testcases'] ?? false,
    }),
    requests: values.snapshot ? 0 : snapshot.requests,
    durationMs: Math.round(performance.now()),
  };
  return {
    text: await format(certificate, scope, snapshot, values),
    exitCode: exitCodes[certificate.result],
  };
}

function checkCombination(values: CertifyValues, scope: Scope): void {
  const given = (name: keyof CertifyValues): boolean => values[name] !== undefined;
  const subjects = (['os-cloud', 'snapshot', 'kubeconfig'] as const).filter(given);
  const kaas = scope.id === 'kaas';
  const conflicts: [boolean, string][] = [
    [subjects.length > 1, `--${subjects[0]} and --${subjects[1]} exclude each other; name one subject`],
    [
      given('scope') && values.scope !== scope.id,
      `${values['scope-file']} is of scope ${scope.id}; leave --scope ${values.scope} out`,
    ],
    [
      given('snapshot') && given('probes'),
      '--probes needs a cloud; a stored snapshot keeps the evidence it was taken with',
    ],
    [given('snapshot') && given('timeout'), '--timeout has no effect on a stored snapshot; leave it out'],
    [
      values.output === 'upstream' && values.mode === 'standard',
      '--output upstream takes the verdicts of the official tests only; leave --mode standard out',
    ],
    [given('kubeconfig') && !kaas, '--kubeconfig needs --scope kaas'],
    [given('os-cloud') && kaas, '--os-cloud does not go with scope kaas; name the cluster with --kubeconfig'],
    [given('probes') && kaas, '--probes does not go with scope kaas; import results with --sonobuoy'],
    [
      (given('sonobuoy') || given('kubernetes-data')) && (!kaas || given('snapshot')),
      '--sonobuoy and --kubernetes-data need --scope kaas and a cluster',
    ],
  ];
  const conflict = conflicts.find(([applies]) => applies);
  if (conflict) throw usage(conflict[1]);
}

async function inspect(values: CertifyValues, scope: Scope): Promise<Snapshot> {
  return scope.id === 'kaas'
    ? (await import('./inspect-cluster.ts')).inspectOneCluster(values)
    : (await import('./inspect.ts')).inspectOneCloud(values);
}

async function format(
  certificate: Certificate,
  scope: Scope,
  snapshot: Snapshot,
  { output = 'table', 'all-testcases': all }: CertifyValues,
): Promise<string> {
  // With all test cases the certificate is more than any of its versions.
  const evaluations = all ? [certificate] : certificate.versions;
  switch (output) {
    case 'json':
    case 'yaml':
      return formatData(certificate, output);
    case 'table':
      return (await import('./certify-table.ts')).formatTable(certificate, scope);
    case 'junit':
      return toJUnit(evaluations);
    case 'sarif':
      return toSarif(evaluations, packageJson.version);
    case 'upstream': {
      const { formatReport } = await import('@scs/standards/report-upstream');
      return formatReport(certificate, {
        scope,
        checkedAt: new Date(snapshot.takenAt),
        runUuid: randomUUID(),
        invocationUuid: randomUUID(),
        argv: ['scs', ...process.argv.slice(2)],
        assignment: { [snapshot.kind === 'cloud' ? 'os_cloud' : 'subject_root']: snapshot.subject },
      });
    }
  }
}
