import { isIPv4, isIPv6 } from 'node:net';
import { invalidValue, requiredValue, type FieldProblem } from './failure.ts';
import { equal, isFields, type Fields } from './json.ts';
import { elementKey, listTypeOf, type Schema } from './schema.ts';

/** Judges a value by a schema, in the words of the API server. The order of problems is ours; the real one has none. */
export function validate(value: unknown, schema: Schema | undefined, path = ''): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (schema) validateAt(value, schema, path, problems);
  return problems;
}

const blocking = new Set<FieldProblem['reason']>([
  'FieldValueRequired',
  'FieldValueTypeInvalid',
  'FieldValueNotSupported',
  'FieldValueTooLong',
  'FieldValueTooMany',
]);

/** With such a problem the rules of a schema cannot be judged. */
export const blocksRules = ({ reason }: FieldProblem): boolean => blocking.has(reason);

export const rulesUnchecked: FieldProblem = {
  reason: 'FieldValueInvalid',
  field: '<nil>',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

function validateAt(value: unknown, schema: Schema, path: string, problems: FieldProblem[]): void {
  if (value === null && schema.nullable) return;
  const wrong = wrongType(value, schema);
  if (wrong) {
    problems.push(typeProblem(path, typeName(value), wrong));
    return;
  }
  if (schema.enum && !schema.enum.some((allowed) => equal(allowed, value)))
    problems.push({
      reason: 'FieldValueNotSupported',
      field: path,
      message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${schema.enum.map((one) => JSON.stringify(one)).join(', ')}`,
    });
  if (typeof value === 'string') validateText(value, schema, path, problems);
  else if (typeof value === 'number') validateNumber(value, schema, path, problems);
  else if (Array.isArray(value)) validateList(value, schema, path, problems);
  else if (isFields(value)) validateObject(value, schema, path, problems);
  validateCombinations(value, schema, path, problems);
}

const typeName = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'array'
      : typeof value === 'number'
        ? Number.isInteger(value)
          ? 'integer'
          : 'number'
        : typeof value;

function wrongType(value: unknown, schema: Schema): string | undefined {
  const is = typeName(value);
  if (schema['x-kubernetes-int-or-string'])
    return is === 'integer' || is === 'string' ? undefined : 'integer,string';
  const expected = schema.type;
  if (!expected || expected === is || (expected === 'number' && is === 'integer')) return undefined;
  return expected;
}

const typeProblem = (path: string, is: string, expected: string): FieldProblem => ({
  reason: 'FieldValueTypeInvalid',
  field: path,
  message: `Invalid value: "${is}": ${path} in body must be of type ${expected}: "${is}"`,
});

const patterns = new Map<string, RegExp | undefined>();

/** Go's syntax is nearly JavaScript's; what cannot be compiled judges nothing. */
function patternOf(text: string): RegExp | undefined {
  if (!patterns.has(text)) {
    let made: RegExp | undefined;
    try {
      made = new RegExp(text, 'v');
    } catch {
      try {
        made = new RegExp(text);
      } catch {
        made = undefined;
      }
    }
    patterns.set(text, made);
  }
  return patterns.get(text);
}

const formats: Record<string, (text: string) => boolean> = {
  'date-time': (text) =>
    /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)?$/.test(text) &&
    !Number.isNaN(Date.parse(text)),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)),
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  ipv4: isIPv4,
  ipv6: isIPv6,
  byte: (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text),
};

function validateText(text: string, schema: Schema, path: string, problems: FieldProblem[]): void {
  const length = Array.from(text).length;
  if (schema.maxLength !== undefined && length > schema.maxLength)
    problems.push({
      reason: 'FieldValueTooLong',
      field: path,
      message: `Too long: may not be more than ${schema.maxLength} bytes`,
    });
  else if (schema.minLength !== undefined && length < schema.minLength)
    problems.push(
      invalidValue(path, text, `${path} in body should be at least ${schema.minLength} chars long`),
    );
  else if (schema.pattern !== undefined && patternOf(schema.pattern)?.test(text) === false)
    problems.push(invalidValue(path, text, `${path} in body should match '${schema.pattern}'`));
  if (schema.format && formats[schema.format]?.(text) === false)
    problems.push({
      ...invalidValue(
        path,
        text,
        `${path} in body must be of type ${schema.format}: ${JSON.stringify(text)}`,
      ),
      reason: 'FieldValueTypeInvalid',
    });
}

function validateNumber(value: number, schema: Schema, path: string, problems: FieldProblem[]): void {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const say = (why: string) => problems.push(invalidValue(path, value, `${path} in body ${why}`));
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum))
    say(`should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`);
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum))
    say(`should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`);
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf))
    say(`should be a multiple of ${multipleOf}`);
  if (schema.format === 'int32' && (value > 2 ** 31 - 1 || value < -(2 ** 31)))
    problems.push(typeProblem(path, 'integer', 'int32'));
}

function validateList(list: unknown[], schema: Schema, path: string, problems: FieldProblem[]): void {
  if (schema.items)
    for (const [index, item] of list.entries()) validateAt(item, schema.items, `${path}[${index}]`, problems);
  if (schema.maxItems !== undefined && list.length > schema.maxItems)
    problems.push({
      reason: 'FieldValueTooMany',
      field: path,
      message: `Too many: ${list.length}: must have at most ${schema.maxItems} items`,
    });
  if (schema.minItems !== undefined && list.length < schema.minItems)
    problems.push(
      invalidValue(path, list.length, `${path} in body should have at least ${schema.minItems} items`),
    );
  const type = listTypeOf(schema);
  if (type === 'atomic') return;
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const key = type === 'set' ? item : elementKey(schema, item);
    const text = JSON.stringify(key);
    if (seen.has(text) && text !== '{}')
      problems.push({
        reason: 'FieldValueDuplicate',
        field: `${path}[${index}]`,
        message: `Duplicate value: ${text}`,
      });
    seen.add(text);
  }
}

function validateObject(fields: Fields, schema: Schema, path: string, problems: FieldProblem[]): void {
  const below = (key: string) => (path ? `${path}.${key}` : key);
  if (schema['x-kubernetes-embedded-resource'])
    for (const key of ['apiVersion', 'kind'])
      if (fields[key] === undefined) problems.push(requiredValue(below(key)));
  for (const key of schema.required ?? [])
    if (fields[key] === undefined) problems.push(requiredValue(below(key)));
  const { properties = {}, additionalProperties, minProperties, maxProperties } = schema;
  const keys = Object.keys(fields);
  for (const key of keys) {
    const child = Object.hasOwn(properties, key)
      ? properties[key]
      : isFields(additionalProperties)
        ? (additionalProperties as Schema)
        : undefined;
    if (child && fields[key] !== undefined) validateAt(fields[key], child, below(key), problems);
  }
  if (minProperties !== undefined && keys.length < minProperties)
    problems.push(
      invalidValue(path, keys.length, `${path} in body should have at least ${minProperties} properties`),
    );
  if (maxProperties !== undefined && keys.length > maxProperties)
    problems.push({
      reason: 'FieldValueTooMany',
      field: path,
      message: `Too many: ${keys.length}: must have at most ${maxProperties} items`,
    });
}

function validateCombinations(value: unknown, schema: Schema, path: string, problems: FieldProblem[]): void {
  const holds = (one: Schema) => validate(value, one, path).length === 0;
  const say = (which: string) =>
    problems.push({
      reason: 'FieldValueInvalid',
      field: path,
      message: `Invalid value: ${isFields(value) ? '""' : JSON.stringify(value)}: ${JSON.stringify(path)} ${which}`,
    });
  for (const one of schema.allOf ?? []) problems.push(...validate(value, one, path));
  if (schema.anyOf && !schema['x-kubernetes-int-or-string'] && !schema.anyOf.some(holds))
    say('must validate at least one schema (anyOf)');
  if (schema.oneOf && schema.oneOf.filter(holds).length !== 1)
    say('must validate one and only one schema (oneOf)');
  if (schema.not && holds(schema.not)) say('must not validate the schema (not)');
}
