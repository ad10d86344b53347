import {
  ApiError,
  createInformer,
  type ApiObject,
  type Informer,
  type KubernetesClient,
  type ObjectType,
} from '@scs/kubernetes';
import { fieldsOf } from '../kubernetes/json.ts';
import { patchBetween } from './json-patch.ts';
import { groupOf, labels, type Reference } from './kinds.ts';

const typeKey = ({ apiVersion, kind }: ObjectType): string => `${apiVersion} ${kind}`;
const nameKey = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;
const clusterKey = (object: ApiObject): string | undefined => {
  const cluster = object.metadata.labels?.[labels.cluster];
  return cluster === undefined ? undefined : nameKey(object.metadata.namespace, cluster);
};

/** Objects of one kind, by name and by cluster. */
class Shelf {
  readonly byName = new Map<string, ApiObject>();
  readonly byCluster = new Map<string, Map<string, ApiObject>>();

  put(object: ApiObject): void {
    const name = nameKey(object.metadata.namespace, object.metadata.name);
    this.drop(name);
    this.byName.set(name, object);
    const cluster = clusterKey(object);
    if (cluster === undefined) return;
    const siblings = this.byCluster.get(cluster) ?? new Map<string, ApiObject>();
    this.byCluster.set(cluster, siblings.set(name, object));
  }

  drop(name: string): void {
    const object = this.byName.get(name);
    this.byName.delete(name);
    const cluster = object && clusterKey(object);
    if (cluster === undefined) return;
    const siblings = this.byCluster.get(cluster);
    siblings?.delete(name);
    if (siblings?.size === 0) this.byCluster.delete(cluster);
  }
}

/**
 * What is in the API, as far as the simulator looks at it: kept fresh by informers, and by the answers to the simulator's own writes, so that a
 * reconcile sees what it and the one before it did. A change that is older than what is known is passed over.
 */
export class World {
  readonly #client: KubernetesClient;
  readonly #onChange: (object: ApiObject) => void;
  readonly #onError: (error: unknown) => void;
  #writes = 0;
  readonly #shelves = new Map<string, Shelf>();
  readonly #informers: Informer[] = [];
  readonly #followed = new Map<string, Promise<void>>();
  readonly #types = new Map<string, ObjectType>();
  /** Of objects that the simulator deleted: a late event must not bring them back. */
  readonly #gone = new Set<string>();

  constructor(
    client: KubernetesClient,
    onChange: (object: ApiObject) => void,
    onError: (error: unknown) => void,
  ) {
    this.#client = client;
    this.#onChange = onChange;
    this.#onError = onError;
  }

  /** How often something was written. */
  get writes(): number {
    return this.#writes;
  }

  /** Follows a kind from now on. Resolves when all its objects are known. */
  follow(type: ObjectType): Promise<void> {
    const key = typeKey(type);
    const known = this.#followed.get(key);
    if (known) return known;
    this.#types.set(`${groupOf(type.apiVersion)} ${type.kind}`, type);
    const informer = createInformer(this.#client, type, { onError: this.#onError });
    informer.onChange((change) => {
      if (change.type === 'resync') return;
      const object = { ...change.object, apiVersion: type.apiVersion, kind: type.kind };
      const { namespace, name, resourceVersion } = object.metadata;
      const before = this.get(type, namespace, name)?.metadata.resourceVersion;
      if (change.type === 'deleted') this.#forget(object);
      else this.#learn(object);
      // The echo of an own write is no news.
      if (change.type === 'deleted' || before !== resourceVersion) this.#onChange(object);
    });
    this.#informers.push(informer);
    const started = informer.start();
    this.#followed.set(key, started);
    return started;
  }

  /** The type that a reference is to, followed from now on; undefined where nobody serves it. */
  async typeOf({ apiGroup, kind }: Reference): Promise<ObjectType | undefined> {
    const known = this.#types.get(`${apiGroup} ${kind}`);
    if (known) return known;
    for (const apiVersion of await this.#client.versions(apiGroup)) {
      const type = { apiVersion: apiVersion.includes('/') ? apiVersion : `${apiGroup}/${apiVersion}`, kind };
      if (!(await this.#client.resourceType(type))) continue;
      await this.follow(type);
      return type;
    }
    return undefined;
  }

  /** What a reference is to. */
  async find<T extends ApiObject>(
    reference: Reference,
    namespace: string | undefined,
  ): Promise<T | undefined> {
    const type = await this.typeOf(reference);
    return type && this.get<T>(type, namespace, reference.name);
  }

  /** As {@link find}, for a type that is followed already. */
  peek<T extends ApiObject>(
    { apiGroup, kind, name }: Reference,
    namespace: string | undefined,
  ): T | undefined {
    const type = this.#types.get(`${apiGroup} ${kind}`);
    return type && this.get<T>(type, namespace, name);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#informers.map((informer) => informer.stop()));
  }

  get<T extends ApiObject>(type: ObjectType, namespace: string | undefined, name: string): T | undefined {
    return this.#shelf(type).byName.get(nameKey(namespace, name)) as T | undefined;
  }

  all<T extends ApiObject>(type: ObjectType): T[] {
    return [...this.#shelf(type).byName.values()] as T[];
  }

  /** The objects of a cluster, by its label. */
  of<T extends ApiObject>(type: ObjectType, cluster: ApiObject): T[] {
    const { namespace, name } = cluster.metadata;
    const found = this.#shelf(type).byCluster.get(nameKey(namespace, name));
    return found ? ([...found.values()] as T[]) : [];
  }

  async create<T extends ApiObject>(object: T): Promise<T> {
    this.#writes++;
    return this.#learn(await this.#client.create(object));
  }

  /** Makes the object what it ought to be, its status apart; asks for nothing where it is so already. */
  async change<T extends ApiObject>(object: T, after: T): Promise<T> {
    const { status: _is, ...current } = object;
    const { status: _ought, ...wanted } = after;
    const patch = patchBetween(current, wanted);
    if (!patch) return object;
    this.#writes++;
    // Lists are replaced whole: others may have added to them meanwhile.
    if (after.metadata.finalizers !== object.metadata.finalizers) {
      patch['metadata'] = {
        ...fieldsOf(patch['metadata']),
        resourceVersion: object.metadata.resourceVersion,
      };
    }
    return this.#learn(await this.#client.patch<T>(keyOf(object), patch));
  }

  /** Makes the status what it ought to be; asks for nothing where it is so already. */
  async report<T extends ApiObject>(object: T, status: Record<string, unknown>): Promise<T> {
    const patch = patchBetween({ status: object['status'] ?? {} }, { status });
    if (!patch) return object;
    this.#writes++;
    return this.#learn(await this.#client.patch<T>(keyOf(object), patch, { subresource: 'status' }));
  }

  /** Deletes; an object with finalizers stays, marked. */
  async delete(known: ApiObject): Promise<void> {
    const object = this.#latest(known);
    if (object.metadata.deletionTimestamp !== undefined) return;
    this.#writes++;
    const found = await this.#client.delete(keyOf(object), { propagation: 'Background' });
    if (!found || (object.metadata.finalizers ?? []).length === 0) this.#forget(object);
    else {
      const marked = await this.#client.get(keyOf(object));
      if (marked && marked.metadata.uid === object.metadata.uid)
        this.#learn({ ...marked, ...typeOf(object) });
      else this.#forget(object);
    }
  }

  /** Takes a finalizer off; where it was the last one, the object is gone. */
  async release(known: ApiObject, finalizer: string): Promise<void> {
    const object = this.#latest(known);
    const held = object.metadata.finalizers ?? [];
    const rest = held.filter((other) => other !== finalizer);
    if (rest.length === held.length) return;
    this.#writes++;
    const patch = { metadata: { finalizers: rest, resourceVersion: object.metadata.resourceVersion } };
    try {
      const released = await this.#client.patch(keyOf(object), patch);
      if (rest.length > 0) this.#learn({ ...released, ...typeOf(object) });
      else this.#forget(object);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
      this.#forget(object);
    }
  }

  #latest(object: ApiObject): ApiObject {
    const latest = this.get<ApiObject>(object, object.metadata.namespace, object.metadata.name);
    return latest && latest.metadata.uid === object.metadata.uid ? latest : object;
  }

  #shelf(type: ObjectType): Shelf {
    const key = typeKey(type);
    const shelf = this.#shelves.get(key) ?? new Shelf();
    this.#shelves.set(key, shelf);
    return shelf;
  }

  #learn<T extends ApiObject>(object: T): T {
    const { uid = '', namespace, name, resourceVersion } = object.metadata;
    delete object.metadata.managedFields;
    if (this.#gone.has(uid)) return object;
    const shelf = this.#shelf(object);
    const known = shelf.byName.get(nameKey(namespace, name));
    if (known?.metadata.uid === uid && isOlder(resourceVersion, known.metadata.resourceVersion))
      return object;
    shelf.put(object);
    return object;
  }

  #forget(object: ApiObject): void {
    const { uid = '', namespace, name } = object.metadata;
    const shelf = this.#shelf(object);
    const key = nameKey(namespace, name);
    if (shelf.byName.get(key)?.metadata.uid === uid) shelf.drop(key);
    this.#gone.add(uid);
    // The event of a deletion comes within moments; what is older than the last thousands can not come back.
    if (this.#gone.size > 20_000) for (const old of [...this.#gone].slice(0, 10_000)) this.#gone.delete(old);
  }
}

/** Creates what may be there already. */
export async function createOnce<T>(create: () => Promise<T>): Promise<T | undefined> {
  try {
    return await create();
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return undefined;
    throw error;
  }
}

const typeOf = ({ apiVersion, kind }: ApiObject): ObjectType => ({ apiVersion, kind });

const keyOf = (object: ApiObject) => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  name: object.metadata.name,
  namespace: object.metadata.namespace,
});

/** Resource versions of one server are numbers that grow, whatever else its documentation promises. */
const isOlder = (version: string | undefined, than: string | undefined): boolean =>
  version !== undefined && than !== undefined && BigInt(version) < BigInt(than);
