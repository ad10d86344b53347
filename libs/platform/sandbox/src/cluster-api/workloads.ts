import { connectKubernetes, type ApiObject, type KubernetesClient } from '@scs/kubernetes';
import type { Endpoint } from './kinds.ts';

/** A workload cluster's API, wherever it is. */
export interface WorkloadCluster {
  /** Text for the secret `<cluster>-kubeconfig`. */
  kubeconfig: string;
  /** Lets go of it when the cluster is deleted. */
  close?(): Promise<void> | void;
}

export interface WorkloadRequest {
  namespace: string;
  name: string;
  /** Of the Kubernetes that the cluster is created with. */
  version: string;
}

export type StartWorkload = (cluster: WorkloadRequest) => Promise<WorkloadCluster> | WorkloadCluster;

interface Workload {
  cluster: WorkloadCluster;
  client: KubernetesClient;
}

const userAgent = 'sandbox-cluster-api';

/** The APIs of the workload clusters: started with the control plane, let go with the cluster. */
export class Workloads {
  readonly #start: StartWorkload | undefined;
  readonly #running = new Map<string, Workload>();

  constructor(start: StartWorkload | undefined) {
    this.#start = start;
  }

  /** Starts the API where it does not run. Undefined where there are none. */
  async open(request: WorkloadRequest): Promise<WorkloadCluster | undefined> {
    if (!this.#start) return undefined;
    const key = `${request.namespace}/${request.name}`;
    const running = this.#running.get(key);
    if (running) return running.cluster;
    const cluster = await this.#start(request);
    const client = connectKubernetes({ kubeconfig: { text: cluster.kubeconfig }, userAgent });
    this.#running.set(key, { cluster, client });
    return cluster;
  }

  client(namespace: string, name: string): KubernetesClient | undefined {
    return this.#running.get(`${namespace}/${name}`)?.client;
  }

  async close(namespace: string, name: string): Promise<void> {
    const key = `${namespace}/${name}`;
    const running = this.#running.get(key);
    this.#running.delete(key);
    running?.client.close();
    await running?.cluster.close?.();
  }

  async closeAll(): Promise<void> {
    const keys = [...this.#running.keys()].map((key) => key.split('/'));
    await Promise.all(keys.map(([namespace = '', name = '']) => this.close(namespace, name)));
  }
}

/** Where clients of a kubeconfig go. */
export function endpointOf(kubeconfig: string | undefined): Endpoint {
  const server = kubeconfig?.match(/server:\s*["']?(\S+?)["']?\s*$/m)?.[1];
  if (!server) return { host: '127.0.0.1', port: 6443 };
  const { hostname, port, protocol } = new URL(server);
  return { host: hostname, port: port ? Number(port) : protocol === 'https:' ? 443 : 80 };
}

export interface NodeWanted {
  name: string;
  version: string;
  controlPlane: boolean;
  labels: Record<string, string>;
  ready: boolean;
  now: string;
}

/** A node as a kubelet would report it. */
export function nodeOf({ name, version, controlPlane, labels, ready, now }: NodeWanted): ApiObject {
  const role: Record<string, string> = controlPlane ? { 'node-role.kubernetes.io/control-plane': '' } : {};
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', ...role, ...labels },
    },
    spec: {
      providerID: `in-memory://${name}`,
      ...(controlPlane && {
        taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
      }),
    },
    status: {
      conditions: [
        {
          type: 'Ready',
          status: ready ? 'True' : 'False',
          reason: ready ? 'KubeletReady' : 'KubeletNotReady',
          message: '',
          lastHeartbeatTime: now,
          lastTransitionTime: now,
        },
      ],
      nodeInfo: {
        architecture: 'amd64',
        bootID: name,
        containerRuntimeVersion: 'containerd://2.1.0',
        kernelVersion: '6.8.0',
        kubeProxyVersion: '',
        kubeletVersion: version,
        machineID: name,
        operatingSystem: 'linux',
        osImage: 'Sandbox',
        systemUUID: name,
      },
    },
  };
}
