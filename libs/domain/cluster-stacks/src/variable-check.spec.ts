import { describe, expect, it } from 'vitest';
import { checkVariables, withDefaults } from './variable-check.ts';
import { variablesOf } from './variables.ts';

const problems = (schema: object, value: unknown, required = false): string[] => {
  const variables = variablesOf({
    spec: { variables: [{ name: 'a', required, schema: { openAPIV3Schema: schema } }] },
  });
  const values = value === undefined ? [] : [{ name: 'a', value }];
  return checkVariables(values, variables).map(({ path, message }) => `${path} ${message}`);
};

const oidc = {
  type: 'object',
  required: ['clientID'],
  properties: {
    clientID: { type: 'string', minLength: 1 },
    issuerURL: { type: 'string', format: 'uri' },
    usernameClaim: { type: 'string', default: 'preferred_username' },
  },
};
const devices = {
  type: 'array',
  // On the list, where it says nothing: the fields of an entry may be missing.
  required: ['name'],
  items: {
    type: 'object',
    properties: { name: { type: 'string' }, sizeGiB: { type: 'integer', default: 20 } },
  },
};

const odd = {
  type: 'integer',
  'x-kubernetes-validations': [{ rule: 'self % 2 == 1', message: 'must be odd' }],
};
const atLeastTwo = {
  type: 'object',
  properties: { list: { type: 'array', maxItems: 9, items: { type: 'string' } }, limit: { type: 'number' } },
  'x-kubernetes-validations': [{ rule: 'self.list.size() >= 2 && self.limit < 2.5' }],
};

describe('a value', () => {
  it.each<[what: string, schema: object, value: unknown]>([
    ['of the right type', { type: 'string' }, 'x'],
    ['that is empty, where a length is not asked for', { type: 'string' }, ''],
    ['that is a whole number', { type: 'integer' }, 3],
    ['that is a whole number, large', { type: 'integer', minimum: 1 }, 9007199254740993n],
    ['that is a whole number for a number', { type: 'number' }, 3],
    ['on the edge of its bounds', { type: 'integer', minimum: 1, maximum: 1 }, 1],
    ['that is a number among choices', { type: 'integer', enum: [1, 2] }, 2],
    [
      'that is an object among choices',
      { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, enum: [{ a: [1] }] },
      { a: [1] },
    ],
    [
      'with a format that the list has, not its entries',
      { type: 'array', format: 'uuid4', items: { type: 'string' } },
      ['ext01'],
    ],
    ['with required fields that the list has, not its entries', devices, [{ sizeGiB: 10 }]],
    [
      'whose required field has a default',
      { type: 'object', required: ['a'], properties: { a: { type: 'string', default: 'b' } } },
      {},
    ],
    [
      'with any field where unknown ones are kept',
      { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      { any: 1 },
    ],
    ['with any field of a map', { type: 'object', additionalProperties: { type: 'string' } }, { any: 'x' }],
    ['of an unknown format', { type: 'string', format: 'flavor' }, 'x'],
    ['with a pattern that is Go’s alone', { type: 'string', pattern: '(?i)^a$' }, 'A'],
    ['that counts letters, not bytes', { type: 'string', maxLength: 1 }, '\u{1F600}'],
    ['that keeps a rule', odd, 3],
    ['that keeps a rule about its parts', atLeastTwo, { list: ['a', 'b'], limit: 1.5 }],
    [
      'with a rule that only Kubernetes can judge',
      { type: 'string', 'x-kubernetes-validations': [{ rule: 'isURL(self)' }] },
      'https://a.example',
    ],
    [
      'with a rule about what it was',
      { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] },
      3,
    ],
    ['that is a number or a text', { 'x-kubernetes-int-or-string': true }, '10%'],
  ])('%s is good', (_, schema, value) => {
    expect(problems(schema, value)).toEqual([]);
  });

  it.each<[what: string, schema: object, value: unknown, problem: string]>([
    ['of another type', { type: 'string' }, 3, 'a is 3, but must be a text'],
    [
      'that is a text where a number is meant',
      { type: 'integer' },
      '3',
      'a is "3", but must be a whole number',
    ],
    ['that is half a number', { type: 'integer' }, 3.5, 'a is 3.5, but must be a whole number'],
    ['that is empty', { type: 'string' }, null, 'a is empty, but must be a text'],
    [
      'that is one where a list is meant',
      { type: 'array', items: { type: 'string' } },
      'x',
      'a is "x", but must be a list of texts',
    ],
    ['that is a list where an object is meant', oidc, [], 'a is a list, but must be an object'],
    ['below its bound', { type: 'integer', minimum: 1 }, 0, 'a is 0; it must be at least 1'],
    [
      'on a bound that is excluded',
      { type: 'integer', minimum: 1, exclusiveMinimum: true },
      1,
      'a is 1; it must be more than 1',
    ],
    ['above its bound', { type: 'integer', maximum: 365 }, 366, 'a is 366; it must be at most 365'],
    [
      'that is none of the choices',
      { type: 'string', enum: ['none', 'octavia-ovn'] },
      'octavia_ovn',
      'a is "octavia_ovn"; choose one of "none", "octavia-ovn" (did you mean octavia-ovn?)',
    ],
    [
      'that is too short',
      { type: 'string', minLength: 1 },
      '',
      'a has 0 characters; it must have at least 1',
    ],
    [
      'that does not match',
      { type: 'string', pattern: '^[0-9]+s$' },
      '1m',
      'a is "1m"; it must match ^[0-9]+s$',
    ],
    [
      'of another format',
      { type: 'string', format: 'uuid4' },
      'ext01',
      'a is "ext01"; write a UUID of version 4',
    ],
    [
      'with an entry of another format',
      { type: 'array', items: { type: 'string', format: 'ipv4' } },
      ['10.0.0.1', 'x'],
      'a[1] is "x"; write an IPv4 address',
    ],
    [
      'with too many entries',
      { type: 'array', maxItems: 1, items: { type: 'string' } },
      ['x', 'y'],
      'a has 2 entries; it must have at most 1',
    ],
    [
      'with an entry twice',
      {
        type: 'array',
        uniqueItems: true,
        items: { type: 'object', additionalProperties: { type: 'integer' } },
      },
      [{ b: 1 }, { b: 1 }],
      'a has an entry twice; each may be there once',
    ],
    ['without a required field', oidc, {}, 'a.clientID is required'],
    [
      'with a field that nobody knows',
      oidc,
      { clientID: 'x', isuerURL: 'https://a' },
      'a.isuerURL is no field here; did you mean issuerURL?',
    ],
    [
      'with a field named like an inherited one',
      oidc,
      { clientID: 'x', constructor: 'y' },
      'a.constructor is no field here; there are clientID, issuerURL, usernameClaim',
    ],
    ['with a bad field', oidc, { clientID: 3 }, 'a.clientID is 3, but must be a text'],
    [
      'with a bad field in a list',
      devices,
      [{}, { sizeGiB: 'big' }],
      'a[1].sizeGiB is "big", but must be a whole number',
    ],
    [
      'with a bad entry of a map',
      { type: 'object', additionalProperties: { type: 'string' } },
      { b: 1 },
      'a.b is 1, but must be a text',
    ],
    [
      'with too few fields',
      { type: 'object', minProperties: 1, additionalProperties: { type: 'string' } },
      {},
      'a has 0 fields; it must have at least 1',
    ],
    ['that breaks a rule', odd, 4, 'a must be odd'],
    [
      'that breaks a rule without a message',
      atLeastTwo,
      { list: ['a'], limit: 2 },
      'a must satisfy self.list.size() >= 2 && self.limit < 2.5',
    ],
    [
      'that fits no alternative',
      { type: 'integer', anyOf: [{ maximum: 1 }, { minimum: 10 }] },
      5,
      'a is 5; none of the ways to write it fits',
    ],
    [
      'that fits two alternatives of one',
      { type: 'integer', oneOf: [{ minimum: 1 }, { minimum: 2 }] },
      3,
      'a is 3; exactly one of the ways to write it must fit',
    ],
    [
      'that is excluded',
      { type: 'string', not: { enum: ['admin'] } },
      'admin',
      'a is "admin", which is excluded',
    ],
    [
      'that fails one of many',
      { type: 'integer', allOf: [{ minimum: 1 }, { maximum: 2 }] },
      3,
      'a is 3; it must be at most 2',
    ],
  ])('%s is refused', (_, schema, value, problem) => {
    expect(problems(schema, value)).toEqual([problem]);
  });

  it('that is long is not repeated whole', () => {
    const [problem = ''] = problems({ type: 'string', maxLength: 3, pattern: '^b' }, 'a'.repeat(500)).slice(
      -1,
    );
    expect(problem.length).toBeLessThan(120);
  });
});

describe('variables of a cluster', () => {
  it('that are required must be given, unless they have a default', () => {
    expect(problems({ type: 'string' }, undefined, true)).toEqual(['a is required; give a text']);
    expect(problems({ type: 'string', default: '' }, undefined, true)).toEqual([]);
    expect(problems({ type: 'string' }, undefined)).toEqual([]);
  });

  it('must be known, and are given once', () => {
    const variables = variablesOf({
      spec: {
        variables: ['networkMTU', 'workerFlavor'].map((name) => ({
          name,
          schema: { openAPIV3Schema: { type: 'string' } },
        })),
      },
    });
    const given = ['worker_flavor', 'external_id', 'networkMTU', 'networkMTU'].map((name) => ({
      name,
      value: 'x',
    }));
    expect(checkVariables(given, variables)).toEqual([
      { path: 'worker_flavor', message: 'is no variable here; did you mean workerFlavor?' },
      { path: 'external_id', message: 'is no variable here; there are networkMTU, workerFlavor' },
      { path: 'networkMTU', message: 'is given twice; give it once' },
    ]);
  });
});

describe('defaults', () => {
  it.each<[what: string, value: unknown, schema: object, filled: unknown]>([
    ['of a variable', undefined, { type: 'string', default: 'x' }, 'x'],
    ['of a field', { clientID: 'x' }, oidc, { clientID: 'x', usernameClaim: 'preferred_username' }],
    ['of fields in a list', [{ name: 'a' }], devices, [{ name: 'a', sizeGiB: 20 }]],
    [
      'within a default',
      undefined,
      { type: 'object', default: {}, properties: { a: { default: 1 } } },
      { a: 1 },
    ],
    [
      'in a map',
      { x: {} },
      { type: 'object', additionalProperties: { properties: { a: { default: 1 } } } },
      { x: { a: 1 } },
    ],
  ])('%s are filled in', (_, value, schema, filled) => {
    expect(withDefaults(value, schema as Record<string, unknown>)).toEqual(filled);
  });

  it('leave what is given, also what is false or empty', () => {
    const schema = { properties: { a: { default: true }, b: { default: 'x' } } };
    expect(withDefaults({ a: false, b: '' }, schema)).toEqual({ a: false, b: '' });
  });
});
