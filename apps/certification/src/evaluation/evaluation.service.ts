import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { recordAudit, uuid7 } from '@scs/database';
import { fromPageToken, toPage, uuidShape, type Call } from '@scs/grpc';
import type { Jobs } from '@scs/jobs';
import { DomainError, type Logger } from '@scs/service';
import { findVersion, validityOn, type Mode } from '@scs/standards';
import { DataSource, LessThan, MoreThan, type EntityManager } from 'typeorm';
import { ScopeCatalogue } from '../scope/scope-catalogue.ts';
import type { SubjectEntity } from '../subject/subject.entity.ts';
import { findSubject } from '../subject/subject.queries.ts';
import { CLOCK, JOBS, LOGGER, type Clock } from '../tokens.ts';
import { diffEvaluations } from './evaluation-diff.ts';
import {
  EvaluationEntity,
  FindingEntity,
  SnapshotEntity,
  type EvaluationRow,
  type EvaluationState,
  type EvaluationTrigger,
} from './evaluation.entity.ts';
import { enqueueRun } from './evaluation.jobs.ts';
import {
  checkDone,
  findEvaluation,
  findingsOf,
  findPrevious,
  insertEvaluation,
} from './evaluation.queries.ts';

/** What is asked for; what is left out: now, every version in force, upstream's verdicts, the subject's own setting of probes. */
export interface EvaluationRequest {
  trigger: EvaluationTrigger;
  creator: string;
  versions?: string[];
  mode?: Mode;
  at?: Date | null;
  probes?: boolean;
  snapshotId?: string | null;
  requestId?: string | null;
}

const ended: readonly EvaluationState[] = ['DONE', 'FAILED', 'CANCELLED'];
const watchEveryMs = 250;
/** Of a subject. They are carried out one after the other, and more is a mistake or an attack. */
const mostWaiting = 100;

/** Evaluations as resources: asked for, looked at, compared, cancelled. Carrying them out is EvaluationRunService's work. */
@Injectable()
export class EvaluationService {
  readonly #database: DataSource;
  readonly #catalogue: ScopeCatalogue;
  readonly #jobs: Jobs;
  readonly #clock: Clock;
  readonly #logger: Logger;
  constructor(
    database: DataSource,
    catalogue: ScopeCatalogue,
    @Inject(JOBS) jobs: Jobs,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#database = database;
    this.#catalogue = catalogue;
    this.#jobs = jobs;
    this.#clock = clock;
    this.#logger = logger;
  }

  async evaluate(name: string, request: Omit<EvaluationRequest, 'trigger' | 'creator'>, call: Call) {
    const subject = await findSubject(this.#database.manager, name, call.caller);
    const { snapshotId } = request;
    if (
      snapshotId &&
      !(
        uuidShape.test(snapshotId) &&
        (await this.#database.manager.existsBy(SnapshotEntity, { id: snapshotId, subjectId: subject.id }))
      )
    )
      throw snapshotNotFound(subject.id, snapshotId);
    return this.request(
      subject,
      { ...request, trigger: snapshotId ? 'REEVALUATION' : 'REQUEST', creator: call.caller.subject },
      call,
    );
  }

  /** Commits the row, then enqueues. The same `requestId` gives the same evaluation. */
  async request(subject: SubjectEntity, request: EvaluationRequest, call?: Call): Promise<EvaluationEntity> {
    const evaluation = await this.#database.transaction((manager) =>
      this.insert(manager, subject, request, call),
    );
    await this.enqueue(subject.id);
    return evaluation;
  }

  /** Writes the request down; `enqueue` follows once that is committed. */
  async insert(
    manager: EntityManager,
    subject: SubjectEntity,
    request: EvaluationRequest,
    call?: Call,
  ): Promise<EvaluationEntity> {
    const now = this.#clock();
    const asked = newEvaluation(subject, request, now);
    this.#checkVersions(subject.scope, asked, now);
    const { evaluation, isNew } = await insertEvaluation(manager, asked);
    if (
      isNew &&
      (await manager.countBy(EvaluationEntity, { subjectId: subject.id, state: 'QUEUED' })) > mostWaiting
    )
      throw new DomainError(
        'exhausted',
        'TOO_MANY_WAITING',
        `${mostWaiting} evaluations of ${subject.id} wait already; let them end, or cancel some`,
        { metadata: { subject: subject.id } },
      );
    if (isNew && call) await recordAudit(manager, call, 'evaluate-subject', `subjects/${subject.id}`, now);
    return evaluation;
  }

  /** What the queue does not take, the sweep finds: nothing is lost, so nobody is told. */
  async enqueue(subject: string): Promise<void> {
    await enqueueRun(this.#jobs, subject).catch((error: unknown) =>
      this.#logger.warn({ subject, err: error }, 'not enqueued now; the sweep will do it'),
    );
  }

  async get(name: string, { caller }: Call): Promise<EvaluationEntity> {
    return (await findEvaluation(this.#database.manager, name, caller)).evaluation;
  }

  async list(parent: string, pageSize: number, pageToken: string, { caller }: Call) {
    const { id: subjectId } = await findSubject(this.#database.manager, parent, caller);
    const before = fromPageToken(pageToken, uuidShape);
    const size = pageSize || 50;
    const rows = await this.#database.manager.find(EvaluationEntity, {
      where: { subjectId, ...(before !== null && { id: LessThan(before) }) },
      order: { id: 'DESC' },
      take: size + 1,
    });
    return toPage(rows, size, ({ id }) => id);
  }

  /** The present state, then each change, until it has ended or nobody listens. */
  async *watch(name: string, call: Call): AsyncGenerator<EvaluationEntity> {
    const { signal } = call;
    let last = '';
    while (!signal.aborted) {
      const evaluation = await this.get(name, call);
      const seen = JSON.stringify([evaluation.state, evaluation.progress]);
      if (seen !== last) yield evaluation;
      last = seen;
      if (ended.includes(evaluation.state)) return;
      await sleep(watchEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One that waits ends at once; a running one is told, cleans up, and ends within seconds. */
  async cancel(name: string, call: Call): Promise<EvaluationEntity> {
    const { evaluation } = await findEvaluation(this.#database.manager, name, call.caller);
    const now = this.#clock();
    await this.#database.transaction(async (manager) => {
      const waiting = await manager.update(
        EvaluationEntity,
        { id: evaluation.id, state: 'QUEUED' },
        { state: 'CANCELLED', cancelRequested: true, endTime: now },
      );
      const running = waiting.affected
        ? waiting
        : await manager.update(
            EvaluationEntity,
            { id: evaluation.id, state: 'RUNNING' },
            { cancelRequested: true },
          );
      if (!running.affected)
        throw new DomainError(
          'wrong-state',
          'EVALUATION_ENDED',
          `evaluation ${evaluation.id} has ended already`,
          {
            metadata: { evaluation: evaluation.id },
          },
        );
      await recordAudit(manager, call, 'cancel-evaluation', name, now);
    });
    return this.get(name, call);
  }

  /** Against the given one, or the one before. */
  async diff(name: string, base: string, { caller }: Call) {
    const { manager } = this.#database;
    const { subject, evaluation } = await findEvaluation(manager, name, caller);
    const older = base
      ? (await findEvaluation(manager, base, caller)).evaluation
      : await findPrevious(manager, evaluation);
    if (!older)
      throw new DomainError(
        'not-found',
        'NO_EARLIER_EVALUATION',
        `${subject.id} has no earlier evaluation; name a base`,
        {
          metadata: { evaluation: evaluation.id },
        },
      );
    if (older.subjectId !== subject.id)
      throw new DomainError('invalid', 'OTHER_SUBJECT', 'both evaluations must be of one subject', {
        violations: [{ field: 'base', description: 'is of another subject' }],
      });
    checkDone(evaluation);
    checkDone(older);
    const [before, after] = await Promise.all([
      findingsOf(manager, older.id),
      findingsOf(manager, evaluation.id),
    ]);
    return {
      base: older,
      evaluation,
      ...diffEvaluations(
        { versions: older.versions, findings: before },
        { versions: evaluation.versions, findings: after },
      ),
    };
  }

  async findings(parent: string, testcase: string, pageSize: number, pageToken: string, { caller }: Call) {
    const { evaluation } = await findEvaluation(this.#database.manager, parent, caller);
    const after = fromPageToken(pageToken, /^\d{1,9}$/);
    const size = pageSize || 200;
    const rows = await this.#database.manager.find(FindingEntity, {
      where: {
        evaluationId: evaluation.id,
        ...(testcase !== '' && { testcase }),
        ...(after !== null && { position: MoreThan(Number(after)) }),
      },
      order: { position: 'ASC' },
      take: size + 1,
    });
    return toPage(rows, size, ({ position }) => String(position));
  }

  async snapshot(name: string, { caller }: Call): Promise<SnapshotEntity> {
    const { id: subjectId } = await findSubject(this.#database.manager, name, caller);
    const id = name.split('/')[3]!;
    const snapshot = uuidShape.test(id)
      ? await this.#database.manager.findOneBy(SnapshotEntity, { id, subjectId })
      : null;
    if (!snapshot) throw snapshotNotFound(subjectId, id);
    return snapshot;
  }

  #checkVersions(scopeId: string, { askedVersions, askedAt }: EvaluationEntity, now: Date): void {
    const scope = this.#catalogue.get(scopeId);
    const wrong = (field: string, reason: string, message: string) =>
      new DomainError('invalid', reason, message, { violations: [{ field, description: message }] });
    try {
      for (const version of askedVersions) findVersion(scope, version);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw wrong('versions', 'VERSION_UNKNOWN', error.message);
    }
    const at = askedAt ?? now;
    if (askedVersions.length === 0 && !validityOn(scope, at).some(({ named }) => named))
      throw wrong(
        'at',
        'NO_VERSION_IN_FORCE',
        `no version of ${scope.name} was in force on ${at.toISOString().slice(0, 10)}; name versions`,
      );
  }
}

const snapshotNotFound = (subject: string, id: string): DomainError =>
  new DomainError('not-found', 'SNAPSHOT_NOT_FOUND', `${subject} has no snapshot ${id}`, {
    metadata: { subject, snapshot: id },
  });

export function newEvaluation(subject: SubjectEntity, request: EvaluationRequest, now: Date): EvaluationRow {
  return {
    id: uuid7(now.getTime()),
    subjectId: subject.id,
    scope: subject.scope,
    state: 'QUEUED',
    trigger: request.trigger,
    mode: request.mode ?? 'upstream',
    askedAt: request.at ?? null,
    at: null,
    askedVersions: request.versions ?? [],
    probes: request.snapshotId ? false : (request.probes ?? subject.probes),
    version: null,
    result: null,
    versions: [],
    snapshotId: request.snapshotId ?? null,
    findingCount: 0,
    requests: 0,
    progress: null,
    error: null,
    creator: request.creator,
    requestId: request.requestId || null,
    cancelRequested: false,
    runId: null,
    heartbeatTime: null,
    createTime: now,
    startTime: null,
    endTime: null,
  };
}
