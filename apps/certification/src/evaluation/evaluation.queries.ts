import { uuidShape } from '@scs/grpc';
import { DomainError, type Caller } from '@scs/service';
import { In, QueryFailedError, type EntityManager } from 'typeorm';
import { findSubject, subjectNotFound } from '../subject/subject.queries.ts';
import type { SubjectEntity } from '../subject/subject.entity.ts';
import {
  EvaluationEntity,
  FindingEntity,
  type EvaluationRow,
  type StoredFinding,
} from './evaluation.entity.ts';

/** By `subjects/{subject}/evaluations/{evaluation}`. A foreign one is not there. */
export async function findEvaluation(
  manager: EntityManager,
  name: string,
  caller: Caller,
): Promise<{ subject: SubjectEntity; evaluation: EvaluationEntity }> {
  const subject = await findSubject(manager, name, caller);
  const id = name.split('/')[3]!;
  // Postgres takes no other form, and no evaluation has one.
  const evaluation = uuidShape.test(id)
    ? await manager.findOneBy(EvaluationEntity, { id, subjectId: subject.id })
    : null;
  if (evaluation) return { subject, evaluation };
  throw new DomainError('not-found', 'EVALUATION_NOT_FOUND', `${subject.id} has no evaluation ${id}`, {
    metadata: { subject: subject.id, evaluation: id },
  });
}

/**
 * Writes an evaluation down. With a request id that its subject knows already, that evaluation is given instead: of two requests at once
 * the second waits for the first.
 */
export async function insertEvaluation(
  manager: EntityManager,
  evaluation: EvaluationRow,
): Promise<{ evaluation: EvaluationEntity; isNew: boolean }> {
  const { subjectId, requestId } = evaluation;
  const { raw } = (await manager
    .createQueryBuilder()
    .insert()
    .into(EvaluationEntity)
    .values(evaluation as object)
    .orIgnore()
    .returning('id')
    .execute()
    .catch((error: unknown) => {
      // Somebody removed the subject meanwhile.
      const { code } = error instanceof QueryFailedError ? (error.driverError as { code?: string }) : {};
      throw code === '23503' ? subjectNotFound(subjectId) : error;
    })) as { raw: unknown[] };
  if (raw.length > 0) return { evaluation, isNew: true };
  const known = await manager.findOneByOrFail(EvaluationEntity, { subjectId, requestId: requestId! });
  return { evaluation: known, isNew: false };
}

/** Throws `wrong-state` for an evaluation that has no verdict. */
export function checkDone({ id, state }: EvaluationEntity): void {
  if (state === 'DONE') return;
  throw new DomainError(
    'wrong-state',
    'EVALUATION_NOT_DONE',
    `evaluation ${id} is ${state.toLowerCase()}; only one that is done has a verdict`,
    { metadata: { evaluation: id, state } },
  );
}

/** Findings of an evaluation, worst first. */
export async function findingsOf(manager: EntityManager, evaluationId: string): Promise<StoredFinding[]> {
  const rows = await manager.find(FindingEntity, { where: { evaluationId }, order: { position: 'ASC' } });
  return rows.map(({ content }) => content);
}

/** The one before, of those that looked at the subject itself. */
export async function findPrevious(
  manager: EntityManager,
  evaluation: EvaluationEntity,
): Promise<EvaluationEntity | null> {
  return manager
    .createQueryBuilder(EvaluationEntity, 'evaluation')
    .where({ subjectId: evaluation.subjectId, state: 'DONE', trigger: In(['REQUEST', 'SCHEDULE', 'IMPORT']) })
    .andWhere('evaluation.id < :id', { id: evaluation.id })
    .orderBy('evaluation.id', 'DESC')
    .getOne();
}

/**
 * Takes the oldest evaluation of a subject that waits, or whose worker has been silent for 8 s, for the run of that id. The claim is
 * one statement, so two workers never get the same one.
 */
export async function claim(
  manager: EntityManager,
  subjectId: string,
  runId: string,
  skip: readonly string[],
): Promise<EvaluationEntity | null> {
  const [rows]: [{ id: string }[], number] = await manager.query(
    `UPDATE evaluation SET state = 'RUNNING', run_id = $2, heartbeat_time = now(),
            start_time = coalesce(start_time, now()), progress = NULL
      WHERE id = (
        SELECT id FROM evaluation
         WHERE subject_id = $1 AND id <> ALL($3::uuid[]) AND NOT cancel_requested
           AND (state = 'QUEUED' OR (state = 'RUNNING' AND heartbeat_time < now() - interval '8 seconds'))
         ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING id`,
    [subjectId, runId, skip],
  );
  const [row] = rows;
  return row ? manager.findOneBy(EvaluationEntity, { id: row.id }) : null;
}

/** Puts what a run holds back into the queue, or ends it where somebody wanted it to end. Gives whether it waits again. */
export async function giveBack(
  manager: EntityManager,
  id: string,
  runId: string,
  { now, error }: { now: Date; error: string | null },
): Promise<boolean> {
  const [rows]: [{ state: string }[], number] = await manager.query(
    `UPDATE evaluation SET state = CASE WHEN cancel_requested THEN 'CANCELLED' ELSE 'QUEUED' END,
            end_time = CASE WHEN cancel_requested THEN $3::timestamptz END,
            run_id = NULL, progress = NULL, error = coalesce($4, error)
      WHERE id = $1 AND run_id = $2 RETURNING state`,
    [id, runId, now, error],
  );
  return rows[0]?.state === 'QUEUED';
}

/** Says that a run still lives. Null: it has lost the evaluation; else whether somebody wants it to end. */
export async function beat(
  manager: EntityManager,
  id: string,
  runId: string,
): Promise<{ cancelRequested: boolean } | null> {
  const [rows]: [{ cancel_requested: boolean }[], number] = await manager.query(
    `UPDATE evaluation SET heartbeat_time = now() WHERE id = $1 AND run_id = $2 AND state = 'RUNNING' RETURNING cancel_requested`,
    [id, runId],
  );
  const [row] = rows;
  return row ? { cancelRequested: row.cancel_requested } : null;
}
