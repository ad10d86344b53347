import { inline, isRecord, record, type Data } from './data.ts';

/** An object of a schema: its place (`spec.template`, `spec.rules[]`), and each of its fields as a line of text. */
export interface SchemaObject {
  path: string;
  description: string;
  fields: string[];
}

/** The schema that a reference stands for, or the schema itself. */
export type Resolve = (schema: Data) => Data;

/** References make a small file a large text. */
const mostCharacters = 200_000;
const mostFields = 500;
const longestDescription = 2_000;

/**
 * All objects in a schema, outermost first, down to a depth. Schemas that contain themselves end where they begin anew, and what
 * is longer than anybody reads is cut.
 */
export function objectsOf(root: Data, path: string, deepest: number, resolve: Resolve): SchemaObject[] {
  const found: SchemaObject[] = [];
  let room = mostCharacters;
  const visit = (schema: Data, at: string, above: readonly Data[]): void => {
    if (room <= 0 || above.length >= deepest || above.includes(schema)) return;
    const properties = propertiesOf(schema, resolve).slice(0, mostFields);
    if (properties.length === 0) return;
    const fields = properties.map((property) => describe(property, resolve));
    found.push({ path: at, description: inline(schema['description']), fields });
    room -= fields.reduce((sum, field) => sum + at.length + field.length, 0);
    for (const { name, schema: inner } of properties) {
      const { suffix, element } = elementOf(inner, resolve);
      visit(element, `${at}${at === '' ? '' : '.'}${name}${suffix}`, [...above, schema]);
    }
  };
  const { suffix, element } = elementOf(root, resolve);
  visit(element, `${path}${suffix}`, []);
  return found;
}

interface Property {
  name: string;
  schema: Data;
  required: boolean;
}

function propertiesOf(schema: Data, resolve: Resolve, depth = 0): Property[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const own = Object.entries(record(schema['properties'])).flatMap(([name, property]) =>
    isRecord(property) ? [{ name, schema: resolve(property), required: required.includes(name) }] : [],
  );
  if (depth > 3) return own;
  const parts = ['allOf', 'oneOf', 'anyOf'].flatMap((key) => {
    const listed: unknown = schema[key];
    return Array.isArray(listed) ? listed.filter(isRecord).slice(0, 20) : [];
  });
  const more = parts.flatMap((part) => propertiesOf(resolve(part), resolve, depth + 1));
  const known = new Set(own.map(({ name }) => name));
  return [...own, ...more.filter(({ name }) => !known.has(name) && known.add(name))];
}

/** What lists (`[]`) and maps (`.*`) consist of. */
function elementOf(schema: Data, resolve: Resolve): { suffix: string; element: Data } {
  let element = resolve(schema);
  let suffix = '';
  for (let depth = 0; depth < 3; depth += 1) {
    const [mark, inner] = isRecord(element['items'])
      ? ['[]', element['items']]
      : isRecord(element['additionalProperties'])
        ? ['.*', element['additionalProperties']]
        : [];
    if (mark === undefined) break;
    suffix += mark;
    element = resolve(inner!);
  }
  return { suffix, element };
}

/** `channel: string, required, default stable, one of stable, custom. Where releases come from.` */
export function describe({ name, schema, required }: Property, resolve: Resolve): string {
  const choices = inline(schema['enum']);
  const facts = [
    typeOf(schema, resolve),
    required ? 'required' : '',
    schema['default'] === undefined
      ? ''
      : `default ${inline(schema['default']) || JSON.stringify(schema['default'])}`,
    choices && `one of ${choices}`,
    inline(schema['pattern']) && `pattern ${inline(schema['pattern'])}`,
    schema['deprecated'] === true ? 'deprecated' : '',
  ].filter(Boolean);
  return `${name}: ${[facts.join(', '), inline(schema['description']).slice(0, longestDescription)].filter(Boolean).join('. ')}`;
}

function typeOf(schema: Data, resolve: Resolve): string {
  if (isRecord(schema['items'])) return `list of ${typeOf(resolve(record(schema['items'])), () => ({}))}`;
  if (isRecord(schema['additionalProperties'])) return 'map';
  if (schema['x-kubernetes-int-or-string'] === true) return 'integer or string';
  const type = Array.isArray(schema['type'])
    ? schema['type'].map(inline).join(' or ')
    : inline(schema['type']) || (isRecord(schema['properties']) ? 'object' : 'any');
  const format = inline(schema['format']);
  return format ? `${type} (${format})` : type;
}
