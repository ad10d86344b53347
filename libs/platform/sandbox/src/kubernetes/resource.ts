import type { ApiObject } from './api-object.ts';
import type { Fields } from './json.ts';
import type { Schema } from './schema.ts';

export interface PrinterColumn {
  name: string;
  type: string;
  jsonPath: string;
  format?: string;
  description?: string;
  priority?: number;
}

/** The columns after the name. */
export interface BuiltInTable {
  columns: { name: string; type: string; priority?: number }[];
  cells: (object: ApiObject, now: Date) => unknown[];
}

/** Where `scale` finds its numbers. JSON paths such as `.spec.replicas`. */
export interface ScalePaths {
  specReplicasPath: string;
  statusReplicasPath: string;
  labelSelectorPath?: string;
}

export interface ResourceVersion {
  name: string;
  served: boolean;
  schema: Schema;
  status: boolean;
  scale?: ScalePaths | undefined;
  columns: PrinterColumn[];
}

/** A type of objects with all its versions. Immutable: a changed CustomResourceDefinition makes a new one. */
export interface Resource {
  group: string;
  plural: string;
  singular: string;
  kind: string;
  listKind: string;
  shortNames: string[];
  categories: string[];
  namespaced: boolean;
  /** By a CustomResourceDefinition. */
  custom: boolean;
  /** In the order of the server's preference. */
  versions: ResourceVersion[];
  storageVersion: string;
  /** Has `metadata.generation`. */
  generation: boolean;
  /** May be replaced without a resourceVersion. */
  unconditional: boolean;
  /** Deleting answers with the object, where others answer with a Status. */
  returnsDeleted: boolean;
  /** How a built-in kind is shown; custom ones have their columns. */
  table?: BuiltInTable | undefined;
  /** What the server fills in and checks for a built-in kind, in place. */
  complete?: ((object: ApiObject) => void) | undefined;
  /** What the server sets in a new object of a built-in kind, whatever the client said; nobody owns it. In place. */
  prepare?: ((object: ApiObject) => void) | undefined;
  /** Where a plain struct is expected: names of top-level fields that are known. Others are told as unknown. */
  known?: ReadonlySet<string> | undefined;
}

export const apiVersionOf = ({ group }: { group: string }, version: string): string =>
  group ? `${group}/${version}` : version;

/** The key of a type: `group/plural`. */
export const resourceKey = (group: string, plural: string): string => `${group}/${plural}`;

export const keyOf = ({ group, plural }: Resource): string => resourceKey(group, plural);

export const versionOf = (resource: Resource, name: string): ResourceVersion | undefined =>
  resource.versions.find((version) => version.name === name);

export const splitApiVersion = (apiVersion: string): { group: string; version: string } => {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
};

/** `spec.replicas` of `.spec.replicas`. */
export const stepsOf = (path: string): string[] => path.split('.').filter(Boolean);

/** A copy with the value at the path. */
export function withValueAt(object: Fields, [step = '', ...rest]: string[], value: unknown): Fields {
  const below = object[step];
  return {
    ...object,
    [step]:
      rest.length === 0
        ? value
        : withValueAt(typeof below === 'object' && below !== null ? (below as Fields) : {}, rest, value),
  };
}
