import type { Finding, Mode, Result, TestcaseResult } from './result.ts';
import type { Input } from './input.ts';

/** Thrown while a check gathers its inputs: there is nothing to judge, and why. */
export class NotDetermined extends Error {
  override name = 'NotDetermined';
  readonly result: Record<Mode, 'ABORT' | 'MISS'>;
  constructor(result: 'ABORT' | 'MISS' | Record<Mode, 'ABORT' | 'MISS'>, reason: string) {
    super(reason);
    this.result = typeof result === 'string' ? { upstream: result, standard: result } : result;
  }
}

/** The value of an input, or the end of the check with the input's reason. */
export function need<T>(input: Input<T>): T {
  if ('error' in input) throw new NotDetermined('ABORT', input.error.message);
  return input.value;
}

/** The evidence of a probe, or the end of the check: it was not run, or it could not be carried out. */
export function needProbe<T>(input: Input<T> | undefined): T {
  if (input === undefined) throw new NotDetermined('MISS', 'needs an active probe; run it with --probes');
  return need(input);
}

/** What a check says: findings, and for a mode that cannot come to a verdict, why. */
export interface Judgement {
  findings: Finding[];
  aborts?: Partial<Record<Mode, string>>;
}

/** Nothing is wrong. */
export const fine: Judgement = { findings: [] };

/** Runs a check and turns what it says into verdicts of both modes. */
export function conclude(check: () => Judgement): TestcaseResult {
  try {
    const { findings, aborts = {} } = check();
    const verdict = (mode: Mode): Result => {
      if (aborts[mode] !== undefined) return 'ABORT';
      return findings.some(({ fails }) => fails[mode]) ? 'FAIL' : 'PASS';
    };
    const reason = aborts.upstream ?? aborts.standard;
    return {
      result: { upstream: verdict('upstream'), standard: verdict('standard') },
      ...(reason !== undefined && { reason }),
      findings,
    };
  } catch (error) {
    if (!(error instanceof NotDetermined)) throw error;
    return {
      result: error.result,
      reason: error.message,
      findings: [],
    };
  }
}

/** For ids that no program can judge. */
export const untested = (id: string): TestcaseResult => ({
  result: { upstream: 'MISS', standard: 'MISS' },
  reason: `there is no automatic test for ${id}`,
  findings: [],
});

type Given = Pick<Finding, 'rule' | 'object' | 'message'> & Partial<Finding>;

/**
 * Makes the findings of one test case. What is not said: a MUST, counted in both modes. A finding that counts in no mode is a
 * warning.
 */
export function finder(testcase: string, clause: string) {
  return (given: Given): Finding => {
    const fails = given.fails ?? { upstream: true, standard: true };
    return {
      testcase,
      clause,
      obligation: 'MUST',
      severity: fails.upstream || fails.standard ? 'error' : 'warning',
      property: null,
      actual: null,
      expected: null,
      remedy: null,
      deviation: null,
      ...given,
      fails,
    };
  };
}

export const onlyUpstream = { upstream: true, standard: false } as const;
export const onlyStandard = { upstream: false, standard: true } as const;
export const neither = { upstream: false, standard: false } as const;

/** A word of a shell command: quoted when it must be. */
export const word = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** A command line of words; each is quoted when it must be. */
export const command = (...words: (string | number)[]): string =>
  words.map((part) => word(String(part))).join(' ');

export const standardsUrl = 'https://docs.scs.community/standards/';
