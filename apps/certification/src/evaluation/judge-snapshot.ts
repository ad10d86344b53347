import { evaluate, representing, validityOn, type Mode, type Scope, type Snapshot } from '@scs/standards';
import { findingKey } from './evaluation-diff.ts';
import type { StoredFinding, VersionVerdict } from './evaluation.entity.ts';

export interface Judgement {
  /** Of the version that represents the subject. */
  represented: VersionVerdict;
  /** Newest first. */
  versions: VersionVerdict[];
  /** Worst first; each once, however many versions ask for it. */
  findings: StoredFinding[];
}

const severities = ['error', 'warning', 'info'];

/** Judges a snapshot under the versions asked for, or those that the timeline names. Throws a RangeError where there are none. */
export function judgeSnapshot(
  scope: Scope,
  snapshot: Snapshot,
  asked: readonly string[],
  at: Date,
  mode: Mode,
): Judgement {
  const names = validityOn(scope, at)
    .filter(({ version, named }) => (asked.length > 0 ? asked.includes(version) : named))
    .map(({ version }) => version);
  const evaluations = names.map((version) => evaluate({ scope, version, snapshot, at, mode }));
  const represented = representing(evaluations);
  if (!represented) throw new RangeError(`no version of ${scope.name} is in force`);
  // What the representing version says of a finding counts before what others say.
  const findings = new Map<string, StoredFinding>();
  for (const evaluation of [represented, ...evaluations.filter((other) => other !== represented)]) {
    const main = scope.versions.find(({ version }) => version === evaluation.version)?.targets['main'] ?? [];
    for (const finding of evaluation.findings) {
      const key = findingKey({ ...finding, versions: [] });
      const stored = findings.get(key) ?? { ...finding, versions: [] };
      if (main.includes(finding.testcase)) stored.versions.push(evaluation.version);
      findings.set(key, stored);
    }
  }
  const verdict = ({ findings: _, ...rest }: (typeof evaluations)[number]): VersionVerdict => rest;
  return {
    represented: verdict(represented),
    versions: evaluations.map(verdict),
    findings: [...findings.values()].toSorted(
      (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity),
    ),
  };
}
