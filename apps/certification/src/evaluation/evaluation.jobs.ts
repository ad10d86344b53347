import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import type { JobDeclaration, Jobs } from '@scs/jobs';
import { RunEvaluationsJobSchema } from '@scs/proto/scs/certification/v1/job_pb';

/** Carries out what is queued for a subject. One of a subject at a time, because the probes of two runs would meet. */
export const runEvaluations: JobDeclaration<{ subject: string }> = {
  queue: 'certification',
  name: 'run-evaluations',
  attempts: 3,
  backoffMs: 5000,
  concurrency: 4,
  parse: (payload) => ({ subject: fromJson(RunEvaluationsJobSchema, payload as JsonValue).subject }),
};

/** Takes up what a dead worker left, and queues what is due. */
export const sweepEvaluations: JobDeclaration<Record<string, never>> = {
  queue: 'certification-sweep',
  name: 'sweep-evaluations',
  attempts: 1,
  backoffMs: 1000,
  concurrency: 1,
  parse: () => ({}),
};

export const declaredJobs = [runEvaluations, sweepEvaluations];
export const sweepEveryMs = 30_000;

/** Asks for the queued evaluations of a subject to be carried out. */
export const enqueueRun = (jobs: Jobs, subject: string): Promise<void> =>
  jobs.enqueue(runEvaluations, { subject }, subject);
