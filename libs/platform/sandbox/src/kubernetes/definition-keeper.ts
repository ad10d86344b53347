import { timeText, type ApiObject } from './api-object.ts';
import { cleanup, definitions, establishedStatus, resourceOf } from './custom-resources.ts';
import { Failure } from './failure.ts';
import { fieldsOf, listOf } from './json.ts';
import { deleteObject } from './object-deletion.ts';
import { keyOf } from './resource.ts';
import { own, targetOf, type State } from './state.ts';
import { createTurns, type Turns } from './turns.ts';

/** Serves what CustomResourceDefinitions define, and takes their objects away with them. */
export function keepDefinitions(state: State): Turns {
  const turns = createTurns(async (name) => {
    const definition = state.storage.collection(definitions).get('', name);
    if (!definition) return;
    if (definition.metadata.deletionTimestamp) await withdraw(state, definition);
    else serve(state, definition);
  });
  const ofKey = (key: string) => {
    const slash = key.indexOf('/');
    return `${key.slice(slash + 1)}.${key.slice(0, slash)}`;
  };
  state.storage.onEvent((key, { type, object }) => {
    if (key === definitions && type !== 'DELETED') turns.add(object.metadata.name);
    // A definition that is to go waits for its objects.
    else if (type === 'DELETED' && state.registry.byKey(key)?.custom) turns.add(ofKey(key));
  });
  return turns;
}

/** Serves a definition, at once. */
export function serve(state: State, definition: ApiObject): void {
  const resource = resourceOf(definition);
  const known = state.registry.byKey(keyOf(resource));
  if (!known || serving.get(known) !== definition['spec']) {
    serving.set(resource, definition['spec']);
    state.registry.add(resource);
  }
  const status = establishedStatus(definition, state.now());
  if (status) state.storage.put(definitions, { ...definition, status });
}

/** Which spec a resource was made of. */
const serving = new WeakMap<object, unknown>();

async function withdraw(state: State, definition: ApiObject): Promise<void> {
  const resource = resourceOf(definition);
  const key = keyOf(resource);
  const collection = state.storage.collection(key);
  for (const object of collection.list())
    if (!object.metadata.deletionTimestamp)
      await deleteObject(state, targetOf(resource, object), { propagation: undefined }, own('delete')).catch(
        (error: unknown) => {
          if (!(error instanceof Failure)) throw error;
        },
      );
  const current = state.storage.collection(definitions).get('', definition.metadata.name);
  if (!current) return;
  if (collection.size > 0) {
    markTerminating(state, current);
    return;
  }
  state.registry.remove(key);
  const finalizers = (current.metadata.finalizers ?? []).filter((one) => one !== cleanup);
  const left = { ...current, metadata: { ...current.metadata, finalizers } };
  if (finalizers.length === 0) state.storage.remove(definitions, current);
  else if (finalizers.length !== current.metadata.finalizers?.length) state.storage.put(definitions, left);
}

function markTerminating(state: State, definition: ApiObject): void {
  const status = fieldsOf(definition['status']);
  const conditions = listOf(status['conditions']);
  if (conditions.some((one) => fieldsOf(one)['type'] === 'Terminating')) return;
  const condition = {
    type: 'Terminating',
    status: 'True',
    reason: 'InstanceDeletionInProgress',
    message: 'CustomResource deletion is in progress',
    lastTransitionTime: timeText(state.now()),
  };
  state.storage.put(definitions, {
    ...definition,
    status: { ...status, conditions: [...conditions, condition] },
  });
}
