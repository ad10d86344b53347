import { Inject, Injectable } from '@nestjs/common';
import type { Jobs } from '@scs/jobs';
import type { Logger } from '@scs/service';
import { nextLook } from '@scs/standards';
import { DataSource, LessThanOrEqual } from 'typeorm';
import { ScopeCatalogue } from '../scope/scope-catalogue.ts';
import { SubjectEntity } from '../subject/subject.entity.ts';
import { newestResults } from '../subject/subject.queries.ts';
import { CLOCK, JOBS, LOGGER, type Clock } from '../tokens.ts';
import { EvaluationService } from './evaluation.service.ts';
import { enqueueRun } from './evaluation.jobs.ts';

/** Queues what is due, and sees to it that nothing that waits is forgotten. */
@Injectable()
export class EvaluationSweepService {
  readonly #database: DataSource;
  readonly #catalogue: ScopeCatalogue;
  readonly #evaluations: EvaluationService;
  readonly #jobs: Jobs;
  readonly #clock: Clock;
  readonly #logger: Logger;
  constructor(
    database: DataSource,
    catalogue: ScopeCatalogue,
    evaluations: EvaluationService,
    @Inject(JOBS) jobs: Jobs,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#database = database;
    this.#catalogue = catalogue;
    this.#evaluations = evaluations;
    this.#jobs = jobs;
    this.#clock = clock;
    this.#logger = logger;
  }

  async sweep(): Promise<void> {
    await this.#cancelOrphans();
    await this.requeueForgotten(15);
    await this.#queueDue();
  }

  /** Somebody wanted them to end, and their worker is dead. */
  async #cancelOrphans(): Promise<void> {
    await this.#database.query(
      `UPDATE evaluation SET state = 'CANCELLED', end_time = now(), progress = NULL
        WHERE state = 'RUNNING' AND cancel_requested AND heartbeat_time < now() - interval '15 seconds'`,
    );
  }

  /**
   * The job of a waiting evaluation was lost, a worker that stopped gave it back, or the worker of a running one died. Younger ones than so
   * many seconds have their job still to come.
   */
  async requeueForgotten(seconds: number): Promise<void> {
    const rows: { subject_id: string }[] = await this.#database.query(
      `SELECT DISTINCT subject_id FROM evaluation
        WHERE (state = 'QUEUED' AND (start_time IS NOT NULL OR create_time < now() - make_interval(secs => $1)))
           OR (state = 'RUNNING' AND NOT cancel_requested AND heartbeat_time < now() - interval '15 seconds')`,
      [seconds],
    );
    for (const { subject_id: subject } of rows) {
      this.#logger.info({ subject }, 'queued again: evaluations that nobody carries out');
      await enqueueRun(this.#jobs, subject);
    }
  }

  async #queueDue(): Promise<void> {
    const now = this.#clock();
    const due = await this.#database.manager.find(SubjectEntity, {
      where: { scheduled: true, nextEvaluationTime: LessThanOrEqual(now) },
      order: { nextEvaluationTime: 'ASC' },
      take: 100,
    });
    for (const subject of due) {
      // Who moves the time is who queues: two sweeps never queue one look twice.
      const { affected } = await this.#database.manager.update(
        SubjectEntity,
        { id: subject.id, nextEvaluationTime: LessThanOrEqual(now) },
        { nextEvaluationTime: new Date(now.getTime() + 6 * 3_600_000) },
      );
      if (!affected) continue;
      await this.#evaluations.request(subject, {
        trigger: 'SCHEDULE',
        creator: 'schedule',
        probes: subject.probes && (await this.#probesAreDue(subject, now)),
      });
    }
  }

  /** Probes create things: they run when their own results need it, not with every look. */
  async #probesAreDue(subject: SubjectEntity, now: Date): Promise<boolean> {
    const results = await newestResults(this.#database.manager, subject, now);
    const next = nextLook(this.#catalogue.get(subject.scope), results, now, ['probe']);
    return next !== null && next <= now;
  }
}
