import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A cloud or cluster under certification. The id is the last part of its name. */
@Entity({ name: 'subject' })
export class SubjectEntity {
  @PrimaryColumn('text')
  id: string;
  @Column('text')
  displayName: string;
  /** `iaas` or `kaas`. */
  @Column('text')
  scope: string;
  @Column('text', { nullable: true })
  osCloud: string | null;
  @Column('text', { nullable: true })
  kubeconfig: string | null;
  @Column('boolean')
  probes: boolean;
  @Column('boolean')
  scheduled: boolean;
  @Column('boolean')
  public: boolean;
  @Column('text', { nullable: true })
  tenant: string | null;
  @Column('timestamptz')
  createTime: Date;
  @Column('timestamptz')
  updateTime: Date;
  @Column('timestamptz', { nullable: true })
  nextEvaluationTime: Date | null;
}
