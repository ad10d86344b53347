import { Injectable } from '@nestjs/common';
import { changedCluster, clusterPatch, type Cluster, type ClusterChange } from '@scs/cluster-stacks';
import type { Call } from '@scs/grpc';
import { ApiError } from '@scs/kubernetes';
import { DomainError } from '@scs/service';
import { Audit } from '../audit.ts';
import { asDomainError, asked } from '../kubernetes-failure.ts';
import { Management } from '../management.ts';
import { clusterName, type ClusterView } from './cluster.convert.ts';
import { ClusterReader } from './cluster.reader.ts';
import { judge } from './requests.ts';

/** A change that somebody asked for. */
export interface ChangeRequest {
  /** Of the cluster, or of something in it. */
  name: string;
  /** Version that the caller has seen; empty: no matter. */
  etag: string;
  action: string;
  validateOnly?: boolean;
}

/** Without an etag nobody insists on a version, so a change that came in between is no reason to refuse. */
const attempts = 4;

/** Changes of clusters that are there: read, judge, patch this very version. */
@Injectable()
export class ClusterWriter {
  readonly #reader: ClusterReader;
  readonly #management: Management;
  readonly #audit: Audit;
  constructor(reader: ClusterReader, management: Management, audit: Audit) {
    this.#reader = reader;
    this.#management = management;
    this.#audit = audit;
  }

  /** `plan` is asked anew for each version of the cluster that is met, and throws what is wrong with the request. */
  async change(
    { name, etag, action, validateOnly = false }: ChangeRequest,
    call: Call,
    plan: (cluster: Cluster, namespace: string) => ClusterChange | Promise<ClusterChange>,
  ): Promise<ClusterView> {
    for (let attempt = 1; ; attempt++) {
      const { tenant, namespace, cluster } = await this.#reader.find(name, call);
      checkEtag(cluster, etag);
      if (cluster.metadata.deletionTimestamp)
        throw new DomainError(
          'wrong-state',
          'CLUSTER_DELETING',
          `the cluster ${cluster.metadata.name} is being deleted; make a new one`,
        );
      const change = await plan(cluster, namespace);
      const patch = clusterPatch(cluster, change);
      // By the rules of the webhook, also where it is not installed.
      await judge(this.#management, changedCluster(cluster, change), cluster);
      try {
        const key = {
          apiVersion: cluster.apiVersion,
          kind: cluster.kind,
          namespace,
          name: cluster.metadata.name,
        };
        const changed = await this.#management.client.patch<Cluster>(key, patch, { dryRun: validateOnly });
        if (!validateOnly) await this.#audit.record(call, action, name);
        return await this.#reader.view(tenant, changed);
      } catch (error) {
        const isBeaten = error instanceof ApiError && error.status === 409;
        if (!isBeaten || etag !== '' || attempt === attempts) throw asDomainError(error);
      }
    }
  }

  async delete(name: string, etag: string, call: Call): Promise<void> {
    const { tenant, namespace, cluster } = await this.#reader.find(name, call);
    checkEtag(cluster, etag);
    const { uid } = cluster.metadata;
    await asked(() =>
      this.#management.client.delete(
        { apiVersion: cluster.apiVersion, kind: cluster.kind, namespace, name: cluster.metadata.name },
        { uid, ...(etag && { resourceVersion: etag }) },
      ),
    );
    await this.#audit.record(call, 'delete-cluster', clusterName(tenant, cluster.metadata.name));
  }
}

function checkEtag(cluster: Cluster, etag: string): void {
  if (etag === '' || etag === cluster.metadata.resourceVersion) return;
  throw new DomainError(
    'conflict',
    'CLUSTER_CHANGED',
    'the cluster was changed in the meantime; read it again, and repeat the change with its new etag',
  );
}
