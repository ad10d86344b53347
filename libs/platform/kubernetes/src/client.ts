/** An object as the API server sends and takes it. */
export interface ApiObject {
  apiVersion: string;
  kind: string;
  metadata: ApiObjectMeta;
  [field: string]: unknown;
}

export interface ApiObjectMeta {
  name: string;
  namespace?: string;
  generateName?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: {
    apiVersion: string;
    kind: string;
    name: string;
    uid: string;
    controller?: boolean;
    blockOwnerDeletion?: boolean;
  }[];
  managedFields?: unknown[];
}

export interface ObjectType {
  apiVersion: string;
  kind: string;
}

export interface ObjectKey extends ObjectType {
  name: string;
  /** Left out for objects of the whole cluster. */
  namespace?: string | undefined;
}

/** What discovery says about a type. */
export interface ResourceType extends ObjectType {
  plural: string;
  namespaced: boolean;
  verbs: string[];
}

/** What the API server refused: its status code and reason, one line of message, never a secret. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  /** Kubernetes' word: NotFound, AlreadyExists, Conflict, Invalid, Forbidden, Expired, … */
  readonly reason: string;
  /** Of 429 and 503, in seconds. */
  readonly retryAfter: number | undefined;
  constructor(status: number, reason: string, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.retryAfter = retryAfter;
  }
}

export interface ListOptions {
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  signal?: AbortSignal | undefined;
}

export interface WatchEvent<T extends ApiObject = ApiObject> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: T;
}

export interface WriteOptions {
  /** Judge and complete the object, store nothing. Not counted as a write. */
  dryRun?: boolean;
  /** `status` for the status subresource. */
  subresource?: string;
  /** Whose subresource it is, where the object is of a type of its own: the ServiceAccount of a TokenRequest, the Pod of an Eviction. */
  of?: ObjectType;
}

export interface ApplyOptions extends WriteOptions {
  fieldManager: string;
  force: boolean;
}

export interface DeleteOptions {
  propagation?: 'Background' | 'Foreground' | 'Orphan';
  uid?: string | undefined;
  resourceVersion?: string | undefined;
}

/**
 * One Kubernetes API, by kind: types are found by discovery (cached, looked up again when a kind is not known), answers are JSON. A type that
 * the server does not serve is an {@link ApiError} 404 with reason `NoKindMatch`.
 */
export interface KubernetesClient {
  readonly server: string;
  /** Writes that were stored (create, replace, patch, apply, delete; no dry runs). */
  readonly writes: number;
  readonly requests: number;
  /** `gitVersion` of `GET /version`. */
  version(): Promise<string>;
  /**
   * `GET /readyz`; true when it answers 200, or 404: a server that has no such endpoint, as of Cluster API's in-memory clusters, answers at
   * least. Throws where nobody answers.
   */
  ready(): Promise<boolean>;
  /** Undefined where the server does not serve it. */
  resourceType(type: ObjectType): Promise<ResourceType | undefined>;
  /** All versions of a group in the order of the server's preference; empty where the group is not served. */
  versions(group: string): Promise<string[]>;
  /** Undefined where it does not exist. */
  get<T extends ApiObject = ApiObject>(key: ObjectKey): Promise<T | undefined>;
  /** All pages. */
  list<T extends ApiObject = ApiObject>(
    type: ObjectType,
    options?: ListOptions,
  ): Promise<{ items: T[]; resourceVersion: string }>;
  create<T extends ApiObject>(object: T, options?: WriteOptions): Promise<T>;
  /** Sends the object's resourceVersion along where it has one: a conflict is an {@link ApiError} 409. */
  replace<T extends ApiObject>(object: T, options?: WriteOptions): Promise<T>;
  /** JSON merge patch. Give `metadata.resourceVersion` in the patch as a precondition. */
  patch<T extends ApiObject = ApiObject>(key: ObjectKey, patch: object, options?: WriteOptions): Promise<T>;
  /** Server-side apply. */
  apply<T extends ApiObject = ApiObject>(object: ApiObject, options: ApplyOptions): Promise<T>;
  /** False where it did not exist. */
  delete(key: ObjectKey, options?: DeleteOptions): Promise<boolean>;
  /** One watch request, until the server ends it or the signal aborts. Throws {@link ApiError} 410 where the version is too old. */
  watch<T extends ApiObject = ApiObject>(
    type: ObjectType,
    options: ListOptions & { resourceVersion: string; signal: AbortSignal; timeoutSeconds?: number },
  ): AsyncIterable<WatchEvent<T>>;
  /** Lets go of connections. */
  close(): void;
}
