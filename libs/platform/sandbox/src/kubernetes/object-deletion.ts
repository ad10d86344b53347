import { setTimeout as sleep } from 'node:timers/promises';
import { timeText, type ApiObject } from './api-object.ts';
import { cleanup, definitions } from './custom-resources.ts';
import { conflict, notFound } from './failure.ts';
import { fieldsOf, type Fields } from './json.ts';
import { isFinished, tell } from './object-writes.ts';
import { keyOf } from './resource.ts';
import { collectionOf, subjectOf, type State, type Target, type WriteContext } from './state.ts';
import { inVersion } from './views.ts';

export type Propagation = 'Background' | 'Foreground' | 'Orphan';

export interface Deletion {
  propagation: Propagation | undefined;
  uid?: string | undefined;
  resourceVersion?: string | undefined;
}

export interface Deleted {
  object: ApiObject;
  /** Still there, held by finalizers. */
  held: boolean;
}

const foreground = 'foregroundDeletion';
const orphan = 'orphan';

/** DELETE of one object. */
export async function deleteObject(
  state: State,
  target: Target,
  deletion: Deletion,
  context: WriteContext,
): Promise<Deleted> {
  const { resource, version } = target;
  for (;;) {
    const stored = collectionOf(state, target).get(target.namespace, target.name);
    if (!stored) throw notFound(subjectOf(target));
    checkPreconditions(target, stored, deletion);
    const live = inVersion(resource, version, stored);
    await state.admission.validate(state, target, context, 'DELETE', undefined, live);
    const marked = mark(stored, keyOf(resource), deletion.propagation, state.now());
    if (context.dryRun) return { object: marked, held: !isFinished(marked) };
    if (state.latencyMs > 0) await sleep(state.latencyMs);
    if (collectionOf(state, target).get(target.namespace, target.name) !== stored) continue;
    if (isFinished(marked)) {
      const removed = state.storage.remove(keyOf(resource), stored);
      tell(state, target, removed, context);
      return { object: inVersion(resource, version, removed), held: false };
    }
    if (marked === stored) return { object: live, held: true };
    const held = state.storage.put(keyOf(resource), marked);
    tell(state, target, held, context);
    return { object: inVersion(resource, version, held), held: true };
  }
}

function checkPreconditions(
  target: Target,
  { metadata }: ApiObject,
  { uid, resourceVersion }: Deletion,
): void {
  const subject = { group: target.resource.group, kind: target.resource.kind, name: target.name };
  if (uid && uid !== metadata.uid)
    throw conflict(
      subject,
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  if (resourceVersion && resourceVersion !== metadata.resourceVersion)
    throw conflict(
      subject,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
}

/** The object as it is once its deletion was asked for; the same where that changes nothing. */
function mark(object: ApiObject, key: string, propagation: Propagation | undefined, now: Date): ApiObject {
  const before = object.metadata.finalizers ?? [];
  // Namespaces and definitions go in their own ways.
  const plain = key !== '/namespaces' && key !== definitions;
  const held = key === definitions && !object.metadata.deletionTimestamp ? [...before, cleanup] : before;
  const finalizers = withPropagation(held, propagation);
  const changed =
    finalizers.length !== before.length || finalizers.some((one, index) => one !== before[index]);
  if (object.metadata.deletionTimestamp && !changed) return object;
  const { finalizers: _, ...metadata } = object.metadata;
  const { generation } = metadata;
  const marked: ApiObject = {
    ...object,
    metadata: {
      ...metadata,
      ...(finalizers.length > 0 && { finalizers }),
      ...(!metadata.deletionTimestamp && {
        deletionTimestamp: timeText(now),
        ...(plain && { deletionGracePeriodSeconds: 0 }),
        ...(plain && generation && { generation: generation + 1 }),
      }),
    },
  };
  if (key === '/namespaces') marked['status'] = { ...fieldsOf(object['status']), phase: 'Terminating' };
  return marked;
}

function withPropagation(finalizers: string[], propagation: Propagation | undefined): string[] {
  if (!propagation) return finalizers;
  const others = finalizers.filter((one) => one !== foreground && one !== orphan);
  if (propagation === 'Background') return others;
  return [...others, propagation === 'Foreground' ? foreground : orphan];
}

/** The answer of a DELETE. */
export function deletionAnswer(target: Target, { object, held }: Deleted): Fields {
  const { resource } = target;
  if (held || resource.returnsDeleted) return object;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: object.metadata.name,
      ...(resource.group && { group: resource.group }),
      kind: resource.plural,
      uid: object.metadata.uid,
    },
  };
}
