import { fieldsAt, listAt } from './cluster-class.ts';
import type { Note } from './finding.ts';
import { isFields, type Fields } from './release-file.ts';
import { checkValue, withDefaults } from './variable-check.ts';
import { schemaIn, textIn, type ClusterVariable, type VariableSchema } from './variables.ts';

/** Variables of a ClusterClass: what Cluster API would refuse, and what has no effect. */
export function lintVariables(clusterClass: Fields, variables: readonly ClusterVariable[], note: Note): void {
  for (const [index, { name, required }] of listAt(fieldsAt(clusterClass, 'spec'), 'variables').entries())
    if (typeof required !== 'boolean')
      note(
        'error',
        'variable-required',
        `spec.variables[${index}]`,
        `does not say whether ${String(name)} is required`,
        'write required: true or required: false; Cluster API refuses the class',
      );
  for (const [index, variable] of variables.entries()) {
    const path = `spec.variables[${index}]`;
    const { name } = variable;
    if (name === 'builtin' || name.includes('.'))
      note(
        'error',
        'variable-name',
        path,
        `is called ${name}`,
        'choose a name without a dot, other than builtin',
      );
    if (variables.findIndex((other) => other.name === name) !== index)
      note('error', 'variable-name', path, `defines ${name} again`, 'define each variable once');
    lintVariable(variable, path, note);
  }
}

function lintVariable({ name, schema }: ClusterVariable, path: string, note: Note): void {
  lintSchema(schema, `${path}.schema.openAPIV3Schema`, name, note);
  if (schema['default'] === undefined) return;
  for (const problem of checkValue(withDefaults(schema['default'], schema), schema, name))
    note(
      'error',
      'variable-default',
      path,
      `the default of ${problem.path} ${problem.message}`,
      'write a default that fits the schema: Cluster API refuses the class',
    );
}

/** Keywords by the type that they say something about; elsewhere they have no effect, in Cluster API neither. */
const keywords: Readonly<Record<string, readonly string[]>> = {
  string: ['format', 'pattern', 'minLength', 'maxLength'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'format'],
  array: ['items', 'minItems', 'maxItems', 'uniqueItems'],
  object: ['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'],
};

function lintSchema(schema: VariableSchema, path: string, name: string, note: Note): void {
  const type = textIn(schema, 'type');
  const isOpen =
    schema['x-kubernetes-preserve-unknown-fields'] === true || schema['x-kubernetes-int-or-string'] === true;
  if (type === undefined && !isOpen)
    note(
      'error',
      'variable-type',
      path,
      `${name} has no type`,
      'write type: string, integer, number, boolean, array or object',
    );
  const own = (type && keywords[type === 'integer' ? 'number' : type]) ?? [];
  const idle = [...new Set(Object.values(keywords).flat())].filter(
    (keyword) => schema[keyword] !== undefined && !own.includes(keyword),
  );
  if (type !== undefined && idle.length > 0)
    note(
      'warning',
      'variable-keyword-idle',
      path,
      `${idle.join(' and ')} of ${name} has no effect on type ${type}`,
      type === 'array' ? `move ${idle.join(' and ')} into items` : `leave ${idle.join(' and ')} out`,
    );
  const items = schemaIn(schema, 'items');
  if (type === 'array' && !items)
    note(
      'error',
      'variable-type',
      path,
      `${name} does not say what its entries are`,
      'write items with a type',
    );
  const values = schemaIn(schema, 'additionalProperties');
  if (items) lintSchema(items, `${path}.items`, `${name}[]`, note);
  if (values) lintSchema(values, `${path}.additionalProperties`, `${name}.*`, note);
  for (const [field, inner] of Object.entries(schemaIn(schema, 'properties') ?? {}))
    if (isFields(inner)) lintSchema(inner, `${path}.properties.${field}`, `${name}.${field}`, note);
}
