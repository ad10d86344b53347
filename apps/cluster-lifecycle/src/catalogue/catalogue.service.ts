import { Injectable } from '@nestjs/common';
import {
  compareVersions,
  isOfStack,
  parseReleaseName,
  printClassName,
  releaseTagOf,
  topologyOf,
  variablesOf,
  type ClusterStack,
  type ClusterStackRelease,
} from '@scs/cluster-stacks';
import { fromPageToken, toPage, type Call } from '@scs/grpc';
import { DomainError } from '@scs/service';
import { poolClasses } from '../cluster/requests.ts';
import { asked } from '../kubernetes-failure.ts';
import { Management, releaseType, stackType } from '../management.ts';
import { Tenants, type Place } from '../tenant/tenant.ts';
import type { CountedRelease, ReleaseOffer } from './catalogue.convert.ts';

/** Cluster stacks and releases to choose from. */
@Injectable()
export class CatalogueService {
  readonly #management: Management;
  readonly #tenants: Tenants;
  constructor(management: Management, tenants: Tenants) {
    this.#management = management;
    this.#tenants = tenants;
  }

  async listStacks(parent: string, pageSize: number, pageToken: string, call: Call) {
    const place = this.#tenants.listed(parent, call);
    const after = fromPageToken(pageToken, /^[a-z0-9-]+\/[a-z0-9.-]+$/) ?? '';
    const size = pageSize || 50;
    const found = (await this.#management.stacks(place?.namespace))
      .flatMap((stack) => {
        const tenant = this.#tenants.tenantOf(stack.metadata.namespace ?? '');
        return tenant === undefined ? [] : [{ tenant, stack, key: `${tenant}/${stack.metadata.name}` }];
      })
      .filter(({ key }) => key > after)
      .toSorted((one, other) => (one.key < other.key ? -1 : 1));
    return toPage(found.slice(0, size + 1), size, ({ key }) => key);
  }

  async getStack(name: string, call: Call): Promise<Place & { stack: ClusterStack }> {
    const place = this.#tenants.placeOf(name, call);
    const id = name.split('/')[3] ?? '';
    const stack = await asked(() =>
      this.#management.client.get<ClusterStack>({ ...stackType, namespace: place.namespace, name: id }),
    );
    if (stack) return { ...place, stack };
    throw new DomainError(
      'not-found',
      'CLUSTER_STACK_NOT_FOUND',
      `there is no cluster stack ${id}; list those that there are`,
      { metadata: { clusterStack: id } },
    );
  }

  /** Newest first. */
  async listReleases(parent: string, pageSize: number, pageToken: string, call: Call) {
    const { tenant, namespace, stack } = await this.getStack(parent, call);
    const after = fromPageToken(pageToken, /^[a-z0-9.-]{1,253}$/);
    const size = pageSize || 50;
    const all = (await this.#management.releases(namespace))
      .flatMap((release) => {
        const name = parseReleaseName(release.metadata.name);
        return typeof name === 'string' || !isOfStack(name, stack.spec) ? [] : [{ release, name }];
      })
      .toSorted((one, other) => compareVersions(other.name.version, one.name.version));
    const begin = after === null ? 0 : all.findIndex(({ release }) => release.metadata.name === after) + 1;
    const { rows, nextPageToken } = toPage(
      all.slice(begin, begin + size + 1),
      size,
      ({ release }) => release.metadata.name,
    );
    return {
      tenant,
      stack: stack.metadata.name,
      rows: await Promise.all(rows.map(({ release }) => this.#count(namespace, release))),
      nextPageToken,
    };
  }

  async getRelease(
    name: string,
    call: Call,
  ): Promise<{ tenant: string; stack: string; counted: CountedRelease; offer: ReleaseOffer }> {
    const { tenant, namespace, stack } = await this.getStack(name, call);
    const tag = name.split('/')[5] ?? '';
    const parsed = parseReleaseName(tag);
    const release = await asked(() =>
      this.#management.client.get<ClusterStackRelease>({ ...releaseType, namespace, name: tag }),
    );
    if (!release || typeof parsed === 'string' || !isOfStack(parsed, stack.spec))
      throw new DomainError(
        'not-found',
        'RELEASE_NOT_FOUND',
        `there is no release ${tag} of ${stack.metadata.name}; list those that there are`,
        { metadata: { release: tag } },
      );
    const type = await this.#management.core('ClusterClass');
    const clusterClass = await this.#management.find(type, namespace, printClassName(parsed));
    return {
      tenant,
      stack: stack.metadata.name,
      counted: await this.#count(namespace, release),
      offer: {
        variables: clusterClass ? variablesOf(clusterClass) : [],
        classes: clusterClass ? poolClasses(clusterClass) : [],
      },
    };
  }

  async #count(namespace: string, release: ClusterStackRelease): Promise<CountedRelease> {
    const clusters = (await this.#management.clusters(namespace)).filter(
      (cluster) =>
        releaseTagOf(cluster) === release.metadata.name && topologyOf(cluster)?.classNamespace === namespace,
    );
    return { release, clusters: clusters.length };
  }
}
