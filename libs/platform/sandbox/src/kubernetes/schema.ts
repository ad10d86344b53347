import { isFields, type Fields } from './json.ts';

/** A structural schema of a CustomResourceDefinition, and of built-in kinds (see `open`). */
export interface Schema {
  type?: string;
  format?: string;
  nullable?: boolean;
  default?: unknown;
  description?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  required?: string[];
  enum?: unknown[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  multipleOf?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minProperties?: number;
  maxProperties?: number;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  not?: Schema;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-embedded-resource'?: boolean;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: string;
  'x-kubernetes-validations'?: { rule: string; message?: string; reason?: string; fieldPath?: string }[];
  /** Built-in kinds: fields that are not listed are declared all the same, and lists in them are atomic. */
  open?: boolean;
  /** Built-in kinds: the objects in them that are there from the beginning, so that nobody owns them. */
  skeleton?: Fields;
}

const strings: Schema = { type: 'object', additionalProperties: { type: 'string' } };

/** `metadata` of every object. */
export const metadataSchema: Schema = {
  type: 'object',
  open: true,
  properties: {
    labels: strings,
    annotations: strings,
    finalizers: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    ownerReferences: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['uid'],
      items: { type: 'object', open: true, 'x-kubernetes-map-type': 'atomic' },
    },
  },
};

/** The fields that `metadata` may have, embedded resources included. Others are pruned. */
export const metadataFields = new Set([
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
]);

const openObject: Schema = { open: true };
const typeMeta: Schema = { type: 'string' };

/** What follows below a field. */
export interface Child {
  schema: Schema | undefined;
  /** Named by the schema; else it is a key of a map, or unknown. */
  declared: boolean;
}

/** The schema of a field. Undefined stands for “whatever it is”, which is what a preserved unknown field is. */
export function childOf(schema: Schema | undefined, key: string): Child | undefined {
  if (!schema) return { schema: undefined, declared: false };
  if (schema['x-kubernetes-embedded-resource']) {
    if (key === 'metadata') return { schema: metadataSchema, declared: true };
    if (key === 'apiVersion' || key === 'kind') return { schema: typeMeta, declared: true };
  }
  const property = schema.properties && Object.hasOwn(schema.properties, key) && schema.properties[key];
  if (property) return { schema: property, declared: true };
  if (schema.open) return { schema: openObject, declared: true };
  if (isFields(schema.additionalProperties))
    return { schema: schema.additionalProperties as Schema, declared: false };
  if (schema.additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields'])
    return { schema: undefined, declared: false };
  return undefined;
}

export type ListType = 'atomic' | 'set' | 'map';

export function listTypeOf(schema: Schema | undefined): ListType {
  const type = schema?.['x-kubernetes-list-type'];
  return type === 'set' || type === 'map' ? type : 'atomic';
}

export const isAtomicMap = (schema: Schema | undefined): boolean =>
  schema?.['x-kubernetes-map-type'] === 'atomic';

/** The key of an element of a list that is a map; left out keys take the default of their schema. */
export function elementKey(schema: Schema, element: unknown): Fields {
  const key: Fields = {};
  const fields = isFields(element) ? element : {};
  for (const name of schema['x-kubernetes-list-map-keys'] ?? []) {
    const value = fields[name] ?? schema.items?.properties?.[name]?.default;
    if (value !== undefined) key[name] = value;
  }
  return key;
}
