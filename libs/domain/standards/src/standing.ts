import { aggregate, representing } from './aggregate.ts';
import { dueAt } from './lifetime.ts';
import type { Evaluation, Result } from './result.ts';
import type { Scope, Testcase, Version } from './scope.ts';
import { findVersion, validityOn } from './validity.ts';

/** The newest verdict of one test case of a subject. */
export interface StoredResult {
  testcase: string;
  result: Result;
  checkedAt: Date;
  /** From this moment on it counts as never tried. */
  expiresAt: Date;
}

export type VersionStanding = Pick<
  Evaluation,
  'version' | 'validity' | 'result' | 'targets' | 'testcases' | 'decidedBy'
>;

/** Where a subject stands: the version that represents it, and every version that the timeline names, newest first. */
export interface Standing {
  represented: VersionStanding | undefined;
  versions: VersionStanding[];
}

/** Aggregates stored results as scs-0003 says; what has expired at the moment is MISS. */
export function standing(scope: Scope, results: Iterable<StoredResult>, at: Date): Standing {
  const valid = new Map<string, Result>();
  for (const { testcase, result, expiresAt } of results) if (expiresAt > at) valid.set(testcase, result);
  const standings = validityOn(scope, at)
    .filter(({ named }) => named)
    .map(({ version, validity }) => ({
      version,
      validity,
      ...aggregateVersion(findVersion(scope, version), valid),
    }));
  return { represented: representing(standings), versions: standings };
}

function aggregateVersion(
  { targets }: Version,
  results: ReadonlyMap<string, Result>,
): Omit<VersionStanding, 'version' | 'validity'> {
  const of = (testcase: string): Result => results.get(testcase) ?? 'MISS';
  const main = targets['main'] ?? [];
  const result = aggregate(main.map(of));
  return {
    result,
    targets: Object.fromEntries(
      Object.entries(targets).map(([target, testcases]) => [target, aggregate(testcases.map(of))]),
    ),
    testcases: Object.fromEntries(
      [...new Set(Object.values(targets).flat())].toSorted().map((testcase) => [testcase, of(testcase)]),
    ),
    decidedBy: result === 'PASS' ? [] : main.filter((testcase) => of(testcase) === result),
  };
}

/**
 * When to look at a subject again: as soon as the first result that a look can renew is one lifetime old; null where no look renews
 * anything. What was never tried is due now.
 */
export function nextLook(
  scope: Scope,
  results: Iterable<StoredResult>,
  at: Date,
  renewable: readonly Testcase['evidence'][],
): Date | null {
  const newest = new Map([...results].map((stored) => [stored.testcase, stored]));
  const wanted = new Set(
    validityOn(scope, at).flatMap(({ version, named }) =>
      named ? (findVersion(scope, version).targets['main'] ?? []) : [],
    ),
  );
  const times = scope.testcases
    .filter(({ id, evidence }) => wanted.has(id) && renewable.includes(evidence))
    .map(({ id, lifetime }) => {
      const stored = newest.get(id);
      return stored ? dueAt(stored.checkedAt, lifetime).getTime() : at.getTime();
    });
  return times.length > 0 ? new Date(Math.min(...times)) : null;
}
