import type { FieldProblem } from '../kubernetes/failure.ts';
import { copy, isFields } from '../kubernetes/json.ts';
import { applyDefaults } from '../kubernetes/schema-defaults.ts';
import { prune } from '../kubernetes/schema-pruning.ts';
import { validate } from '../kubernetes/schema-validation.ts';
import type { Schema } from '../kubernetes/schema.ts';
import type { VariableValue } from './kinds.ts';

export interface ClassVariable {
  name: string;
  required?: boolean;
  schema: { openAPIV3Schema: Schema };
}

/** A Cluster's values with the defaults of its class, in the order in which Cluster API writes them: by name. */
export function defaultVariables(
  variables: readonly ClassVariable[],
  given: readonly VariableValue[],
): VariableValue[] {
  const names = new Set([...given.map(({ name }) => name), ...variables.map(({ name }) => name)]);
  return [...names].sort().flatMap((name) => {
    const schema = variables.find((candidate) => candidate.name === name)?.schema.openAPIV3Schema;
    // Defaults are filled into the fields of an object, so the value becomes one.
    const holder: { value?: unknown } = {
      value: copy(given.find((candidate) => candidate.name === name)?.value),
    };
    if (schema) applyDefaults(holder, { type: 'object', properties: { value: schema } });
    return holder.value === undefined ? [] : [{ name, value: holder.value }];
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
  const missing = variables.filter(
    ({ name, required }) => required && !areOverrides && !given.some((value) => value.name === name),
  );
  return [
    ...missing.map(({ name }) => `${field}: Required value: required variable "${name}" must be set`),
    ...given.flatMap(({ name, value }) => {
      const definition = variables.find((variable) => variable.name === name);
      if (!definition) return [`${field}[${name}]: Invalid value: ${shown(value)}: variable is not defined`];
      return judge(definition, value, `${field}[${name}]`);
    }),
  ];
}

/** Field errors show a variable's raw JSON as a quoted string. */
const shown = (value: unknown): string => JSON.stringify(JSON.stringify(value));

function judge(
  { name, schema: { openAPIV3Schema } }: ClassVariable,
  value: unknown,
  field: string,
): string[] {
  const problems = validate(value, openAPIV3Schema, `${field}.value`);
  if (problems.length > 0) return problems.map((problem) => worded(problem, value));
  const unknown = prune(copy(value), openAPIV3Schema);
  if (unknown.length === 0 || !isFields(value)) return [];
  return [
    `${field}: Invalid value: ${shown(value)}: failed validation: "${unknown.join(',')}" field(s) are not specified in the variable schema of variable "${name}"`,
  ];
}

/** Cluster API shows the whole value of the variable, wherever in it the problem is. */
const worded = ({ field, message }: FieldProblem, value: unknown): string =>
  `${field}: ${message.replace(/^Invalid value: .*?: \S+ in body /s, `Invalid value: ${shown(value)}: `)}`;
