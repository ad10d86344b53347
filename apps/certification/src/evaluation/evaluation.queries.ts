import { DomainError, type Caller } from '@scs/service';
import { In, type EntityManager } from 'typeorm';
import { findSubject } from '../subject/subject.queries.ts';
import type { SubjectEntity } from '../subject/subject.entity.ts';
import { EvaluationEntity, FindingEntity, type StoredFinding } from './evaluation.entity.ts';

/** By `subjects/{subject}/evaluations/{evaluation}`. A foreign one is not there. */
export async function findEvaluation(
  manager: EntityManager,
  name: string,
  caller: Caller,
): Promise<{ subject: SubjectEntity; evaluation: EvaluationEntity }> {
  const subject = await findSubject(manager, name, caller);
  const id = name.split('/')[3]!;
  const evaluation = await manager.findOneBy(EvaluationEntity, { id, subjectId: subject.id });
  if (evaluation) return { subject, evaluation };
  throw new DomainError('not-found', 'EVALUATION_NOT_FOUND', `${subject.id} has no evaluation ${id}`, {
    metadata: { subject: subject.id, evaluation: id },
  });
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
