import { Inject, Injectable } from '@nestjs/common';
import type { Call } from '@scs/grpc';
import { DomainError } from '@scs/service';
import { standing, type Standing } from '@scs/standards';
import { DataSource } from 'typeorm';
import { CLOCK, type Clock } from '../tokens.ts';
import { ScopeCatalogue } from '../scope/scope-catalogue.ts';
import { drawBadge } from './badge.ts';
import { SubjectEntity } from './subject.entity.ts';
import { findSubject, newestResults, type EvidencedResult } from './subject.queries.ts';

/** Where subjects stand: computed from the stored results whenever it is asked for, so it can never be stale. */
@Injectable()
export class SubjectStatusService {
  readonly #database: DataSource;
  readonly #catalogue: ScopeCatalogue;
  readonly #clock: Clock;
  constructor(database: DataSource, catalogue: ScopeCatalogue, @Inject(CLOCK) clock: Clock) {
    this.#database = database;
    this.#catalogue = catalogue;
    this.#clock = clock;
  }

  async status(name: string, asked: Date | null, { caller }: Call) {
    const subject = await findSubject(this.#database.manager, name, caller);
    const at = asked ?? this.#clock();
    return { subject, at, ...(await this.#standing(subject, at)) };
  }

  /** For everybody; of a subject that is not public nobody learns that it is there. */
  async badge(id: string, scopeFile: string): Promise<string> {
    const scope = scopeFile.replace(/\.svg$/, '');
    const subject = await this.#database.manager.findOneBy(SubjectEntity, { id, scope, public: true });
    if (!subject)
      throw new DomainError(
        'not-found',
        'BADGE_NOT_FOUND',
        `there is no public badge of ${id} for scope ${scope}`,
        {
          metadata: { subject: id, scope },
        },
      );
    const { standing: stands } = await this.#standing(subject, this.#clock());
    return drawBadge(this.#catalogue.get(scope).name, stands.represented);
  }

  async #standing(
    subject: SubjectEntity,
    at: Date,
  ): Promise<{ standing: Standing; results: EvidencedResult[] }> {
    const results = await newestResults(this.#database.manager, subject, at);
    return { standing: standing(this.#catalogue.get(subject.scope), results, at), results };
  }
}
