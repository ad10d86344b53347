import { randomBytes } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { configSchema as certificationSchema, startCertification } from '@scs/certification';
import { configSchema as clusterLifecycleSchema, startClusterLifecycle } from '@scs/cluster-lifecycle';
import { startPostgres } from '@scs/database';
import { configSchema as docsSearchSchema, startDocsSearch } from '@scs/docs-search';
import { configSchema as gatewaySchema, startGateway } from '@scs/gateway';
import { startSandboxCloud, type SandboxCloud, type SandboxClusters } from '@scs/sandbox';
import { createLogger, loadConfig, startOpsServer, type Logger, type ReadinessCheck } from '@scs/service';
import type { DestinationStream } from 'pino';
import manifest from '../package.json' with { type: 'json' };
import { writeCloud } from './clouds-file.ts';
import type { Config } from './config.ts';
import { choosePort } from './port.ts';
import { startManagementCluster } from './sandbox-clusters.ts';
import type { User } from './sign-in/account.ts';
import { startSignIn } from './sign-in/sign-in.ts';

const audience = 'scs-control-plane';
const tokenDays = 1;

/** The whole control plane at work, and what one needs to use it. */
export interface Standalone {
  url: string;
  opsUrl: string;
  signInUrl: string;
  /** With their passwords, which are new at each start. */
  users: User[];
  certificationAddress: string;
  docsSearchAddress: string;
  lifecycleAddress: string;
  iamAddress: string;
  cloudsFile: string;
  kubeconfigFolder: string;
  /** What sources of documentation may point to. */
  sourcesFolder: string;
  sandbox: SandboxCloud;
  /** The management cluster, and what comes of it. */
  clusters: SandboxClusters;
  /** Of the management cluster. */
  kubeconfigFile: string;
  /** ClusterStacks of tenant acme. */
  stacks: string[];
  /** An API token with a role, for a day. */
  issueToken(role: string, tenant?: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts every service in this process, on embedded parts and a sandbox cloud. `say` is told what takes its time. */
export async function startStandalone(
  config: Config,
  log: DestinationStream,
  say: (what: string) => void = () => {},
): Promise<Standalone> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of closing.splice(0).toReversed()) await end();
  };
  try {
    return { ...(await start(config, log, say, (end) => closing.push(end))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  config: Config,
  log: DestinationStream,
  say: (what: string) => void,
  onClose: (end: () => Promise<unknown>) => void,
): Promise<Omit<Standalone, 'close'>> {
  const kubeconfigFolder = join(config.DATA_DIR, 'kubeconfigs');
  const cloudsFile = join(config.DATA_DIR, 'clouds.yaml');
  const sourcesFolder = join(config.DATA_DIR, 'sources');
  for (const folder of [kubeconfigFolder, sourcesFolder]) await mkdir(folder, { recursive: true });
  say('starting Postgres');
  const postgres = await startPostgres({ dir: join(config.DATA_DIR, 'postgres') });
  onClose(() => postgres.stop());
  say('starting the sandbox cloud');
  const sandbox = await startSandboxCloud();
  onClose(() => sandbox.close());
  await writeCloud(cloudsFile, 'sandbox', sandbox.cloudsYaml('sandbox'));
  say('starting the sandbox clusters, and releasing their cluster stacks');
  const management = await startManagementCluster(config);
  onClose(() => management.clusters.close());

  say('starting the services');
  const logger = (name: string): Logger =>
    createLogger({ name, version: manifest.version }, config.LOG_LEVEL, log);
  const local = async (port: number) => `127.0.0.1:${await choosePort(port)}`;
  const users = people();
  const signIn = await startSignIn({
    host: '127.0.0.1',
    port: await choosePort(config.SIGN_IN_PORT),
    users,
    audience,
    logger: logger('sign-in'),
  });
  onClose(() => signIn.close());
  const shared = {
    DATABASE_URL: postgres.url,
    AUDIENCE: audience,
    ISSUERS: JSON.stringify([{ issuer: signIn.issuer, jwksUri: signIn.jwksUri }]),
  };
  const certificationAddress = await local(config.CERTIFICATION_PORT);
  const docsSearchAddress = await local(config.DOCS_SEARCH_PORT);
  const lifecycleAddress = await local(config.LIFECYCLE_PORT);
  const gateway = await startGateway(
    loadConfig(gatewaySchema, {
      ...shared,
      GRPC_ADDRESS: await local(config.IAM_PORT),
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: String(await choosePort(config.HTTP_PORT)),
      CERTIFICATION_ADDRESS: certificationAddress,
      DOCS_SEARCH_ADDRESS: docsSearchAddress,
      LIFECYCLE_ADDRESS: lifecycleAddress,
    }),
    logger('gateway'),
  );
  onClose(() => gateway.close());
  const certification = await startCertification(
    loadConfig(certificationSchema, {
      ...shared,
      GRPC_ADDRESS: certificationAddress,
      IAM_ADDRESS: gateway.address,
      QUEUE_URL: config.QUEUE_URL,
      DOCS_SEARCH_ADDRESS: docsSearchAddress,
      OS_CLIENT_CONFIG_FILE: cloudsFile,
      KUBECONFIG_DIR: kubeconfigFolder,
    }),
    logger('certification'),
  );
  onClose(() => certification.close());
  const docs = join(config.DATA_DIR, 'docs-search');
  const docsSearch = await startDocsSearch(
    loadConfig(docsSearchSchema, {
      ...shared,
      GRPC_ADDRESS: docsSearchAddress,
      IAM_ADDRESS: gateway.address,
      QUEUE_URL: config.QUEUE_URL,
      GIT_ADDRESSES: config.GIT_ADDRESSES,
      SOURCES_DIR: sourcesFolder,
      DOCS_DIR: (await isFolder(config.DOCS_DIR)) ? config.DOCS_DIR : undefined,
      CREDENTIALS_DIR: join(docs, 'credentials'),
      CACHE_DIR: join(docs, 'cache'),
      SNAPSHOT_DIR: join(docs, 'snapshot'),
    }),
    logger('docs-search'),
  );
  onClose(() => docsSearch.close());
  const webhooks = await local(0);
  const hooks = await local(0);
  const clusterLifecycle = await startClusterLifecycle(
    loadConfig(clusterLifecycleSchema, {
      ...shared,
      GRPC_ADDRESS: lifecycleAddress,
      IAM_ADDRESS: gateway.address,
      QUEUE_URL: config.QUEUE_URL,
      KUBECONFIG: management.kubeconfigFile,
      KUBECONFIG_EXPORT_DIR: kubeconfigFolder,
      RELEASE_SOURCE: management.releaseFolder,
      RELEASE_DIR: join(config.DATA_DIR, 'cluster-lifecycle'),
      CERTIFICATE_SECRET: 'default/cluster-lifecycle-certificate',
      CERTIFICATE_HOSTS: '127.0.0.1',
      WEBHOOK_ADDRESS: webhooks,
      WEBHOOK_URL: `https://${webhooks}`,
      HOOK_ADDRESS: hooks,
      HOOK_URL: `https://${hooks}`,
    }),
    logger('cluster-lifecycle'),
  );
  onClose(() => clusterLifecycle.close());
  const ops = await startOpsServer(
    { host: '127.0.0.1', port: await choosePort(config.OPS_PORT) },
    {
      ...prefixed('gateway', gateway.checks),
      ...prefixed('certification', certification.checks),
      ...prefixed('docs-search', docsSearch.checks),
      ...prefixed('cluster-lifecycle', clusterLifecycle.checks),
    },
  );
  onClose(() => ops.close());
  return {
    url: gateway.url,
    opsUrl: ops.url,
    signInUrl: signIn.issuer,
    users,
    certificationAddress,
    docsSearchAddress,
    lifecycleAddress,
    clusters: management.clusters,
    kubeconfigFile: management.kubeconfigFile,
    stacks: management.stacks,
    iamAddress: gateway.address,
    cloudsFile,
    kubeconfigFolder,
    sourcesFolder,
    sandbox,
    async issueToken(role, tenant) {
      const { secret } = await gateway.tokens.issue({
        displayName: 'made at the start',
        roles: [role],
        tenant: tenant ?? null,
        expireDays: tokenDays,
        owner: 'standalone',
      });
      return secret;
    },
  };
}

/** One for each way to look at the product: the operator's and a tenant's. */
function people(): User[] {
  const password = () => randomBytes(9).toString('base64url');
  return [
    { name: 'admin', password: password(), roles: ['platform-admin'] },
    { name: 'auditor', password: password(), roles: ['auditor'] },
    { name: 'acme', password: password(), roles: ['tenant-manager'], tenant: 'acme' },
  ];
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );

const prefixed = (name: string, checks: Record<string, ReadinessCheck>): Record<string, ReadinessCheck> =>
  Object.fromEntries(Object.entries(checks).map(([key, check]) => [`${name} ${key}`, check]));
