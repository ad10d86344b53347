import type { Result } from '@scs/standards';
import type { StoredFinding, VersionVerdict } from './evaluation.entity.ts';

interface Judged {
  versions: VersionVerdict[];
  findings: StoredFinding[];
}

export interface TestcaseChange {
  testcase: string;
  /** Null: it was not judged. */
  before: Result | null;
  after: Result | null;
}

export interface EvaluationDiff {
  changes: TestcaseChange[];
  newFindings: StoredFinding[];
  resolvedFindings: StoredFinding[];
}

/** What changed from one evaluation to another: verdicts of test cases, findings that came and that went. */
export function diffEvaluations(before: Judged, after: Judged): EvaluationDiff {
  const [was, is] = [verdicts(before), verdicts(after)];
  const testcases = [...new Set([...was.keys(), ...is.keys()])].toSorted();
  const [had, has] = [keys(before), keys(after)];
  return {
    changes: testcases
      .map((testcase) => ({ testcase, before: was.get(testcase) ?? null, after: is.get(testcase) ?? null }))
      .filter((change) => change.before !== change.after),
    newFindings: after.findings.filter((finding) => !had.has(findingKey(finding))),
    resolvedFindings: before.findings.filter((finding) => !has.has(findingKey(finding))),
  };
}

/** Newest version first; the first that judged a test case speaks for it. */
function verdicts({ versions }: Judged): Map<string, Result> {
  return new Map(versions.toReversed().flatMap(({ testcases }) => Object.entries(testcases)));
}

const keys = ({ findings }: Judged): Set<string> => new Set(findings.map(findingKey));

/** The same thing wrong with the same object; how it is worded and how bad it now is does not matter. */
export const findingKey = ({ testcase, rule, object, property }: StoredFinding): string =>
  JSON.stringify([testcase, rule, object.kind, object.id ?? object.name, property]);
