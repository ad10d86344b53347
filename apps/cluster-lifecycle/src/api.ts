import { AuditEntity, dataSourceOptions, migrate, type ServiceDatabase } from '@scs/database';
import { GrpcRuntime, introspectAt, startGrpcServer } from '@scs/grpc';
import { ClusterService as ClusterContract } from '@scs/proto/scs/lifecycle/v1/cluster_pb';
import { ClusterStackService as ClusterStackContract } from '@scs/proto/scs/lifecycle/v1/cluster_stack_pb';
import { createVerifier, type Logger, type ReadinessCheck } from '@scs/service';
import { DataSource } from 'typeorm';
import { Audit } from './audit.ts';
import { ClusterLifecycleModule } from './cluster-lifecycle.module.ts';
import type { Config } from './config.ts';
import { Fleet } from './fleet.ts';
import { observeFleet } from './fleet.metrics.ts';
import { exportKubeconfigs } from './kubeconfig/kubeconfig-export.ts';
import { KubeconfigMaker } from './kubeconfig/kubeconfig-maker.ts';
import { Management } from './management.ts';
import { CreateClusterLifecycle1795900000000 } from './migrations/1795900000000-create-cluster-lifecycle.ts';
import type { RunningOperator } from './operator.ts';
import { Tenants } from './tenant/tenant.ts';
import { startUsage } from './usage/usage.ts';

export const clusterLifecycleServices = [ClusterContract, ClusterStackContract] as const;

/** What the service keeps, and where: never what the Kubernetes API knows. */
export const databaseAt = (url: string): ServiceDatabase => ({
  url,
  schema: 'cluster_lifecycle',
  entities: [AuditEntity],
  migrations: [CreateClusterLifecycle1795900000000],
});

export interface ApiParts {
  config: Config;
  operator: RunningOperator;
  logger: Logger;
  clock: () => Date;
}

export interface RunningApi {
  /** Undefined without issuers of tokens: then there is no API. */
  address: string | undefined;
  checks: Record<string, ReadinessCheck>;
  close(): Promise<void>;
}

/** Starts what stands beside the operator: the gRPC API, usage, kubeconfigs for certification. Each where its settings are given. */
export async function startApi(parts: ApiParts): Promise<RunningApi> {
  const closing: (() => unknown)[] = [];
  const close = async () => {
    for (const end of closing.splice(0).toReversed()) await end();
  };
  try {
    return { ...(await start(parts, (end) => closing.push(end))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  { config, operator, logger, clock }: ApiParts,
  onClose: (end: () => unknown) => void,
): Promise<Omit<RunningApi, 'close'>> {
  const database = await openDatabase(config.DATABASE_URL);
  if (database) onClose(() => database.destroy());
  else logger.warn('usage is not metered, and audit is in the log alone: DATABASE_URL is not set');
  const management = new Management(operator.shared);
  const tenants = new Tenants(config.TENANT_NAMESPACE_PREFIX);
  const fleet = new Fleet(management, logger, clock);
  onClose(() => fleet.stop());
  onClose(observeFleet(fleet, clock));
  const usage = database && (await startUsage({ config, database, fleet, tenants, logger, clock }));
  if (usage) onClose(() => usage.close());
  const maker = new KubeconfigMaker(management, clock);
  if (config.KUBECONFIG_EXPORT_DIR !== undefined) {
    const exporting = await exportKubeconfigs({
      folder: config.KUBECONFIG_EXPORT_DIR,
      fleet,
      maker,
      tenants,
      logger,
      clock,
    });
    onClose(() => exporting.close());
  }
  void operator.started
    .then(() => fleet.start())
    .catch((error: unknown) => logger.error({ err: error }, 'clusters could not be followed'));
  const checks = {
    ...(database && { database: () => database.query('SELECT 1') }),
    ...(usage && { queue: () => usage.check() }),
  };
  if (config.ISSUERS === undefined) {
    logger.info('no API: ISSUERS is not set');
    return { address: undefined, checks };
  }
  const introspect = config.IAM_ADDRESS === undefined ? undefined : introspectAt(config.IAM_ADDRESS);
  if (introspect) onClose(() => introspect.close());
  const verify = createVerifier({
    audience: config.AUDIENCE,
    issuers: config.ISSUERS,
    ...(introspect && { introspect }),
  });
  const module = ClusterLifecycleModule.with({
    runtime: new GrpcRuntime(verify, logger, 'lifecycle.scs.community'),
    management,
    fleet,
    tenants,
    maker,
    audit: new Audit(database, logger, clock),
    clock,
  });
  const server = await startGrpcServer(module, clusterLifecycleServices, config.GRPC_ADDRESS, logger);
  onClose(() => server.close());
  return { address: server.address, checks };
}

async function openDatabase(url: string | undefined): Promise<DataSource | undefined> {
  if (url === undefined) return undefined;
  const database = databaseAt(url);
  await migrate(database);
  return new DataSource(dataSourceOptions(database)).initialize();
}
