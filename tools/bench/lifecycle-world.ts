import { readFileSync } from 'node:fs';
import { crds } from '@scs/cluster-stacks';
import { connectKubernetes, type KubernetesClient } from '@scs/kubernetes';
import {
  clusterApiCrds,
  startClusterApi,
  startSandboxClusters,
  startSandboxKubernetes,
  type StoredWrite,
} from '@scs/sandbox';

// Everything around the service, in a process of its own: the management cluster, Cluster API played by the simulator, and an API for each workload
// cluster. With a kubeconfig as argument the management cluster is that one. The parent is told where it is, and asks for the count of writes.

/** So much faster than the demo stacks say do machines start: they are not what is measured. */
const speed = 50;
const serviceAgent = 'scs-cluster-lifecycle';
const writes: Record<string, number> = {};
const count = ({ userAgent, verb, resource }: StoredWrite): void => {
  const what = `${verb} ${resource}`;
  if (userAgent.startsWith(serviceAgent)) writes[what] = (writes[what] ?? 0) + 1;
};

const [file] = process.argv.slice(2);
const kubeconfig = await (file ? realWorld(readFileSync(file, 'utf8')) : sandboxWorld());
process.on('message', () => process.send?.({ writes }));
process.send?.({ kubeconfig });

async function sandboxWorld(): Promise<string> {
  const clusters = await startSandboxClusters({
    crds: crds.map((crd) => ({ ...crd })),
    speed,
    concurrency: 16,
    admission: false,
  });
  clusters.kubernetes.onWrite(count);
  return clusters.kubeconfig;
}

async function realWorld(text: string): Promise<string> {
  const client = connectKubernetes({ kubeconfig: { text }, userAgent: 'sandbox-cluster-api' });
  for (const crd of [...crds, ...clusterApiCrds]) await install(client, crd);
  const workloads = await startSandboxKubernetes();
  workloads.onWrite(count);
  await startClusterApi({
    client,
    speed,
    concurrency: 16,
    workloadCluster: ({ namespace, name }) => ({
      kubeconfig: workloads.cluster(`${namespace}.${name}`).kubeconfig,
      close: () => workloads.removeCluster(`${namespace}.${name}`),
    }),
  });
  return text;
}

async function install(client: KubernetesClient, definition: object): Promise<void> {
  const crd = definition as Parameters<KubernetesClient['apply']>[0];
  await client.apply(crd, { fieldManager: 'scs-bench', force: true });
  const { group, names, versions } = crd['spec'] as {
    group: string;
    names: { kind: string };
    versions: { name: string }[];
  };
  const type = { apiVersion: `${group}/${versions[0]?.name ?? ''}`, kind: names.kind };
  for (let tries = 0; tries < 100 && !(await client.resourceType(type)); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 100));
}
