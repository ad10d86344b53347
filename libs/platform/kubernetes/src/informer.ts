import type { ApiObject, KubernetesClient, ObjectType } from './client.ts';

export interface InformerOptions {
  namespace?: string | undefined;
  /** Every object is told again as `resync` this often. Milliseconds; 5 minutes when left out. */
  resyncMs?: number;
  /** Told of every failed list or watch; the informer goes on by itself, with growing pauses up to 30 s. */
  onError?: (error: unknown) => void;
}

export type Change<T> =
  | { type: 'added'; object: T }
  | { type: 'updated'; object: T; before: T }
  | { type: 'deleted'; object: T }
  | { type: 'resync'; object: T };

/**
 * All objects of a type, kept fresh by list and watch (bookmarks, 410, broken connections, a kind that is not there yet). What it holds may be
 * some milliseconds old; reconcilers look, act, and are told again.
 */
export interface Informer<T extends ApiObject = ApiObject> {
  readonly type: ObjectType;
  /** True once the first list is in. */
  readonly synced: boolean;
  get(namespace: string, name: string): T | undefined;
  list(namespace?: string): T[];
  /** Handlers must not throw. Returns how to stop being told. */
  onChange(handler: (change: Change<T>) => void): () => void;
  /** Resolves when the first list is in; never rejects, waits while the API or the kind is away. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createInformer<T extends ApiObject>(
  _client: KubernetesClient,
  _type: ObjectType,
  _options: InformerOptions = {},
): Informer<T> {
  throw new Error('to be written');
}
