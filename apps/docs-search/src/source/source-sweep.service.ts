import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@scs/service';
import { DataSource } from 'typeorm';
import { CLOCK, LOGGER, type Clock } from '../tokens.ts';
import { SourceService } from './source.service.ts';

/** Queues what is due, and sees to it that nothing that waits is forgotten. */
@Injectable()
export class SourceSweepService {
  readonly #database: DataSource;
  readonly #sources: SourceService;
  readonly #clock: Clock;
  readonly #logger: Logger;
  constructor(
    database: DataSource,
    sources: SourceService,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#database = database;
    this.#sources = sources;
    this.#clock = clock;
    this.#logger = logger;
  }

  async sweep(): Promise<void> {
    const now = this.#clock();
    await this.requeueForgotten(15);
    const [due]: [{ id: string }[], number] = await this.#database.query(
      `UPDATE source SET state = 'PENDING', request_time = $1,
              next_sync_time = $1::timestamptz + make_interval(secs => sync_seconds)
        WHERE next_sync_time <= $1 AND state IN ('READY', 'FAILED') RETURNING id`,
      [now],
    );
    for (const { id } of due) await this.#sources.enqueue(id);
  }

  /** The job of a waiting source was lost, or the worker of one that is being read died. Younger wishes have their job still to come. */
  async requeueForgotten(seconds: number): Promise<void> {
    const rows: { id: string }[] = await this.#database.query(
      `SELECT id FROM source
        WHERE (state = 'PENDING' AND request_time < $1::timestamptz - make_interval(secs => $2))
           OR (state = 'SYNCING' AND heartbeat_time < now() - interval '10 seconds')`,
      [this.#clock(), seconds],
    );
    for (const { id } of rows) {
      this.#logger.info({ source: id }, 'queued again: a source that nobody reads');
      await this.#sources.enqueue(id);
    }
  }
}
