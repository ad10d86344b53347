import { Inject, Injectable } from '@nestjs/common';
import { missingTopics, type MissingTopic } from '@scs/doc-index';
import { DomainError } from '@scs/service';
import { DataSource } from 'typeorm';
import { CLOCK, type Clock } from '../tokens.ts';
import {
  expireQueries,
  queriesBetween,
  reformulationsBetween,
  type QueryStatistics,
} from './query.queries.ts';

export type { QueryStatistics } from './query.queries.ts';

const keptMs = 30 * 86_400_000;

/** What people look for, and do not find. */
@Injectable()
export class AnalyticsService {
  readonly #database: DataSource;
  readonly #clock: Clock;
  constructor(database: DataSource, @Inject(CLOCK) clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  async summarize({
    start,
    end,
    limit,
  }: {
    start?: Date | undefined;
    end?: Date | undefined;
    limit: number;
  }) {
    const [from, to] = this.#span(start, end);
    const [queries, reformulations] = await Promise.all([
      queriesBetween(this.#database, from, to),
      reformulationsBetween(this.#database, from, to, limit),
    ]);
    const sum = (pick: (query: QueryStatistics) => number) =>
      queries.reduce((total, query) => total + pick(query), 0);
    return {
      queryCount: sum(({ count }) => count),
      poorCount: sum(({ poor }) => poor),
      topQueries: queries.slice(0, limit),
      poorQueries: queries
        .filter(({ poor, clicks }) => poor > 0 || clicks === 0)
        .toSorted((a, b) => b.poor - a.poor || b.count - a.count)
        .slice(0, limit),
      reformulations,
    };
  }

  async missingTopics(start: Date | undefined, limit: number): Promise<MissingTopic[]> {
    const [from, to] = this.#span(start, undefined);
    const queries = await queriesBetween(this.#database, from, to);
    return missingTopics(queries.filter(({ poor }) => poor > 0)).slice(0, limit);
  }

  /** Raw queries go after 30 days; how often what was asked on which day stays. */
  async expire(): Promise<void> {
    await expireQueries(this.#database, new Date(this.#clock().getTime() - keptMs));
  }

  #span(start: Date | undefined, end: Date | undefined): [Date, Date] {
    const to = end ?? this.#clock();
    const from = start ?? new Date(to.getTime() - keptMs);
    if (from <= to) return [from, to];
    const message = 'start_time must not be after end_time';
    throw new DomainError('invalid', 'SPAN_INVALID', message, {
      violations: [{ field: 'start_time', description: message }],
    });
  }
}
