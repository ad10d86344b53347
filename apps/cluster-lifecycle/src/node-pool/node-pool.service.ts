import { Injectable } from '@nestjs/common';
import {
  poolsOf,
  topologyOf,
  variablesOf,
  type Cluster,
  type Pool,
  type VariableValue,
} from '@scs/cluster-stacks';
import type { Call } from '@scs/grpc';
import { DomainError } from '@scs/service';
import type { ClusterView } from '../cluster/cluster.convert.ts';
import { ClusterReader } from '../cluster/cluster.reader.ts';
import { ClusterWriter } from '../cluster/cluster.writer.ts';
import { poolClasses, poolViolations, refuse } from '../cluster/requests.ts';
import { Management } from '../management.ts';

/** What may be changed of a pool, by the names of the update mask. */
export interface GivenPool {
  replicas: number;
  variables: VariableValue[];
}

/** A pool with the cluster that it is in. */
export interface FoundPool {
  view: ClusterView;
  pool: Pool;
}

/** Node pools: entries of a cluster's topology, so every change is one of the cluster. */
@Injectable()
export class NodePoolService {
  readonly #reader: ClusterReader;
  readonly #writer: ClusterWriter;
  readonly #management: Management;
  constructor(reader: ClusterReader, writer: ClusterWriter, management: Management) {
    this.#reader = reader;
    this.#writer = writer;
    this.#management = management;
  }

  async list(parent: string, call: Call): Promise<FoundPool[]> {
    const view = await this.#reader.get(parent, call);
    return poolsOf(view.facts.cluster).map((pool) => ({ view, pool }));
  }

  async create(parent: string, pool: Pool, etag: string, call: Call): Promise<FoundPool> {
    const request = { name: parent, etag, action: 'create-node-pool' };
    const view = await this.#writer.change(request, call, async (cluster) => {
      if (poolsOf(cluster).some(({ id }) => id === pool.id))
        throw new DomainError(
          'exists',
          'NODE_POOL_EXISTS',
          `there is a node pool ${pool.id} already; choose another name`,
          { metadata: { pool: pool.id } },
        );
      await this.#check(cluster, pool);
      return { pools: { add: pool } };
    });
    return found(view, pool.id);
  }

  async update(
    name: string,
    given: GivenPool,
    mask: readonly string[],
    etag: string,
    call: Call,
  ): Promise<FoundPool> {
    const id = poolIdOf(name);
    checkMask(mask);
    const request = { name, etag, action: 'update-node-pool' };
    const view = await this.#writer.change(request, call, async (cluster) => {
      const pool = poolIn(cluster, id);
      const update = {
        id,
        ...(mask.includes('replicas') && { replicas: given.replicas }),
        ...(mask.includes('variables') && { variables: given.variables }),
      };
      await this.#check(cluster, { ...pool, ...update });
      return { pools: { update } };
    });
    return found(view, id);
  }

  async delete(name: string, etag: string, call: Call): Promise<void> {
    const id = poolIdOf(name);
    await this.#writer.change({ name, etag, action: 'delete-node-pool' }, call, (cluster) => {
      poolIn(cluster, id);
      return { pools: { remove: id } };
    });
  }

  /** Against its class, where that is there; else Cluster API alone judges. */
  async #check(cluster: Cluster, pool: Pool): Promise<void> {
    const topology = topologyOf(cluster);
    const type = await this.#management.core('ClusterClass');
    const clusterClass =
      topology && (await this.#management.find(type, topology.classNamespace, topology.className));
    if (!clusterClass) return;
    const release = { variables: variablesOf(clusterClass), classes: poolClasses(clusterClass) };
    refuse('NODE_POOL_INVALID', poolViolations(pool, release, 'node_pool'));
  }
}

/** Who read a pool may send all of it back (AIP-203). */
function checkMask(mask: readonly string[]): void {
  const outputOnly = ['name', 'id', 'ready_replicas', 'kubernetes_versions'];
  refuse(
    'FIELD_FIXED',
    mask
      .filter((path) => !['replicas', 'variables', ...outputOnly].includes(path))
      .map((path) => ({
        field: 'update_mask',
        description: `${path} cannot be changed; changeable are replicas, variables`,
      })),
  );
}

/** Of `tenants/{tenant}/clusters/{cluster}/nodePools/{pool}`. */
const poolIdOf = (name: string): string => name.split('/')[5] ?? '';

function poolIn(cluster: Cluster, id: string): Pool {
  const pool = poolsOf(cluster).find((candidate) => candidate.id === id);
  if (pool) return pool;
  throw new DomainError(
    'not-found',
    'NODE_POOL_NOT_FOUND',
    `there is no node pool ${id}; list those of the cluster`,
    { metadata: { pool: id } },
  );
}

const found = (view: ClusterView, id: string): FoundPool => ({
  view,
  pool: poolIn(view.facts.cluster as Cluster, id),
});
