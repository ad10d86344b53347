import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventually, ownersOf } from './bed.ts';
import {
  applyPatch,
  mergePatch,
  rawKubernetes,
  type RawAnswer,
  type RawBody,
  type RawKubernetes,
} from './raw-kubernetes.ts';

const text = { type: 'string' };
const integer = { type: 'integer' };
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
const set = { type: 'array', 'x-kubernetes-list-type': 'set', items: text };
const pair = object({ x: integer, y: integer });
const listMap = (key: string, items: object) => ({
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': [key],
  items,
});

const spec = object({
  a: text,
  d: { type: 'string', default: 'dd' },
  items: listMap(
    'name',
    object(
      { name: text, mode: { type: 'string', default: 'auto' }, v: integer, tags: set, sub: pair },
      { required: ['name'] },
    ),
  ),
  tags: set,
  atoms: { type: 'array', items: text },
  numbers: { type: 'object', additionalProperties: integer },
  objects: {
    type: 'object',
    additionalProperties: object({ p: integer, q: integer, r: { type: 'string', default: 'R' } }),
  },
  nested: object({ one: pair, two: text }),
  whole: { ...pair, 'x-kubernetes-map-type': 'atomic' },
  any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  maybe: { type: 'string', nullable: true },
});
const status = object({
  conditions: listMap('type', object({ type: text, status: text }, { required: ['type'] })),
});

const definitionOf = (group: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `randoms.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'randoms', kind: 'Random' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: object({ spec, status }) },
      },
    ],
  },
});

const small = fc.nat(2);
const some = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields, { requiredKeys: [] });
const members = (...names: string[]) => fc.shuffledSubarray(names);
const pairs = some({ x: small, y: small });
const items = fc
  .tuple(
    members('a', 'b', 'c', 'd'),
    fc.array(some({ v: small, mode: fc.constantFrom('m1', 'm2'), tags: members('t', 'u'), sub: pairs }), {
      minLength: 4,
      maxLength: 4,
    }),
  )
  .map(([names, more]) => names.map((name, index) => ({ name, ...more[index] })));
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom<unknown>(1, 'x', true, [1, 2], {}),
    fc.dictionary(fc.constantFrom('k1', 'k2'), tie('value')),
  ),
})).value;
const specs = some({
  a: fc.constantFrom('1', '2'),
  d: fc.constantFrom('dd', 'e'),
  items,
  tags: members('x', 'y', 'z'),
  atoms: members('x', 'y'),
  numbers: fc.dictionary(fc.constantFrom('k', 'l'), small),
  objects: fc.dictionary(fc.constantFrom('k', 'l'), some({ p: small, q: small })),
  nested: some({ one: pairs, two: fc.constant('t') }),
  whole: pairs,
  any: fc.dictionary(fc.constantFrom('k1', 'k2'), anything),
  maybe: fc.constantFrom('v', null),
});
const labels = fc.dictionary(fc.constantFrom('l1', 'l2'), fc.constantFrom('1', '2'));
const conditions = members('A', 'B').map((types) => types.map((type) => ({ type, status: 'True' })));
// Applies are what matters most.
const hows = ['apply', 'apply', 'force', 'merge', 'put', 'status'] as const;
const operations = fc.record({
  how: fc.constantFrom(...hows),
  manager: fc.constantFrom('a', 'b', 'c'),
  spec: fc.option(specs, { nil: undefined, freq: 20 }),
  labels: fc.option(labels, { nil: undefined }),
  conditions,
});
type Operation = typeof operations extends fc.Arbitrary<infer T> ? T : never;

async function send(
  api: RawKubernetes,
  group: string,
  name: string,
  operation: Operation,
): Promise<RawAnswer> {
  const path = `/apis/${group}/v1/namespaces/default/randoms/${name}`;
  const head = { apiVersion: `${group}/v1`, kind: 'Random' };
  const by = `?fieldManager=${operation.manager}`;
  const metadata = { name, ...(operation.labels && { labels: operation.labels }) };
  const content = operation.spec && { spec: operation.spec };
  switch (operation.how) {
    case 'merge':
      return api.request('PATCH', path + by, { body: { ...content }, type: mergePatch });
    case 'put': {
      const live = await api.request('GET', path);
      return live.status === 200
        ? api.request('PUT', path + by, { body: { ...live.body, ...content } })
        : live;
    }
    case 'status': {
      const body = { ...head, metadata: { name }, status: { conditions: operation.conditions } };
      return api.request('PATCH', `${path}/status${by}&force=true`, { body, type: applyPatch });
    }
    case 'apply':
    case 'force': {
      const force = operation.how === 'force' ? '&force=true' : '';
      return api.request('PATCH', path + by + force, {
        body: { ...head, metadata, ...content },
        type: applyPatch,
      });
    }
  }
}

/** What must be alike: content, generation and owners; of refusals the code and the fields. */
function shown({ status: code, body }: RawAnswer): unknown {
  if (code >= 300) {
    const causes = [...(body['details']?.['causes'] ?? [])];
    return {
      code,
      causes: causes
        .map((cause: RawBody) => `${String(cause['field'])}: ${String(cause['reason'])}`)
        .toSorted(),
    };
  }
  const { generation, labels: found } = body['metadata']!;
  return {
    code,
    generation,
    labels: found,
    spec: body['spec'],
    status: body['status'],
    owners: ownersOf(body),
  };
}

/** The same operations, sent to two servers, have the same results. */
export function describeRandomOperations(kubeconfigs: () => string[]): void {
  describe('random applies, patches, replacements and statuses', () => {
    it('do the same in the sandbox as on a real API server', async () => {
      const apis = kubeconfigs().map(rawKubernetes);
      const group = `r${Date.now().toString(36)}.example.com`;
      const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
      for (const api of apis) {
        const made = await api.request('POST', definitions, { body: definitionOf(group) });
        expect(made.status, JSON.stringify(made.body)).toBe(201);
        await eventually(async () => {
          const list = await api.request('GET', `/apis/${group}/v1/namespaces/default/randoms`);
          expect(list.status).toBe(200);
        });
      }
      let round = 0;
      try {
        await fc.assert(
          fc.asyncProperty(fc.array(operations, { minLength: 2, maxLength: 8, size: 'max' }), async (all) => {
            const name = `r${++round}`;
            for (const operation of all) {
              const [one, other] = await Promise.all(apis.map((api) => send(api, group, name, operation)));
              expect(shown(one!), JSON.stringify(operation)).toEqual(shown(other!));
            }
          }),
          { numRuns: 60, interruptAfterTimeLimit: 120_000 },
        );
      } finally {
        for (const api of apis) {
          await api.request('DELETE', `${definitions}/randoms.${group}`);
          api.close();
        }
      }
    });
  });
}
