import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crds, type Condition } from '@scs/cluster-stacks';
import { connectKubernetes, type ApiObject, type KubernetesClient } from '@scs/kubernetes';
import { startSandboxClusters, type SandboxClusters } from '@scs/sandbox';
import { freePort } from '@scs/testing';
import { packDemo, type DemoRelease } from './demo-releases.ts';
import { serviceProcess, type ServiceProcess } from './service-process.ts';

const stacks = 'clusterstack.x-k8s.io/v1alpha1';
export const stackType = { apiVersion: stacks, kind: 'ClusterStack' };
export const releaseType = { apiVersion: stacks, kind: 'ClusterStackRelease' };
export const addonType = { apiVersion: stacks, kind: 'ClusterAddon' };
export const clusterType = { apiVersion: 'cluster.x-k8s.io/v1beta2', kind: 'Cluster' };
export const eventType = { apiVersion: 'v1', kind: 'Event' };

export interface Conditioned extends ApiObject {
  spec: Record<string, unknown>;
  status?: { conditions?: Condition[]; [field: string]: unknown };
}
type Type = { apiVersion: string; kind: string };

/** A management cluster with Cluster API and its workload clusters in memory, a folder of releases, and the service in its own process over both. */
export interface World {
  clusters: SandboxClusters;
  client: KubernetesClient;
  namespace: string;
  folder: string;
  /** Where the service fetches releases from, unless the environment says otherwise. */
  source: string;
  service: ServiceProcess;
  pack(release?: DemoRelease): Promise<string>;
  read(type: Type, name: string): Promise<Conditioned | undefined>;
  list(type: Type): Promise<Conditioned[]>;
  createStack(stack: string, minor: string, spec?: object): Promise<ApiObject>;
  createCluster(name: string, className: string, version?: string): Promise<ApiObject>;
  upgrade(name: string, className: string, version: string): Promise<ApiObject>;
  remove(type: Type, name: string): Promise<boolean>;
  /** `Reason message` of all Events. */
  events(): Promise<string[]>;
  close(): Promise<void>;
}

export async function startWorld(main: string, env: Record<string, string> = {}): Promise<World> {
  const clusters = await startSandboxClusters({ crds: crds.map((crd) => ({ ...crd })), speed: 20 });
  const client = connectKubernetes({ kubeconfig: { text: clusters.kubeconfig }, userAgent: 'e2e' });
  const namespace = 'team';
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const folder = await mkdtemp(join(tmpdir(), 'scs-lifecycle-'));
  const source = join(folder, 'source');
  await mkdir(source);
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, clusters.kubeconfig);
  const [hookPort, webhookPort] = [await freePort(), await freePort()];
  const service = await serviceProcess(main, {
    KUBECONFIG: kubeconfig,
    NAMESPACE: namespace,
    RELEASE_SOURCE: source,
    RELEASE_DIR: join(folder, 'cache'),
    CERTIFICATE_SECRET: `${namespace}/certificates`,
    HOOK_ADDRESS: `127.0.0.1:${hookPort}`,
    HOOK_URL: `https://127.0.0.1:${hookPort}`,
    WEBHOOK_ADDRESS: `127.0.0.1:${webhookPort}`,
    WEBHOOK_URL: `https://127.0.0.1:${webhookPort}`,
    ...env,
  });
  const list = async (type: Type) => (await client.list<Conditioned>(type, { namespace })).items;
  const topology = (className: string, version: string) => ({ classRef: { name: className }, version });
  return {
    clusters,
    client,
    namespace,
    folder,
    source,
    service,
    pack: (release) => packDemo(source, release),
    read: (type, name) => client.get<Conditioned>({ ...type, namespace, name }),
    list,
    createStack: (stack, minor, spec = {}) =>
      client.create({
        ...stackType,
        metadata: { name: `${stack}-${minor.replace('.', '-')}`, namespace },
        spec: { provider: 'dev', name: stack, kubernetesVersion: minor, noProvider: true, ...spec },
      }),
    createCluster: (name, className, version = 'v1.33.6') =>
      client.create({
        ...clusterType,
        metadata: { name, namespace },
        spec: {
          clusterNetwork: {
            services: { cidrBlocks: ['10.128.0.0/12'] },
            pods: { cidrBlocks: ['192.168.0.0/16'] },
            serviceDomain: 'cluster.local',
          },
          topology: {
            ...topology(className, version),
            controlPlane: { replicas: 1 },
            workers: { machineDeployments: [{ class: 'default-worker', name: 'md-0', replicas: 1 }] },
          },
        },
      }),
    upgrade: (name, className, version) =>
      client.patch({ ...clusterType, namespace, name }, { spec: { topology: topology(className, version) } }),
    remove: (type, name) => client.delete({ ...type, namespace, name }),
    events: async () =>
      (await list(eventType)).map((event) => `${String(event['reason'])} ${String(event['message'])}`),
    async close() {
      await service.kill();
      client.close();
      await clusters.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const conditionOf = (object: Conditioned | undefined, type: string): Condition | undefined =>
  object?.status?.conditions?.find((one) => one.type === type);
