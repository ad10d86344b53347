import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crds } from '@scs/cluster-stacks';
import { connectKubernetes, type ApiObject, type KubernetesClient } from '@scs/kubernetes';
import { eventually, freePort } from '@scs/testing';
import { packDemo, type DemoRelease } from '../../../apps/cluster-lifecycle/e2e/demo-releases.ts';
import { serviceProcess, type ServiceProcess } from '../../../apps/cluster-lifecycle/e2e/service-process.ts';

const main = fileURLToPath(new URL('../../../apps/cluster-lifecycle/dist/main.js', import.meta.url));
const userAgent = 'scs-conformance';

/** The certificates that a test bed makes for webhooks, beside its kubeconfig. */
export const certificateOf = (kubeconfig: string, file: string): string =>
  join(dirname(kubeconfig), 'pki', file);

const stacks = 'clusterstack.x-k8s.io/v1alpha1';
export const stackType = { apiVersion: stacks, kind: 'ClusterStack' };
export const releaseType = { apiVersion: stacks, kind: 'ClusterStackRelease' };
export const addonType = { apiVersion: stacks, kind: 'ClusterAddon' };
export const clusterType = { apiVersion: 'cluster.x-k8s.io/v1beta2', kind: 'Cluster' };
/** How a service that looks after one namespace registers its hooks. */
const extensionConfigOf = (namespace: string) => ({
  apiVersion: 'runtime.cluster.x-k8s.io/v1beta2',
  kind: 'ExtensionConfig',
  name: `hook-server-extensionconfig-${namespace}`,
});

export interface Condition {
  type: string;
  status: string;
  severity?: string;
  reason?: string;
  message?: string;
}
export interface Conditioned extends ApiObject {
  spec: Record<string, unknown>;
  status?: { conditions?: Condition[]; [field: string]: unknown };
}
type Type = { apiVersion: string; kind: string };

/** A namespace on a real API server, a folder of releases, and the service as its users get it, over both. */
export interface Scene {
  client: KubernetesClient;
  namespace: string;
  service: ServiceProcess;
  pack(release: DemoRelease): Promise<string>;
  read(type: Type, name: string): Promise<Conditioned | undefined>;
  list(type: Type): Promise<Conditioned[]>;
  /** `dev-<stack>-<minor>`, called `<stack>-<minor>`. */
  createStack(stack: string, minor: string, spec?: object): Promise<ApiObject>;
  createCluster(name: string, className: string, version: string): Promise<ApiObject>;
  upgrade(name: string, className: string, version: string): Promise<ApiObject>;
  remove(type: Type, name: string): Promise<boolean>;
  /** Hooks that Cluster API asked about a cluster, in that order, repetitions included. */
  hooks(cluster: string): string[];
  unregister(): Promise<boolean>;
  close(): Promise<void>;
}

export async function openScene(kubeconfig: string, env: Record<string, string> = {}): Promise<Scene> {
  const client = connectKubernetes({ kubeconfig: { file: kubeconfig }, userAgent });
  const namespace = `lifecycle-${randomBytes(3).toString('hex')}`;
  for (const crd of crds) await client.apply({ ...crd }, { fieldManager: userAgent, force: true });
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const read = (type: Type, name: string) => client.get<Conditioned>({ ...type, namespace, name });
  await eventually(async () => {
    if (!(await read({ apiVersion: 'v1', kind: 'ServiceAccount' }, 'default')))
      throw new Error('the namespace is not furnished yet');
  });
  const folder = await mkdtemp(join(tmpdir(), 'scs-lifecycle-'));
  const certificates = join(folder, 'tls');
  await mkdir(certificates);
  for (const [from, to] of [
    ['webhook/tls.crt', 'tls.crt'],
    ['webhook/tls.key', 'tls.key'],
    ['ca.crt', 'ca.crt'],
  ] as const)
    await copyFile(certificateOf(kubeconfig, from), join(certificates, to));
  await mkdir(join(folder, 'source'));
  const [hookPort, webhookPort] = [await freePort(), await freePort()];
  const service = await serviceProcess(main, {
    KUBECONFIG: kubeconfig,
    NAMESPACE: namespace,
    RELEASE_SOURCE: join(folder, 'source'),
    RELEASE_DIR: join(folder, 'cache'),
    CERTIFICATE_DIR: certificates,
    HOOK_ADDRESS: `127.0.0.1:${hookPort}`,
    HOOK_URL: `https://127.0.0.1:${hookPort}`,
    WEBHOOK_ADDRESS: `127.0.0.1:${webhookPort}`,
    ...env,
  });
  const topology = (className: string, version: string) => ({ classRef: { name: className }, version });
  return {
    client,
    namespace,
    service,
    pack: (release) => packDemo(join(folder, 'source'), release),
    read,
    list: async (type) => (await client.list<Conditioned>(type, { namespace })).items,
    createStack: (stack, minor, spec = {}) =>
      client.create({
        ...stackType,
        metadata: { name: `${stack}-${minor.replace('.', '-')}`, namespace },
        spec: { provider: 'dev', name: stack, kubernetesVersion: minor, noProvider: true, ...spec },
      }),
    createCluster: (name, className, version) =>
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
    hooks: (cluster) =>
      service.log
        .filter((line) => line['hook'] !== undefined && line['cluster'] === `${namespace}/${cluster}`)
        .map((line) => String(line['hook'])),
    unregister: () => client.delete(extensionConfigOf(namespace)),
    async close() {
      await service.kill();
      await client.delete(extensionConfigOf(namespace)).catch(() => false);
      await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
      client.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const conditionOf = (object: Conditioned | undefined, type: string): Condition | undefined =>
  object?.status?.conditions?.find((one) => one.type === type);
