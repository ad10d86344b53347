import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import type { JobDeclaration, Jobs } from '@scs/jobs';
import { SyncSourceJobSchema } from '@scs/proto/scs/docs/v1/job_pb';

/** Reads a source again. One of a source at a time; different ones side by side. */
export const syncSource: JobDeclaration<{ source: string }> = {
  queue: 'docs-search',
  name: 'sync-source',
  attempts: 4,
  backoffMs: 2000,
  concurrency: 2,
  parse: (payload) => ({ source: fromJson(SyncSourceJobSchema, payload as JsonValue).source }),
};

/** Takes up what a dead worker left, and queues what is due. */
export const sweepSources: JobDeclaration<Record<string, never>> = {
  queue: 'docs-search-sweep',
  name: 'sweep-sources',
  attempts: 1,
  backoffMs: 1000,
  concurrency: 1,
  parse: () => ({}),
};
export const sweepEveryMs = 15_000;

/** Asks for a source to be read. */
export const enqueueSync = (jobs: Jobs, source: string): Promise<void> =>
  jobs.enqueue(syncSource, { source }, source);
