import { isFields, type Fields } from './release-file.ts';

/** A variable of a ClusterClass, or a field of one, in words that people can read. */
export interface VariableDescription {
  name: string;
  /** Must be given: there is no default. */
  required: boolean;
  /** In words: `text`, `list of whole numbers`, `map of texts`, `object`. */
  type: string;
  default?: unknown;
  /** Where only some values are possible. */
  choices?: readonly unknown[];
  /** In words, e.g. `at least 1`. */
  constraints: readonly string[];
  description: string;
  /** Of an object, or of each object of a list or map. */
  fields?: readonly VariableDescription[];
}

/** A variable with the schema that its values are checked by. */
export interface ClusterVariable extends VariableDescription {
  schema: VariableSchema;
}

/** JSON schema as far as Cluster API has it; fields of a wrong type count as absent. */
export type VariableSchema = Fields;

/** The variables of a ClusterClass, v1beta1 or v1beta2. Entries without a name are passed over. */
export function variablesOf(clusterClass: Fields): ClusterVariable[] {
  const spec = isFields(clusterClass['spec']) ? clusterClass['spec'] : {};
  return fieldsIn(spec['variables']).flatMap((variable) => {
    const name = variable['name'];
    if (typeof name !== 'string' || name === '') return [];
    const schema = isFields(variable['schema']) ? variable['schema']['openAPIV3Schema'] : undefined;
    const known = isFields(schema) ? schema : {};
    return [{ ...describe(name, known, variable['required'] === true), schema: known }];
  });
}

function describe(name: string, schema: VariableSchema, isRequired: boolean): VariableDescription {
  const fields = objectFields(schema);
  const choices = schema['enum'];
  return {
    name,
    // Cluster API fills defaults in before it looks for what is missing.
    required: isRequired && schema['default'] === undefined,
    type: typeInWords(schema),
    ...(schema['default'] !== undefined && { default: schema['default'] }),
    ...(Array.isArray(choices) && { choices }),
    constraints: constraintsOf(schema),
    description: textIn(schema, 'description') ?? '',
    ...(fields.length > 0 && { fields }),
  };
}

/** Fields of the object itself, else of what the list or map has in it. */
function objectFields(schema: VariableSchema): VariableDescription[] {
  const inner = schemaIn(schema, 'items') ?? schemaIn(schema, 'additionalProperties');
  if (!isFields(schema['properties'])) return inner ? objectFields(inner) : [];
  const required = textsIn(schema, 'required');
  return Object.entries(schema['properties'])
    .filter((entry): entry is [string, Fields] => isFields(entry[1]))
    .map(([name, field]) => describe(name, field, required.includes(name)));
}

const one: Record<string, string> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
};

export function typeInWords(schema: VariableSchema): string {
  const type = textIn(schema, 'type');
  if (schema['x-kubernetes-int-or-string'] === true) return 'whole number or text';
  if (type === 'array') return `list of ${plural(schemaIn(schema, 'items'))}`;
  if (type === 'object') {
    const values = schemaIn(schema, 'additionalProperties');
    return values ? `map of ${plural(values)}` : 'object';
  }
  return (type && one[type]) || 'anything';
}

function plural(schema: VariableSchema | undefined): string {
  const word = schema ? typeInWords(schema) : 'anything';
  if (word === 'true or false' || word === 'anything') return word;
  return word.replace(/^(text|whole number|number|object|list|map)/, '$1s');
}

/** Each constraint in words. What a schema says of another type (a format of a list, say) has no effect and is left out. */
function constraintsOf(schema: VariableSchema): string[] {
  const type = textIn(schema, 'type');
  const inner = type === 'array' ? schemaIn(schema, 'items') : schemaIn(schema, 'additionalProperties');
  const own =
    type === 'string'
      ? textConstraints(schema)
      : type === 'integer' || type === 'number'
        ? numberConstraints(schema)
        : type === 'array'
          ? [
              ...range(schema, 'Items', 'entry', 'entries'),
              ...(schema['uniqueItems'] === true ? ['no entry twice'] : []),
            ]
          : range(schema, 'Properties', 'field', 'fields');
  return [
    ...own,
    ...(inner ? constraintsOf(inner).map((constraint) => `each: ${constraint}`) : []),
    ...fieldsIn(schema['x-kubernetes-validations']).map(
      (rule) => textIn(rule, 'message') ?? `${textIn(rule, 'rule')}`,
    ),
  ];
}

function textConstraints(schema: VariableSchema): string[] {
  const format = textIn(schema, 'format');
  const pattern = textIn(schema, 'pattern');
  return [
    ...range(schema, 'Length', 'character', 'characters'),
    ...(format ? [`format ${format}`] : []),
    ...(pattern ? [`matches ${pattern}`] : []),
  ];
}

function numberConstraints(schema: VariableSchema): string[] {
  const minimum = numberIn(schema, 'minimum');
  const maximum = numberIn(schema, 'maximum');
  return [
    ...(minimum === undefined
      ? []
      : [schema['exclusiveMinimum'] === true ? `more than ${minimum}` : `at least ${minimum}`]),
    ...(maximum === undefined
      ? []
      : [schema['exclusiveMaximum'] === true ? `less than ${maximum}` : `at most ${maximum}`]),
  ];
}

function range(schema: VariableSchema, what: string, singular: string, many: string): string[] {
  const bound = (side: 'min' | 'max', words: string): string[] => {
    const number = numberIn(schema, `${side}${what}`);
    return number === undefined ? [] : [`${words} ${number} ${Number(number) === 1 ? singular : many}`];
  };
  return [...bound('min', 'at least'), ...bound('max', 'at most')];
}

export const textIn = (schema: Fields, field: string): string | undefined =>
  typeof schema[field] === 'string' && schema[field] !== '' ? schema[field] : undefined;

/** Integers beyond 2^53 come as bigint from rendered charts. */
export const numberIn = (schema: Fields, field: string): number | bigint | undefined => {
  const value = schema[field];
  return typeof value === 'number' || typeof value === 'bigint' ? value : undefined;
};

export const textsIn = (schema: Fields, field: string): string[] => {
  const value = schema[field];
  return Array.isArray(value) ? value.filter((text): text is string => typeof text === 'string') : [];
};

export const schemaIn = (schema: Fields, field: string): VariableSchema | undefined => {
  const value = schema[field];
  return isFields(value) ? value : undefined;
};

export const fieldsIn = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
