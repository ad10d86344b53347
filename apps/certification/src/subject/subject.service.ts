import { Inject, Injectable } from '@nestjs/common';
import { recordAudit } from '@scs/database';
import { fromPageToken, toPage, type Call } from '@scs/grpc';
import { DomainError } from '@scs/service';
import { DataSource, MoreThan } from 'typeorm';
import { CLOCK, type Clock } from '../tokens.ts';
import { ResultEntity } from '../evaluation/evaluation.entity.ts';
import { EvaluationService } from '../evaluation/evaluation.service.ts';
import { ScopeCatalogue } from '../scope/scope-catalogue.ts';
import { Credentials } from './credential.ts';
import type { fromProtoSubject } from './subject.convert.ts';
import { SubjectEntity } from './subject.entity.ts';
import { findSubject, subjectNotFound, visibleTo } from './subject.queries.ts';

type Given = ReturnType<typeof fromProtoSubject>;

/** Proto field → what it changes. Everything else is fixed when a subject is made. */
const mutable = {
  display_name: ['displayName'],
  os_cloud: ['osCloud', 'kubeconfig'],
  kubeconfig: ['osCloud', 'kubeconfig'],
  probes: ['probes'],
  scheduled: ['scheduled'],
  public: ['public'],
} as const satisfies Record<string, (keyof Given)[]>;

const outputOnly: readonly string[] = ['name', 'create_time', 'update_time', 'next_evaluation_time'];

const invalid = (field: string, reason: string, message: string): DomainError =>
  new DomainError('invalid', reason, message, { violations: [{ field, description: message }] });

/** The clouds and clusters under certification. */
@Injectable()
export class SubjectService {
  readonly #database: DataSource;
  readonly #catalogue: ScopeCatalogue;
  readonly #credentials: Credentials;
  readonly #evaluations: EvaluationService;
  readonly #clock: Clock;
  constructor(
    database: DataSource,
    catalogue: ScopeCatalogue,
    credentials: Credentials,
    evaluations: EvaluationService,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.#database = database;
    this.#catalogue = catalogue;
    this.#credentials = credentials;
    this.#evaluations = evaluations;
    this.#clock = clock;
  }

  async create(id: string, given: Given, call: Call): Promise<SubjectEntity> {
    const { tenant } = call.caller;
    if (tenant !== null && given.tenant !== null && given.tenant !== tenant)
      throw invalid(
        'subject.tenant',
        'TENANT_FIXED',
        'you can only register subjects of your own tenant; leave it out',
      );
    await this.#checkCredential(given, call);
    const now = this.#clock();
    const subject = {
      ...given,
      id,
      displayName: given.displayName || id,
      tenant: tenant ?? given.tenant,
      createTime: now,
      updateTime: now,
      nextEvaluationTime: null,
    };
    await this.#database.transaction(async (manager) => {
      const { raw } = (await manager
        .createQueryBuilder()
        .insert()
        .into(SubjectEntity)
        .values(subject)
        .orIgnore()
        .returning('id')
        .execute()) as { raw: unknown[] };
      if (raw.length === 0)
        throw new DomainError(
          'exists',
          'SUBJECT_EXISTS',
          `there is a subject ${id} already; choose another id`,
          {
            metadata: { subject: id },
          },
        );
      await recordAudit(manager, call, 'create-subject', `subjects/${id}`, now);
      await this.#evaluations.insert(manager, subject, { trigger: 'REQUEST', creator: call.caller.subject });
    });
    await this.#evaluations.enqueue(id);
    return subject;
  }

  async get(name: string, { caller }: Call): Promise<SubjectEntity> {
    return findSubject(this.#database.manager, name, caller);
  }

  async list(pageSize: number, pageToken: string, { caller }: Call) {
    const after = fromPageToken(pageToken, /^[a-z0-9-]{1,63}$/);
    const size = pageSize || 50;
    const rows = await this.#database.manager.find(SubjectEntity, {
      where: { ...visibleTo(caller), ...(after !== null && { id: MoreThan(after) }) },
      order: { id: 'ASC' },
      take: size + 1,
    });
    return toPage(rows, size, ({ id }) => id);
  }

  /** Changes the fields named by the mask (proto names). With another credential the subject is looked at anew, and old results go. */
  async update(name: string, given: Given, mask: readonly string[], call: Call): Promise<SubjectEntity> {
    const subject = await findSubject(this.#database.manager, name, call.caller);
    const columns = mask.flatMap((path): (keyof Given)[] => {
      if (Object.hasOwn(mutable, path)) return [...mutable[path as keyof typeof mutable]];
      // Who read a subject may send all of it back (AIP-203).
      if (outputOnly.includes(path)) return [];
      if ((path === 'scope' || path === 'tenant') && given[path] === subject[path]) return [];
      throw invalid(
        'updateMask',
        'FIELD_FIXED',
        `${path} cannot be changed; changeable are ${Object.keys(mutable).join(', ')}`,
      );
    });
    const now = this.#clock();
    const change: Partial<SubjectEntity> = Object.fromEntries(
      columns.map((column) => [column, given[column]]),
    );
    if (columns.includes('osCloud')) {
      const { osCloud = null, kubeconfig = null } = change;
      await this.#checkCredential({ scope: subject.scope, osCloud, kubeconfig }, call);
    }
    // Evidence of another cloud is none of this one.
    const moved =
      columns.includes('osCloud') &&
      (change.osCloud !== subject.osCloud || change.kubeconfig !== subject.kubeconfig);
    if (change.scheduled !== undefined) change.nextEvaluationTime = change.scheduled ? now : null;
    await this.#database.transaction(async (manager) => {
      // These columns alone: others may change at the same time, and one that is gone stays gone.
      const { affected } = await manager.update(
        SubjectEntity,
        { id: subject.id },
        { ...change, updateTime: now },
      );
      if (!affected) throw subjectNotFound(subject.id);
      await recordAudit(manager, call, 'update-subject', `subjects/${subject.id}`, now);
      if (!moved) return;
      await manager.delete(ResultEntity, { subjectId: subject.id });
      const request = { trigger: 'REQUEST', creator: call.caller.subject } as const;
      await this.#evaluations.insert(manager, Object.assign(subject, change), request);
    });
    if (moved) await this.#evaluations.enqueue(subject.id);
    return findSubject(this.#database.manager, name, call.caller);
  }

  async delete(name: string, call: Call): Promise<void> {
    const { id } = await findSubject(this.#database.manager, name, call.caller);
    await this.#database.transaction(async (manager) => {
      const { affected } = await manager.delete(SubjectEntity, { id });
      if (!affected) throw subjectNotFound(id);
      await recordAudit(manager, call, 'delete-subject', `subjects/${id}`, this.#clock());
    });
  }

  async #checkCredential(
    given: Pick<Given, 'scope' | 'osCloud' | 'kubeconfig'>,
    { caller }: Call,
  ): Promise<void> {
    const { id } = this.#catalogue.get(given.scope);
    const wanted = id === 'kaas' ? 'kubeconfig' : 'os_cloud';
    if ((wanted === 'kubeconfig' ? given.kubeconfig : given.osCloud) === null)
      throw invalid(
        `subject.${wanted}`,
        'CREDENTIAL_MISSING',
        `a subject of scope ${id} needs ${wanted}; set it`,
      );
    await this.#credentials.check(given, caller);
  }
}
