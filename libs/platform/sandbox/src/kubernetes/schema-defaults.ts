import { copy, isFields } from './json.ts';
import type { Schema } from './schema.ts';

/** Drops nulls where none may stand and fills in defaults, in lists and maps too. Changes the value in place. */
export function applyDefaults(value: unknown, schema: Schema | undefined): void {
  if (!schema) return;
  if (Array.isArray(value)) {
    for (const item of value) applyDefaults(item, schema.items);
    return;
  }
  if (!isFields(value)) return;
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (value[key] === null && !property.nullable) delete value[key];
    if (value[key] === undefined && property.default !== undefined) value[key] = copy(property.default);
    if (value[key] !== undefined) applyDefaults(value[key], property);
  }
  if (!isFields(schema.additionalProperties)) return;
  const entry = schema.additionalProperties as Schema;
  for (const key of Object.keys(value)) {
    if (schema.properties && Object.hasOwn(schema.properties, key)) continue;
    if (value[key] === null && !entry.nullable) delete value[key];
    else applyDefaults(value[key], entry);
  }
}
