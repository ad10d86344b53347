import type { Evaluation, Finding, Mode, Result, Snapshot } from '@scs/standards';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type EvaluationState = 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED';
export type EvaluationTrigger = 'REQUEST' | 'SCHEDULE' | 'REEVALUATION' | 'IMPORT';
/** What one version says; the findings have a table of their own. */
export type VersionVerdict = Omit<Evaluation, 'findings'>;

@Entity({ name: 'evaluation' })
export class EvaluationEntity {
  @PrimaryColumn('uuid')
  id: string;
  @Column('text')
  subjectId: string;
  @Column('text')
  scope: string;
  @Column('text')
  state: EvaluationState;
  @Column('text')
  trigger: EvaluationTrigger;
  @Column('text')
  mode: Mode;
  /** Asked for; null: the moment of the snapshot. */
  @Column('timestamptz', { nullable: true })
  at: Date | null;
  /** Asked for; empty: those that the timeline names. */
  @Column('text', { array: true })
  askedVersions: string[];
  @Column('boolean')
  probes: boolean;
  @Column('text', { nullable: true })
  version: string | null;
  @Column('text', { nullable: true })
  result: Result | null;
  @Column('jsonb')
  versions: VersionVerdict[];
  @Column('uuid', { nullable: true })
  snapshotId: string | null;
  @Column('integer')
  findingCount: number;
  @Column('integer')
  requests: number;
  @Column('jsonb', { nullable: true })
  progress: { step: string; done: number; total: number } | null;
  @Column('text', { nullable: true })
  error: string | null;
  @Column('text')
  creator: string;
  /** Unique for a subject where it is given. */
  @Column('text', { nullable: true })
  requestId: string | null;
  @Column('boolean')
  cancelRequested: boolean;
  /** Written while it runs: a worker that died stops writing. */
  @Column('timestamptz', { nullable: true })
  heartbeatTime: Date | null;
  @Column('timestamptz')
  createTime: Date;
  @Column('timestamptz', { nullable: true })
  startTime: Date | null;
  @Column('timestamptz', { nullable: true })
  endTime: Date | null;
}

@Entity({ name: 'snapshot' })
export class SnapshotEntity {
  @PrimaryColumn('uuid')
  id: string;
  @Column('text')
  subjectId: string;
  @Column('timestamptz')
  takeTime: Date;
  @Column('jsonb')
  content: Snapshot;
}

@Entity({ name: 'finding' })
export class FindingEntity {
  @PrimaryColumn('uuid')
  evaluationId: string;
  /** Worst first. */
  @PrimaryColumn('integer')
  position: number;
  @Column('text')
  testcase: string;
  @Column('jsonb')
  content: Finding;
}

/** The verdict of one test case, for as long as it counts. */
@Entity({ name: 'result' })
export class ResultEntity {
  @PrimaryColumn('uuid')
  evaluationId: string;
  @PrimaryColumn('text')
  testcase: string;
  @Column('text')
  subjectId: string;
  @Column('text')
  scope: string;
  @Column('text')
  result: Result;
  @Column('timestamptz')
  checkTime: Date;
  @Column('timestamptz')
  expireTime: Date;
}
