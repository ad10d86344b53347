import { apiVersionOf, ownedLabel, resourceKey, type AppliedResource } from '@scs/cluster-stacks';
import {
  ApiError,
  type ApiObject,
  type KubernetesClient,
  type ObjectKey,
  type ResourceType,
} from '@scs/kubernetes';
import type { ApplyTarget } from './apply.ts';
import { forget } from './compare.ts';
import { explain, isAboutOneObject } from './failure.ts';
import { isCrd } from './manifest.ts';

/**
 * Removes objects, last applied first; ClusterClasses before the templates that they name, definitions and namespaces at the very end. Those that
 * are still there (finalizers at work, refusals) come back with the reason. Where a ClusterClass cannot be removed, nothing after it is.
 */
export async function deleteResources(
  target: ApplyTarget,
  resources: readonly AppliedResource[],
  signal: AbortSignal,
): Promise<AppliedResource[]> {
  const remaining: AppliedResource[] = [];
  const leaving: { resource: AppliedResource; place: ObjectKey }[] = [];
  let blocked = '';
  for (const resource of inDeletionOrder(resources)) {
    signal.throwIfAborted();
    if (blocked) {
      remaining.push(notRemoved(resource, `stays while ${blocked} does`));
      continue;
    }
    const place = await placeOf(target, resource);
    forget(target.client, resourceKey(resource, target.namespace));
    if (!place) continue;
    try {
      if (!target.wholeCluster && !(await isLabelled(target.client, place))) continue;
      if (await target.client.delete(place, { propagation: 'Background' })) leaving.push({ resource, place });
    } catch (error) {
      if (isNotServed(error)) continue;
      if (!isAboutOneObject(error)) throw error;
      remaining.push(notRemoved(resource, explain(error, resource.kind ?? '')));
      if (resource.kind === 'ClusterClass') blocked = `ClusterClass ${resource.name}`;
    }
  }
  for (const { resource, place } of leaving) {
    const object = await stillThere(target.client, place);
    if (object) remaining.push(notRemoved(resource, waiting(object)));
  }
  return resources.flatMap((resource) => remaining.find((left) => isSameEntry(left, resource)) ?? []);
}

async function isLabelled(client: KubernetesClient, place: ObjectKey): Promise<boolean> {
  const labels = (await client.get(place))?.metadata.labels ?? {};
  return Object.entries(ownedLabel).every(([name, value]) => labels[name] === value);
}

/** Its kind may have gone meanwhile, and it with it. */
async function stillThere(client: KubernetesClient, place: ObjectKey): Promise<ApiObject | undefined> {
  try {
    return await client.get(place);
  } catch (error) {
    if (isNotServed(error)) return undefined;
    throw error;
  }
}

const isNotServed = (error: unknown): boolean => error instanceof ApiError && error.reason === 'NoKindMatch';

const isSameEntry = (one: AppliedResource, other: AppliedResource): boolean =>
  resourceKey(one, '') === resourceKey(other, '');

const notRemoved = (resource: AppliedResource, error: string): AppliedResource => ({
  ...resource,
  status: 'not-synced',
  error,
});

const waiting = ({ metadata: { finalizers = [] } }: ApiObject): string =>
  finalizers.length > 0
    ? `is being deleted, and waits for whoever takes ${finalizers.join(', ')} off`
    : 'is being deleted';

function inDeletionOrder(resources: readonly AppliedResource[]): AppliedResource[] {
  const rank = (resource: AppliedResource): number => {
    if (resource.kind === 'ClusterClass') return 0;
    if (resource.kind === 'Namespace') return 3;
    return isCrd(apiVersionOf(resource), resource.kind ?? '') ? 2 : 1;
  };
  return resources.toReversed().toSorted((one, other) => rank(one) - rank(other));
}

/**
 * Where the object is; undefined where the server serves no such kind (any more), and so has no such object. In a shared cluster nothing is applied to
 * other namespaces, so an entry that names one is not ours, whoever wrote it.
 */
export async function placeOf(
  { client, namespace, wholeCluster }: ApplyTarget,
  resource: AppliedResource,
): Promise<ObjectKey | undefined> {
  const type = await servedType(client, resource);
  if (!type || !resource.name) return undefined;
  const place = { apiVersion: type.apiVersion, kind: type.kind, name: resource.name };
  if (!type.namespaced) return place;
  const own = resource.namespace || namespace;
  return wholeCluster || own === namespace ? { ...place, namespace: own } : undefined;
}

/** By the version of the entry, or another one of the group where that is not served any more. */
async function servedType(
  client: KubernetesClient,
  resource: AppliedResource,
): Promise<ResourceType | undefined> {
  const { group = '', kind = '' } = resource;
  const known = await client.resourceType({ apiVersion: apiVersionOf(resource), kind });
  if (known || !group) return known;
  for (const version of await client.versions(group)) {
    const other = await client.resourceType({ apiVersion: `${group}/${version}`, kind });
    if (other) return other;
  }
  return undefined;
}
