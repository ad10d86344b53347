import type { ApiObject } from './client.ts';

export type Change<T> =
  | { type: 'added'; object: T }
  | { type: 'updated'; object: T; before: T }
  | { type: 'deleted'; object: T }
  | { type: 'resync'; object: T };

/** The objects of one type by namespace and name, and what changes among them. */
export class ObjectStore<T extends ApiObject> {
  readonly #namespaces = new Map<string, Map<string, T>>();

  get size(): number {
    let size = 0;
    for (const objects of this.#namespaces.values()) size += objects.size;
    return size;
  }

  get(namespace: string, name: string): T | undefined {
    return this.#namespaces.get(namespace)?.get(name);
  }

  list(namespace?: string): T[] {
    if (namespace !== undefined) return [...(this.#namespaces.get(namespace)?.values() ?? [])];
    return [...this.#namespaces.values()].flatMap((objects) => [...objects.values()]);
  }

  /** Undefined where this very version is there already. */
  put(object: T): Change<T> | undefined {
    const { namespace = '', name, resourceVersion } = object.metadata;
    let objects = this.#namespaces.get(namespace);
    if (!objects) this.#namespaces.set(namespace, (objects = new Map<string, T>()));
    const before = objects.get(name);
    if (before && resourceVersion !== undefined && before.metadata.resourceVersion === resourceVersion)
      return undefined;
    const stored = withoutManagedFields(object);
    objects.set(name, stored);
    return before ? { type: 'updated', object: stored, before } : { type: 'added', object: stored };
  }

  /** Undefined where it is not there. */
  remove(object: T): Change<T> | undefined {
    const { namespace = '', name } = object.metadata;
    const objects = this.#namespaces.get(namespace);
    if (!objects?.delete(name)) return undefined;
    if (objects.size === 0) this.#namespaces.delete(namespace);
    return { type: 'deleted', object: withoutManagedFields(object) };
  }

  /** Takes a whole list; what is not in it was deleted while nobody looked, or has another object under its name now. */
  replace(objects: T[]): Change<T>[] {
    const kept = new Set(objects.map(idOf));
    const gone = this.list().filter((object) => !kept.has(idOf(object)));
    return [
      ...gone.map((object) => this.remove(object)),
      ...objects.map((object) => this.put(object)),
    ].filter((change) => change !== undefined);
  }
}

const idOf = ({ metadata: { namespace = '', name, uid = '' } }: ApiObject): string =>
  `${namespace}/${name}/${uid}`;

/** Half of an object's size, and nothing that a controller looks at. */
function withoutManagedFields<T extends ApiObject>(object: T): T {
  delete object.metadata.managedFields;
  return object;
}
