import { Column, Entity, PrimaryColumn, type EntityManager } from 'typeorm';
import { uuid7 } from './uuid7.ts';

/** Who changed what. Every service has such a table in its schema; rows are never changed. */
@Entity({ name: 'audit' })
export class AuditEntity {
  @PrimaryColumn('uuid')
  id: string;
  @Column('timestamptz')
  time: Date;
  /** Subject of the caller. */
  @Column('text')
  actor: string;
  /** Tenant of the caller. */
  @Column('text', { nullable: true })
  tenant: string | null;
  /** `verb-noun`, e.g. `create-subject`. */
  @Column('text')
  action: string;
  /** Resource name. */
  @Column('text')
  resource: string;
  @Column('text')
  requestId: string;
}

/** For the first migration of a service. */
export const createAuditTable = `
  CREATE TABLE audit (
    id uuid PRIMARY KEY,
    time timestamptz NOT NULL,
    actor text NOT NULL,
    tenant text,
    action text NOT NULL,
    resource text NOT NULL,
    request_id text NOT NULL
  );`;

interface Cause {
  caller: { subject: string; tenant: string | null };
  requestId: string;
}

/** Writes down who changed what: call it in the transaction of the change. */
export async function recordAudit(
  manager: EntityManager,
  { caller, requestId }: Cause,
  action: string,
  resource: string,
  time: Date,
): Promise<void> {
  const { subject: actor, tenant } = caller;
  const id = uuid7(time.getTime());
  await manager.insert(AuditEntity, { id, time, actor, tenant, action, resource, requestId });
}
