import { describe, expect, it } from 'vitest';
import { aConfigMap, aNamespace, causesOf, eventually, gone, ownersOf, uniqueName, type Bed } from './bed.ts';
import { mergePatch } from './raw-kubernetes.ts';

/** Creating, reading, replacing and deleting what every server has. */
export function describeObjects(bed: () => Bed): void {
  const path = (name = '') => `${bed().core('configmaps')}${name && `/${name}`}`;
  const make = (name: string, data?: Record<string, string>, metadata?: object) =>
    bed().ok('POST', path(), aConfigMap(name, data, metadata));

  describe('objects', () => {
    it('get uid, resourceVersion, creationTimestamp and namespace from the server', async () => {
      const made = await make(
        uniqueName(),
        { a: '1' },
        { uid: 'mine', creationTimestamp: '2000-01-01T00:00:00Z' },
      );
      expect(made['metadata']).toMatchObject({ namespace: bed().namespace });
      expect(made['metadata']!['uid']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
      expect(made['metadata']!['resourceVersion']).toMatch(/^\d+$/);
      expect(made['metadata']!['creationTimestamp']).toMatch(/^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(made['metadata']!['creationTimestamp']).not.toContain('2000-');
    });

    it('get five letters where only a generateName is given', async () => {
      const made = await bed().ok('POST', path(), {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { generateName: 'gen-' },
      });
      expect(made['metadata']!['name']).toMatch(/^gen-[a-z0-9]{5}$/);
    });

    it('need a name that is one, labels that are some, and finalizers with a domain', async () => {
      const name = await bed().refused({ code: 422, reason: 'Invalid' }, 'POST', path(), aConfigMap('A_b'));
      expect(causesOf(name)).toEqual(['metadata.name: FieldValueInvalid']);
      expect(name['message']).toMatch(/^ConfigMap "A_b" is invalid: metadata\.name: Invalid value: "A_b": /);
      const none = await bed().refused({ code: 422, reason: 'Invalid' }, 'POST', path(), aConfigMap(''));
      expect(causesOf(none)).toEqual(['metadata.name: FieldValueRequired']);
      const labels = { labels: { 'a b': 'c', ok: 'x y' } };
      const label = await bed().refused({ code: 422 }, 'POST', path(), aConfigMap('l', {}, labels));
      expect(causesOf(label)).toEqual([
        'metadata.labels: FieldValueInvalid',
        'metadata.labels: FieldValueInvalid',
      ]);
      const finalizers = { finalizers: ['nope'] };
      const finalizer = await bed().refused({ code: 422 }, 'POST', path(), aConfigMap('f', {}, finalizers));
      expect(causesOf(finalizer)).toEqual(['metadata.finalizers[0]: FieldValueInvalid']);
    });

    it('cannot be made twice, nor in a namespace that is not there, nor with the name of another kind', async () => {
      const name = uniqueName();
      await make(name);
      const twice = await bed().refused(
        { code: 409, reason: 'AlreadyExists' },
        'POST',
        path(),
        aConfigMap(name),
      );
      expect(twice['message']).toBe(`configmaps "${name}" already exists`);
      expect(twice['details']).toEqual({ name, kind: 'configmaps' });
      const nowhere = '/api/v1/namespaces/not-there/configmaps';
      const missing = await bed().refused(
        { code: 404, reason: 'NotFound' },
        'POST',
        nowhere,
        aConfigMap('a'),
      );
      expect(missing['message']).toBe('namespaces "not-there" not found');
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } };
      await bed().refused({ code: 400, reason: 'BadRequest' }, 'POST', path(), secret);
      const elsewhere = aConfigMap('a', {}, { namespace: 'default' });
      const told = await bed().refused({ code: 400, reason: 'BadRequest' }, 'POST', path(), elsewhere);
      expect(told['message']).toBe(
        'the namespace of the provided object does not match the namespace sent on the request',
      );
    });

    it('are refused where the body is broken or the method is not for them', async () => {
      await bed().refused({ code: 400, reason: 'BadRequest' }, 'POST', path(), '{oops');
      await bed().refused({ code: 405, reason: 'MethodNotAllowed' }, 'POST', path('a'), aConfigMap('a'));
      await bed().refused({ code: 405, reason: 'MethodNotAllowed' }, 'PUT', path(), aConfigMap('a'));
      await bed().refused({ code: 404, reason: 'NotFound' }, 'GET', bed().core('thingies'));
      const unknown = await bed().api.request('GET', '/apis/nobody.example.com/v1/things');
      expect([unknown.status, unknown.body['text']]).toEqual([404, '404 page not found\n']);
    });

    it('that are not there are not found, with kind and name in the details', async () => {
      for (const [method, body] of [['GET'], ['DELETE'], ['PUT', aConfigMap('no')]] as const) {
        const status = await bed().refused({ code: 404, reason: 'NotFound' }, method, path('no'), body);
        expect(status).toMatchObject({
          message: 'configmaps "no" not found',
          details: { name: 'no', kind: 'configmaps' },
        });
      }
    });

    it('are replaced when the version is right, or left out, and not when it is old', async () => {
      const name = uniqueName();
      const first = await make(name, { a: '1' });
      const second = await bed().ok('PUT', path(name), { ...first, data: { a: '2' } });
      expect(second['metadata']!['uid']).toBe(first['metadata']!['uid']);
      const late = await bed().refused({ code: 409, reason: 'Conflict' }, 'PUT', path(name), {
        ...first,
        data: { a: '3' },
      });
      expect(late['message']).toBe(
        `Operation cannot be fulfilled on configmaps "${name}": the object has been modified; please apply your changes to the latest version and try again`,
      );
      const third = await bed().ok('PUT', path(name), aConfigMap(name, { b: '4' }));
      expect(third['data']).toEqual({ b: '4' });
      await bed().refused(
        { code: 409, reason: 'Conflict' },
        'PUT',
        path(name),
        aConfigMap(name, {}, { uid: 'zz' }),
      );
      await bed().refused({ code: 400, reason: 'BadRequest' }, 'PUT', path(name), aConfigMap('other'));
    });

    it('keep their version when nothing changes', async () => {
      const name = uniqueName();
      const made = await make(name, { a: '1' });
      const put = await bed().ok('PUT', path(name), made);
      const patched = await bed().ok('PATCH', path(name), { data: { a: '1' } }, { type: mergePatch });
      for (const same of [put, patched])
        expect(same['metadata']!['resourceVersion']).toBe(made['metadata']!['resourceVersion']);
    });

    it('are judged and completed by a dry run, and not stored', async () => {
      const made = await bed().ok('POST', `${path()}?dryRun=All`, aConfigMap('dry'));
      expect(made['metadata']!['uid']).toBeDefined();
      expect(made['metadata']!['resourceVersion']).toBeUndefined();
      await gone(bed(), path('dry'));
      const name = uniqueName();
      const before = await make(name, { a: '1' });
      const patched = await bed().ok(
        'PATCH',
        `${path(name)}?dryRun=All`,
        { data: { a: '2' } },
        { type: mergePatch },
      );
      expect(patched['data']).toEqual({ a: '2' });
      await bed().ok('DELETE', `${path(name)}?dryRun=All`);
      expect(await bed().ok('GET', path(name))).toEqual(before);
      const bad = await bed().refused({ code: 422 }, 'POST', `${path()}?dryRun=Some`, aConfigMap('dry'));
      expect(causesOf(bad)).toEqual(['dryRun: FieldValueNotSupported']);
    });

    it('may have unknown fields, which are dropped with a warning, or refused by the strict', async () => {
      const body = { ...aConfigMap(uniqueName()), foo: 1 };
      const warned = await bed().api.request('POST', `${path()}?fieldValidation=Warn`, { body });
      expect([warned.status, warned.headers['warning']]).toEqual([201, '299 - "unknown field \\"foo\\""']);
      expect(warned.body['foo']).toBeUndefined();
      const strict = { ...aConfigMap(uniqueName()), foo: 1 };
      const refused = await bed().refused({ code: 400 }, 'POST', `${path()}?fieldValidation=Strict`, strict);
      expect(refused['message']).toContain('strict decoding error: unknown field "foo"');
    });
  });

  describe('deleting', () => {
    it('answers with a Status that names the object, for most kinds', async () => {
      const name = uniqueName();
      const made = await make(name);
      expect(await bed().ok('DELETE', path(name))).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name, kind: 'configmaps', uid: made['metadata']!['uid'] },
      });
      await gone(bed(), path(name));
    });

    it('takes uid and version as preconditions', async () => {
      const name = uniqueName();
      await make(name);
      const wrong = { preconditions: { uid: 'zz' } };
      await bed().refused({ code: 409, reason: 'Conflict' }, 'DELETE', path(name), wrong);
      const old = { preconditions: { resourceVersion: '1' } };
      await bed().refused({ code: 409, reason: 'Conflict' }, 'DELETE', path(name), old);
      await bed().ok('GET', path(name));
    });

    it('waits for finalizers: the object stays, marked, until the last is gone', async () => {
      const name = uniqueName();
      await make(name, {}, { finalizers: ['example.com/a'] });
      const marked = await bed().ok('DELETE', path(name));
      expect(marked['kind']).toBe('ConfigMap');
      expect(marked['metadata']).toMatchObject({
        deletionTimestamp: expect.any(String) as string,
        deletionGracePeriodSeconds: 0,
        finalizers: ['example.com/a'],
      });
      const again = await bed().ok('DELETE', path(name));
      expect(again).toEqual(marked);
      const more = { metadata: { finalizers: ['example.com/a', 'example.com/b'] } };
      const added = await bed().refused({ code: 422 }, 'PATCH', path(name), more, { type: mergePatch });
      expect(added['message']).toContain('no new finalizers can be added if the object is being deleted');
      await bed().ok('PATCH', path(name), { metadata: { finalizers: null } }, { type: mergePatch });
      await gone(bed(), path(name));
    });

    it('of a collection takes those that are selected', async () => {
      for (const name of ['dc-1', 'dc-2']) await make(name, {}, { labels: { dc: 'yes' } });
      await make('dc-3', {}, { labels: { dc: 'no' } });
      const list = await bed().ok('DELETE', `${path()}?labelSelector=dc%3Dyes`);
      expect(list['kind']).toBe('ConfigMapList');
      await gone(bed(), path('dc-1'));
      await gone(bed(), path('dc-2'));
      await bed().ok('GET', path('dc-3'));
    });
  });

  describe('owners', () => {
    const ownedBy = (owner: { [field: string]: unknown }, more = {}) => {
      const metadata = owner['metadata'] as { name: string; uid: string };
      return {
        ownerReferences: [
          { apiVersion: 'v1', kind: 'ConfigMap', name: metadata.name, uid: metadata.uid, ...more },
        ],
      };
    };

    it('take their dependents with them', async () => {
      const owner = await make(uniqueName('owner'));
      const [child, grandchild] = [uniqueName('child'), uniqueName('grandchild')];
      const middle = await make(child, {}, ownedBy(owner));
      await make(grandchild, {}, ownedBy(middle));
      await bed().ok('DELETE', path(owner['metadata']!['name']));
      await gone(bed(), path(child));
      await gone(bed(), path(grandchild));
    });

    it('leave a dependent that has another owner, which then forgets the lost one', async () => {
      const [one, other] = [await make(uniqueName('owner')), await make(uniqueName('owner'))];
      const child = uniqueName('child');
      const references = [one, other].flatMap((owner) => ownedBy(owner).ownerReferences);
      await make(child, {}, { ownerReferences: references });
      await bed().ok('DELETE', path(one['metadata']!['name']));
      await eventually(async () => {
        const found = await bed().ok('GET', path(child));
        expect([...found['metadata']!['ownerReferences']!].map(({ uid }) => uid)).toEqual([
          other['metadata']!['uid'],
        ]);
      });
    });

    it('that never were take their dependents, too', async () => {
      const child = uniqueName('child');
      await make(
        child,
        {},
        ownedBy({ metadata: { name: 'never', uid: '00000000-0000-4000-8000-000000000000' } }),
      );
      await gone(bed(), path(child));
    });

    it('in the foreground wait for dependents that block', async () => {
      const owner = await make(uniqueName('owner'));
      const child = uniqueName('child');
      await make(
        child,
        {},
        { ...ownedBy(owner, { blockOwnerDeletion: true }), finalizers: ['example.com/hold'] },
      );
      const name = owner['metadata']!['name'];
      const marked = await bed().ok('DELETE', path(name), { propagationPolicy: 'Foreground' });
      expect(marked['metadata']!['finalizers']).toEqual(['foregroundDeletion']);
      await eventually(async () => {
        expect((await bed().ok('GET', path(child)))['metadata']!['deletionTimestamp']).toBeDefined();
      });
      await bed().ok('GET', path(name));
      await bed().ok('PATCH', path(child), { metadata: { finalizers: null } }, { type: mergePatch });
      await gone(bed(), path(child));
      await gone(bed(), path(name));
    });

    it('that orphan their dependents leave them behind without an owner', async () => {
      const owner = await make(uniqueName('owner'));
      const child = uniqueName('child');
      await make(child, {}, ownedBy(owner));
      const name = owner['metadata']!['name'];
      await bed().ok('DELETE', path(name), { propagationPolicy: 'Orphan' });
      await gone(bed(), path(name));
      const left = await bed().ok('GET', path(child));
      expect(left['metadata']!['ownerReferences']).toBeUndefined();
    });
  });

  describe('namespaces', () => {
    it('are active, with a finalizer and a label, and furnished', async () => {
      const name = `${bed().namespace}-new`;
      const made = await bed().ok('POST', '/api/v1/namespaces', aNamespace(name));
      expect(made).toMatchObject({
        metadata: { labels: { 'kubernetes.io/metadata.name': name } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      });
      expect(ownersOf(made)).toEqual({
        'conformance/Update': {
          'f:metadata': { 'f:labels': { '.': {}, 'f:kubernetes.io/metadata.name': {} } },
        },
      });
      await eventually(() => bed().ok('GET', `/api/v1/namespaces/${name}/configmaps/kube-root-ca.crt`));
      await bed().ok('DELETE', `/api/v1/namespaces/${name}`);
      await gone(bed(), `/api/v1/namespaces/${name}`);
    });

    it('that are deleted go when their content is gone, and take nothing new meanwhile', async () => {
      const name = `${bed().namespace}-old`;
      const content = `/api/v1/namespaces/${name}/configmaps`;
      await bed().ok('POST', '/api/v1/namespaces', aNamespace(name));
      await bed().ok('POST', content, aConfigMap('held', {}, { finalizers: ['example.com/hold'] }));
      await bed().ok('POST', content, aConfigMap('free'));
      const marked = await bed().ok('DELETE', `/api/v1/namespaces/${name}`);
      expect(marked['status']).toEqual({ phase: 'Terminating' });
      const late = await bed().refused(
        { code: 403, reason: 'Forbidden' },
        'POST',
        content,
        aConfigMap('late'),
      );
      expect(late['message']).toBe(
        `configmaps "late" is forbidden: unable to create new content in namespace ${name} because it is being terminated`,
      );
      expect(causesOf(late)).toEqual(['metadata.namespace: NamespaceTerminating']);
      await gone(bed(), `${content}/free`);
      await bed().ok('GET', `/api/v1/namespaces/${name}`);
      await eventually(async () => {
        await bed().ok('PATCH', `${content}/held`, { metadata: { finalizers: null } }, { type: mergePatch });
      });
      await gone(bed(), `/api/v1/namespaces/${name}`);
    });
  });

  describe('secrets', () => {
    it('encode stringData and are opaque', async () => {
      const made = await bed().ok('POST', bed().core('secrets'), {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: uniqueName() },
        stringData: { a: 'b' },
        data: { c: 'ZA==' },
      });
      expect(made).toMatchObject({ type: 'Opaque', data: { a: 'Yg==', c: 'ZA==' } });
      expect(made['stringData']).toBeUndefined();
    });

    it('are refused where data is no base64', async () => {
      await bed().refused({ code: 400, reason: 'BadRequest' }, 'POST', bed().core('secrets'), {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: uniqueName() },
        data: { c: 'Z' },
      });
    });
  });

  describe('deployments', () => {
    const deployments = () => `/apis/apps/v1/namespaces/${bed().namespace}/deployments`;
    const aDeployment = (name: string) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: { containers: [{ name: 'c', image: 'i:1', ports: [{ containerPort: 80 }] }] },
        },
      },
    });

    it('have defaults, and a generation that moves with the spec and annotations alone', async () => {
      const name = uniqueName();
      const made = await bed().ok('POST', deployments(), aDeployment(name));
      expect(made['metadata']!['generation']).toBe(1);
      expect(made['spec']).toMatchObject({
        replicas: 1,
        revisionHistoryLimit: 10,
        template: {
          spec: {
            containers: [
              { imagePullPolicy: 'IfNotPresent', ports: [{ containerPort: 80, protocol: 'TCP' }] },
            ],
          },
        },
      });
      const patch = async (body: unknown, sub = '') => {
        const patched = await bed().ok('PATCH', `${deployments()}/${name}${sub}`, body, { type: mergePatch });
        return patched['metadata']!['generation'];
      };
      expect(await patch({ metadata: { labels: { a: 'b' } } })).toBe(1);
      expect(await patch({ status: { readyReplicas: 1, replicas: 1 } }, '/status')).toBe(1);
      expect(await patch({ spec: { paused: true } })).toBe(2);
      const selector = await bed().refused(
        { code: 422, reason: 'Invalid' },
        'PATCH',
        `${deployments()}/${name}`,
        { spec: { selector: { matchLabels: { app: 'other' } } } },
        { type: mergePatch },
      );
      expect(causesOf(selector)).toContain('spec.selector: FieldValueInvalid');
      await bed().ok('DELETE', `${deployments()}/${name}`, { propagationPolicy: 'Background' });
    });
  });
}
