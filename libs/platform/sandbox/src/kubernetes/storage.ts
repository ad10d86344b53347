import type { ApiObject } from './api-object.ts';

export interface StorageEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** As it is now; of a deletion, as it was, with the version of the deletion. */
  object: ApiObject;
  before: ApiObject | undefined;
  revision: number;
}

/** The objects of one type, with the last of what happened to them. */
export interface Collection {
  readonly size: number;
  get(namespace: string, name: string): ApiObject | undefined;
  /** Sorted by namespace and name. Do not change the list. */
  list(namespace?: string): readonly ApiObject[];
  /** All that happened after the revision; undefined where that is not known any more. */
  since(revision: number): readonly StorageEvent[] | undefined;
  onEvent(listener: (event: StorageEvent) => void): () => void;
}

/** All objects, under one counter of revisions as in etcd. */
export interface Storage {
  readonly revision: number;
  collection(key: string): Collection;
  collections(): Iterable<[string, Collection]>;
  byUid(uid: string): { key: string; object: ApiObject } | undefined;
  /** Who names the object as owner. */
  dependents(uid: string): { key: string; object: ApiObject }[];
  /** Stores the object under the next revision and returns it with that. */
  put(key: string, object: ApiObject): ApiObject;
  remove(key: string, object: ApiObject): ApiObject;
  /** Forgets what happened until now: older watches and continued lists end in 410. */
  compact(): void;
  /** Told of every change, in order, at once. */
  onEvent(listener: (key: string, event: StorageEvent) => void): () => void;
}

interface Shelf extends Collection {
  namespaces: Map<string, Map<string, ApiObject>>;
  events: StorageEvent[];
  /** Of the last event that was forgotten. */
  forgotten: number;
  sorted: Map<string, readonly ApiObject[]>;
  listeners: Set<(event: StorageEvent) => void>;
  count: number;
}

/** @param kept how many events of a type are remembered */
export function createStorage(kept: number): Storage {
  let revision = 1;
  const shelves = new Map<string, Shelf>();
  const uids = new Map<string, { key: string; object: ApiObject }>();
  const dependents = new Map<string, Set<string>>();
  const listeners = new Set<(key: string, event: StorageEvent) => void>();

  const shelf = (key: string): Shelf => {
    let found = shelves.get(key);
    if (!found) shelves.set(key, (found = createShelf()));
    return found;
  };

  const index = (key: string, object: ApiObject, before: ApiObject | undefined) => {
    const uid = object.metadata.uid ?? '';
    uids.set(uid, { key, object });
    const owners = object.metadata.ownerReferences;
    if (owners === before?.metadata.ownerReferences) return;
    unindex(uid, before);
    for (const owner of owners ?? []) {
      const known = dependents.get(owner.uid);
      if (known) known.add(uid);
      else dependents.set(owner.uid, new Set([uid]));
    }
  };
  const unindex = (uid: string, object: ApiObject | undefined) => {
    for (const owner of object?.metadata.ownerReferences ?? []) {
      const known = dependents.get(owner.uid);
      known?.delete(uid);
      if (known?.size === 0) dependents.delete(owner.uid);
    }
  };

  const tell = (key: string, to: Shelf, event: StorageEvent) => {
    to.events.push(event);
    // Cut in slices: shifting one by one would move the whole list each time.
    if (to.events.length > kept * 2) {
      const gone = to.events.splice(0, to.events.length - kept);
      to.forgotten = gone.at(-1)?.revision ?? to.forgotten;
    }
    for (const listener of to.listeners) listener(event);
    for (const listener of listeners) listener(key, event);
  };

  const stamped = (object: ApiObject): ApiObject => ({
    ...object,
    metadata: { ...object.metadata, resourceVersion: String(++revision) },
  });

  return {
    get revision() {
      return revision;
    },
    collection: shelf,
    collections: () => shelves.entries(),
    byUid: (uid) => uids.get(uid),
    dependents: (uid) => [...(dependents.get(uid) ?? [])].flatMap((dependent) => uids.get(dependent) ?? []),
    put(key, given) {
      const to = shelf(key);
      const object = stamped(given);
      const { namespace = '', name } = object.metadata;
      let names = to.namespaces.get(namespace);
      if (!names) to.namespaces.set(namespace, (names = new Map()));
      const before = names.get(name);
      names.set(name, object);
      if (!before) to.count++;
      to.sorted.delete(namespace);
      to.sorted.delete('*');
      index(key, object, before);
      tell(key, to, { type: before ? 'MODIFIED' : 'ADDED', object, before, revision });
      return object;
    },
    remove(key, given) {
      const to = shelf(key);
      const { namespace = '', name, uid = '' } = given.metadata;
      const names = to.namespaces.get(namespace);
      const before = names?.get(name);
      if (!names || !before) return given;
      names.delete(name);
      if (names.size === 0) to.namespaces.delete(namespace);
      to.count--;
      to.sorted.delete(namespace);
      to.sorted.delete('*');
      uids.delete(uid);
      unindex(uid, before);
      const object = stamped(given);
      tell(key, to, { type: 'DELETED', object, before, revision });
      return object;
    },
    compact() {
      for (const one of shelves.values()) {
        one.events = [];
        one.forgotten = revision;
      }
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

const byKey = (one: ApiObject, other: ApiObject): number => {
  const [a, b] = [one.metadata, other.metadata];
  const [left, right] =
    a.namespace === b.namespace ? [a.name, b.name] : [a.namespace ?? '', b.namespace ?? ''];
  return left < right ? -1 : left > right ? 1 : 0;
};

function createShelf(): Shelf {
  return {
    namespaces: new Map(),
    events: [],
    forgotten: 0,
    sorted: new Map(),
    listeners: new Set(),
    count: 0,
    get size() {
      return this.count;
    },
    get(namespace, name) {
      return this.namespaces.get(namespace)?.get(name);
    },
    list(namespace) {
      const key = namespace ?? '*';
      let sorted = this.sorted.get(key);
      if (!sorted) {
        const all =
          namespace === undefined
            ? [...this.namespaces.values()].flatMap((names) => [...names.values()])
            : [...(this.namespaces.get(namespace)?.values() ?? [])];
        sorted = all.toSorted(byKey);
        this.sorted.set(key, sorted);
      }
      return sorted;
    },
    since(revision) {
      if (revision < this.forgotten) return undefined;
      // The newest are asked for most, so look from the end.
      let first = this.events.length;
      while (first > 0 && this.events[first - 1]!.revision > revision) first--;
      return this.events.slice(first);
    },
    onEvent(listener) {
      this.listeners.add(listener);
      return () => void this.listeners.delete(listener);
    },
  };
}
