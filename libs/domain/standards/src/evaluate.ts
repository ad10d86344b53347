import { aggregate } from './aggregate.ts';
import { untested } from './check.ts';
import { judge } from './judge.ts';
import type { Evaluation, Finding, Mode, Result, TestcaseResult } from './result.ts';
import type { Scope } from './scope.ts';
import { scopes } from './scopes.ts';
import type { Snapshot } from './snapshot.ts';
import { findVersion, validityOn } from './validity.ts';
import { partsOfScript } from './whole-script.ts';

export interface EvaluationRequest {
  scope: Scope;
  version: string;
  snapshot: Snapshot;
  /** The moment judged for: validity of the version, age of images, support of Kubernetes versions. */
  at: Date;
  mode: Mode;
  /** Judge these instead of the version's own. */
  testcases?: readonly string[];
}

const severities = ['error', 'warning', 'info'] as const satisfies Finding['severity'][];

/**
 * Judges a snapshot under one version of a scope. Throws a RangeError for an unknown version. Test cases that the version does not ask
 * for in its target `main` are recommendations, so their findings are at most a SHOULD.
 */
export function evaluate({ scope, version, snapshot, at, mode, testcases }: EvaluationRequest): Evaluation {
  const { targets, include } = findVersion(scope, version);
  const main = targets['main'] ?? [];
  const ids = testcases ?? [...new Set(Object.values(targets).flat())].toSorted();
  const modules = include.map(({ ref }) => ref);
  const judged = judgeWhole(ids, scope, version, (list) => judge(list, snapshot, at, modules));
  const results = Object.fromEntries([...judged].map(([id, { result }]) => [id, result[mode]]));
  const result = aggregate((testcases ?? main).map((id) => results[id]!));
  return {
    scope: scope.id,
    version,
    validity: validityOn(scope, at).find((entry) => entry.version === version)!.validity,
    at: at.toISOString(),
    subject: snapshot.subject,
    mode,
    result,
    targets: Object.fromEntries(
      Object.entries(targets).map(([target, list]) => [
        target,
        aggregate(list.map((id) => results[id] ?? 'MISS')),
      ]),
    ),
    testcases: results,
    reasons: Object.fromEntries(
      [...judged].flatMap(([id, { reason }]) => (reason && isOpen(results[id]!) ? [[id, reason]] : [])),
    ),
    decidedBy: result === 'PASS' ? [] : (testcases ?? main).filter((id) => results[id] === result),
    findings: [...judged.values()]
      .flatMap(({ findings }) => findings)
      .map((finding) => forMode(finding, mode, main.includes(finding.testcase)))
      .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity)),
  };
}

/** Old scope files name whole scripts: what is judged then are the test cases that took their place under the same version. */
function judgeWhole(
  ids: readonly string[],
  scope: Scope,
  version: string,
  judgeAll: (ids: string[]) => Map<string, TestcaseResult>,
): Map<string, TestcaseResult> {
  const ours = [scopes.iaas, scopes.kaas].find(({ id }) => id === scope.id);
  const same = ours?.versions.filter((known) => known.version === version) ?? [];
  const known = ours?.testcases.map(({ id }) => id) ?? [];
  const parts = new Map(ids.map((id) => [id, partsOfScript(id, known, same) ?? [id]]));
  const judged = judgeAll([...new Set([...parts.values()].flat())]);
  return new Map(
    [...parts].map(([id, list]): [string, TestcaseResult] => {
      const results = list.map((part) => judged.get(part)!);
      return [id, parts.has(list[0] ?? '') ? results[0]! : merge(id, results)];
    }),
  );
}

function merge(id: string, parts: TestcaseResult[]): TestcaseResult {
  if (parts.length === 0) return untested(id);
  const worst = (mode: Mode) => aggregate(parts.map(({ result }) => result[mode]));
  const reason = parts.find((part) => part.reason !== undefined)?.reason;
  return {
    result: { upstream: worst('upstream'), standard: worst('standard') },
    ...(reason !== undefined && { reason }),
    findings: parts.flatMap(({ findings }) => findings.map((finding) => ({ ...finding, testcase: id }))),
  };
}

const isOpen = (result: Result): boolean => result === 'ABORT' || result === 'MISS';

/** What does not count in the chosen mode is worth a warning; what is only recommended is a SHOULD. */
function forMode(finding: Finding, mode: Mode, isMain: boolean): Finding {
  const severity = finding.severity === 'error' && !finding.fails[mode] ? 'warning' : finding.severity;
  return { ...finding, severity, obligation: isMain ? finding.obligation : 'SHOULD' };
}
