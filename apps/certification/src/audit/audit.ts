import { uuid7 } from '@scs/database';
import type { Call } from '@scs/grpc';
import type { EntityManager } from 'typeorm';
import { AuditEntity } from './audit.entity.ts';

/** Writes down who changed what, in the transaction of the change. */
export async function recordAudit(
  manager: EntityManager,
  { caller, requestId }: Call,
  action: string,
  resource: string,
  time: Date,
): Promise<void> {
  await manager.insert(AuditEntity, {
    id: uuid7(time.getTime()),
    time,
    actor: caller.subject,
    tenant: caller.tenant,
    action,
    resource,
    requestId,
  });
}
