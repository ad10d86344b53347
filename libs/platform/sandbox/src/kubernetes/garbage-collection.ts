import type { ApiObject, OwnerReference } from './api-object.ts';
import { Failure } from './failure.ts';
import { deleteObject, type Propagation } from './object-deletion.ts';
import { modify } from './object-writes.ts';
import { dropEmpty } from './metadata-rules.ts';
import { splitApiVersion } from './resource.ts';
import { own, targetOf, type State } from './state.ts';
import { createTurns, type Turns } from './turns.ts';

const foreground = 'foregroundDeletion';
const orphan = 'orphan';

/**
 * Deletes what has lost its owners, as the garbage collector of Kubernetes does: dependents of what is gone (background), dependents first where
 * the owner waits for them (foreground), and none where they are to be orphans.
 */
export function collectGarbage(state: State): Turns {
  const turns = createTurns((uid) => attend(state, uid, (other) => turns.add(other)));
  state.storage.onEvent((_, { type, object, before }) => {
    const { uid = '', ownerReferences, finalizers, deletionTimestamp } = object.metadata;
    if (type === 'DELETED') {
      for (const dependent of state.storage.dependents(uid)) turns.add(dependent.object.metadata.uid ?? '');
      // Owners may have waited for this one.
      for (const owner of ownerReferences ?? []) turns.add(owner.uid);
      return;
    }
    const waits = deletionTimestamp && finalizers?.some((one) => one === foreground || one === orphan);
    if (waits || (ownerReferences && ownerReferences !== before?.metadata.ownerReferences)) turns.add(uid);
    if (before?.metadata.ownerReferences && before.metadata.ownerReferences !== ownerReferences)
      for (const owner of before.metadata.ownerReferences) turns.add(owner.uid);
  });
  return turns;
}

async function attend(state: State, uid: string, again: (uid: string) => void): Promise<void> {
  const found = state.storage.byUid(uid);
  if (!found) return;
  const { object } = found;
  const { deletionTimestamp, finalizers = [], ownerReferences = [] } = object.metadata;
  try {
    if (deletionTimestamp && finalizers.includes(orphan)) await makeOrphans(state, object);
    else if (deletionTimestamp && finalizers.includes(foreground))
      await deleteDependents(state, object, again);
    else if (ownerReferences.length > 0 && !deletionTimestamp) await judge(state, object, ownerReferences);
  } catch (error) {
    // Refused by a webhook, or gone already: the next event brings it here again.
    if (!(error instanceof Failure)) throw error;
  }
}

async function makeOrphans(state: State, owner: ApiObject): Promise<void> {
  const uid = owner.metadata.uid ?? '';
  for (const { object } of state.storage.dependents(uid)) await dropOwners(state, object, new Set([uid]));
  await dropFinalizer(state, owner, orphan);
}

async function deleteDependents(state: State, owner: ApiObject, again: (uid: string) => void): Promise<void> {
  const uid = owner.metadata.uid ?? '';
  const blocking = state.storage
    .dependents(uid)
    .filter(({ object }) =>
      object.metadata.ownerReferences?.some((one) => one.uid === uid && one.blockOwnerDeletion),
    );
  for (const { object } of state.storage.dependents(uid))
    if (!object.metadata.deletionTimestamp) again(object.metadata.uid ?? '');
  if (blocking.length === 0) await dropFinalizer(state, owner, foreground);
}

/** Has the object still an owner? */
async function judge(state: State, object: ApiObject, references: OwnerReference[]): Promise<void> {
  const owners = references.map((reference) => ({ reference, is: ownerState(state, object, reference) }));
  if (owners.some(({ is }) => is === 'unknown')) return;
  const lost = owners.filter(({ is }) => is !== 'present');
  if (lost.length === 0) return;
  if (lost.length < owners.length) {
    await dropOwners(state, object, new Set(lost.map(({ reference }) => reference.uid)));
    return;
  }
  const waits = lost.some(({ is }) => is === 'waiting');
  const hasDependents = state.storage.dependents(object.metadata.uid ?? '').length > 0;
  await remove(state, object, waits && hasDependents ? 'Foreground' : 'Background');
}

function ownerState(
  state: State,
  { metadata: { namespace = '' } }: ApiObject,
  { uid, apiVersion, kind, name }: OwnerReference,
): 'present' | 'waiting' | 'absent' | 'unknown' {
  const { group, version } = splitApiVersion(apiVersion);
  if (!state.registry.findKind(group, version, kind)) return 'unknown';
  const owner = state.storage.byUid(uid)?.object;
  if (!owner || owner.kind !== kind || owner.metadata.name !== name) return 'absent';
  if (owner.metadata.namespace && owner.metadata.namespace !== namespace) return 'absent';
  return owner.metadata.deletionTimestamp && owner.metadata.finalizers?.includes(foreground)
    ? 'waiting'
    : 'present';
}

async function remove(state: State, object: ApiObject, propagation: Propagation): Promise<void> {
  const found = state.storage.byUid(object.metadata.uid ?? '');
  const resource = found && state.registry.byKey(found.key);
  if (!resource) return;
  // An object that says how it wants to be deleted is asked by its finalizers.
  const { finalizers = [] } = object.metadata;
  const asked = finalizers.includes(orphan)
    ? 'Orphan'
    : finalizers.includes(foreground)
      ? 'Foreground'
      : propagation;
  await deleteObject(
    state,
    targetOf(resource, object),
    { propagation: asked, uid: object.metadata.uid },
    own('delete'),
  );
}

async function change(
  state: State,
  object: ApiObject,
  to: (metadata: ApiObject['metadata']) => object,
): Promise<void> {
  const found = state.storage.byUid(object.metadata.uid ?? '');
  const resource = found && state.registry.byKey(found.key);
  if (!resource) return;
  await modify(state, targetOf(resource, object), own('patch'), (live) => {
    const metadata = { ...live.metadata, ...to(live.metadata) };
    dropEmpty(metadata);
    return { ...live, metadata };
  });
}

const dropOwners = (state: State, object: ApiObject, uids: ReadonlySet<string>): Promise<void> =>
  change(state, object, ({ ownerReferences = [] }) => ({
    ownerReferences: ownerReferences.filter(({ uid }) => !uids.has(uid)),
  }));

const dropFinalizer = (state: State, object: ApiObject, name: string): Promise<void> =>
  change(state, object, ({ finalizers = [] }) => ({ finalizers: finalizers.filter((one) => one !== name) }));
