import { Column, Entity, PrimaryColumn } from 'typeorm';

export type SourceKind = 'git' | 'directory' | 'archive';
export type SourceState = 'PENDING' | 'SYNCING' | 'READY' | 'FAILED';

/** A place with documentation. Its documents are read and written as sets, in `source-sync.queries.ts`. */
@Entity({ name: 'source' })
export class SourceEntity {
  @PrimaryColumn('text')
  id: string;
  @Column('text')
  displayName: string;
  @Column('text')
  kind: SourceKind;
  /** A URL, or a path below the folder of sources. */
  @Column('text')
  location: string;
  @Column('text')
  revision: string;
  @Column('text')
  credential: string;
  @Column('text')
  component: string;
  @Column('text')
  audience: string;
  @Column('text')
  language: string;
  @Column('text')
  version: string;
  @Column('text')
  access: string;
  @Column('text')
  linkTemplate: string;
  @Column('text', { array: true })
  folders: string[];
  /** How often it is read again; null: never by itself. */
  @Column('integer', { nullable: true })
  syncSeconds: number | null;
  /** Given by the configuration; fixed for the API. */
  @Column('boolean')
  builtIn: boolean;
  @Column('text')
  state: SourceState;
  @Column('text')
  error: string;
  @Column('jsonb', { nullable: true })
  progress: { step: string; done: number; total: number } | null;
  @Column('text')
  commit: string;
  /** Changes with everything that a search may show: other processes load a source whose number is new. */
  @Column('bigint')
  generation: string;
  @Column('timestamptz', { nullable: true })
  syncTime: Date | null;
  @Column('timestamptz', { nullable: true })
  nextSyncTime: Date | null;
  @Column('integer')
  pageCount: number;
  @Column('integer')
  sectionCount: number;
  @Column('integer')
  problemCount: number;
  /** Which run reads it: one that finds another id here has lost it. */
  @Column('uuid', { nullable: true })
  runId: string | null;
  /** Written while it is read: a worker that died stops writing. */
  @Column('timestamptz', { nullable: true })
  heartbeatTime: Date | null;
  /** When it was last asked to be read. */
  @Column('timestamptz')
  requestTime: Date;
  @Column('timestamptz')
  createTime: Date;
  @Column('timestamptz')
  updateTime: Date;
}

/** A file of a source that could not be read as it is meant to be. */
@Entity({ name: 'problem' })
export class ProblemEntity {
  @PrimaryColumn('text')
  sourceId: string;
  @PrimaryColumn('integer')
  position: number;
  @Column('text')
  file: string;
  @Column('text')
  message: string;
}
