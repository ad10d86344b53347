import type { Evaluation, Finding, Mode, Result, Snapshot } from '@scs/standards';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type EvaluationState = 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED';
export type EvaluationTrigger = 'REQUEST' | 'SCHEDULE' | 'REEVALUATION' | 'IMPORT';
/** What one version says; the findings have a table of their own. */
export type VersionVerdict = Omit<Evaluation, 'findings'>;
/** A finding, with the versions whose target `main` asks for its test case. */
export type StoredFinding = Finding & { versions: string[] };

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
  /** The moment asked for; null: when it is carried out. */
  @Column('timestamptz', { nullable: true })
  askedAt: Date | null;
  /** The moment judged for. */
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
  /** Who carries it out: a worker that finds another id here has lost it. */
  @Column('uuid', { nullable: true })
  runId: string | null;
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

/** A row as plain data. */
export type EvaluationRow = { [Column in keyof EvaluationEntity]: EvaluationEntity[Column] };

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
  content: StoredFinding;
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
