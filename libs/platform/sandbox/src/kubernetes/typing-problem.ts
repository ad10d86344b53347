import { isFields } from './json.ts';
import { childOf, elementKey, listTypeOf, type Schema } from './schema.ts';
import { elementName } from './typed-fields.ts';

/** Why a configuration cannot be merged by the schema, in the words of the real server; undefined where it can. */
export function typingProblem(value: unknown, schema: Schema | undefined, path = ''): string | undefined {
  if (!schema || value === null) return undefined;
  const expected = expectation(value, schema);
  if (expected) return `${path}: expected ${expected}, got ${nameOf(value)}`;
  if (Array.isArray(value)) return listProblem(value, schema, path);
  if (!isFields(value)) return undefined;
  for (const [key, field] of Object.entries(value)) {
    const child = childOf(schema, key);
    if (!child) return `${path}.${key}: field not declared in schema`;
    const problem = typingProblem(field, child.schema, `${path}.${key}`);
    if (problem) return problem;
  }
  return undefined;
}

const nameOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'list';
  if (isFields(value)) return 'map';
  return typeof value === 'number' ? (Number.isInteger(value) ? 'int' : 'float') : typeof value;
};

function expectation(value: unknown, schema: Schema): string | undefined {
  switch (schema['x-kubernetes-int-or-string'] ? '' : (schema.type ?? '')) {
    case 'object':
      return isFields(value) ? undefined : 'map';
    case 'array':
      return Array.isArray(value) ? undefined : 'list';
    case 'string':
      return typeof value === 'string' ? undefined : 'string';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'boolean';
    case 'integer':
    case 'number':
      return typeof value === 'number' ? undefined : 'numeric (int or float)';
    default:
      return undefined;
  }
}

function listProblem(list: unknown[], schema: Schema, path: string): string | undefined {
  const type = listTypeOf(schema);
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    if (type === 'map') {
      const names = schema['x-kubernetes-list-map-keys'] ?? [];
      const key = elementKey(schema, item);
      if (Object.keys(key).length === 0)
        return `${path}: element ${index}: associative list with keys has an element that omits all key fields [${names.map((name) => `"${name}"`).join(' ')}] (and doesn't have default values for any key fields)`;
      const text = Object.entries(key)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(',');
      if (seen.has(text)) return `${path}: duplicate entries for key [${text}]`;
      seen.add(text);
    } else if (type === 'set') {
      const text = elementName(schema, item);
      if (seen.has(text)) return `${path}: duplicate entries for key [=${text.slice(2)}]`;
      seen.add(text);
    }
    const problem = typingProblem(item, schema.items, `${path}[${index}]`);
    if (problem) return problem;
  }
  return undefined;
}
