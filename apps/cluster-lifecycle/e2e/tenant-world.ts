import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crds, hashStack, nextStable } from '@scs/cluster-stacks';
import { grpcClient } from '@scs/grpc';
import { connectKubernetes } from '@scs/kubernetes';
import { ClusterService, Cluster_State, type Cluster } from '@scs/proto/scs/lifecycle/v1/cluster_pb';
import { ClusterStackService } from '@scs/proto/scs/lifecycle/v1/cluster_stack_pb';
import { packRelease, readStackSource } from '@scs/release-sources';
import { startSandboxClusters } from '@scs/sandbox';
import { createLogger, loadConfig, type RunningService } from '@scs/service';
import { createTestDatabase, eventually, freePort, startTestIssuer } from '@scs/testing';
import { startClusterLifecycle } from '../src/cluster-lifecycle.ts';
import { configSchema } from '../src/config.ts';

const stacks = fileURLToPath(new URL('../../../libs/platform/sandbox/stacks', import.meta.url));
const stackVersion = 'clusterstack.x-k8s.io/v1alpha1';

export const releases = {
  now: 'dev-sandbox-1-33-v1',
  next: 'dev-sandbox-1-34-v1',
  other: 'dev-single-1-33-v1',
};

interface Person {
  roles: string[];
  tenant?: string;
}
export const operator: Person = { roles: ['operator'] };
export const memberOf = (tenant: string): Person => ({ roles: ['tenant-member'], tenant });

/** The service with everything around it: Cluster API and a Kubernetes API in memory, Postgres, an issuer of tokens, demo stacks. */
export async function startWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'scs-tenants-'));
  const releaseFolder = join(folder, 'releases');
  await mkdir(releaseFolder);
  for (const name of ['dev-sandbox-1-33', 'dev-sandbox-1-34', 'dev-single-1-33']) {
    const source = await readStackSource(join(stacks, name));
    const next = nextStable(source.config, hashStack(source.files), undefined);
    if ('metadata' in next) await packRelease(source, next.metadata, releaseFolder);
  }
  const sandbox = await startSandboxClusters({ crds: [...crds], speed: 10 });
  const kubeconfigFile = join(folder, 'management.kubeconfig');
  await writeFile(kubeconfigFile, sandbox.kubeconfig);
  const client = connectKubernetes({ kubeconfig: { text: sandbox.kubeconfig }, userAgent: 'e2e' });
  const issuer = await startTestIssuer();
  const databaseUrl = await createTestDatabase();
  const exportFolder = join(folder, 'kubeconfigs');
  const address = `127.0.0.1:${await freePort()}`;
  const clock = { aheadMs: 0 };

  const startService = (): Promise<RunningService> =>
    startClusterLifecycle(
      loadConfig(configSchema, {
        DATABASE_URL: databaseUrl,
        ISSUERS: JSON.stringify([issuer.settings]),
        AUDIENCE: issuer.audience,
        GRPC_ADDRESS: address,
        KUBECONFIG: kubeconfigFile,
        KUBECONFIG_EXPORT_DIR: exportFolder,
        RELEASE_SOURCE: releaseFolder,
        RELEASE_DIR: join(folder, 'kept'),
      }),
      createLogger({ name: 'e2e', version: '0' }, process.env['E2E_LOG'] ?? 'fatal'),
      () => new Date(Date.now() + clock.aheadMs),
    );
  let service = await startService();
  const clusters = grpcClient(ClusterService, address);
  const catalogue = grpcClient(ClusterStackService, address);
  const as = async (person: Person) => ({ token: await issuer.token(person) });
  const metadata = (namespace: string, name: string) => ({ namespace, name });

  return {
    client,
    sandbox,
    clock,
    databaseUrl,
    exportFolder,
    clusters,
    catalogue,
    as,
    /** A tenant with these stacks, whose releases are ready. */
    async tenant(name: string, minors: readonly string[] = ['1.33', '1.34']) {
      await client.apply(
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
        { fieldManager: 'e2e', force: true },
      );
      for (const kubernetesVersion of minors) {
        const dashed = kubernetesVersion.replace('.', '-');
        await client.create({
          apiVersion: stackVersion,
          kind: 'ClusterStack',
          metadata: metadata(name, `sandbox-${dashed}`),
          spec: {
            provider: 'dev',
            name: 'sandbox',
            kubernetesVersion,
            autoSubscribe: true,
            noProvider: true,
          },
        });
        await eventually(async () => {
          const release = await client.get({
            apiVersion: stackVersion,
            kind: 'ClusterStackRelease',
            ...metadata(name, `dev-sandbox-${dashed}-v1`),
          });
          const { ready } = (release?.['status'] ?? {}) as { ready?: boolean };
          if (ready !== true) throw new Error(`the release for ${kubernetesVersion} is not ready`);
        });
      }
    },
    /** Creates a cluster, and waits until it is in a state. */
    async cluster(tenant: string, id: string, state = Cluster_State.READY): Promise<Cluster> {
      const cluster = {
        release: releases.now,
        nodePools: [{ id: 'workers', class: 'default-worker', replicas: 1 }],
      };
      const token = await as(memberOf(tenant));
      const parent = `tenants/${tenant}`;
      await clusters.createCluster({ parent, clusterId: id, cluster }, token);
      return this.until(`${parent}/clusters/${id}`, state);
    },
    async until(name: string, state: Cluster_State): Promise<Cluster> {
      const token = await as(operator);
      return eventually(async () => {
        const cluster = await clusters.getCluster({ name }, token);
        if (cluster.state === state) return cluster;
        throw new Error(`${name} is ${Cluster_State[cluster.state]}: ${cluster.waitingFor?.reason ?? ''}`);
      }, 60_000);
    },
    exported: (file: string) => readFile(join(exportFolder, file), 'utf8').catch(() => undefined),
    async restart() {
      await service.close();
      service = await startService();
    },
    async close() {
      clusters.close();
      catalogue.close();
      await service.close();
      client.close();
      await sandbox.close();
      issuer.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type World = Awaited<ReturnType<typeof startWorld>>;
