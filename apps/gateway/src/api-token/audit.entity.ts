import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who changed what: written in the transaction of the change, never changed. */
@Entity({ name: 'audit' })
export class AuditEntity {
  @PrimaryColumn('uuid')
  id: string;
  @Column('timestamptz')
  time: Date;
  @Column('text')
  actor: string;
  @Column('text', { nullable: true })
  tenant: string | null;
  /** `create-api-token` or `revoke-api-token`. */
  @Column('text')
  action: string;
  /** Resource name. */
  @Column('text')
  resource: string;
  @Column('text')
  requestId: string;
}
