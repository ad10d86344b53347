import type { ClusterStackRelease, ReleaseFacts } from '@scs/cluster-stacks';
import type { ApiObject, ObjectKey } from '@scs/kubernetes';
import type { Operator } from '../reconciler.ts';

/**
 * What the provider says of a release: looks at the object that `spec.providerRef` names, makes it the release's (so that it goes with it), and
 * watches its kind, whatever that is, so that a change wakes the release.
 */
export async function gatherProvider(
  operator: Operator,
  reconciler: string,
  release: ClusterStackRelease,
): Promise<NonNullable<ReleaseFacts['provider']>> {
  const { providerRef } = release.spec;
  if (!providerRef) return { state: 'none' };
  const { apiVersion = '', kind = '', name = release.metadata.name } = providerRef;
  // Whoever may write releases must not get other objects watched, owned and so collected with our rights.
  if (!kind.endsWith('ClusterStackRelease'))
    return {
      state: 'missing',
      message: `spec.providerRef names a ${kind || 'nothing'}; its kind must end in ClusterStackRelease`,
    };
  const key: ObjectKey = { apiVersion, kind, name, namespace: release.metadata.namespace };
  if (!(await operator.client.resourceType({ apiVersion, kind })))
    return {
      state: 'missing',
      message: `${kind} of ${apiVersion} is not served; install the provider’s CustomResourceDefinitions, or set noProvider in the ClusterStack`,
    };
  await operator.alsoWatch(reconciler, {
    type: { apiVersion, kind },
    keys: ({ object }) => releasesOwning(object),
  });
  const object = await operator.client.get(key);
  if (!object)
    return { state: 'missing', message: `${kind} ${name} does not exist; the ClusterStack makes it again` };
  const other = await own(operator, release, object, key);
  if (other)
    return {
      state: 'not-ready',
      message: `${kind} ${name} is controlled by ${other}; delete it, then the ClusterStack makes it again`,
    };
  return isReady(object)
    ? { state: 'ready' }
    : { state: 'not-ready', message: `${kind} ${name} is not ready yet; look at its conditions` };
}

const isReady = ({ status }: ApiObject): boolean =>
  typeof status === 'object' && status !== null && (status as { ready?: unknown }).ready === true;

/** Provider objects are named like their release, and owned by it. */
const releasesOwning = ({ metadata }: ApiObject) =>
  (metadata.ownerReferences ?? [])
    .filter(({ kind }) => kind === 'ClusterStackRelease')
    .map(({ name }) => ({ namespace: metadata.namespace ?? '', name }));

/** Gives who has it already, if that is somebody else. */
async function own(
  { client }: Operator,
  release: ClusterStackRelease,
  object: ApiObject,
  key: ObjectKey,
): Promise<string | undefined> {
  const { uid = '', name } = release.metadata;
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.some((owner) => owner.uid === uid) || object.metadata.deletionTimestamp) return undefined;
  // One of our name is a release that was deleted and made again; its UID is nobody’s any more.
  const others = owners.filter((owner) => owner.kind !== release.kind || owner.name !== name);
  const controller = others.find((owner) => owner.controller);
  if (controller) return `${controller.kind} ${controller.name}`;
  const reference = {
    apiVersion: release.apiVersion,
    kind: release.kind,
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  const { resourceVersion } = object.metadata;
  await client.patch(key, { metadata: { resourceVersion, ownerReferences: [...others, reference] } });
  return undefined;
}
