import {
  apiVersionOf,
  clusterStackGroup,
  compareVersions,
  parseReleaseName,
  resourceKey,
  resourceOf,
  type AppliedResource,
  type ClusterStackRelease,
} from '@scs/cluster-stacks';
import type { ApiObject, KubernetesClient } from '@scs/kubernetes';
import type { Key, Operator } from '../reconciler.ts';

const releasesOf = (operator: Operator) =>
  operator.informer<ClusterStackRelease>({ apiVersion: clusterStackGroup, kind: 'ClusterStackRelease' });

/** Scope is part of the type: without it the same object of the whole cluster would look like two, in two namespaces. */
async function keyOf(
  client: KubernetesClient,
  resource: AppliedResource,
  namespace: string,
): Promise<string> {
  const type = await client.resourceType({ apiVersion: apiVersionOf(resource), kind: resource.kind ?? '' });
  return resourceKey(resource, type?.namespaced === false ? '' : namespace);
}

/**
 * Objects that other releases have in their inventories too, such as a role that all versions of a stack bring: the newest of them says how it
 * looks, and it is removed with the last.
 */
export async function claimsOfOthers(
  operator: Operator,
  release: ClusterStackRelease,
): Promise<(resource: AppliedResource) => 'theirs' | 'shared' | undefined> {
  const { client } = operator;
  const { namespace = '', uid } = release.metadata;
  const claims = new Map<string, 'theirs' | 'shared'>();
  for (const other of releasesOf(operator).list()) {
    if (other.metadata.uid === uid || other.metadata.deletionTimestamp) continue;
    const claim = isBefore(release, other) ? 'theirs' : 'shared';
    for (const resource of other.status?.resources ?? []) {
      const key = await keyOf(client, resource, other.metadata.namespace ?? '');
      if (claims.get(key) !== 'theirs') claims.set(key, claim);
    }
  }
  const types = new Map<string, boolean>();
  for (const { kind = '', ...rest } of release.status?.resources ?? []) {
    const type = await client.resourceType({ apiVersion: apiVersionOf(rest), kind });
    types.set(`${rest.group}/${kind}`, type?.namespaced !== false);
  }
  return (resource) => {
    const namespaced = types.get(`${resource.group}/${resource.kind}`) ?? true;
    return claims.get(resourceKey(resource, namespaced ? namespace : ''));
  };
}

/** One order for all, whoever asks: by version, then by name and namespace. */
function isBefore(one: ClusterStackRelease, other: ClusterStackRelease): boolean {
  const [a, b] = [parseReleaseName(one.metadata.name), parseReleaseName(other.metadata.name)];
  const byVersion =
    typeof a === 'string' || typeof b === 'string' ? 0 : compareVersions(a.version, b.version);
  if (byVersion !== 0) return byVersion < 0;
  return pathOf(one) < pathOf(other);
}

const pathOf = ({ metadata }: ClusterStackRelease): string => `${metadata.name}/${metadata.namespace}`;

/** The releases that have an object in their inventories. */
export function releasesWith(operator: Operator, object: ApiObject): Key[] {
  const key = resourceKey(resourceOf(object), '');
  return releasesOf(operator)
    .list()
    .filter(({ status, metadata: { namespace = '' } }) =>
      status?.resources?.some(
        (resource) =>
          resource.name === object.metadata.name &&
          resourceKey(resource, object.metadata.namespace === undefined ? '' : namespace) === key,
      ),
    )
    .map(({ metadata: { namespace = '', name } }) => ({ namespace, name }));
}
