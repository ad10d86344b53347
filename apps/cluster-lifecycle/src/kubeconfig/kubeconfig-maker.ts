import { compareKubernetes, topologyOf, type Cluster } from '@scs/cluster-stacks';
import { connectKubernetes, type ApiObject } from '@scs/kubernetes';
import { DomainError } from '@scs/service';
import { makeClient } from '../certificate/x509.ts';
import { asked } from '../kubernetes-failure.ts';
import type { Management } from '../management.ts';
import { entryOf, printKubeconfig } from './kubeconfig-file.ts';
import { viewGroup, viewObjects } from './view-access.ts';

export type Access = 'admin' | 'view';

export interface Issued {
  kubeconfig: string;
  expireTime: Date;
}

/** The clocks of servers differ: a certificate is valid from a little earlier on. */
const skewMs = 5 * 60_000;
const workloadTimeoutMs = 10_000;

/** Makes kubeconfigs that end by themselves: a client's certificate, signed with the cluster's own CA. They are neither kept nor logged. */
export class KubeconfigMaker {
  readonly #management: Management;
  readonly #clock: () => Date;
  constructor(management: Management, clock: () => Date) {
    this.#management = management;
    this.#clock = clock;
  }

  /** Throws `wrong-state` as long as the cluster has none to make one from. */
  async make(cluster: Cluster, access: Access, ttlMs: number, user: string): Promise<Issued> {
    const { namespace = '', name } = cluster.metadata;
    const [authority, admin] = await Promise.all([
      this.#secret(namespace, `${name}-ca`),
      this.#secret(namespace, `${name}-kubeconfig`),
    ]);
    const [cert, key, text] = [authority['tls.crt'], authority['tls.key'], admin['value']];
    if (!cert || !text) throw notYet(name);
    if (!key)
      throw new DomainError(
        'wrong-state',
        'CA_KEY_MISSING',
        `the CA of ${name} is an external one, whose key is not here; ask whoever runs that CA for access`,
      );
    if (access === 'view') await this.#bindViewers(text, name);
    const now = this.#clock();
    const expireTime = new Date(Math.floor((now.getTime() + ttlMs) / 1000) * 1000);
    const groups = [access === 'view' ? viewGroup : adminGroup(cluster)];
    const client = await makeClient(
      { cert, key },
      { user: user || 'nobody', groups },
      { notBefore: new Date(now.getTime() - skewMs), notAfter: expireTime },
    );
    return { kubeconfig: printKubeconfig(name, entryOf(text), client, access), expireTime };
  }

  async #secret(namespace: string, name: string): Promise<Record<string, string>> {
    const secret = await asked(() =>
      this.#management.client.get<ApiObject & { data?: Record<string, string> }>({
        apiVersion: 'v1',
        kind: 'Secret',
        namespace,
        name,
      }),
    );
    return Object.fromEntries(
      Object.entries(secret?.data ?? {}).map(([key, value]) => [
        key,
        Buffer.from(value, 'base64').toString(),
      ]),
    );
  }

  /** What the group of viewers may, inside of the cluster. */
  async #bindViewers(kubeconfig: string, cluster: string): Promise<void> {
    const client = connectKubernetes({
      kubeconfig: { text: kubeconfig },
      userAgent: 'scs-cluster-lifecycle',
      timeoutMs: workloadTimeoutMs,
    });
    try {
      for (const object of viewObjects) await client.apply(object, { fieldManager: 'scs', force: true });
    } catch (error) {
      throw new DomainError(
        'unavailable',
        'CLUSTER_UNREACHABLE',
        `the API server of ${cluster} does not take the rights of viewers; try again when the cluster is ready`,
        { cause: error },
      );
    } finally {
      client.close();
    }
  }
}

/** Since 1.29 kubeadm binds a group to cluster-admin whose rights can be taken away again. */
const adminGroup = (cluster: Cluster): string =>
  compareKubernetes(topologyOf(cluster)?.version ?? '', 'v1.29.0') >= 0
    ? 'kubeadm:cluster-admins'
    : 'system:masters';

const notYet = (name: string): DomainError =>
  new DomainError(
    'wrong-state',
    'KUBECONFIG_NOT_YET',
    `the cluster ${name} has no certificates yet; ask again when its control plane is up`,
    { metadata: { cluster: name } },
  );
