export { AuditEntity, createAuditTable, recordAudit } from './audit.ts';
export { dataSourceOptions, migrate, type ServiceDatabase } from './data-source.ts';
export { startPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';
export { uuid7 } from './uuid7.ts';
