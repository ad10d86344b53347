import { crds } from './crds.ts';
import { isFields, type Fields } from './release-file.ts';
import type { KubernetesObject } from './resources.ts';
import { checkValue, withDefaults } from './variable-check.ts';
import { schemaIn } from './variables.ts';

/**
 * What the API server refuses before any webhook is asked: a `spec` that breaks the schema of our definitions, each problem with its field. Fields that the
 * schema does not know are dropped there, and so pass. Objects of others are not judged.
 */
export function schemaProblems({ apiVersion, kind, spec }: KubernetesObject): string[] {
  const definition = crds.find(
    (crd) =>
      crd.spec.names.kind === kind &&
      crd.spec.versions.some(({ name }) => `${crd.spec.group}/${name}` === apiVersion),
  );
  const schema = definition?.spec.versions[0]?.schema.openAPIV3Schema.properties?.['spec'];
  if (!schema || spec === undefined) return [];
  const fields: Fields = { ...schema };
  return checkValue(withDefaults(prune(spec, fields), fields), fields, 'spec').map(
    ({ path, message }) => `${path}: ${message}`,
  );
}

/** Without unknown fields, and without a null in the place of a default. */
function prune(value: unknown, schema: Fields): unknown {
  const items = schemaIn(schema, 'items');
  if (Array.isArray(value)) return items ? value.map((item: unknown) => prune(item, items)) : value;
  if (!isFields(value)) return value;
  const properties = schemaIn(schema, 'properties') ?? {};
  const others = schemaIn(schema, 'additionalProperties');
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const field = Object.hasOwn(properties, name) ? schemaIn(properties, name) : others;
      if (!field || (inner === null && field['default'] !== undefined)) return [];
      return [[name, prune(inner, field)]];
    }),
  );
}
