import { createHash } from 'node:crypto';
import { uuid7 } from '@scs/database';
import { keepable, type SearchResult } from '@scs/doc-index';
import type { Logger } from '@scs/service';
import type { DataSource } from 'typeorm';
import { countDropped } from '../search/search.metrics.ts';
import type { Clock } from '../tokens.ts';
import { insertClicks, insertQueries, type ClickRow, type QueryRow } from './query.queries.ts';

const flushEveryMs = 500;
const batchSize = 500;
/** Of each kind. What comes on top while Postgres is away is dropped and counted. */
const mostWaiting = 10_000;
/** Of what a query asks for, the best hit has less than so: its result is poor. */
const poorBelow = 0.5;

/** Writes down what was asked and opened, in the background: no search waits for Postgres. */
export class QueryLog {
  readonly #database: DataSource;
  readonly #logger: Logger;
  readonly #clock: Clock;
  #queries: QueryRow[] = [];
  #clicks: ClickRow[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<unknown> | undefined;
  #isFailing = false;
  constructor(database: DataSource, logger: Logger, clock: Clock) {
    this.#database = database;
    this.#logger = logger;
    this.#clock = clock;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#flush(), flushEveryMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#flushing;
    await this.#flush();
  }

  /** Gives the id by which clicks name the query. */
  record({ query, session, result }: { query: string; session: string; result: SearchResult }): string {
    const time = this.#clock();
    const id = uuid7(time.getTime());
    const text = keepable(query).slice(0, 500).toWellFormed();
    if (text === '') return id;
    const row = {
      id,
      time,
      text,
      session: session === '' ? null : sessionOn(time, session),
      match: result.match,
      hits: result.hits.length,
      coverage: result.coverage,
      poor: result.match !== 'words' || result.coverage < poorBelow,
      page: result.hits[0]?.page ?? null,
    };
    this.#queries = add(this.#queries, row);
    return id;
  }

  click(click: Omit<ClickRow, 'time'>): void {
    this.#clicks = add(this.#clicks, { ...click, time: this.#clock() });
  }

  #flush(): Promise<unknown> {
    this.#flushing ??= this.#write()
      .then(() => (this.#isFailing = false))
      .catch((error: unknown) => {
        // Said once, not with every try.
        if (!this.#isFailing) this.#logger.warn({ err: error }, 'queries are not written down now');
        this.#isFailing = true;
      })
      .finally(() => (this.#flushing = undefined));
    return this.#flushing;
  }

  /** What cannot be written waits for the next time. Queries go first: clicks name them. */
  async #write(): Promise<void> {
    while (this.#queries.length > 0) {
      const batch = this.#queries.slice(0, batchSize);
      await insertQueries(this.#database, batch);
      this.#queries = this.#queries.slice(batch.length);
    }
    while (this.#clicks.length > 0) {
      const batch = this.#clicks.slice(0, batchSize);
      await insertClicks(this.#database, batch);
      this.#clicks = this.#clicks.slice(batch.length);
    }
  }
}

function add<T>(rows: T[], row: T): T[] {
  if (rows.length < mostWaiting) rows.push(row);
  else countDropped(1);
  return rows;
}

/** A session is told again on one day alone, and what the client called it is not kept. */
const sessionOn = (time: Date, session: string): string =>
  createHash('sha256')
    .update(`${time.toISOString().slice(0, 10)} ${session}`)
    .digest('base64url')
    .slice(0, 22);
