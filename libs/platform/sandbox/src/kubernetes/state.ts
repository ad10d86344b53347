import type { Admission } from './admission.ts';
import type { ApiObject } from './api-object.ts';
import type { Registry } from './registry.ts';
import { keyOf, type Resource, type ResourceVersion } from './resource.ts';
import type { Collection, Storage } from './storage.ts';

/** A write that is in the store; its answer is not sent yet. */
export interface StoredWrite {
  verb: 'create' | 'update' | 'patch' | 'delete';
  /** Plural, with the subresource: `machines`, `machines/status`. */
  resource: string;
  group: string;
  namespace: string;
  name: string;
  /** Empty for writes of the server’s own controllers. */
  userAgent: string;
  resourceVersion: string;
}

/** One API with all that is in it. */
export interface State {
  storage: Storage;
  registry: Registry;
  admission: Admission;
  now: () => Date;
  /** How long a write takes to be stored. Milliseconds. */
  latencyMs: number;
  written: (write: StoredWrite) => void;
}

/** What a request is about. */
export interface Target {
  resource: Resource;
  version: ResourceVersion;
  /** Empty for objects of the whole cluster, and for lists over all namespaces. */
  namespace: string;
  name: string;
  subresource: string | undefined;
}

export interface WriteContext {
  verb: StoredWrite['verb'];
  manager: string;
  userAgent: string;
  dryRun: boolean;
  fieldValidation: 'Ignore' | 'Warn' | 'Strict';
  /** Filled while the request is judged. */
  warnings: string[];
}

/** Writes of the server’s own controllers. */
export const own = (verb: StoredWrite['verb']): WriteContext => ({
  verb,
  manager: 'kube-controller-manager',
  userAgent: '',
  dryRun: false,
  fieldValidation: 'Ignore',
  warnings: [],
});

export const collectionOf = ({ storage }: State, { resource }: { resource: Resource }): Collection =>
  storage.collection(keyOf(resource));

/** With the kind as in messages about a name, i.e. the plural. */
export const subjectOf = ({ resource: { group, plural }, name }: Target) => ({ group, kind: plural, name });

/** With the kind as in messages about validity. */
export const kindSubjectOf = ({ resource: { group, kind } }: Target, name: string) => ({ group, kind, name });

/** The target of an object in its storage version, for writes of our own. */
export function targetOf(resource: Resource, { metadata: { namespace = '', name } }: ApiObject): Target {
  const version =
    resource.versions.find((one) => one.name === resource.storageVersion) ?? resource.versions[0]!;
  return { resource, version, namespace, name, subresource: undefined };
}
