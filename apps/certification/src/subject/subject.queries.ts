import { DomainError, type Caller } from '@scs/service';
import type { Result, StoredResult } from '@scs/standards';
import type { EntityManager } from 'typeorm';
import { SubjectEntity } from './subject.entity.ts';

/** What a caller may see: everything, or what its tenant owns. */
export const visibleTo = ({ tenant }: Caller): { tenant?: string } => (tenant === null ? {} : { tenant });

/** By `subjects/{subject}`. A foreign subject is not there. */
export async function findSubject(
  manager: EntityManager,
  name: string,
  caller: Caller,
): Promise<SubjectEntity> {
  const id = name.slice('subjects/'.length).split('/')[0]!;
  const subject = await manager.findOneBy(SubjectEntity, { id, ...visibleTo(caller) });
  if (subject) return subject;
  throw subjectNotFound(id);
}

export const subjectNotFound = (id: string): DomainError =>
  new DomainError('not-found', 'SUBJECT_NOT_FOUND', `there is no subject ${id}; list those that there are`, {
    metadata: { subject: id },
  });

export interface EvidencedResult extends StoredResult {
  evaluationId: string;
}

/** The newest result of each test case that counts at a moment. */
export async function newestResults(
  manager: EntityManager,
  subject: Pick<SubjectEntity, 'id' | 'scope'>,
  at: Date,
): Promise<EvidencedResult[]> {
  const rows: {
    testcase: string;
    result: Result;
    check_time: Date;
    expire_time: Date;
    evaluation_id: string;
  }[] = await manager.query(
    `SELECT DISTINCT ON (testcase) testcase, result, check_time, expire_time, evaluation_id
       FROM result
      WHERE subject_id = $1 AND scope = $2 AND check_time <= $3 AND expire_time > $3
      ORDER BY testcase, check_time DESC, evaluation_id DESC`,
    [subject.id, subject.scope, at],
  );
  return rows.map((row) => ({
    testcase: row.testcase,
    result: row.result,
    checkedAt: row.check_time,
    expiresAt: row.expire_time,
    evaluationId: row.evaluation_id,
  }));
}
