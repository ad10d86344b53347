// Our client against a real API server, named by KUBECONFIG. The faults it stands are in the specs of @scs/kubernetes.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import {
  connectKubernetes,
  createEventRecorder,
  createInformer,
  takePart,
  type ApiObject,
  type KubernetesClient,
} from '@scs/kubernetes';
import { eventually } from '@scs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

const here = process.env['KUBECONFIG'] ?? '';
const present = here !== '' && existsSync(here);
if (!present) console.log('skipped: the conformance of our client needs KUBECONFIG of a running API server');

const configMaps = { apiVersion: 'v1', kind: 'ConfigMap' };
const definitions = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };

describe.skipIf(!present)('our client on a real API server', () => {
  let client: KubernetesClient;
  const namespace = `kubernetes-spec-${randomBytes(4).toString('hex')}`;
  const group = `${namespace}.example`;
  const key = (name: string) => ({ ...configMaps, namespace, name });
  const aConfigMap = (name: string, data: Record<string, string> = {}): ApiObject => ({
    ...configMaps,
    metadata: { name, namespace },
    data,
  });

  beforeAll(async () => {
    client = connectKubernetes({ kubeconfig: { file: here }, userAgent: 'spec/1' });
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });
  afterAll(async () => {
    await client.delete({ ...definitions, name: `things.${group}` });
    await client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
    client.close();
  });

  it('tells its version and whether it is ready', async () => {
    expect(await client.version()).toMatch(/^v1\.\d+\.\d+/);
    expect(await client.ready()).toBe(true);
    expect(await client.versions('')).toEqual(['v1']);
    expect(await client.versions('autoscaling')).toEqual(['v2', 'v1']);
  });

  it('stores, gives, changes and deletes an object', async () => {
    expect(await client.get(key('life'))).toBeUndefined();
    const created = await client.create(aConfigMap('life', { a: '1' }));
    await expect(client.create(aConfigMap('life'))).rejects.toMatchObject({
      status: 409,
      reason: 'AlreadyExists',
    });
    const patched = await client.patch(key('life'), { data: { b: '2' } });
    expect(patched.data).toEqual({ a: '1', b: '2' });
    await expect(client.replace({ ...created, data: {} })).rejects.toMatchObject({
      status: 409,
      reason: 'Conflict',
    });
    await client.replace({ ...patched, data: { c: '3' } });
    expect((await client.get(key('life')))?.data).toEqual({ c: '3' });
    await expect(client.delete(key('life'), { uid: 'another' })).rejects.toMatchObject({ status: 409 });
    expect(await client.delete(key('life'), { uid: created.metadata.uid })).toBe(true);
    expect(await client.delete(key('life'))).toBe(false);
  });

  it('takes a patch only of the version it names', async () => {
    await client.create(aConfigMap('versioned'));
    const patch = { metadata: { resourceVersion: '1' }, data: { a: '1' } };
    await expect(client.patch(key('versioned'), patch)).rejects.toMatchObject({
      status: 409,
      reason: 'Conflict',
    });
  });

  it('applies by owner, tells conflicts, and gives fields over by force', async () => {
    const ours = { fieldManager: 'ours', force: false };
    await client.apply(aConfigMap('owned', { a: '1', b: '1' }), ours);
    const theirs = { fieldManager: 'theirs', force: false };
    await expect(client.apply(aConfigMap('owned', { a: '2' }), theirs)).rejects.toMatchObject({
      status: 409,
      reason: 'Conflict',
    });
    await client.apply(aConfigMap('owned', { a: '2' }), { ...theirs, force: true });
    // What we apply no longer, and own alone, goes.
    const after = await client.apply(aConfigMap('owned', {}), ours);
    expect(after.data).toEqual({ a: '2' });
  });

  it('stores and counts nothing on a dry run', async () => {
    const before = client.writes;
    const judged = await client.apply(aConfigMap('dry', { a: '1' }), {
      fieldManager: 'ours',
      force: true,
      dryRun: true,
    });
    expect(judged.metadata.uid).toBeDefined();
    expect(await client.get(key('dry'))).toBeUndefined();
    expect(client.writes).toBe(before);
  });

  it('lists by label over several pages', async () => {
    const names = Array.from({ length: 510 }, (_, n) => `page-${n}`);
    const metadata = { namespace, labels: { spec: 'page' } };
    await Promise.all(names.map((name) => client.create({ ...configMaps, metadata: { ...metadata, name } })));
    const { items } = await client.list(configMaps, { namespace, labelSelector: 'spec=page' });
    expect(new Set(items.map((item) => item.metadata.name))).toEqual(new Set(names));
    expect(items[0]).toMatchObject(configMaps);
  });

  it('refuses in words that a person can read', async () => {
    const elsewhere = { ...aConfigMap('a'), metadata: { name: 'a', namespace: 'kubernetes-spec-none' } };
    await expect(client.create(elsewhere)).rejects.toMatchObject({
      status: 404,
      reason: 'NotFound',
      message: 'namespaces "kubernetes-spec-none" not found',
    });
    await expect(client.create(aConfigMap('No Name'))).rejects.toMatchObject({
      status: 422,
      reason: 'Invalid',
    });
    await expect(client.get({ apiVersion: 'v1', kind: 'Nothing', name: 'a' })).rejects.toMatchObject({
      reason: 'NoKindMatch',
    });
  });

  it('watches from a version on', async () => {
    const { resourceVersion } = await client.list(configMaps, { namespace });
    await client.create(aConfigMap('watched'));
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const { type, object } of client.watch(configMaps, {
      namespace,
      resourceVersion,
      signal: stop.signal,
    })) {
      seen.push(`${type} ${object.metadata.name}`);
      if (type === 'ADDED') await client.delete(key('watched'));
      if (type === 'DELETED') stop.abort();
    }
    expect(seen.filter((event) => event.endsWith(' watched'))).toEqual(['ADDED watched', 'DELETED watched']);
  });

  it('serves a kind to informers as soon as it is defined, and its status apart', async () => {
    const things = { apiVersion: `${group}/v1`, kind: 'Thing' };
    const errors: unknown[] = [];
    const informer = createInformer(client, things, { onError: (error) => errors.push(error) });
    const changes: string[] = [];
    informer.onChange(({ type, object }) => changes.push(`${type} ${object.metadata.name}`));
    const started = informer.start();
    await eventually(async () =>
      expect(errors).toContainEqual(expect.objectContaining({ reason: 'NoKindMatch' })),
    );
    await client.create(definitionOf(group));
    await started;
    const thing: ApiObject = {
      ...things,
      metadata: { name: 'a', namespace },
      spec: { size: 1 },
      status: { done: true },
    };
    const created = await client.create(thing);
    expect(created.status).toBeUndefined();
    const patched = await client.patch(
      { ...things, namespace, name: 'a' },
      { spec: { size: 2 }, status: { done: true } },
      { subresource: 'status' },
    );
    expect(patched).toMatchObject({ spec: { size: 1 }, status: { done: true } });
    await client.delete({ ...things, namespace, name: 'a' });
    await eventually(async () => expect(changes).toEqual(['added a', 'updated a', 'deleted a']));
    await informer.stop();
  });

  it('keeps Events and counts their repeats', async () => {
    const object = await client.create(aConfigMap('noted'));
    const recorder = createEventRecorder(client, { component: 'spec' });
    recorder.record(object, 'Normal', 'Noted', 'it was noted');
    await recorder.flush();
    recorder.record(object, 'Normal', 'Noted', 'it was noted');
    await recorder.flush();
    expect(recorder.dropped).toBe(0);
    const fieldSelector = 'involvedObject.name=noted';
    const { items } = await client.list({ apiVersion: 'v1', kind: 'Event' }, { namespace, fieldSelector });
    expect(items).toEqual([expect.objectContaining({ reason: 'Noted', count: 2, type: 'Normal' })]);
  });

  it('lets one lead, and another after it', async () => {
    const log: string[] = [];
    const join = (identity: string) =>
      takePart(client, {
        namespace,
        name: 'election',
        identity,
        retrySeconds: 0.1,
        onStarted: () => log.push(identity),
        onLost: () => log.push(`${identity} lost`),
      });
    const a = join('a');
    await eventually(async () => expect(log).toEqual(['a']));
    const b = join('b');
    await a.stop();
    await eventually(async () => expect(log).toEqual(['a', 'b']));
    await b.stop();
  });

  it('knows a service account by its token, and what it may not do', async () => {
    const accounts = { apiVersion: 'v1', kind: 'ServiceAccount' };
    await client.create({ ...accounts, metadata: { name: 'nobody', namespace } });
    const request: ApiObject = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: { name: 'nobody', namespace },
      spec: { expirationSeconds: 600 },
    };
    const { status } = await client.create(request, { subresource: 'token', of: accounts });
    const { token } = status as { token: string };
    const nobody = connectKubernetes({ kubeconfig: { text: kubeconfigFor(token) }, userAgent: 'spec/1' });
    expect(await nobody.version()).toBe(await client.version());
    await expect(nobody.list(configMaps, { namespace })).rejects.toMatchObject({
      status: 403,
      reason: 'Forbidden',
      message: expect.stringContaining(`system:serviceaccount:${namespace}:nobody`),
    });
    nobody.close();
    const stranger = connectKubernetes({
      kubeconfig: { text: kubeconfigFor('made-up') },
      userAgent: 'spec/1',
    });
    await expect(stranger.list(configMaps)).rejects.toMatchObject({ status: 401, reason: 'Unauthorized' });
    stranger.close();
  });

  it('is not believed without its CA', async () => {
    const text = kubeconfigFor('x', false);
    await expect(
      connectKubernetes({ kubeconfig: { text }, userAgent: 'spec/1' }).version(),
    ).rejects.toMatchObject({
      name: 'KubernetesError',
      message: expect.stringContaining('has a certificate of an unknown CA; name the CA in the kubeconfig'),
    });
  });
});

/** The same server for somebody else; not even its CA is known where `ca` is false. */
function kubeconfigFor(token: string, ca = true): string {
  const config = parse(readFileSync(here, 'utf8')) as {
    clusters: { cluster: Record<string, unknown> }[];
    users: { user: Record<string, unknown> }[];
  };
  for (const entry of config.users) entry.user = { token };
  for (const { cluster } of ca ? [] : config.clusters) delete cluster['certificate-authority-data'];
  return stringify(config);
}

const definitionOf = (group: string): ApiObject => ({
  ...definitions,
  metadata: { name: `things.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { size: { type: 'integer' } } },
              status: { type: 'object', properties: { done: { type: 'boolean' } } },
            },
          },
        },
      },
    ],
  },
});
