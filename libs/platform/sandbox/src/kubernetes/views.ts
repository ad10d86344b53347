import type { ApiObject } from './api-object.ts';
import { copy } from './json.ts';
import { apiVersionOf, type Resource, type ResourceVersion } from './resource.ts';
import { applyDefaults, hasDefaults } from './schema-defaults.ts';
import { prune } from './schema-pruning.ts';
import type { Schema } from './schema.ts';

interface View {
  schema: Schema;
  object: ApiObject;
}

const views = new WeakMap<ApiObject, Map<string, View>>();
const texts = new WeakMap<ApiObject, string>();
/** By which schema an object was made, so that it needs no second look. */
const shaped = new WeakMap<ApiObject, Schema>();

/** Remembers that the object was pruned and completed by the schema. */
export const markShaped = (object: ApiObject, schema: Schema): void => void shaped.set(object, schema);

/** A stored object in a version: the same content (conversion `None`), pruned and with the defaults of that version. */
export function inVersion(resource: Resource, version: ResourceVersion, object: ApiObject): ApiObject {
  const { schema } = version;
  const apiVersion = apiVersionOf(resource, version.name);
  if (!resource.custom || (object.apiVersion === apiVersion && isShaped(object, schema))) return object;
  const known = views.get(object)?.get(apiVersion);
  if (known?.schema === schema) return known.object;
  const made: ApiObject = copy({ ...object, apiVersion });
  prune(made, schema);
  applyDefaults(made, schema);
  markShaped(made, schema);
  const all = views.get(object) ?? new Map<string, View>();
  views.set(object, all.set(apiVersion, { schema, object: made }));
  return made;
}

const isShaped = (object: ApiObject, schema: Schema): boolean => {
  const by = shaped.get(object);
  return by === schema || (by !== undefined && by.properties === schema.properties && !hasDefaults(schema));
};

/** The JSON of an object, made once for all who read it. */
export function textOf(object: ApiObject): string {
  let text = texts.get(object);
  if (text === undefined) texts.set(object, (text = JSON.stringify(object)));
  return text;
}
