import { explainCluster, topologyOf, type Cluster } from '@scs/cluster-stacks';
import type { Call } from '@scs/grpc';
import { DomainError } from '@scs/service';
import { Inject, Injectable } from '@nestjs/common';
import { fromPageToken, toPage } from '@scs/grpc';
import { Management } from '../management.ts';
import { Tenants, type Place } from '../tenant/tenant.ts';
import { CLOCK, type Clock } from '../tokens.ts';
import type { ClusterView } from './cluster.convert.ts';

/** A cluster that the caller may see, by its place. */
export interface FoundCluster extends Place {
  cluster: Cluster;
}

/** Clusters as they are. */
@Injectable()
export class ClusterReader {
  readonly #management: Management;
  readonly #tenants: Tenants;
  readonly #clock: Clock;
  constructor(management: Management, tenants: Tenants, @Inject(CLOCK) clock: Clock) {
    this.#management = management;
    this.#tenants = tenants;
    this.#clock = clock;
  }

  /** By `tenants/{tenant}/clusters/{cluster}` and below. Throws `not-found`. */
  async find(name: string, call: Pick<Call, 'caller'>): Promise<FoundCluster> {
    const place = this.#tenants.placeOf(name, call);
    const id = name.split('/')[3] ?? '';
    const cluster = await this.#management.cluster(place.namespace, id);
    if (!cluster) throw clusterNotFound(id);
    return { ...place, cluster };
  }

  async get(name: string, call: Pick<Call, 'caller'>): Promise<ClusterView> {
    const { tenant, cluster } = await this.find(name, call);
    return this.view(tenant, cluster);
  }

  async view(tenant: string, cluster: Cluster): Promise<ClusterView> {
    const facts = await this.#management.facts(cluster);
    const classNamespace = topologyOf(cluster)?.classNamespace ?? cluster.metadata.namespace ?? '';
    const releases = await this.#management.releases(classNamespace);
    return { tenant, facts, explanation: explainCluster(facts, this.#clock()), releases };
  }

  async list(parent: string, pageSize: number, pageToken: string, call: Call) {
    const place = this.#tenants.listed(parent, call);
    const after = fromPageToken(pageToken, /^[a-z0-9-]+\/[a-z0-9.-]+$/) ?? '';
    const size = pageSize || 50;
    const found = (await this.#management.clusters(place?.namespace))
      .flatMap((cluster) => {
        const tenant = this.#tenants.tenantOf(cluster.metadata.namespace ?? '');
        return tenant === undefined ? [] : [{ tenant, cluster, key: `${tenant}/${cluster.metadata.name}` }];
      })
      .filter(({ key }) => key > after)
      .toSorted((one, other) => (one.key < other.key ? -1 : 1));
    const { rows, nextPageToken } = toPage(found.slice(0, size + 1), size, ({ key }) => key);
    return {
      rows: await Promise.all(rows.map(({ tenant, cluster }) => this.view(tenant, cluster))),
      nextPageToken,
    };
  }
}

export const clusterNotFound = (id: string): DomainError =>
  new DomainError('not-found', 'CLUSTER_NOT_FOUND', `there is no cluster ${id}; list those that there are`, {
    metadata: { cluster: id },
  });
