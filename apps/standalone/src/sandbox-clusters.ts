import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crds, hashStack, nextStable, stackOf, type ClusterStack } from '@scs/cluster-stacks';
import { connectKubernetes, type KubernetesClient } from '@scs/kubernetes';
import { packRelease, readStackSource, type StackSource } from '@scs/release-sources';
import { startSandboxClusters, type SandboxClusters } from '@scs/sandbox';
import type { Config } from './config.ts';
import { choosePort } from './port.ts';

/** Tenants that there are from the start, with all cluster stacks. */
const tenants = ['acme'];

export interface ManagementCluster {
  clusters: SandboxClusters;
  kubeconfigFile: string;
  /** Where the releases are. */
  releaseFolder: string;
  /** Names of the ClusterStacks that each tenant has. */
  stacks: string[];
}

/** Starts a management cluster in memory, releases the cluster stacks of a folder, and gives them to the tenants. */
export async function startManagementCluster(
  config: Pick<Config, 'DATA_DIR' | 'STACKS_DIR' | 'KUBERNETES_PORT'>,
): Promise<ManagementCluster> {
  const releaseFolder = join(config.DATA_DIR, 'releases');
  await mkdir(releaseFolder, { recursive: true });
  const stacks = await release(config.STACKS_DIR, releaseFolder);
  const clusters = await startSandboxClusters({
    crds: [...crds],
    port: await choosePort(config.KUBERNETES_PORT),
  });
  try {
    const kubeconfigFile = join(config.DATA_DIR, 'management.kubeconfig');
    await writeFile(`${kubeconfigFile}.part`, clusters.kubeconfig, { mode: 0o600 });
    await rename(`${kubeconfigFile}.part`, kubeconfigFile);
    const client = connectKubernetes({ kubeconfig: { text: clusters.kubeconfig }, userAgent: 'standalone' });
    for (const tenant of tenants) await giveStacks(client, tenant, stacks);
    client.close();
    return { clusters, kubeconfigFile, releaseFolder, stacks: stacks.map(stackNameOf) };
  } catch (error) {
    await clusters.close();
    throw error;
  }
}

/** Packs the first version of each source. The same sources give the same release. */
async function release(folder: string, out: string): Promise<StackSource[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const sources = await Promise.all(names.toSorted().map((name) => readStackSource(join(folder, name))));
  for (const source of sources) {
    const next = nextStable(source.config, hashStack(source.files), undefined);
    if ('metadata' in next) await packRelease(source, next.metadata, out);
  }
  return sources;
}

/** Makes a tenant: its namespace, and a ClusterStack in it for each source. */
export async function giveStacks(
  client: KubernetesClient,
  tenant: string,
  sources: readonly Pick<StackSource, 'config'>[],
): Promise<void> {
  const owner = { fieldManager: 'standalone', force: true };
  await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: tenant } }, owner);
  for (const { config } of sources) {
    const { provider, name, kubernetesVersion } = stackOf(config);
    const stack: ClusterStack = {
      apiVersion: 'clusterstack.x-k8s.io/v1alpha1',
      kind: 'ClusterStack',
      metadata: { namespace: tenant, name: stackNameOf({ config }) },
      spec: { provider, name, kubernetesVersion, autoSubscribe: true, noProvider: true },
    };
    await client.apply({ ...stack }, owner);
  }
}

/** `sandbox-1-34` */
function stackNameOf({ config }: Pick<StackSource, 'config'>): string {
  const { name, kubernetesVersion } = stackOf(config);
  return `${name}-${kubernetesVersion.replace('.', '-')}`;
}
