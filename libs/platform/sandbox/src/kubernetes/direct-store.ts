import { randomUUID } from 'node:crypto';
import { timeText, type ApiObject } from './api-object.ts';
import { copy } from './json.ts';
import { apiVersionOf, keyOf, splitApiVersion, versionOf, type Resource } from './resource.ts';
import type { State } from './state.ts';
import { inVersion } from './views.ts';

export interface StoredType {
  apiVersion: string;
  kind: string;
}

/** The objects of an API without HTTP: for tests that set a scene or look at its end. What it returns must not be changed. */
export interface DirectStore {
  /** Of the last write. */
  readonly resourceVersion: string;
  get(type: StoredType, name: string, namespace?: string): ApiObject | undefined;
  list(type: StoredType, namespace?: string): ApiObject[];
  /** Creates or replaces, status and all. Nothing is validated. */
  put(object: {
    apiVersion: string;
    kind: string;
    metadata: { name: string; namespace?: string };
  }): ApiObject;
  /** Takes an object away at once, finalizers or not. False where there was none. */
  remove(type: StoredType, name: string, namespace?: string): boolean;
  /** How many objects there are, of one type or of all. */
  count(type?: StoredType): number;
}

export function directStore(state: State): DirectStore {
  const resourceOf = ({ apiVersion, kind }: StoredType): { resource: Resource; version: string } => {
    const { group, version } = splitApiVersion(apiVersion);
    const resource = state.registry.findKind(group, version, kind);
    if (!resource)
      throw new Error(`the sandbox serves no ${kind} of ${apiVersion}; install its definition first`);
    return { resource, version };
  };
  const shown = (resource: Resource, version: string, object: ApiObject) =>
    inVersion(resource, versionOf(resource, version)!, object);
  return {
    get resourceVersion() {
      return String(state.storage.revision);
    },
    get(type, name, namespace = '') {
      const { resource, version } = resourceOf(type);
      const found = state.storage.collection(keyOf(resource)).get(namespace, name);
      return found && shown(resource, version, found);
    },
    list(type, namespace) {
      const { resource, version } = resourceOf(type);
      return state.storage
        .collection(keyOf(resource))
        .list(namespace)
        .map((object) => shown(resource, version, object));
    },
    put(object) {
      const { resource } = resourceOf(object);
      const key = keyOf(resource);
      const given: ApiObject = copy(object);
      const { namespace = '', name } = given.metadata;
      const before = state.storage.collection(key).get(namespace, name);
      return state.storage.put(key, {
        ...given,
        apiVersion: apiVersionOf(resource, resource.storageVersion),
        metadata: {
          ...given.metadata,
          uid: before?.metadata.uid ?? randomUUID(),
          creationTimestamp: before?.metadata.creationTimestamp ?? timeText(state.now()),
          ...(resource.generation && { generation: (before?.metadata.generation ?? 0) + 1 }),
        },
      });
    },
    remove(type, name, namespace = '') {
      const key = keyOf(resourceOf(type).resource);
      const found = state.storage.collection(key).get(namespace, name);
      if (found) state.storage.remove(key, found);
      return found !== undefined;
    },
    count(type) {
      if (type) return state.storage.collection(keyOf(resourceOf(type).resource)).size;
      return [...state.storage.collections()].reduce((sum, [, { size }]) => sum + size, 0);
    },
  };
}
