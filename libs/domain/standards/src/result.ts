/** Verdict of a test case, a target, a version. Upstream's reports write 1, -1, 0 and nothing. */
export type Result = 'PASS' | 'FAIL' | 'ABORT' | 'MISS';

/** `upstream`: exactly what upstream's own tests say. `standard`: what the text of the standard says. */
export type Mode = 'upstream' | 'standard';

/** What one test case says of a snapshot. Both modes are judged in one pass. */
export interface TestcaseResult {
  result: Record<Mode, Result>;
  /** Why it is ABORT or MISS, in one line. */
  reason?: string;
  findings: Finding[];
}

/** One thing that is wrong, or worth knowing, with what to do about it. */
export interface Finding {
  testcase: string;
  /** Stable kebab-case id of the rule, e.g. `image-property-missing`. */
  rule: string;
  /** Link to the clause of the standard. */
  clause: string;
  obligation: 'MUST' | 'SHOULD';
  /** `error` makes the test case fail in at least one mode. */
  severity: 'error' | 'warning' | 'info';
  object: { kind: string; id: string | null; name: string };
  property: string | null;
  actual: string | null;
  expected: string | null;
  message: string;
  /** A ready `openstack …` command, where one exists. */
  remedy: string | null;
  /** Does this finding make the test case fail in that mode? */
  fails: Record<Mode, boolean>;
  /** Set where the two modes differ: what upstream's test does and what the standard says. */
  deviation: string | null;
}

/** What one version of a scope says of a snapshot. */
export interface Evaluation {
  /** `iaas` or `kaas`. */
  scope: string;
  version: string;
  validity: 'draft' | 'effective' | 'warn' | 'deprecated';
  /** RFC 3339: the moment judged for. */
  at: string;
  subject: string;
  mode: Mode;
  /** Aggregate of the target `main`. */
  result: Result;
  targets: Record<string, Result>;
  /** Test case id → verdict, all targets. */
  testcases: Record<string, Result>;
  /** Test case id → why it is ABORT or MISS. */
  reasons: Record<string, string>;
  /** Test cases that decided `result`; empty when it is PASS. */
  decidedBy: string[];
  /** Worst first. */
  findings: Finding[];
}
