import { randomUUID } from 'node:crypto';
import { timeText, type ApiObject } from './api-object.ts';
import { Failure } from './failure.ts';
import { at, fieldsOf } from './json.ts';
import { isFinished } from './object-writes.ts';
import { deleteObject } from './object-deletion.ts';
import { own, targetOf, type State } from './state.ts';
import { createTurns, type Turns } from './turns.ts';

const key = '/namespaces';

/** Fills new namespaces with what each has, and empties those that are deleted. */
export function keepNamespaces(state: State): Turns {
  const turns = createTurns(async (name) => {
    const namespace = state.storage.collection(key).get('', name);
    if (!namespace) return;
    if (namespace.metadata.deletionTimestamp) await finish(state, namespace);
    else furnish(state, name);
  });
  state.storage.onEvent((collection, { type, object }) => {
    if (collection === key) {
      if (type !== 'DELETED') turns.add(object.metadata.name);
    } else if (type === 'DELETED' && object.metadata.namespace) {
      const namespace = state.storage.collection(key).get('', object.metadata.namespace);
      if (namespace?.metadata.deletionTimestamp) turns.add(namespace.metadata.name);
    }
  });
  return turns;
}

/** Puts in what each namespace has. */
export function furnish(state: State, namespace: string): void {
  const put = (plural: string, object: ApiObject) => {
    if (state.storage.collection(`/${plural}`).get(namespace, object.metadata.name)) return;
    const metadata = {
      ...object.metadata,
      namespace,
      uid: randomUUID(),
      creationTimestamp: timeText(state.now()),
    };
    state.storage.put(`/${plural}`, { ...object, metadata });
  };
  put('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } });
  put('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-root-ca.crt' },
    data: { 'ca.crt': '' },
  });
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof Failure)) throw error;
}

async function finish(state: State, namespace: ApiObject): Promise<void> {
  const { name } = namespace.metadata;
  let left = 0;
  for (const resource of state.registry.all()) {
    if (!resource.namespaced) continue;
    const collection = state.storage.collection(`${resource.group}/${resource.plural}`);
    for (const object of collection.list(name))
      if (!object.metadata.deletionTimestamp)
        await deleteObject(
          state,
          targetOf(resource, object),
          { propagation: 'Background' },
          own('delete'),
        ).catch(unlessRefused);
    left += collection.list(name).length;
  }
  const current = state.storage.collection(key).get('', name);
  if (!current?.metadata.deletionTimestamp) return;
  if (left > 0) {
    if (at(current, 'status', 'conditions') === undefined)
      state.storage.put(key, withRemains(state, current, left));
    return;
  }
  const finalized: ApiObject = { ...current, spec: { ...fieldsOf(current['spec']), finalizers: [] } };
  if (isFinished(finalized)) state.storage.remove(key, current);
  else if ((at(current, 'spec', 'finalizers') as string[] | undefined)?.length)
    state.storage.put(key, finalized);
}

/** Says why a namespace does not go away. */
function withRemains(state: State, namespace: ApiObject, left: number): ApiObject {
  const condition = {
    type: 'NamespaceContentRemaining',
    status: 'True',
    reason: 'SomeResourcesRemain',
    message: `Some resources are remaining: ${left} objects have finalizers`,
    lastTransitionTime: timeText(state.now()),
  };
  return { ...namespace, status: { ...fieldsOf(namespace['status']), conditions: [condition] } };
}
