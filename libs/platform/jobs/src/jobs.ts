import {
  inject,
  metrics,
  DomainError,
  runWithExtracted,
  traced,
  type Carrier,
  type ErrorKind,
  type Logger,
} from '@scs/service';
import {
  createPostgresBackend,
  Queue,
  runMigrations,
  UnrecoverableError,
  withBackend,
  Worker,
  type Job,
} from 'bullmq';
import pg from 'pg';
import { Gauge } from 'prom-client';

/** A kind of job: where it waits, how often it is tried. The payload holds ids alone: a job only says “look again”. */
export interface JobDeclaration<P extends Record<string, unknown>> {
  /** `<service>` or `<service>-<topic>`. */
  queue: string;
  /** `verb-noun`. */
  name: string;
  /** Runs at most, the first included. */
  attempts: number;
  /** Before the second run; doubles with each. Milliseconds. */
  backoffMs: number;
  /** Jobs of the queue at one time in one process. */
  concurrency: number;
  /** Reads the payload out of what was stored; throws for what is none. */
  parse: (payload: unknown) => P;
}

export type JobName = Pick<JobDeclaration<Record<string, unknown>>, 'queue' | 'name'>;

export interface JobHandler {
  job: JobDeclaration<Record<string, unknown>>;
  handle: (
    payload: Record<string, unknown>,
    context: { attempt: number; isLastAttempt: boolean },
  ) => Promise<void>;
}

/** Ties a declaration to its handler, with the payload's type. */
export function handles<P extends Record<string, unknown>>(
  job: JobDeclaration<P>,
  handle: (payload: P, context: { attempt: number; isLastAttempt: boolean }) => Promise<void>,
): JobHandler {
  return { job, handle: (payload, context) => handle(job.parse(payload), context) };
}

export interface Jobs {
  /**
   * Puts a job in its queue. With one of the same key running, one more waits (the newest); with one waiting, that one is taken. Like a
   * Kubernetes work queue.
   */
  enqueue<P extends Record<string, unknown>>(job: JobDeclaration<P>, payload: P, key: string): Promise<void>;
  /** Enqueues a job again and again. */
  repeat<P extends Record<string, unknown>>(
    job: JobDeclaration<P>,
    payload: P,
    everyMs: number,
  ): Promise<void>;
  /** Starts working; each declared job needs one handler. Throws for none or two. */
  work(declared: JobName[], handlers: JobHandler[]): Promise<void>;
  /** Does any process work on a job's queue at the moment? Where nobody does, jobs would pile up. */
  isWorkedOn(job: JobName): Promise<boolean>;
  /** Rejects where the queues cannot be asked. */
  check(): Promise<unknown>;
  /** Waits for what is running, then lets go. */
  close(): Promise<void>;
}

/** A worker that died is noticed after this time, and its job taken up again. */
const lockMs = 10_000;

interface Envelope {
  payload: unknown;
  trace: Carrier;
}

/** Opens the queues: on Postgres (`postgres://`) or on Redis or Valkey (`redis://`). The schema of the former is made first. */
export async function connectJobs(url: string, logger: Logger): Promise<Jobs> {
  const backend = url.startsWith('postgres') ? await onPostgres(url) : onRedis(url);
  const queues = new Map<string, Queue<Envelope>>();
  const workers: Worker<Envelope>[] = [];

  const open = async (name: string): Promise<Queue<Envelope>> => {
    const known = queues.get(name);
    if (known) return known;
    const queue = backend.queue(name);
    queues.set(name, queue);
    // It connects again by itself; without a listener it would print to the console.
    queue.on('error', (error) => logger.warn({ reason: error.message, queue: name }, 'queue unavailable'));
    await queue.waitUntilReady();
    return queue;
  };
  const forget = observe(queues);

  const options = (job: Pick<JobDeclaration<Record<string, unknown>>, 'attempts' | 'backoffMs'>) => ({
    attempts: job.attempts,
    backoff: { type: 'exponential', delay: job.backoffMs },
    removeOnComplete: { age: 3600, count: 1000 },
    // What failed for good stays to be looked at.
    removeOnFail: { age: 14 * 24 * 3600 },
  });

  return {
    async enqueue(job, payload, key) {
      await traced(
        `${job.queue} ${job.name}`,
        'producer',
        { 'messaging.system': 'bullmq', 'messaging.operation.name': 'send' },
        async () => {
          const queue = await open(job.queue);
          const deduplication = { id: key, keepLastIfActive: true };
          await queue.add(job.name, { payload, trace: inject() }, { ...options(job), deduplication });
        },
      );
    },
    async repeat(job, payload, everyMs) {
      const queue = await open(job.queue);
      await queue.upsertJobScheduler(
        job.name,
        { every: everyMs },
        { name: job.name, data: { payload, trace: {} }, opts: options(job) },
      );
    },
    async work(declared, handlers) {
      for (const job of declared) {
        const count = handlers.filter(
          (handler) => handler.job.name === job.name && handler.job.queue === job.queue,
        ).length;
        if (count !== 1) throw new Error(`job ${job.queue}/${job.name} has ${count} handlers, one is needed`);
      }
      for (const name of new Set(declared.map(({ queue }) => queue))) {
        // A worker on a queue that is not ready spins.
        await open(name);
        const mine = handlers.filter(({ job }) => job.queue === name);
        const concurrency = Math.max(...mine.map(({ job }) => job.concurrency));
        const worker = backend.worker(name, (job) => process(job, mine), concurrency);
        worker.on('error', (error) =>
          logger.warn({ reason: error.message, queue: name }, 'queue unavailable'),
        );
        worker.on('failed', (job, error) => {
          const expected = error instanceof DomainError || error instanceof UnrecoverableError;
          const what = { queue: name, job: job?.name, attempt: job?.attemptsMade };
          // What nobody expected is a defect: with its stack.
          if (expected) logger.warn({ ...what, reason: error.message }, 'job failed');
          else logger.error({ ...what, err: error }, 'job failed');
        });
        workers.push(worker);
      }
    },
    async isWorkedOn(job) {
      return (await (await open(job.queue)).getWorkers()).length > 0;
    },
    check: () => Promise.all([...queues.values()].map((queue) => queue.getJobCounts('waiting'))),
    async close() {
      forget();
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

/** Trying again would change nothing. */
const final: ErrorKind[] = ['invalid', 'not-found', 'exists', 'wrong-state', 'forbidden'];

async function process(job: Job<Envelope>, handlers: JobHandler[]): Promise<void> {
  const handler = handlers.find((candidate) => candidate.job.name === job.name);
  if (!handler) throw new UnrecoverableError(`no handler for ${job.name}`);
  const attempt = job.attemptsMade + 1;
  const context = { attempt, isLastAttempt: attempt >= (job.opts.attempts ?? 1) };
  await runWithExtracted(job.data.trace, () =>
    traced(
      `${job.queueName} ${job.name}`,
      'consumer',
      { 'messaging.system': 'bullmq', 'messaging.operation.name': 'process' },
      async () => {
        try {
          // The queue stores JSON; the declaration's `parse` says what it must be.
          await handler.handle(job.data.payload as Record<string, unknown>, context);
        } catch (error) {
          if (error instanceof DomainError && final.includes(error.kind))
            throw new UnrecoverableError(error.message);
          throw error;
        }
      },
    ),
  );
}

interface Backend {
  queue(name: string): Queue<Envelope>;
  worker(name: string, run: (job: Job<Envelope>) => Promise<void>, concurrency: number): Worker<Envelope>;
}

const working = (concurrency: number) => ({
  concurrency,
  lockDuration: lockMs,
  stalledInterval: lockMs / 2,
  maxStalledCount: 5,
});

async function onPostgres(url: string): Promise<Backend> {
  // A worker on a schema that is not there blocks the event loop: make it first.
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
  const { Queue: PostgresQueue, Worker: PostgresWorker } = withBackend(createPostgresBackend);
  const connection = { connectionString: url };
  return {
    queue: (name) => new PostgresQueue(name, { connection }) as unknown as Queue<Envelope>,
    worker: (name, run, concurrency) =>
      new PostgresWorker(name, run as never, {
        connection,
        ...working(concurrency),
      }) as unknown as Worker<Envelope>,
  };
}

function onRedis(url: string): Backend {
  const { protocol, hostname: host, port, username, password, pathname } = new URL(url);
  const connection = {
    host,
    port: Number(port || 6379),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    db: Number(pathname.slice(1) || 0),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
  return {
    queue: (name) => new Queue(name, { connection }),
    worker: (name, run, concurrency) =>
      new Worker(name, run, {
        connection: { ...connection, maxRetriesPerRequest: null },
        ...working(concurrency),
      }),
  };
}

const states = ['waiting', 'active', 'delayed', 'failed'] as const;
const counts = new Gauge({
  name: 'scs_cp_jobs',
  help: 'Jobs by state',
  labelNames: ['queue', 'state'],
  registers: [],
});
const age = new Gauge({
  name: 'scs_cp_job_oldest_age_seconds',
  help: 'Age of the oldest waiting job',
  labelNames: ['queue'],
  registers: [],
});

/** Asks the queues when metrics are scraped; in one process all queues share the two gauges. */
function observe(queues: ReadonlyMap<string, Queue<Envelope>>): () => void {
  const collect = async (): Promise<void> => {
    for (const [name, queue] of queues) {
      const found = await queue.getJobCounts(...states);
      for (const state of states) counts.set({ queue: name, state }, found[state] ?? 0);
      const [oldest] = await queue.getWaiting(0, 0);
      age.set({ queue: name }, oldest ? (Date.now() - oldest.timestamp) / 1000 : 0);
    }
  };
  observers.add(collect);
  const forget = () => void observers.delete(collect);
  if (metrics.registry.getSingleMetric('scs_cp_jobs')) return forget;
  metrics.registry.registerMetric(counts);
  metrics.registry.registerMetric(age);
  // Both gauges are scraped at once, and one round of questions answers both.
  let asking: Promise<void> | undefined;
  const askAll = () =>
    (asking ??= Promise.all([...observers].map((observer) => observer().catch(() => undefined))).then(() => {
      asking = undefined;
    }));
  Object.assign(counts, { collect: askAll });
  Object.assign(age, { collect: askAll });
  return forget;
}
const observers = new Set<() => Promise<void>>();
