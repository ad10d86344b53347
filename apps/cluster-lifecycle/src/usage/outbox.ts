import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import type { JobDeclaration, Jobs } from '@scs/jobs';
import { metrics, type Logger } from '@scs/service';
import { Gauge } from 'prom-client';
import type { DataSource, EntityManager } from 'typeorm';
import { certifyCluster, recordUsage } from './usage.jobs.ts';

/** What others are to hear of. A row is written in the transaction of the change, and goes when it was handed over. */
interface Topic {
  job: JobDeclaration<JsonObject>;
  /** Events a job. */
  batch: number;
  payload: (events: JsonObject[]) => JsonObject;
  /** Jobs of one key replace each other while they wait. */
  key: (events: JsonObject[]) => string;
}

const topics = {
  usage: {
    job: recordUsage,
    batch: 100,
    payload: (events) => ({ events }),
    // The same batch again is the same job; any other batch is another one.
    key: (events) => createHash('sha256').update(JSON.stringify(events)).digest('hex'),
  },
  ready: {
    job: certifyCluster,
    batch: 1,
    payload: ([event]) => event ?? {},
    // The newest of a cluster takes the place of one that waits.
    key: ([event]) => JSON.stringify([event?.['tenant'], event?.['cluster']]),
  },
} satisfies Record<string, Topic>;
export type TopicName = keyof typeof topics;

/** Nobody bills what is older. Days. */
const retentionDays = 90;

export async function writeOutbox(
  manager: EntityManager,
  topic: TopicName,
  events: readonly JsonValue[],
  now: Date,
): Promise<void> {
  if (events.length === 0) return;
  await manager.query(
    `INSERT INTO outbox (topic, payload, create_time)
       SELECT $1, event, $3 FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS given (event, place) ORDER BY place`,
    [topic, JSON.stringify(events), now],
  );
}

/** Hands rows over to the queues: at least once, oldest first, and only where somebody takes them, so that no queue grows without end. */
export class OutboxRelay {
  readonly #database: DataSource;
  readonly #jobs: Jobs;
  readonly #logger: Logger;
  readonly #always: ReadonlySet<TopicName>;
  readonly #clock: () => Date;

  constructor(
    database: DataSource,
    jobs: Jobs,
    logger: Logger,
    clock: () => Date,
    always: ReadonlySet<TopicName> = new Set(),
  ) {
    this.#database = database;
    this.#jobs = jobs;
    this.#logger = logger;
    this.#clock = clock;
    this.#always = always;
  }

  async relay(): Promise<void> {
    await this.#expire();
    for (const name of Object.keys(topics) as TopicName[]) {
      const isTaken = this.#always.has(name) || (await this.#jobs.isWorkedOn(topics[name].job));
      while (isTaken && (await this.#handOver(name)));
    }
  }

  /** One batch; false where nothing is left. What is enqueued and not forgotten is enqueued once more. */
  #handOver(name: TopicName): Promise<boolean> {
    const topic: Topic = topics[name];
    return this.#database.transaction(async (manager) => {
      const rows: { id: string; payload: JsonObject }[] = await manager.query(
        'SELECT id, payload FROM outbox WHERE topic = $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED',
        [name, topic.batch],
      );
      if (rows.length === 0) return false;
      const events = rows.map(({ payload }) => payload);
      await this.#jobs.enqueue(topic.job, topic.payload(events), topic.key(events));
      await manager.query('DELETE FROM outbox WHERE id = ANY($1)', [rows.map(({ id }) => id)]);
      return rows.length === topic.batch;
    });
  }

  async #expire(): Promise<void> {
    const [, count]: [unknown, number] = await this.#database.query(
      `DELETE FROM outbox WHERE create_time < $1::timestamptz - make_interval(days => $2)`,
      [this.#clock(), retentionDays],
    );
    if (count > 0)
      this.#logger.warn({ count }, `nobody took these events for ${retentionDays} days; they are dropped`);
  }
}

/** How much waits, and for how long. Asked when metrics are scraped. */
export function observeOutbox(database: DataSource, clock: () => Date): () => void {
  const look = async (): Promise<{ count: string; oldest: Date | null }> => {
    const [row] = await database.query('SELECT count(*) AS count, min(create_time) AS oldest FROM outbox');
    return row;
  };
  const registers = [metrics.registry];
  const names = ['scs_cp_outbox_unpublished', 'scs_cp_outbox_oldest_age_seconds'] as const;
  new Gauge({
    name: names[0],
    help: 'Events that nobody has taken yet',
    registers,
    async collect() {
      await look().then(
        ({ count }) => this.set(Number(count)),
        () => this.reset(),
      );
    },
  });
  new Gauge({
    name: names[1],
    help: 'Age of the oldest of them',
    registers,
    async collect() {
      await look().then(
        ({ oldest }) => this.set(oldest ? (clock().getTime() - oldest.getTime()) / 1000 : 0),
        () => this.reset(),
      );
    },
  });
  return () => {
    for (const name of names) metrics.registry.removeSingleMetric(name);
  };
}
