import type { Evaluation, Result } from './result.ts';

/** Worst first (scs-0003): disproved, not recently tried, not verifiable, fulfilled. */
const order = ['FAIL', 'MISS', 'ABORT', 'PASS'] as const satisfies Result[];

/** The verdict over a set of verdicts: the worst of them. Nothing asked is nothing violated. */
export function aggregate(results: Iterable<Result>): Result {
  const seen = new Set(results);
  return order.find((result) => seen.has(result)) ?? 'PASS';
}

/**
 * The version that represents a subject: newest first, the first that is no draft and did not fail; if all failed, the newest that is
 * no draft; if there are only drafts, the newest.
 */
export function representing<E extends Pick<Evaluation, 'validity' | 'result'>>(
  newestFirst: readonly E[],
): E | undefined {
  const released = newestFirst.filter(({ validity }) => validity !== 'draft');
  return released.find(({ result }) => result !== 'FAIL') ?? released[0] ?? newestFirst[0];
}

/** How a version is shown: `*` draft, `†` about to end, `††` deprecated. */
export const validityMark = {
  draft: '*',
  effective: '',
  warn: '†',
  deprecated: '††',
} as const satisfies Record<Evaluation['validity'], string>;
