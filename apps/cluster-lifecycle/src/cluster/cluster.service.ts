import { Injectable } from '@nestjs/common';
import {
  clusterVariables,
  newCluster,
  type Cluster,
  type ClusterChange,
  type Pool,
  type VariableValue,
} from '@scs/cluster-stacks';
import type { Call } from '@scs/grpc';
import { ApiError } from '@scs/kubernetes';
import { DomainError } from '@scs/service';
import { Audit } from '../audit.ts';
import { asDomainError } from '../kubernetes-failure.ts';
import { Management } from '../management.ts';
import { Tenants, tenantNotFound } from '../tenant/tenant.ts';
import { clusterName, type ClusterView } from './cluster.convert.ts';
import { ClusterReader } from './cluster.reader.ts';
import { ClusterWriter } from './cluster.writer.ts';
import {
  judge,
  poolViolations,
  refuse,
  replicaViolations,
  usableRelease,
  variableViolations,
} from './requests.ts';

/** What a caller gives for a new cluster. */
export interface GivenCluster {
  release: string;
  controlPlaneReplicas: number;
  pools: Pool[];
  variables: VariableValue[];
  labels: Record<string, string>;
}

/** What may be changed, by the names of the update mask. */
export interface GivenChange {
  release: string;
  controlPlaneReplicas: number | undefined;
  variables: VariableValue[];
}

/** Besides these, everything is output only, has a call of its own, or is given on creation. */
const changeable = ['control_plane.replicas', 'variables'];
const outputOnly = [
  'name',
  'kubernetes_version',
  'state',
  'waiting_for',
  'conditions',
  'upgrades',
  'endpoint',
  'create_time',
  'etag',
  'addons_release',
];

/** Clusters as resources. They live in the Kubernetes API, and nowhere else. */
@Injectable()
export class ClusterService {
  readonly #management: Management;
  readonly #tenants: Tenants;
  readonly #reader: ClusterReader;
  readonly #writer: ClusterWriter;
  readonly #audit: Audit;
  constructor(
    management: Management,
    tenants: Tenants,
    reader: ClusterReader,
    writer: ClusterWriter,
    audit: Audit,
  ) {
    this.#management = management;
    this.#tenants = tenants;
    this.#reader = reader;
    this.#writer = writer;
    this.#audit = audit;
  }

  async create(
    parent: string,
    id: string,
    given: GivenCluster,
    validateOnly: boolean,
    call: Call,
  ): Promise<ClusterView> {
    const { tenant, namespace } = this.#tenants.placeOf(parent, call);
    if (given.release === '')
      refuse('RELEASE_MISSING', [
        { field: 'cluster.release', description: 'is missing; name a release of one of your cluster stacks' },
      ]);
    const release = await usableRelease(this.#management, namespace, given.release, 'cluster.release');
    const ids = given.pools.map((pool) => pool.id);
    refuse('CLUSTER_INVALID', [
      ...variableViolations(given.variables, release, 'cluster.variables'),
      ...replicaViolations(given.controlPlaneReplicas, 'cluster.control_plane.replicas'),
      ...given.pools.flatMap((pool, index) => poolViolations(pool, release, `cluster.node_pools[${index}]`)),
      ...ids.flatMap((one, index) =>
        one !== '' && ids.indexOf(one) < index
          ? [{ field: `cluster.node_pools[${index}].id`, description: `there are two pools ${one}` }]
          : [],
      ),
    ]);
    const object = newCluster(
      {
        namespace,
        name: id,
        className: release.className,
        version: release.kubernetesVersion,
        controlPlaneReplicas: given.controlPlaneReplicas,
        pools: given.pools,
        variables: given.variables,
        labels: given.labels,
        createdBy: call.caller.subject,
      },
      await this.#management.version(),
    );
    await judge(this.#management, object);
    const made = await this.#management.client
      .create<Cluster>({ ...object, kind: 'Cluster' }, { dryRun: validateOnly })
      .catch((error: unknown) => {
        // The namespace: nothing else is looked up by name here.
        if (error instanceof ApiError && error.status === 404 && error.reason === 'NotFound')
          throw tenantNotFound(tenant);
        throw asDomainError(error);
      });
    if (!validateOnly) await this.#audit.record(call, 'create-cluster', clusterName(tenant, id));
    return this.#reader.view(tenant, made);
  }

  /** Changes what the mask names. */
  update(
    name: string,
    given: GivenChange,
    mask: readonly string[],
    etag: string,
    call: Call,
  ): Promise<ClusterView> {
    return this.#writer.change({ name, etag, action: 'update-cluster' }, call, async (cluster, namespace) => {
      const change = this.#changeOf(given, mask);
      const release = await this.#releaseOf(cluster, namespace);
      refuse('CLUSTER_INVALID', [
        ...(change.variables && release
          ? variableViolations(change.variables, release, 'cluster.variables')
          : []),
        ...(change.controlPlaneReplicas === undefined
          ? []
          : replicaViolations(change.controlPlaneReplicas, 'cluster.control_plane.replicas')),
      ]);
      return change;
    });
  }

  #changeOf(given: GivenChange, mask: readonly string[]): ClusterChange {
    const change: ClusterChange = {};
    for (const path of mask) {
      if (path === 'variables') change.variables = given.variables;
      else if (path === 'control_plane.replicas' || path === 'control_plane')
        change.controlPlaneReplicas = given.controlPlaneReplicas ?? 0;
      // Who read a cluster may send all of it back (AIP-203).
      else if (!outputOnly.includes(path) && !path.startsWith('control_plane.')) throw fixed(path);
    }
    return change;
  }

  /** Undefined for a cluster of another class than a release's, or of one that has gone: then Cluster API alone judges. */
  async #releaseOf(cluster: Cluster, namespace: string) {
    const { facts } = await this.#reader.view('', cluster);
    const tag = facts.release?.metadata.name;
    if (!tag || !facts.clusterClass || facts.release?.metadata.namespace !== namespace) return undefined;
    return usableRelease(this.#management, namespace, tag, 'cluster.release').catch((error: unknown) => {
      if (error instanceof DomainError && error.kind === 'wrong-state') return undefined;
      throw error;
    });
  }

  /** To another release of its stack. */
  upgrade(name: string, tag: string, etag: string, validateOnly: boolean, call: Call): Promise<ClusterView> {
    const request = { name, etag, action: 'upgrade-cluster', validateOnly };
    return this.#writer.change(request, call, async (cluster, namespace) => {
      const { className, kubernetesVersion, ...release } = await usableRelease(
        this.#management,
        namespace,
        tag,
        'release',
      );
      const upgrade = { className, version: kubernetesVersion };
      const patched = { ...release, className, kubernetesVersion };
      const problems = variableViolations(clusterVariables(cluster), patched, 'variables');
      const [first] = problems;
      if (first)
        throw new DomainError(
          'wrong-state',
          'VARIABLES_UNFIT',
          `${first.field} of the cluster does not fit ${tag}: ${first.description}; change it first`,
          { violations: problems },
        );
      return { upgrade };
    });
  }
}

const fixed = (path: string): DomainError => {
  const instead: Record<string, string> = {
    release: 'move the cluster with upgrade',
    node_pools: 'change pools with their own calls',
    labels: 'labels are given on creation',
  };
  const message = `${path} cannot be changed here: ${instead[path] ?? `changeable are ${changeable.join(', ')}`}`;
  return new DomainError('invalid', 'FIELD_FIXED', message, {
    violations: [{ field: 'update_mask', description: message }],
  });
};
