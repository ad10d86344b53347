import { nearestWord } from './nearest-word.ts';
import { isFields, type Fields } from './release-file.ts';
import { formats } from './variable-format.ts';
import { brokenRules } from './variable-rules.ts';
import {
  fieldsIn,
  numberIn,
  schemaIn,
  textIn,
  textsIn,
  typeInWords,
  type ClusterVariable,
  type VariableSchema,
} from './variables.ts';

/** An entry of `spec.topology.variables`. */
export interface VariableValue {
  name: string;
  value: unknown;
}

export interface VariableProblem {
  /** The variable, and what is meant in it: `audit.maxAge`, `dnsNameservers[0]`. */
  path: string;
  /** In plain words, with what is possible instead. */
  message: string;
}

/** What Cluster API would find wrong with the variables of a cluster, once it has filled in defaults. */
export function checkVariables(
  values: readonly VariableValue[],
  variables: readonly ClusterVariable[],
): VariableProblem[] {
  const problems: VariableProblem[] = [];
  const known = new Map(variables.map((variable) => [variable.name, variable]));
  const given = new Set<string>();
  for (const { name, value } of values) {
    const variable = known.get(name);
    if (given.has(name)) problems.push({ path: name, message: 'is given twice; give it once' });
    else if (variable)
      problems.push(...checkValue(withDefaults(value, variable.schema), variable.schema, name));
    else problems.push({ path: name, message: unknown(name, 'variable', [...known.keys()]) });
    given.add(name);
  }
  for (const { name, required, type } of variables)
    if (required && !given.has(name)) problems.push({ path: name, message: `is required; give a ${type}` });
  return problems;
}

function unknown(name: string, what: string, candidates: readonly string[]): string {
  const meant = nearestWord(name, candidates);
  if (meant !== undefined) return `is no ${what} here; did you mean ${meant}?`;
  return candidates.length > 0
    ? `is no ${what} here; there are ${candidates.toSorted().join(', ')}`
    : `is no ${what} here; there are none`;
}

/** The value with the defaults of fields that an object leaves out, at any depth. */
export function withDefaults(value: unknown, schema: VariableSchema): unknown {
  const filled = value === undefined ? schema['default'] : value;
  if (Array.isArray(filled)) {
    const items = schemaIn(schema, 'items');
    return items ? filled.map((item: unknown) => withDefaults(item, items)) : filled;
  }
  if (!isFields(filled)) return filled;
  const result: Record<string, unknown> = { ...filled };
  for (const [name, field] of Object.entries(schemaIn(schema, 'properties') ?? {})) {
    const inner = isFields(field) ? withDefaults(result[name], field) : result[name];
    if (inner !== undefined) result[name] = inner;
  }
  const others = schemaIn(schema, 'additionalProperties');
  if (others) for (const [name, inner] of Object.entries(result)) result[name] = withDefaults(inner, others);
  return result;
}

/** What is wrong with one value by its schema. */
export function checkValue(value: unknown, schema: VariableSchema, path: string): VariableProblem[] {
  if (!hasType(value, schema)) {
    const article = /^[aeiou]/.test(typeInWords(schema)) ? 'an' : 'a';
    return [{ path, message: `is ${shown(value)}, but must be ${article} ${typeInWords(schema)}` }];
  }
  const problems = [
    ...checkChoices(value, schema, path),
    ...(typeof value === 'string' ? checkText(value, schema, path) : []),
    ...(typeof value === 'number' || typeof value === 'bigint' ? checkNumber(value, schema, path) : []),
    ...(Array.isArray(value) ? checkList(value, schema, path) : []),
    ...(isFields(value) ? checkObject(value, schema, path) : []),
    ...checkCombinations(value, schema, path),
  ];
  // As in Kubernetes, rules are only asked about values that are good otherwise.
  return problems.length > 0 ? problems : brokenRules(value, schema).map((message) => ({ path, message }));
}

const typeChecks: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: isInteger,
  number: (value) => typeof value === 'number' || typeof value === 'bigint',
  boolean: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: isFields,
};

function hasType(value: unknown, schema: VariableSchema): boolean {
  if (schema['x-kubernetes-int-or-string'] === true) return typeof value === 'string' || isInteger(value);
  return typeChecks[textIn(schema, 'type') ?? '']?.(value) ?? true;
}

function isInteger(value: unknown): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}

function checkChoices(value: unknown, schema: VariableSchema, path: string): VariableProblem[] {
  const choices: unknown = schema['enum'];
  if (!Array.isArray(choices) || choices.some((choice) => isSame(choice, value))) return [];
  const meant = typeof value === 'string' ? nearestWord(value, textsIn(schema, 'enum')) : undefined;
  const question = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  return [{ path, message: `is ${shown(value)}; choose one of ${choices.map(shown).join(', ')}${question}` }];
}

function checkText(text: string, schema: VariableSchema, path: string): VariableProblem[] {
  const format = formats[textIn(schema, 'format') ?? ''];
  const pattern = textIn(schema, 'pattern');
  return [
    // As Kubernetes counts: characters, not bytes.
    ...checkCount(Array.from(text).length, schema, 'Length', 'characters', path),
    ...(format && !format.accepts(text)
      ? [{ path, message: `is ${shown(text)}; write ${format.words}` }]
      : []),
    ...(pattern && !matches(text, pattern)
      ? [{ path, message: `is ${shown(text)}; it must match ${pattern}` }]
      : []),
  ];
}

/** Patterns are Go's. One that JavaScript cannot read is left to the API server. */
function matches(text: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

function checkNumber(value: number | bigint, schema: VariableSchema, path: string): VariableProblem[] {
  const minimum = numberIn(schema, 'minimum');
  const maximum = numberIn(schema, 'maximum');
  const isAbove = schema['exclusiveMinimum'] === true;
  const isBelow = schema['exclusiveMaximum'] === true;
  if (minimum !== undefined && (isAbove ? value <= minimum : value < minimum))
    return [{ path, message: `is ${value}; it must be ${isAbove ? 'more than' : 'at least'} ${minimum}` }];
  if (maximum !== undefined && (isBelow ? value >= maximum : value > maximum))
    return [{ path, message: `is ${value}; it must be ${isBelow ? 'less than' : 'at most'} ${maximum}` }];
  return [];
}

function checkList(list: readonly unknown[], schema: VariableSchema, path: string): VariableProblem[] {
  const items = schemaIn(schema, 'items');
  const isRepeated = (entry: unknown, index: number): boolean =>
    list.slice(0, index).some((earlier) => isSame(earlier, entry));
  return [
    ...checkCount(list.length, schema, 'Items', 'entries', path),
    ...(schema['uniqueItems'] === true && list.some(isRepeated)
      ? [{ path, message: 'has an entry twice; each may be there once' }]
      : []),
    ...(items ? list.flatMap((entry, index) => checkValue(entry, items, `${path}[${index}]`)) : []),
  ];
}

/** `required` counts for objects alone: on a list it has no effect, in Cluster API neither. */
function checkObject(value: Fields, schema: VariableSchema, path: string): VariableProblem[] {
  const properties = schemaIn(schema, 'properties') ?? {};
  const others = schemaIn(schema, 'additionalProperties');
  const isOpen =
    schema['x-kubernetes-preserve-unknown-fields'] === true || textIn(schema, 'type') === undefined;
  const missing = textsIn(schema, 'required').filter((name) => value[name] === undefined);
  return [
    ...checkCount(Object.keys(value).length, schema, 'Properties', 'fields', path),
    ...missing.map((name) => ({ path: `${path}.${name}`, message: 'is required' })),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const field = Object.hasOwn(properties, name) ? properties[name] : others;
      if (isFields(field)) return checkValue(inner, field, `${path}.${name}`);
      return isOpen
        ? []
        : [{ path: `${path}.${name}`, message: unknown(name, 'field', Object.keys(properties)) }];
    }),
  ];
}

function checkCombinations(value: unknown, schema: VariableSchema, path: string): VariableProblem[] {
  const isValid = (part: VariableSchema): boolean => checkValue(value, part, path).length === 0;
  const [all, any, exactly] = [schema['allOf'], schema['anyOf'], schema['oneOf']].map(fieldsIn);
  const not = schemaIn(schema, 'not');
  return [
    ...(all ?? []).flatMap((part) => checkValue(value, part, path)),
    ...(any && any.length > 0 && !any.some(isValid)
      ? [{ path, message: `is ${shown(value)}; none of the ways to write it fits` }]
      : []),
    ...(exactly && exactly.length > 0 && exactly.filter(isValid).length !== 1
      ? [{ path, message: `is ${shown(value)}; exactly one of the ways to write it must fit` }]
      : []),
    ...(not && isValid(not) ? [{ path, message: `is ${shown(value)}, which is excluded` }] : []),
  ];
}

function checkCount(
  count: number,
  schema: VariableSchema,
  what: string,
  words: string,
  path: string,
): VariableProblem[] {
  const [least, most] = [numberIn(schema, `min${what}`), numberIn(schema, `max${what}`)];
  if (least !== undefined && count < least)
    return [{ path, message: `has ${count} ${words}; it must have at least ${least}` }];
  if (most !== undefined && count > most)
    return [{ path, message: `has ${count} ${words}; it must have at most ${most}` }];
  return [];
}

/** Values of variables may be secret in an object's depth, so only small ones are repeated. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (isFields(value)) return 'an object';
  const text = typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Equal as JSON; integers of either kind are equal by value. */
export function isSame(one: unknown, other: unknown): boolean {
  if (typeof one === 'bigint' || typeof other === 'bigint') {
    const isNumeric = [one, other].every((value) => typeof value === 'bigint' || typeof value === 'number');
    return isNumeric && String(one) === String(other);
  }
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((entry, index) => isSame(entry, other[index]));
  if (!isFields(one) || !isFields(other)) return Object.is(one, other);
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => isSame(one[name], other[name]));
}
