import { describe, expect, it } from 'vitest';
import { defaultVariables, validateVariables, type ClassVariable } from './class-variables.ts';

const variable = (
  name: string,
  openAPIV3Schema: ClassVariable['schema']['openAPIV3Schema'],
  required = false,
): ClassVariable => ({
  name,
  required,
  schema: { openAPIV3Schema },
});

const variables = [
  variable('startup', { type: 'string', default: '1s', pattern: '^[0-9]+(ms|s|m)$' }),
  variable('audit', {
    type: 'object',
    default: {},
    properties: {
      enabled: { type: 'boolean', default: false },
      maxAge: { type: 'integer', default: 30, maximum: 365 },
    },
  }),
  variable('network', { type: 'string' }, true),
];

describe('defaults', () => {
  it('come in by name, also inside of objects', () => {
    expect(defaultVariables(variables, [{ name: 'network', value: 'a' }])).toEqual([
      { name: 'audit', value: { enabled: false, maxAge: 30 } },
      { name: 'network', value: 'a' },
      { name: 'startup', value: '1s' },
    ]);
  });

  it('do not take the place of what is given', () => {
    expect(defaultVariables(variables, [{ name: 'audit', value: { enabled: true } }])).toContainEqual({
      name: 'audit',
      value: { enabled: true, maxAge: 30 },
    });
  });
});

// The texts are those of Cluster API 1.12.5.
describe('a value', () => {
  const given = (name: string, value: unknown) => [
    { name: 'network', value: 'a' },
    { name, value },
  ];

  it.each([
    [
      'of the wrong type',
      given('startup', 3),
      'spec.topology.variables[startup].value: Invalid value: "3": must be of type string: "integer"',
    ],
    [
      'that nobody defined',
      given('nope', 3),
      'spec.topology.variables[nope]: Invalid value: "3": variable is not defined',
    ],
    [
      'that a pattern refuses',
      given('startup', 'soon'),
      `spec.topology.variables[startup].value: Invalid value: "\\"soon\\"": should match '^[0-9]+(ms|s|m)$'`,
    ],
    [
      'that is too high',
      given('audit', { maxAge: 400 }),
      'spec.topology.variables[audit].value.maxAge: Invalid value: "{\\"maxAge\\":400}": should be less than or equal to 365',
    ],
    [
      'with unknown fields',
      given('audit', { x: 1 }),
      'spec.topology.variables[audit]: Invalid value: "{\\"x\\":1}": failed validation: "x" field(s) are not specified in the variable schema of variable "audit"',
    ],
    [
      'that is missing',
      [],
      'spec.topology.variables: Required value: required variable "network" must be set',
    ],
  ])('%s is refused', (_what, values, message) =>
    expect(validateVariables(variables, values)).toEqual([message]),
  );

  it('may be missing where it overrides', () => {
    expect(validateVariables(variables, [{ name: 'startup', value: '2s' }], 'x', true)).toEqual([]);
  });
});
