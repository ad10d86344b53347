import type { ApiObject } from './api-object.ts';
import { equal } from './json.ts';
import type { Resource } from './resource.ts';
import type { Target } from './state.ts';

/** Deletion was asked for, and nothing holds the object any more. */
export const isFinished = ({ metadata, kind, ...object }: ApiObject): boolean =>
  metadata.deletionTimestamp !== undefined &&
  (metadata.finalizers?.length ?? 0) === 0 &&
  !(
    kind === 'Namespace' &&
    ((object['spec'] as { finalizers?: string[] } | undefined)?.finalizers?.length ?? 0) > 0
  );

/** What an endpoint leaves alone stays as it was, and the generation moves with the spec. */
export function settled(target: Target, object: ApiObject, live: ApiObject): ApiObject {
  const { resource, version, subresource } = target;
  const { managedFields } = object.metadata;
  if (subresource === 'status') {
    const { managedFields: _, ...metadata } = live.metadata;
    const next: ApiObject = {
      ...live,
      metadata: { ...metadata, ...(managedFields && { managedFields }) },
    };
    if (object['status'] === undefined) delete next['status'];
    else next['status'] = object['status'];
    return next;
  }
  const next: ApiObject = { ...object, metadata: { ...object.metadata } };
  const {
    uid,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    resourceVersion,
    generation,
  } = live.metadata;
  Object.assign(next.metadata, { uid, creationTimestamp, resourceVersion });
  for (const [key, value] of Object.entries({ deletionTimestamp, deletionGracePeriodSeconds, generation }))
    if (value === undefined) delete next.metadata[key as 'generation'];
    else Object.assign(next.metadata, { [key]: value });
  if (version.status) {
    if (live['status'] === undefined) delete next['status'];
    else next['status'] = live['status'];
  }
  if (resource.generation && specMoved(resource, next, live, version.status))
    next.metadata.generation = (generation ?? 0) + 1;
  return next;
}

function specMoved(resource: Resource, next: ApiObject, live: ApiObject, hasStatus: boolean): boolean {
  const content = ({ apiVersion: _, kind: __, metadata, ...rest }: ApiObject) => {
    const { status: ___, ...spec } = rest;
    // Deployments count their annotations in.
    return [hasStatus ? spec : rest, resource.kind === 'Deployment' ? metadata.annotations : undefined];
  };
  return !equal(content(next), content(live));
}
