import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { causesOf, eventually, gone, ownersOf, uniqueName, type Bed } from './bed.ts';
import { applyPatch, mergePatch, strategicPatch, type RawBody } from './raw-kubernetes.ts';

const text = { type: 'string' };
const integer = { type: 'integer' };
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
const listMap = (key: string, items: object) => ({
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': [key],
  items,
});

const spec = object(
  {
    size: { type: 'integer', minimum: 1, maximum: 10 },
    color: { type: 'string', enum: ['red', 'blue'], default: 'red' },
    name: { type: 'string', pattern: '^[a-z]+$', minLength: 2, maxLength: 5 },
    replicas: { type: 'integer', default: 1 },
    when: { type: 'string', format: 'date-time' },
    any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    port: { 'x-kubernetes-int-or-string': true },
    maybe: { type: 'string', nullable: true, default: 'd' },
    never: { type: 'string', default: 'd' },
    items: {
      ...listMap(
        'name',
        object({ name: text, mode: { type: 'string', default: 'auto' }, v: integer }, { required: ['name'] }),
      ),
      minItems: 1,
      maxItems: 3,
    },
    tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
    atoms: { type: 'array', items: text },
    numbers: { type: 'object', additionalProperties: integer },
    objects: { type: 'object', additionalProperties: object({ a: { type: 'string', default: 'A' } }) },
    nested: { ...object({ a: { type: 'string', default: 'x' } }), default: {} },
    whole: { ...object({ a: text, b: text }), 'x-kubernetes-map-type': 'atomic' },
    range: {
      ...object({ low: integer, high: integer }),
      'x-kubernetes-validations': [
        {
          rule: '!has(self.low) || !has(self.high) || self.low <= self.high',
          message: 'low must not be above high',
        },
      ],
    },
    fixed: {
      type: 'string',
      'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'fixed is fixed' }],
    },
    template: {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      'x-kubernetes-preserve-unknown-fields': true,
    },
  },
  { required: ['size'] },
);

const status = object({
  phase: text,
  replicas: integer,
  conditions: listMap('type', object({ type: text, status: text }, { required: ['type', 'status'] })),
});

const definitionOf = (group: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `things.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList', shortNames: ['th'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
        },
        additionalPrinterColumns: [
          { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
          { name: 'Ready', type: 'string', jsonPath: ".status.conditions[?(@.type=='Ready')].status" },
          { name: 'Tags', type: 'string', jsonPath: '.spec.tags' },
          { name: 'First', type: 'string', jsonPath: '.spec.items[0].name', priority: 1 },
          { name: 'Since', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'how long' },
        ],
        schema: { openAPIV3Schema: object({ spec, status }, { required: ['spec'] }) },
      },
      {
        name: 'v1beta1',
        served: true,
        storage: false,
        schema: {
          openAPIV3Schema: object({
            spec: object({ size: integer, old: { type: 'string', default: 'old' } }),
          }),
        },
      },
    ],
  },
});

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** CustomResourceDefinitions and what they define. */
export function describeCustomKinds(bed: () => Bed): void {
  const base = (version: string) => `/apis/${bed().group}/${version}/namespaces/${bed().namespace}/things`;
  const path = (name = '', more = '') => `${base('v1')}${name && `/${name}`}${more}`;
  const aThing = (name: string, content: object | undefined, more: object = {}) => ({
    apiVersion: `${bed().group}/v1`,
    kind: 'Thing',
    metadata: { name },
    ...(content && { spec: content }),
    ...more,
  });
  const make = (content: object, more: object = {}, name = uniqueName('thing')) =>
    bed().ok('POST', path(), aThing(name, content, more));
  const nameOf = (thing: RawBody): string => thing['metadata']!['name'];
  const patch = (name: string, body: object, sub = '') =>
    bed().ok('PATCH', path(name, sub), body, { type: mergePatch });
  const apply = (name: string, manager: string, content: object, more = '') =>
    bed().ok('PATCH', `${path(name)}?fieldManager=${manager}${more}`, aThing(name, content), {
      type: applyPatch,
    });

  describe('custom kinds', () => {
    beforeAll(async () => {
      await bed().ok('POST', definitions, definitionOf(bed().group));
      await eventually(async () => {
        const definition = await bed().ok('GET', `${definitions}/things.${bed().group}`);
        const conditions = [...(definition['status']?.['conditions'] ?? [])];
        expect(conditions.map(({ type, status: is, reason }) => [type, is, reason]).toSorted()).toEqual([
          ['Established', 'True', 'InitialNamesAccepted'],
          ['NamesAccepted', 'True', 'NoConflicts'],
        ]);
        expect(definition['status']!['storedVersions']).toEqual(['v1']);
        await bed().ok('GET', path());
      });
    });

    it('are discovered, with their subresources', async () => {
      const group = await bed().ok('GET', `/apis/${bed().group}`);
      expect(group).toMatchObject({
        kind: 'APIGroup',
        name: bed().group,
        preferredVersion: { groupVersion: `${bed().group}/v1`, version: 'v1' },
      });
      expect([...group['versions']!].map(({ version }) => version)).toEqual(['v1', 'v1beta1']);
      const list = await bed().ok('GET', `/apis/${bed().group}/v1`);
      const resources = [...list['resources']!];
      expect(resources.map(({ name, kind, namespaced }) => [name, kind, namespaced])).toEqual([
        ['things', 'Thing', true],
        ['things/status', 'Thing', true],
        ['things/scale', 'Scale', true],
      ]);
      expect([...resources[0]!['verbs']!].map(String).toSorted()).toEqual([
        'create',
        'delete',
        'deletecollection',
        'get',
        'list',
        'patch',
        'update',
        'watch',
      ]);
    });

    it('must be named by plural and group', async () => {
      const wrong = { ...definitionOf(bed().group), metadata: { name: 'wrong.name' } };
      const refusal = await bed().refused({ code: 422, reason: 'Invalid' }, 'POST', definitions, wrong);
      expect(causesOf(refusal)).toEqual(['metadata.name: FieldValueInvalid']);
    });

    it('must say their kind and version', async () => {
      await bed().refused({ code: 400, reason: 'BadRequest' }, 'POST', path(), { metadata: { name: 'x' } });
      const version = { ...aThing('x', { size: 1 }), apiVersion: `${bed().group}/v2` };
      const told = await bed().refused({ code: 400, reason: 'BadRequest' }, 'POST', path(), version);
      expect(told['message']).toBe(
        `the API version in the data (${bed().group}/v2) does not match the expected API version (${bed().group}/v1)`,
      );
      await bed().refused({ code: 422 }, 'POST', path(), { ...aThing('x', { size: 1 }), kind: 'Other' });
    });

    it('get defaults, also in lists and maps, and where null stands that may not', async () => {
      const made = await make({
        size: 1,
        items: [{ name: 'a' }],
        objects: { q: {} },
        never: null,
        maybe: null,
        color: null,
      });
      expect(made['spec']).toEqual({
        size: 1,
        color: 'red',
        replicas: 1,
        maybe: null,
        never: 'd',
        nested: { a: 'x' },
        items: [{ name: 'a', mode: 'auto' }],
        objects: { q: { a: 'A' } },
      });
    });

    it('lose unknown fields, with a warning for each; strict requests are refused', async () => {
      const body = aThing(uniqueName('thing'), {
        size: 1,
        unknown: 1,
        items: [{ name: 'a', x: 1 }],
        any: { kept: [{ deep: 1 }] },
        template: { apiVersion: 'v1', kind: 'X', metadata: { name: 'e', foo: 1 }, kept: 1 },
      });
      const made = await bed().api.request('POST', path(), { body });
      expect(made.status).toBe(201);
      expect(String(made.headers['warning']).split(', ').toSorted()).toEqual([
        '299 - "unknown field \\"spec.items[0].x\\""',
        '299 - "unknown field \\"spec.template.metadata.foo\\""',
        '299 - "unknown field \\"spec.unknown\\""',
      ]);
      expect(made.body['spec']).toMatchObject({
        any: { kept: [{ deep: 1 }] },
        template: { apiVersion: 'v1', kind: 'X', metadata: { name: 'e' }, kept: 1 },
      });
      expect(made.body['spec']!['unknown']).toBeUndefined();
      expect(made.body['spec']!['template']!['metadata']).toEqual({ name: 'e' });
      const strict = `${path()}?fieldValidation=Strict`;
      const refusal = await bed().refused(
        { code: 400 },
        'POST',
        strict,
        aThing('s', { size: 1, unknown: 1 }),
      );
      expect(refusal['message']).toBe(
        'Thing in version "v1" cannot be handled as a Thing: strict decoding error: unknown field "spec.unknown"',
      );
    });

    // With problems of these kinds the rules are not judged, and the server says so.
    const unchecked = (causes: string[]) =>
      causes.some((cause) => /Required|TypeInvalid|NotSupported|TooLong|TooMany/.test(cause))
        ? ['<nil>: FieldValueInvalid']
        : [];
    it.each<[string, object, string[]]>([
      ['a missing field', {}, ['spec.size: FieldValueRequired']],
      ['a wrong type', { size: '1' }, ['spec.size: FieldValueTypeInvalid']],
      ['a fraction for an integer', { size: 1.5 }, ['spec.size: FieldValueTypeInvalid']],
      ['too little', { size: 0 }, ['spec.size: FieldValueInvalid']],
      ['too much', { size: 11 }, ['spec.size: FieldValueInvalid']],
      ['a value not listed', { size: 1, color: 'green' }, ['spec.color: FieldValueNotSupported']],
      ['a text against the pattern', { size: 1, name: 'ABC' }, ['spec.name: FieldValueInvalid']],
      ['a text too short', { size: 1, name: 'a' }, ['spec.name: FieldValueInvalid']],
      ['a text too long', { size: 1, name: 'abcdef' }, ['spec.name: FieldValueTooLong']],
      ['no time', { size: 1, when: 'yesterday' }, ['spec.when: FieldValueTypeInvalid']],
      ['neither integer nor text', { size: 1, port: true }, ['spec.port: FieldValueTypeInvalid']],
      ['too few items', { size: 1, items: [] }, ['spec.items: FieldValueInvalid']],
      [
        'too many items',
        { size: 1, items: ['a', 'b', 'c', 'd'].map((name) => ({ name })) },
        ['spec.items: FieldValueTooMany'],
      ],
      [
        'a key twice',
        { size: 1, items: [{ name: 'a' }, { name: 'a' }] },
        ['spec.items[1]: FieldValueDuplicate'],
      ],
      ['an item without its key', { size: 1, items: [{ v: 1 }] }, ['spec.items[0].name: FieldValueRequired']],
      ['a member twice', { size: 1, tags: ['a', 'a'] }, ['spec.tags[1]: FieldValueDuplicate']],
      [
        'a map with a wrong value',
        { size: 1, numbers: { a: 'x' } },
        ['spec.numbers.a: FieldValueTypeInvalid'],
      ],
      ['a list where an object is due', { size: 1, nested: [] }, ['spec.nested: FieldValueTypeInvalid']],
      [
        'an embedded object without its kind',
        { size: 1, template: {} },
        ['spec.template.apiVersion: FieldValueRequired', 'spec.template.kind: FieldValueRequired'],
      ],
    ])('are refused with %s', async (_, content, causes) => {
      const refusal = await bed().refused(
        { code: 422, reason: 'Invalid' },
        'POST',
        path(),
        aThing('bad', content),
      );
      expect(causesOf(refusal)).toEqual([...unchecked(causes), ...causes].toSorted());
      expect(refusal['message']).toMatch(new RegExp(`^Thing\\.${bed().group} "bad" is invalid: `));
      expect(refusal['details']).toMatchObject({ name: 'bad', group: bed().group, kind: 'Thing' });
    });

    it('are judged by their rules, also about what was before', async () => {
      const low = await bed().refused(
        { code: 422 },
        'POST',
        path(),
        aThing('bad', { size: 1, range: { low: 2, high: 1 } }),
      );
      expect(causesOf(low)).toEqual(['spec.range: FieldValueInvalid']);
      expect(low['message']).toContain('low must not be above high');
      const thing = await make({ size: 1, fixed: 'a', range: { low: 1, high: 1 } });
      const change = { spec: { fixed: 'b' } };
      const fixed = await bed().refused({ code: 422 }, 'PATCH', path(nameOf(thing)), change, {
        type: mergePatch,
      });
      expect(fixed['message']).toContain('fixed is fixed');
    });

    it('tell the value in their refusals as the real one does', async () => {
      const tell = async (content: object) => {
        const { message } = await bed().refused({ code: 422 }, 'POST', path(), aThing('bad', content));
        return String(message)
          .replace(/^.*? is invalid: \[?/, '')
          .split(', <nil>')[0];
      };
      expect(await tell({ size: 11 })).toBe(
        'spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10',
      );
      expect(await tell({ size: 0 })).toBe(
        'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1',
      );
      expect(await tell({ size: '1' })).toBe(
        'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
      );
      expect(await tell({ size: 1, name: 'ABC' })).toBe(
        `spec.name: Invalid value: "ABC": spec.name in body should match '^[a-z]+$'`,
      );
      expect(await tell({ size: 1, color: 'green' })).toBe(
        'spec.color: Unsupported value: "green": supported values: "red", "blue"',
      );
      expect(await tell({})).toBe('spec.size: Required value');
    });

    it('need a version to be replaced, and know no strategic patch', async () => {
      const thing = await make({ size: 1 });
      const refusal = await bed().refused(
        { code: 422, reason: 'Invalid' },
        'PUT',
        path(nameOf(thing)),
        aThing(nameOf(thing), { size: 2 }),
      );
      expect(causesOf(refusal)).toEqual(['metadata.resourceVersion: FieldValueInvalid']);
      await bed().refused(
        { code: 415, reason: 'UnsupportedMediaType' },
        'PATCH',
        path(nameOf(thing)),
        {},
        { type: strategicPatch },
      );
    });

    it('keep status and spec apart, and count generations by the spec', async () => {
      const thing = await make({ size: 1 }, { status: { phase: 'Ignored' } });
      const name = nameOf(thing);
      expect(thing['status']).toBeUndefined();
      expect(thing['metadata']!['generation']).toBe(1);
      const main = await patch(name, { status: { phase: 'Ignored' } });
      expect(main['status']).toBeUndefined();
      const sub = await patch(
        name,
        { spec: { size: 5 }, metadata: { labels: { a: 'b' } }, status: { phase: 'Set' } },
        '/status',
      );
      expect(sub).toMatchObject({ spec: { size: 1 }, status: { phase: 'Set' }, metadata: { generation: 1 } });
      expect(sub['metadata']!['labels']).toBeUndefined();
      const labelled = await patch(name, { metadata: { labels: { a: 'b' } } });
      expect(labelled['metadata']!['generation']).toBe(1);
      const grown = await patch(name, { spec: { size: 6 } });
      expect(grown).toMatchObject({ metadata: { generation: 2 }, status: { phase: 'Set' } });
      const bad = { status: { conditions: [{ type: 'Ready' }] } };
      const refusal = await bed().refused({ code: 422 }, 'PATCH', path(name, '/status'), bad, {
        type: mergePatch,
      });
      expect(causesOf(refusal)).toContain('status.conditions[0].status: FieldValueRequired');
    });

    it('may have finalizers without a domain, as other kinds may not', async () => {
      const thing = await make(
        { size: 1 },
        { metadata: { name: uniqueName('thing'), finalizers: ['plain'] } },
      );
      expect(thing['metadata']!['finalizers']).toEqual(['plain']);
      await patch(nameOf(thing), { metadata: { finalizers: null } });
    });

    it('count a generation more when they are marked for deletion', async () => {
      const thing = await make({ size: 1 });
      const name = nameOf(thing);
      await patch(name, { metadata: { finalizers: ['example.com/hold'] } });
      const marked = await bed().ok('DELETE', path(name));
      expect(marked['metadata']!['generation']).toBe(2);
      await patch(name, { metadata: { finalizers: null } });
      await gone(bed(), path(name));
    });

    it('are scaled by their subresource', async () => {
      const name = nameOf(await make({ size: 1 }));
      expect(await bed().ok('GET', path(name, '/scale'))).toMatchObject({
        kind: 'Scale',
        apiVersion: 'autoscaling/v1',
        spec: { replicas: 1 },
        status: { replicas: 0 },
      });
      await patch(name, { spec: { replicas: 4 } }, '/scale');
      expect(await bed().ok('GET', path(name))).toMatchObject({
        spec: { replicas: 4 },
        metadata: { generation: 2 },
      });
    });

    it('are read in each version without what that one does not know', async () => {
      const thing = await make({ size: 3, color: 'blue' });
      const beta = await bed().ok('GET', `${base('v1beta1')}/${nameOf(thing)}`);
      expect(beta).toMatchObject({ apiVersion: `${bed().group}/v1beta1`, spec: { size: 3 } });
      expect(beta['spec']!['color']).toBeUndefined();
      const name = uniqueName('thing');
      const made = {
        apiVersion: `${bed().group}/v1beta1`,
        kind: 'Thing',
        metadata: { name },
        spec: { size: 99 },
      };
      await bed().ok('POST', base('v1beta1'), made);
      const read = await bed().ok('GET', path(name));
      expect(read).toMatchObject({ apiVersion: `${bed().group}/v1`, spec: { size: 99, color: 'red' } });
    });

    it('show their printer columns in tables', async () => {
      const name = nameOf(await make({ size: 3, tags: ['a', 'b'], items: [{ name: 'first' }] }));
      await patch(
        name,
        {
          status: {
            conditions: [
              { type: 'Other', status: 'Unknown' },
              { type: 'Ready', status: 'True' },
            ],
          },
        },
        '/status',
      );
      const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
      const table = await bed().ok('GET', path(name), undefined, { accept });
      expect(table).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
      const columns = [...table['columnDefinitions']!];
      expect(columns.map((column) => [column['name'], column['type'], column['priority']])).toEqual([
        ['Name', 'string', 0],
        ['Size', 'integer', 0],
        ['Ready', 'string', 0],
        ['Tags', 'string', 0],
        ['First', 'string', 1],
        ['Since', 'date', 0],
      ]);
      const [row] = [...table['rows']!];
      expect([...row!['cells']!].slice(0, 5)).toEqual([name, 3, 'True', '["a","b"]', 'first']);
      expect([...row!['cells']!][5]).toMatch(/^\d+s$/);
      expect(row!['object']).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name } });
      const without = await bed().ok(
        'GET',
        `${path()}?includeObject=None&fieldSelector=metadata.name%3D${name}`,
        undefined,
        { accept },
      );
      expect([...without['rows']!].map((one) => one['object'])).toEqual([null]);
    });

    it('can be asked for their metadata alone', async () => {
      const name = nameOf(await make({ size: 3 }));
      const accept = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json';
      const partial = await bed().ok('GET', path(name), undefined, { accept });
      expect(partial).toMatchObject({
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata: { name },
      });
      expect(partial['spec']).toBeUndefined();
    });

    describe('applied', () => {
      it('merge lists by key, sets by member, and replace what is atomic', async () => {
        const name = uniqueName('thing');
        await apply(name, 'one', {
          size: 1,
          items: [{ name: 'a', v: 1 }],
          tags: ['t'],
          atoms: ['a'],
          whole: { a: '1' },
        });
        const both = await apply(name, 'two', { size: 1, items: [{ name: 'b', v: 2 }], tags: ['u'] });
        expect(both['spec']).toMatchObject({
          items: [
            { name: 'a', v: 1, mode: 'auto' },
            { name: 'b', v: 2, mode: 'auto' },
          ],
          tags: ['t', 'u'],
        });
        const forced = await apply(
          name,
          'two',
          { size: 1, items: [{ name: 'b', v: 2 }], atoms: ['b'], whole: { b: '2' } },
          '&force=true',
        );
        expect(forced['spec']).toMatchObject({ tags: ['t'], atoms: ['b'], whole: { b: '2' } });
        expect(ownersOf(forced)).toEqual({
          'one/Apply': {
            'f:spec': {
              'f:size': {},
              'f:items': { 'k:{"name":"a"}': { '.': {}, 'f:name': {}, 'f:v': {} } },
              'f:tags': { 'v:"t"': {} },
            },
          },
          'two/Apply': {
            'f:spec': {
              'f:size': {},
              'f:items': { 'k:{"name":"b"}': { '.': {}, 'f:name': {}, 'f:v': {} } },
              'f:atoms': {},
              'f:whole': {},
            },
          },
        });
      });

      it('lose items, members and keys that nobody applies any more', async () => {
        const name = uniqueName('thing');
        await apply(name, 'one', {
          size: 1,
          items: [{ name: 'a' }, { name: 'b' }],
          tags: ['t', 'u'],
          numbers: { x: 1, y: 2 },
          any: { deep: { er: { z: 1 } } },
        });
        const left = await apply(name, 'one', {
          size: 1,
          items: [{ name: 'b' }],
          tags: ['u'],
          any: { deep: {} },
        });
        expect(left['spec']).toMatchObject({ items: [{ name: 'b' }], tags: ['u'], any: { deep: {} } });
        expect(left['spec']!['numbers']).toBeUndefined();
        const bare = await apply(name, 'one', { size: 1 });
        for (const field of ['items', 'tags', 'any']) expect(bare['spec']![field], field).toBeUndefined();
      });

      it('lose an item that others hold only parts of, and keep an object of which somebody wants nothing in it', async () => {
        const name = uniqueName('thing');
        await apply(name, 'one', { size: 1, items: [{ name: 'a' }], numbers: { x: 1 } });
        await bed().ok(
          'PATCH',
          `${path(name)}?fieldManager=other`,
          { spec: { items: [{ name: 'a', v: 9 }] } },
          { type: mergePatch },
        );
        await apply(name, 'two', { size: 1, numbers: {} });
        const left = await apply(name, 'one', { size: 1 });
        expect(left['spec']!['items']).toBeUndefined();
        expect(left['spec']!['numbers']).toEqual({});
      });

      it('that nobody ever tracked belong to one owner before the first configuration', async () => {
        const name = nameOf(await make({ size: 1 }));
        const untracked = await patch(name, { metadata: { managedFields: [{}] } });
        expect(untracked['metadata']!['managedFields']).toBeUndefined();
        expect((await patch(name, { spec: { size: 2 } }))['metadata']!['managedFields']).toBeUndefined();
        const url = `${path(name)}?fieldManager=one`;
        const refusal = await bed().refused({ code: 409 }, 'PATCH', url, aThing(name, { size: 3 }), {
          type: applyPatch,
        });
        expect(refusal['message']).toMatch(
          /^Apply failed with 1 conflict: conflict with "before-first-apply" using /,
        );
      });

      it('keep the order of the configuration, and live items before the next common one', async () => {
        const name = uniqueName('thing');
        const order = (thing: RawBody) => [...thing['spec']!['items']!].map((item) => item['name']);
        await apply(name, 'one', { size: 1, items: [{ name: 'a' }, { name: 'b' }] });
        expect(order(await apply(name, 'two', { size: 1, items: [{ name: 'c' }, { name: 'a' }] }))).toEqual([
          'c',
          'a',
          'b',
        ]);
      });

      it('conflict in an item of a list by its key', async () => {
        const name = uniqueName('thing');
        await apply(name, 'one', { size: 1, items: [{ name: 'a', v: 1 }] });
        const body = aThing(name, { size: 2, items: [{ name: 'a', v: 2 }] });
        const refusal = await bed().refused({ code: 409 }, 'PATCH', `${path(name)}?fieldManager=two`, body, {
          type: applyPatch,
        });
        expect(causesOf(refusal)).toEqual([
          '.spec.items[name="a"].v: FieldManagerConflict',
          '.spec.size: FieldManagerConflict',
        ]);
      });

      it('do not own defaults, so these change without a conflict', async () => {
        const name = uniqueName('thing');
        const made = await apply(name, 'one', { size: 1 });
        expect(made['spec']).toMatchObject({ color: 'red' });
        expect(ownersOf(made)).toEqual({ 'one/Apply': { 'f:spec': { 'f:size': {} } } });
        expect((await apply(name, 'two', { size: 1, color: 'blue' }))['spec']).toMatchObject({
          color: 'blue',
        });
      });

      it('write their status by the subresource, as an owner of its own', async () => {
        const name = uniqueName('thing');
        await apply(name, 'one', { size: 1 });
        const body = {
          ...aThing(name, undefined),
          status: { conditions: [{ type: 'Ready', status: 'True' }] },
        };
        const written = await bed().ok('PATCH', `${path(name, '/status')}?fieldManager=one`, body, {
          type: applyPatch,
        });
        expect(written['status']).toEqual({ conditions: [{ type: 'Ready', status: 'True' }] });
        expect(ownersOf(written)).toEqual({
          'one/Apply': { 'f:spec': { 'f:size': {} } },
          'one/Apply/status': {
            'f:status': {
              'f:conditions': { 'k:{"type":"Ready"}': { '.': {}, 'f:status': {}, 'f:type': {} } },
            },
          },
        });
        const again = await apply(name, 'one', { size: 2 });
        expect(again['status']).toEqual({ conditions: [{ type: 'Ready', status: 'True' }] });
      });

      it.each([
        ['a field that is not declared', { size: 1, nope: 1 }, '.spec.nope: field not declared in schema'],
        ['a wrong type', { size: 'x' }, '.spec.size: expected numeric (int or float), got string'],
        [
          'a key twice',
          { size: 1, items: [{ name: 'a' }, { name: 'a' }] },
          '.spec.items: duplicate entries for key [name="a"]',
        ],
      ])('are refused with %s before anything is merged', async (_, content, why) => {
        const url = `${path('typed')}?fieldManager=m`;
        const refusal = await bed().refused({ code: 500 }, 'PATCH', url, aThing('typed', content), {
          type: applyPatch,
        });
        expect(refusal['message']).toBe(
          `failed to create typed patch object (/typed; ${bed().group}/v1, Kind=Thing): ${why}`,
        );
      });
    });

    afterAll(async () => {
      // What a definition defined goes with it; what is held holds it.
      const name = nameOf(
        await make({ size: 1 }, { metadata: { name: 'last', finalizers: ['example.com/hold'] } }),
      );
      const url = `${definitions}/things.${bed().group}`;
      await bed().ok('DELETE', url);
      await eventually(async () => {
        expect((await bed().ok('GET', path(name)))['metadata']!['deletionTimestamp']).toBeDefined();
      });
      expect((await bed().ok('GET', url))['metadata']!['finalizers']).toEqual([
        'customresourcecleanup.apiextensions.k8s.io',
      ]);
      // Caches of the real one may be a moment behind.
      await eventually(async () => {
        const late = await bed().refused(
          { code: 403, reason: 'Forbidden' },
          'POST',
          path(),
          aThing('late', { size: 1 }),
        );
        expect(late['message']).toContain(
          'create not allowed while custom resource definition is terminating',
        );
      });
      await patch(name, { metadata: { finalizers: null } });
      await gone(bed(), url);
      await eventually(async () => {
        expect((await bed().api.request('GET', path())).status).toBe(404);
      });
    });
  });
}
