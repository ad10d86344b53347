import { isFields } from './json.ts';
import { childOf, metadataFields, metadataSchema, type Schema } from './schema.ts';

/** Takes out what the schema does not know, in place; returns the paths of what it took, e.g. `spec.items[0].x`. */
export function prune(value: unknown, schema: Schema | undefined): string[] {
  const gone: string[] = [];
  pruneAt(value, schema, '', gone);
  return gone.toSorted();
}

function pruneAt(value: unknown, schema: Schema | undefined, path: string, gone: string[]): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => pruneAt(item, schema?.items, `${path}[${index}]`, gone));
    return;
  }
  if (!isFields(value) || !schema) return;
  for (const key of Object.keys(value)) {
    const here = path ? `${path}.${key}` : key;
    const child = childOf(schema, key);
    if (!child) {
      delete value[key];
      gone.push(here);
    } else if (child.schema === metadataSchema) {
      pruneMetadata(value[key], here, gone);
    } else {
      pruneAt(value[key], child.schema, here, gone);
    }
  }
}

function pruneMetadata(metadata: unknown, path: string, gone: string[]): void {
  if (!isFields(metadata)) return;
  for (const key of Object.keys(metadata))
    if (!metadataFields.has(key)) {
      delete metadata[key];
      gone.push(`${path}.${key}`);
    }
}
