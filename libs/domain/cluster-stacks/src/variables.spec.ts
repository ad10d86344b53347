import { describe, expect, it } from 'vitest';
import { variablesOf, type VariableDescription } from './variables.ts';

const classOf = (...variables: object[]) => ({
  apiVersion: 'cluster.x-k8s.io/v1beta2',
  kind: 'ClusterClass',
  spec: { variables },
});
const one = (schema: object, required = false): VariableDescription | undefined => {
  const [variable] = variablesOf(classOf({ name: 'a', required, schema: { openAPIV3Schema: schema } }));
  if (!variable) return undefined;
  const { schema: _, ...description } = variable;
  return description;
};

describe('a variable in words', () => {
  it.each<[what: string, schema: object, words: Partial<VariableDescription>]>([
    [
      'a text with a default',
      { type: 'string', default: 'SCS-2V-4', description: 'Flavor.' },
      { type: 'text', default: 'SCS-2V-4', description: 'Flavor.' },
    ],
    [
      'a number within bounds',
      { type: 'integer', minimum: 1, maximum: 365 },
      { type: 'whole number', constraints: ['at least 1', 'at most 365'] },
    ],
    [
      'a number beyond bounds',
      { type: 'number', minimum: 0, exclusiveMinimum: true },
      { type: 'number', constraints: ['more than 0'] },
    ],
    [
      'a choice',
      { type: 'string', enum: ['none', 'octavia-ovn'] },
      { type: 'text', choices: ['none', 'octavia-ovn'] },
    ],
    [
      'a text of some form',
      { type: 'string', format: 'uuid4', minLength: 1, pattern: '^a' },
      { type: 'text', constraints: ['at least 1 character', 'format uuid4', 'matches ^a'] },
    ],
    ['a switch', { type: 'boolean', default: false }, { type: 'true or false', default: false }],
    [
      'a list',
      { type: 'array', items: { type: 'string', minLength: 2 }, maxItems: 3, uniqueItems: true },
      {
        type: 'list of texts',
        constraints: ['at most 3 entries', 'no entry twice', 'each: at least 2 characters'],
      },
    ],
    [
      'a list of lists',
      { type: 'array', items: { type: 'array', items: { type: 'integer' } } },
      { type: 'list of lists of whole numbers' },
    ],
    [
      'a map',
      { type: 'object', additionalProperties: { type: 'integer' } },
      { type: 'map of whole numbers' },
    ],
    ['anything', { 'x-kubernetes-preserve-unknown-fields': true }, { type: 'anything' }],
    ['a port or its name', { 'x-kubernetes-int-or-string': true }, { type: 'whole number or text' }],
    [
      'a rule',
      { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self % 2 == 1', message: 'must be odd' }] },
      { type: 'whole number', constraints: ['must be odd'] },
    ],
    [
      'a format where it has no effect, on a list',
      { type: 'array', format: 'uuid4', items: { type: 'string' } },
      { type: 'list of texts', constraints: [] },
    ],
  ])('%s', (_, schema, words) => {
    expect(one(schema)).toEqual({ name: 'a', required: false, constraints: [], description: '', ...words });
  });

  it('is required where nothing else is given: a default is filled in before', () => {
    expect(one({ type: 'string' }, true)?.required).toBe(true);
    expect(one({ type: 'string', default: '' }, true)?.required).toBe(false);
  });

  it.each([
    ['an object', { type: 'object' }],
    ['each object of a list', { type: 'array', items: { type: 'object' } }],
    ['each object of a map', { type: 'object', additionalProperties: { type: 'object' } }],
  ])('tells the fields of %s', (_, outer) => {
    const fields = {
      required: ['name'],
      properties: { name: { type: 'string' }, sizeGiB: { type: 'integer', default: 20, minimum: 1 } },
    };
    const schema = JSON.parse(JSON.stringify(outer)) as Record<string, object>;
    Object.assign(schema['items'] ?? schema['additionalProperties'] ?? schema, fields);
    expect(one(schema)?.fields).toEqual([
      { name: 'name', required: true, type: 'text', constraints: [], description: '' },
      {
        name: 'sizeGiB',
        required: false,
        type: 'whole number',
        default: 20,
        constraints: ['at least 1'],
        description: '',
      },
    ]);
  });
});

describe('the variables of a class', () => {
  it('are the same for both versions of the API', () => {
    const variables = [{ name: 'a', required: true, schema: { openAPIV3Schema: { type: 'string' } } }];
    const [old, recent] = ['v1beta1', 'v1beta2'].map((version) =>
      variablesOf({ apiVersion: `cluster.x-k8s.io/${version}`, kind: 'ClusterClass', spec: { variables } }),
    );
    expect(old).toEqual(recent);
    expect(old?.map(({ name, required }) => [name, required])).toEqual([['a', true]]);
  });

  it.each<[what: string, clusterClass: Record<string, unknown>]>([
    ['no spec', {}],
    ['no variables', { spec: {} }],
    ['variables that are none', { spec: { variables: ['a', { required: true }] } }],
  ])('are none with %s', (_, clusterClass) => {
    expect(variablesOf(clusterClass)).toEqual([]);
  });
});
