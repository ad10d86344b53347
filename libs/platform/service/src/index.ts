export { loadConfig, serviceSettings } from './config.ts';
export { onStop, runService, type RunningService } from './run-service.ts';
export { DomainError, type ErrorKind } from './domain-error.ts';
export { createLogger, NestLogger, type Logger } from './logger.ts';
export { startOpsServer, type OpsServer, type ReadinessCheck } from './ops-server.ts';
export {
  callerOf,
  isRole,
  permissions,
  permissionsOf,
  roles,
  tenantRoles,
  type Caller,
  type Permission,
  type Role,
} from './role.ts';
export { inject, runWithExtracted, startTelemetry, traced, traceId, type Carrier } from './telemetry.ts';
export { apiTokenPrefix, createVerifier, type Issuer, type Verifier } from './verifier.ts';
export { metrics } from './metrics.ts';
