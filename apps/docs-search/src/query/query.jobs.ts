import type { JobDeclaration } from '@scs/jobs';

/** Forgets raw queries after 30 days. */
export const expireQueriesJob: JobDeclaration<Record<string, never>> = {
  queue: 'docs-search-sweep',
  name: 'expire-queries',
  attempts: 3,
  backoffMs: 10_000,
  concurrency: 1,
  parse: () => ({}),
};
export const expireEveryMs = 3_600_000;
