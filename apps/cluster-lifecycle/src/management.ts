import {
  addonNameOf,
  clusterLabel,
  clusterStackGroup,
  conditionOf,
  infrastructureGroup,
  isInitialized,
  printReleaseName,
  referenceOf,
  releaseOfClass,
  topologyOf,
  type Cluster,
  type ClusterAddon,
  type ClusterApiVersion,
  type ClusterFacts,
  type ClusterStack,
  type ClusterStackRelease,
  type KubernetesObject,
  type OpenStackNodeImageRelease,
} from '@scs/cluster-stacks';
import type { ApiObject, Informer, ObjectType } from '@scs/kubernetes';
import { DomainError } from '@scs/service';
import { asked } from './kubernetes-failure.ts';
import type { SharedOperator } from './operator.ts';

/** Kinds of Cluster API's own group; the version is found by discovery. */
type CoreKind = 'Cluster' | 'ClusterClass' | 'MachineDeployment' | 'Machine';

const patienceMs = 5000;

/**
 * The management cluster as the API sees it: single clusters are read afresh, everything around them comes from the operator's informers, which
 * may be some milliseconds behind.
 */
export class Management {
  readonly client: SharedOperator['client'];
  readonly #operator: SharedOperator;

  constructor(operator: SharedOperator) {
    this.#operator = operator;
    this.client = operator.client;
  }

  /** The version of Cluster API's API that is read and written. Throws `unavailable` where there is none. */
  async version(): Promise<ClusterApiVersion> {
    const version = await asked(() => this.#operator.clusterApiVersion());
    if (version) return version;
    throw new DomainError(
      'unavailable',
      'CLUSTER_API_MISSING',
      'the management cluster has no Cluster API; ask the operator to install it',
    );
  }

  async core(kind: CoreKind): Promise<ObjectType> {
    return { apiVersion: `cluster.x-k8s.io/${await this.version()}`, kind };
  }

  /** The informer of a type, with its first list in; undefined where the kind is not served. */
  async informer<T extends ApiObject>(type: ObjectType): Promise<Informer<T> | undefined> {
    if (!(await asked(() => this.client.resourceType(type)))) return undefined;
    const informer = this.#operator.informer<T>(type);
    if (!informer.synced) await inTime(informer.start());
    return informer;
  }

  async list<T extends ApiObject>(type: ObjectType, namespace?: string): Promise<T[]> {
    return (await this.informer<T>(type))?.list(namespace) ?? [];
  }

  async find<T extends ApiObject>(type: ObjectType, namespace: string, name: string): Promise<T | undefined> {
    return (await this.informer<T>(type))?.get(namespace, name);
  }

  /** As it is now. Undefined where it is not there, or is none with a topology. */
  async cluster(namespace: string, name: string): Promise<Cluster | undefined> {
    const type = await this.core('Cluster');
    const cluster = await asked(() => this.client.get<Cluster>({ ...type, namespace, name }));
    return cluster && topologyOf(cluster) ? cluster : undefined;
  }

  /** Clusters with a topology: the others are none of ours. */
  async clusters(namespace?: string): Promise<Cluster[]> {
    const all = await this.list<Cluster>(await this.core('Cluster'), namespace);
    return all.filter((cluster) => topologyOf(cluster) !== undefined);
  }

  stacks = (namespace?: string): Promise<ClusterStack[]> => this.list(stackType, namespace);
  releases = (namespace: string): Promise<ClusterStackRelease[]> => this.list(releaseType, namespace);

  /** All that is known about a cluster. */
  async facts(cluster: KubernetesObject): Promise<ClusterFacts> {
    const { namespace = '', name } = cluster.metadata;
    const topology = topologyOf(cluster);
    const release = topology && releaseOfClass(topology.className);
    const classNamespace = topology?.classNamespace ?? namespace;
    const ofCluster = async (kind: CoreKind) =>
      (await this.list(await this.core(kind), namespace)).filter(
        ({ metadata }) => metadata.labels?.[clusterLabel] === name,
      );
    const facts: ClusterFacts = {
      cluster,
      clusterClass:
        topology && (await this.find(await this.core('ClusterClass'), classNamespace, topology.className)),
      release: release && (await this.find(releaseType, classNamespace, printReleaseName(release))),
      controlPlane: await this.#referenced(cluster, 'controlPlaneRef'),
      infrastructure: await this.#referenced(cluster, 'infrastructureRef'),
      machineDeployments: await ofCluster('MachineDeployment'),
      machines: await ofCluster('Machine'),
      addon: await this.find<ClusterAddon>(addonType, namespace, addonNameOf(name)),
      nodeImages: await this.list<OpenStackNodeImageRelease>(nodeImageType, classNamespace),
      kubeconfig: 'unknown',
    };
    return { ...facts, kubeconfig: await this.#kubeconfig(facts) };
  }

  async #referenced(
    cluster: KubernetesObject,
    field: 'controlPlaneRef' | 'infrastructureRef',
  ): Promise<ApiObject | undefined> {
    const reference = referenceOf(cluster, field);
    if (!reference?.kind || !reference.name || !reference.apiGroup) return undefined;
    const { apiGroup } = reference;
    const [newest] = await asked(() => this.client.versions(apiGroup));
    const apiVersion = reference.apiVersion ?? (newest && `${apiGroup}/${newest}`);
    if (!apiVersion) return undefined;
    const namespace = cluster.metadata.namespace ?? '';
    return this.find({ apiVersion, kind: reference.kind }, namespace, reference.name);
  }

  /** Only looked for where something speaks for its being missing: secrets are not watched. */
  async #kubeconfig(facts: ClusterFacts): Promise<ClusterFacts['kubeconfig']> {
    const probe = conditionOf(facts.cluster, 'RemoteConnectionProbe');
    if (!isInitialized(facts) || !probe || probe.status === 'True') return 'unknown';
    const { namespace, name } = facts.cluster.metadata;
    const secret = await asked(() =>
      this.client.get({ apiVersion: 'v1', kind: 'Secret', namespace, name: `${name}-kubeconfig` }),
    );
    return secret ? 'there' : 'missing';
  }
}

export const stackType = { apiVersion: clusterStackGroup, kind: 'ClusterStack' };
export const releaseType = { apiVersion: clusterStackGroup, kind: 'ClusterStackRelease' };
export const addonType = { apiVersion: clusterStackGroup, kind: 'ClusterAddon' };
const nodeImageType = { apiVersion: infrastructureGroup, kind: 'OpenStackNodeImageRelease' };

/** A list that does not come is an outage, not a wait without end. */
async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new DomainError(
            'unavailable',
            'KUBERNETES_UNAVAILABLE',
            'the management cluster has not been read yet; try again soon',
          ),
        ),
      patienceMs,
    );
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
