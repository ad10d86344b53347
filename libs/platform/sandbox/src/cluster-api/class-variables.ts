import type { VariableValue } from './kinds.ts';

/** The part of OpenAPI v3 that ClusterClasses may use. */
export interface VariableSchema {
  type?: string;
  default?: unknown;
  enum?: unknown[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  items?: VariableSchema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  properties?: Record<string, VariableSchema>;
  additionalProperties?: VariableSchema;
  required?: string[];
  minProperties?: number;
  maxProperties?: number;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
}

export interface ClassVariable {
  name: string;
  required?: boolean;
  schema: { openAPIV3Schema: VariableSchema };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value with the schema's defaults in it; undefined where there is neither. */
export function withDefaults(schema: VariableSchema, value: unknown): unknown {
  const given = value === undefined ? structuredClone(schema.default) : value;
  if (Array.isArray(given) && schema.items) {
    const { items } = schema;
    return given.map((item) => withDefaults(items, item));
  }
  if (!isObject(given)) return given;
  const filled: Record<string, unknown> = { ...given };
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const inner = withDefaults(property, filled[key]);
    if (inner !== undefined) filled[key] = inner;
  }
  if (schema.additionalProperties) {
    for (const key of Object.keys(filled)) {
      if (!schema.properties?.[key]) filled[key] = withDefaults(schema.additionalProperties, filled[key]);
    }
  }
  return filled;
}

/** A Cluster's values with the defaults of its class, in the order in which Cluster API writes them: by name. */
export function defaultVariables(variables: readonly ClassVariable[], given: readonly VariableValue[]): VariableValue[] {
  const names = new Set([...given.map(({ name }) => name), ...variables.map(({ name }) => name)]);
  return [...names].sort().flatMap((name) => {
    const value = given.find((candidate) => candidate.name === name)?.value;
    const schema = variables.find((candidate) => candidate.name === name)?.schema.openAPIV3Schema;
    const filled = schema ? withDefaults(schema, value) : value;
    return filled === undefined ? [] : [{ name, value: filled }];
  });
}

/**
 * What is wrong with a Cluster's values: one line each, in the words of the API server's field errors. Overrides of a machine deployment need
 * not repeat what is required.
 */
export function validateVariables(
  variables: readonly ClassVariable[],
  given: readonly VariableValue[],
  field = 'spec.topology.variables',
  areOverrides = false,
): string[] {
  const errors: string[] = [];
  for (const { name, required } of variables) {
    if (required && !areOverrides && !given.some((value) => value.name === name)) {
      errors.push(`${field}: Required value: required variable "${name}" must be set`);
    }
  }
  for (const { name, value } of given) {
    const definition = variables.find((variable) => variable.name === name);
    if (definition) errors.push(...validate(definition.schema.openAPIV3Schema, value, `${field}[${name}].value`));
    else errors.push(`${field}[${name}]: Invalid value: ${shown(value)}: variable is not defined`);
  }
  return errors;
}

/** Field errors show a variable's raw JSON as a quoted string. */
const shown = (value: unknown): string => JSON.stringify(JSON.stringify(value));

const jsonType = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'array'
      : typeof value === 'number'
        ? Number.isInteger(value)
          ? 'integer'
          : 'number'
        : typeof value;

function validate(schema: VariableSchema, value: unknown, field: string): string[] {
  const invalid = (why: string): string => `${field}: Invalid value: ${shown(value)}: ${why}`;
  const is = jsonType(value);
  const { type } = schema;
  if (schema['x-kubernetes-int-or-string'] && (is === 'integer' || is === 'string')) return [];
  if (type && type !== is && !(type === 'number' && is === 'integer')) {
    return [invalid(`must be of type ${type}: "${is}"`)];
  }
  if (schema.enum && !schema.enum.some((allowed) => JSON.stringify(allowed) === JSON.stringify(value))) {
    const supported = schema.enum.map((allowed) => JSON.stringify(allowed)).join(', ');
    return [`${field}: Unsupported value: ${shown(value)}: supported values: ${supported}`];
  }
  if (typeof value === 'string') return validateString(schema, value).map(invalid);
  if (typeof value === 'number') return validateNumber(schema, value).map(invalid);
  if (Array.isArray(value)) return [...validateList(schema, value).map(invalid), ...validateItems(schema, value, field)];
  return isObject(value) ? validateObject(schema, value, field) : [];
}

function validateString({ pattern, minLength = 0, maxLength = Infinity }: VariableSchema, value: string): string[] {
  if (value.length < minLength) return [`should be at least ${minLength} chars long`];
  if (value.length > maxLength) return [`may not be more than ${maxLength} bytes`];
  return pattern && !new RegExp(pattern, 'u').test(value) ? [`should match '${pattern}'`] : [];
}

function validateNumber(schema: VariableSchema, value: number): string[] {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum, exclusiveMaximum } = schema;
  if (exclusiveMinimum ? value <= minimum : value < minimum) {
    return [`should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`];
  }
  if (exclusiveMaximum ? value >= maximum : value > maximum) {
    return [`should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`];
  }
  return [];
}

function validateList({ minItems = 0, maxItems = Infinity, uniqueItems }: VariableSchema, value: unknown[]): string[] {
  if (value.length < minItems) return [`should have at least ${minItems} items`];
  if (value.length > maxItems) return [`must have at most ${maxItems} items`];
  const distinct = new Set(value.map((item) => JSON.stringify(item)));
  return uniqueItems && distinct.size < value.length ? ["shouldn't contain duplicates"] : [];
}

const validateItems = ({ items }: VariableSchema, value: unknown[], field: string): string[] =>
  items ? value.flatMap((item, index) => validate(items, item, `${field}[${index}]`)) : [];

function validateObject(schema: VariableSchema, value: Record<string, unknown>, field: string): string[] {
  const { properties = {}, additionalProperties, required = [], minProperties = 0, maxProperties = Infinity } = schema;
  const errors: string[] = [];
  const keys = Object.keys(value);
  for (const key of required) if (!keys.includes(key)) errors.push(`${field}.${key}: Required value`);
  if (keys.length < minProperties) errors.push(`${field}: Invalid value: should have at least ${minProperties} properties`);
  if (keys.length > maxProperties) errors.push(`${field}: Invalid value: must have at most ${maxProperties} properties`);
  const unknown = keys.filter((key) => !properties[key] && !additionalProperties);
  if (unknown.length > 0 && !schema['x-kubernetes-preserve-unknown-fields']) {
    const names = unknown.join(',');
    errors.push(
      `${field}: Invalid value: ${shown(value)}: failed validation: "${names}" field(s) are not specified in the variable schema`,
    );
  }
  for (const key of keys) {
    const property = properties[key] ?? additionalProperties;
    if (property) errors.push(...validate(property, value[key], `${field}.${key}`));
  }
  return errors;
}
