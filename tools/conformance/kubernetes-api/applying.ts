import { describe, expect, it } from 'vitest';
import { aConfigMap, causesOf, ownersOf, uniqueName, type Bed } from './bed.ts';
import { applyPatch, jsonPatch, mergePatch, strategicPatch, type RawBody } from './raw-kubernetes.ts';

/** Patches, and server-side apply of kinds that every server has. */
export function describeApplying(bed: () => Bed): void {
  const path = (name: string, manager = '', more = '') =>
    `${bed().core('configmaps')}/${name}${manager && `?fieldManager=${manager}${more}`}`;
  const apply = (
    name: string,
    manager: string,
    data: Record<string, string>,
    more = '',
    metadata: object = {},
  ) => bed().ok('PATCH', path(name, manager, more), aConfigMap(name, data, metadata), { type: applyPatch });
  const make = (name: string, data: Record<string, string>) =>
    bed().ok('POST', bed().core('configmaps'), aConfigMap(name, data));

  describe('patches', () => {
    it('merge: null removes, the rest is set', async () => {
      const name = uniqueName();
      await make(name, { a: '1', b: '2' });
      const patched = await bed().ok(
        'PATCH',
        path(name),
        { data: { a: null, c: '3' } },
        { type: mergePatch },
      );
      expect(patched['data']).toEqual({ b: '2', c: '3' });
    });

    it('JSON: all operations, in order', async () => {
      const name = uniqueName();
      await make(name, { a: '1' });
      const operations = [
        { op: 'test', path: '/data/a', value: '1' },
        { op: 'add', path: '/data/x~1y', value: '2' },
        { op: 'copy', from: '/data/a', path: '/data/b' },
        { op: 'move', from: '/data/a', path: '/data/c' },
        { op: 'replace', path: '/data/b', value: '9' },
        { op: 'remove', path: '/data/x~1y' },
      ];
      const patched = await bed().ok('PATCH', path(name), operations, { type: jsonPatch });
      expect(patched['data']).toEqual({ b: '9', c: '1' });
    });

    it.each([
      ['a test that fails', [{ op: 'test', path: '/data/a', value: '2' }]],
      ['removing what is not there', [{ op: 'remove', path: '/data/z' }]],
      ['adding below what is not there', [{ op: 'add', path: '/data/z/y', value: '1' }]],
    ])('JSON: %s is a 422 and changes nothing', async (_, operations) => {
      const name = uniqueName();
      const made = await make(name, { a: '1' });
      await bed().refused({ code: 422, reason: 'Invalid' }, 'PATCH', path(name), operations, {
        type: jsonPatch,
      });
      expect(await bed().ok('GET', path(name))).toEqual(made);
    });

    it('strategic: lists of built-in kinds are merged by their key', async () => {
      const name = uniqueName();
      const deployments = `/apis/apps/v1/namespaces/${bed().namespace}/deployments`;
      const containers = [
        {
          name: 'a',
          image: 'a:1',
          env: [
            { name: 'X', value: '1' },
            { name: 'Y', value: '2' },
          ],
        },
        { name: 'b', image: 'b:1' },
      ];
      const labels = { app: name };
      await bed().ok('POST', deployments, {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name },
        spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
      });
      const patch = {
        spec: {
          template: {
            spec: {
              '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }],
              containers: [
                { name: 'c', image: 'c:1' },
                {
                  name: 'a',
                  image: 'a:2',
                  env: [
                    { name: 'Y', $patch: 'delete' },
                    { name: 'Z', value: '3' },
                  ],
                },
                { name: 'b', $patch: 'delete' },
              ],
            },
          },
        },
      };
      const patched = await bed().ok('PATCH', `${deployments}/${name}`, patch, { type: strategicPatch });
      const found = patched['spec']!['template']!['spec']!['containers'] as RawBody[];
      expect(found.map((one) => [one['name'], one['image']])).toEqual([
        ['c', 'c:1'],
        ['a', 'a:2'],
      ]);
      expect([...found[1]!['env']!].map((one) => one['name'])).toEqual(['Z', 'X']);
      await bed().ok('DELETE', `${deployments}/${name}`, { propagationPolicy: 'Background' });
    });

    it('with a version are refused where it is old', async () => {
      const name = uniqueName();
      await make(name, {});
      const patch = { metadata: { resourceVersion: '1' }, data: { a: '1' } };
      await bed().refused({ code: 409, reason: 'Conflict' }, 'PATCH', path(name), patch, {
        type: mergePatch,
      });
    });

    it('of an unknown type are a 415', async () => {
      const name = uniqueName();
      await make(name, {});
      await bed().refused({ code: 415, reason: 'UnsupportedMediaType' }, 'PATCH', path(name), {});
    });
  });

  describe('field owners', () => {
    it('are those who created and changed, by their field manager', async () => {
      const name = uniqueName();
      const made = await bed().ok(
        'POST',
        bed().core('configmaps'),
        aConfigMap(name, { a: '1', b: '1' }, { labels: { l: '1' } }),
      );
      expect(ownersOf(made)).toEqual({
        'conformance/Update': {
          'f:data': { '.': {}, 'f:a': {}, 'f:b': {} },
          'f:metadata': { 'f:labels': { '.': {}, 'f:l': {} } },
        },
      });
      const patched = await bed().ok(
        'PATCH',
        path(name, 'two'),
        { data: { a: '2', c: '2' } },
        { type: mergePatch },
      );
      expect(ownersOf(patched)).toEqual({
        'conformance/Update': {
          'f:data': { '.': {}, 'f:b': {} },
          'f:metadata': { 'f:labels': { '.': {}, 'f:l': {} } },
        },
        'two/Update': { 'f:data': { 'f:a': {}, 'f:c': {} } },
      });
    });

    it('are forgotten on request', async () => {
      const name = uniqueName();
      await make(name, { a: '1' });
      const reset = { metadata: { managedFields: [{}] } };
      const forgotten = await bed().ok('PATCH', path(name), reset, { type: mergePatch });
      expect(forgotten['metadata']!['managedFields']).toBeUndefined();
    });
  });

  describe('server-side apply', () => {
    it('creates, and owns exactly what it applied', async () => {
      const name = uniqueName();
      const first = await bed().api.request('PATCH', path(name, 'one'), {
        body: aConfigMap(name, { a: '1' }, { labels: { l: '1' } }),
        type: applyPatch,
      });
      expect(first.status).toBe(201);
      expect(ownersOf(first.body)).toEqual({
        'one/Apply': { 'f:data': { 'f:a': {} }, 'f:metadata': { 'f:labels': { 'f:l': {} } } },
      });
      const again = await bed().api.request('PATCH', path(name, 'one'), {
        body: aConfigMap(name, { a: '1' }, { labels: { l: '1' } }),
        type: applyPatch,
      });
      expect(again.status).toBe(200);
      expect(again.body).toEqual(first.body);
    });

    it('takes YAML', async () => {
      const name = uniqueName();
      const yaml = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  a: "1"\n`;
      expect((await bed().ok('PATCH', path(name, 'one'), yaml, { type: applyPatch }))['data']).toEqual({
        a: '1',
      });
    });

    it('removes what the manager does not apply any more, unless somebody else owns it', async () => {
      const name = uniqueName();
      await apply(name, 'one', { a: '1', b: '2', c: '3' });
      await apply(name, 'two', { b: '2' });
      await bed().ok('PATCH', path(name, 'other'), { data: { c: '9', d: '4' } }, { type: mergePatch });
      const left = await apply(name, 'one', { a: '1' });
      expect(left['data']).toEqual({ a: '1', b: '2', c: '9', d: '4' });
      expect(ownersOf(left)).toEqual({
        'one/Apply': { 'f:data': { 'f:a': {} } },
        'two/Apply': { 'f:data': { 'f:b': {} } },
        'other/Update': { 'f:data': { 'f:c': {}, 'f:d': {} } },
      });
    });

    it('shares a field that two apply alike; it stays until the last lets go', async () => {
      const name = uniqueName();
      await apply(name, 'one', { a: '1' });
      await apply(name, 'two', { a: '1' });
      expect((await apply(name, 'one', {}))['data']).toEqual({ a: '1' });
      expect((await apply(name, 'two', {}))['data']).toBeUndefined();
    });

    it('conflicts with other owners of what it would change, by name and field', async () => {
      const name = uniqueName();
      await apply(name, 'one', { a: '1', b: '1' });
      await bed().ok('PATCH', path(name, 'up'), { data: { c: '1' } }, { type: mergePatch });
      const body = aConfigMap(name, { a: '2', b: '2', c: '2', d: '2' });
      const status = await bed().refused(
        { code: 409, reason: 'Conflict' },
        'PATCH',
        path(name, 'two'),
        body,
        {
          type: applyPatch,
        },
      );
      expect(status['message']).toMatch(/^Apply failed with 3 conflicts: conflicts with "/);
      const causes = [...status['details']!['causes']!].map(({ reason, message, field }) => [
        reason,
        message,
        field,
      ]);
      expect(causes.toSorted()).toEqual([
        ['FieldManagerConflict', 'conflict with "one"', '.data.a'],
        ['FieldManagerConflict', 'conflict with "one"', '.data.b'],
        ['FieldManagerConflict', 'conflict with "up" using v1', '.data.c'],
      ]);
    });

    it('words a single conflict in one line', async () => {
      const name = uniqueName();
      await apply(name, 'one', { a: '1' });
      const status = await bed().refused(
        { code: 409 },
        'PATCH',
        path(name, 'two'),
        aConfigMap(name, { a: '2' }),
        {
          type: applyPatch,
        },
      );
      expect(status['message']).toBe('Apply failed with 1 conflict: conflict with "one": .data.a');
    });

    it('by force takes the fields over', async () => {
      const name = uniqueName();
      await apply(name, 'one', { a: '1', b: '1' });
      const taken = await apply(name, 'two', { a: '2' }, '&force=true');
      expect(taken['data']).toEqual({ a: '2', b: '1' });
      expect(ownersOf(taken)).toEqual({
        'one/Apply': { 'f:data': { 'f:b': {} } },
        'two/Apply': { 'f:data': { 'f:a': {} } },
      });
    });

    it('conflicts after an update by the same manager: apply and update are two owners', async () => {
      const name = uniqueName();
      await apply(name, 'one', { a: '1' });
      await bed().ok('PATCH', path(name, 'one'), { data: { a: '2' } }, { type: mergePatch });
      const status = await bed().refused(
        { code: 409 },
        'PATCH',
        path(name, 'one'),
        aConfigMap(name, { a: '1' }),
        {
          type: applyPatch,
        },
      );
      expect(causesOf(status)).toEqual(['.data.a: FieldManagerConflict']);
    });

    it('in a dry run shows the result and stores nothing', async () => {
      const name = uniqueName();
      const made = await apply(name, 'one', { a: '1' });
      expect((await apply(name, 'one', { a: '2' }, '&dryRun=All'))['data']).toEqual({ a: '2' });
      expect(await bed().ok('GET', path(name))).toEqual(made);
    });

    it('merges lists of built-in kinds by all their keys', async () => {
      const name = uniqueName();
      const services = `${bed().core('services')}/${name}`;
      const service = (ports: object[]) => ({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name },
        spec: { selector: { app: name }, ports },
      });
      const send = (manager: string, ports: object[]) =>
        bed().ok('PATCH', `${services}?fieldManager=${manager}`, service(ports), { type: applyPatch });
      await send('one', [{ name: 'http', port: 80 }]);
      const both = await send('two', [{ name: 'dns', port: 80, protocol: 'UDP' }]);
      expect(
        [...both['spec']!['ports']!].map(({ name: of, port, protocol }) => [of, port, protocol]),
      ).toEqual([
        ['http', 80, 'TCP'],
        ['dns', 80, 'UDP'],
      ]);
      const left = await send('two', [{ name: 'web', port: 81 }]);
      expect([...left['spec']!['ports']!].map((port) => port['name'])).toEqual(['http', 'web']);
      await bed().ok('DELETE', services);
    });

    it.each([
      ['without a field manager', '', aConfigMap('r', {}), 422, ['fieldManager: FieldValueRequired']],
      ['of another kind', 'm', { ...aConfigMap('r', {}), kind: 'Secret' }, 400, []],
      ['with managed fields', 'm', aConfigMap('r', {}, { managedFields: [{ manager: 'x' }] }), 400, []],
      ['with a uid for what is not there', 'm', aConfigMap('r', {}, { uid: 'abc' }), 409, []],
    ])('is refused %s', async (_, manager, body, code, causes) => {
      const status = await bed().refused({ code }, 'PATCH', path('r', manager), body, { type: applyPatch });
      expect(causesOf(status)).toEqual(causes);
    });

    it('takes no force for other patches, and an old version is a conflict', async () => {
      const name = uniqueName();
      await apply(name, 'one', { a: '1' });
      const forced = `${path(name)}?force=true`;
      const status = await bed().refused({ code: 422 }, 'PATCH', forced, { data: {} }, { type: mergePatch });
      expect(causesOf(status)).toEqual(['force: FieldValueForbidden']);
      const old = aConfigMap(name, { a: '2' }, { resourceVersion: '12' });
      await bed().refused({ code: 409 }, 'PATCH', path(name, 'one'), old, { type: applyPatch });
    });
  });
}
