import type { ApiObject } from './api-object.ts';
import { copy } from './json.ts';
import { apiVersionOf, versionOf, type Resource, type ResourceVersion } from './resource.ts';
import { applyDefaults } from './schema-defaults.ts';
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

/**
 * A stored object in a version: as the storage version has it today, then the same content under the other name (conversion `None`) without what that
 * version does not know.
 */
export function inVersion(resource: Resource, version: ResourceVersion, stored: ApiObject): ApiObject {
  if (!resource.custom) return stored;
  const storage = versionOf(resource, resource.storageVersion) ?? version;
  const object = shapedBy(stored, storage.schema) ? stored : view(stored, storage.schema, stored.apiVersion);
  return version.name === storage.name
    ? object
    : view(object, version.schema, apiVersionOf(resource, version.name), false);
}

function view(object: ApiObject, schema: Schema, apiVersion: string, defaults = true): ApiObject {
  const known = views.get(object)?.get(apiVersion);
  if (known?.schema === schema) return known.object;
  const made: ApiObject = copy({ ...object, apiVersion });
  prune(made, schema);
  if (defaults) applyDefaults(made, schema);
  const all = views.get(object) ?? new Map<string, View>();
  views.set(object, all.set(apiVersion, { schema, object: made }));
  return made;
}

const shapedBy = (object: ApiObject, schema: Schema): boolean => shaped.get(object) === schema;

/** The JSON of an object, made once for all who read it. */
export function textOf(object: ApiObject): string {
  let text = texts.get(object);
  if (text === undefined) texts.set(object, (text = JSON.stringify(object)));
  return text;
}

const itemTexts = new WeakMap<ApiObject, string>();

/** The same without `apiVersion` and `kind`. */
export function itemTextOf(object: ApiObject): string {
  let text = itemTexts.get(object);
  if (text === undefined) {
    const { apiVersion: _, kind: __, ...item } = object;
    itemTexts.set(object, (text = JSON.stringify(item)));
  }
  return text;
}
