import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { addonRunAnnotation, hookRequestAnnotation, type AddonRun } from './addon-run.ts';
import {
  answerHook,
  discoveryPath,
  discoveryResponse,
  extensionConfig,
  failed,
  hookHandlers,
  hookPath,
  hookResponse,
  readHookCall,
  type HookCall,
} from './hook.ts';
import type { ClusterAddon } from './resources.ts';

const now = new Date('2026-03-01T10:00:00Z');
const className = 'docker-ferrol-1-28-v1';
const cluster = (topology: object | undefined = { class: className, version: 'v1.28.2' }) => ({
  apiVersion: 'cluster.x-k8s.io/v1beta1',
  kind: 'Cluster',
  metadata: { name: 'x', namespace: 'team', uid: 'u1' },
  spec: { topology },
});
const handlerOf = (hook: string) => {
  const handler = hookHandlers.find((one) => one.hook === hook);
  if (!handler) throw new Error(hook);
  return handler;
};
const versions: Record<string, object> = {
  AfterControlPlaneInitialized: {},
  BeforeClusterUpgrade: { fromKubernetesVersion: 'v1.27.3', toKubernetesVersion: 'v1.28.2' },
  AfterControlPlaneUpgrade: { kubernetesVersion: 'v1.28.2' },
  AfterClusterUpgrade: { kubernetesVersion: 'v1.28.2' },
};
const body = (hook: string, change: object = {}) => ({
  apiVersion: 'hooks.runtime.cluster.x-k8s.io/v1alpha1',
  kind: `${hook}Request`,
  cluster: cluster(),
  ...versions[hook],
  ...change,
});
function call(hook: string, change: object = {}): HookCall {
  const read = readHookCall(handlerOf(hook), body(hook, change));
  if (typeof read === 'string') throw new Error(read);
  return read;
}

function anAddon(run?: Partial<AddonRun>, request?: string, conditions: object[] = []): ClusterAddon {
  const whole = {
    className,
    kind: 'upgraded',
    version: 'v1',
    kubernetesVersion: 'v1.28.2',
    through: [],
    ...run,
  };
  return {
    apiVersion: 'clusterstack.x-k8s.io/v1alpha1',
    kind: 'ClusterAddon',
    metadata: {
      name: 'cluster-addon-x',
      annotations: {
        ...(run && { [addonRunAnnotation]: JSON.stringify(whole) }),
        ...(request && { [hookRequestAnnotation]: request }),
      },
    },
    spec: { clusterRef: {}, clusterStack: 'docker-ferrol-1-27-v1' },
    status: { conditions },
  } as ClusterAddon;
}
const stack = (addon: ClusterAddon | undefined) => ({ known: 'stack' as const, addon });
const ask = (hook: string, addon: ClusterAddon | undefined, change = {}) =>
  answerHook(call(hook, change), stack(addon), now);

describe('a blocking hook', () => {
  const hooks = ['BeforeClusterUpgrade', 'AfterControlPlaneUpgrade', 'AfterClusterUpgrade'];

  it.each(hooks)('%s holds Cluster API until its stages are through for the class', (hook) => {
    const held = ask(hook, anAddon({ hook })).answer;
    expect(held.status).toBe('Success');
    expect(held.retryAfterSeconds).toBeGreaterThanOrEqual(5);
    expect(held.retryAfterSeconds).toBeLessThanOrEqual(10);
    expect(ask(hook, anAddon({ through: [hook] })).answer).toMatchObject({
      status: 'Success',
      retryAfterSeconds: 0,
    });
  });

  it('is not held by what was done for another class', () => {
    const other = anAddon({ className: 'docker-ferrol-1-27-v1', through: ['BeforeClusterUpgrade'] });
    expect(ask('BeforeClusterUpgrade', other).answer).toMatchObject({
      retryAfterSeconds: 5,
      message: `waits for the add-ons of ${className}: not begun yet`,
    });
  });

  it('is released after a restart too: nothing is remembered but what is written down (defect 1)', () => {
    const done = anAddon({ through: ['BeforeClusterUpgrade'] });
    for (const _ of [1, 2])
      expect(ask('BeforeClusterUpgrade', done)).toEqual({
        answer: expect.objectContaining({ retryAfterSeconds: 0 }) as object,
      });
  });

  it('is released for a class that the cluster got its first add-ons from (defect 16)', () => {
    const created = anAddon({ kind: 'created', through: ['AfterControlPlaneInitialized'] });
    expect(ask('BeforeClusterUpgrade', created).answer.retryAfterSeconds).toBe(0);
    const underWay = anAddon({ kind: 'created', hook: 'AfterControlPlaneInitialized' });
    expect(ask('BeforeClusterUpgrade', underWay).answer.retryAfterSeconds).toBe(5);
  });

  it('says what is waited for, and asks more slowly when that is late', () => {
    const ready = (severity: string) => ({
      type: 'Ready',
      status: 'False',
      severity,
      reason: 'x',
      message: 'stage cni of BeforeClusterUpgrade: a == b is false',
    });
    const held = (severity: string) =>
      ask('BeforeClusterUpgrade', anAddon({ hook: 'BeforeClusterUpgrade' }, undefined, [ready(severity)]))
        .answer;
    expect(held('Info').message).toBe(
      `waits for the add-ons of ${className}: stage cni of BeforeClusterUpgrade: a == b is false`,
    );
    expect(held('Error').retryAfterSeconds).toBeGreaterThan(held('Info').retryAfterSeconds);
  });

  it('says what keeps the add-ons from being begun, such as a release that cannot be fetched', () => {
    const ready = { type: 'Ready', status: 'False', severity: 'Error', message: 'there is no such release' };
    const held = ask(
      'BeforeClusterUpgrade',
      anAddon({ className: 'docker-ferrol-1-27-v1' }, undefined, [ready]),
    );
    expect(held.answer).toMatchObject({
      retryAfterSeconds: 10,
      message: `waits for the add-ons of ${className}: not begun yet: there is no such release`,
    });
  });

  it.each([
    ['there is no ClusterAddon yet', () => ask('BeforeClusterUpgrade', undefined)],
    [
      'the Kubernetes API is away',
      () => answerHook(call('BeforeClusterUpgrade'), { known: 'unknown', because: 'away' }, now),
    ],
  ])('is asked again when %s', (_, answer) => {
    expect(answer()).toEqual({
      answer: { status: 'Success', retryAfterSeconds: 10, message: expect.any(String) as string },
    });
  });

  it('goes on at once for a step on the way to the version that is wanted', () => {
    const change = { kubernetesVersion: 'v1.27.9' };
    expect(
      ask('AfterControlPlaneUpgrade', anAddon({ through: ['BeforeClusterUpgrade'] }), change).answer
        .retryAfterSeconds,
    ).toBe(0);
  });
});

describe('a hook that does not block', () => {
  it.each([
    ['with work to do', () => ask('AfterControlPlaneInitialized', anAddon())],
    ['without a ClusterAddon', () => ask('AfterControlPlaneInitialized', undefined)],
    [
      'while the Kubernetes API is away',
      () => answerHook(call('AfterControlPlaneInitialized'), { known: 'unknown', because: 'away' }, now),
    ],
  ])('is answered with success %s', (_, answer) => {
    expect(answer().answer).toMatchObject({ status: 'Success', retryAfterSeconds: 0 });
  });
});

describe('clusters that are no cluster stacks', () => {
  it.each([
    ['without a topology', { cluster: { ...cluster(), spec: {} } }],
    ['without a class', { cluster: cluster({ version: 'v1.28.2' }) }],
  ])('%s are none of our business', (_, change) => {
    expect(ask('BeforeClusterUpgrade', undefined, change).answer).toMatchObject({
      status: 'Success',
      retryAfterSeconds: 0,
    });
  });

  it('nor are those whose class has no release', () => {
    expect(
      answerHook(call('BeforeClusterUpgrade'), { known: 'not-a-stack' }, now).answer.retryAfterSeconds,
    ).toBe(0);
  });
});

describe('what is written down', () => {
  it('is the question, once (defect 15)', () => {
    const { record } = ask('BeforeClusterUpgrade', anAddon());
    expect(record).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      hook: 'BeforeClusterUpgrade',
      classFrom: 'docker-ferrol-1-27-v1',
      classTo: className,
      from: 'v1.27.3',
      to: 'v1.28.2',
      at: '2026-03-01T10:00:00.000Z',
    });
    expect(ask('BeforeClusterUpgrade', anAddon(undefined, JSON.stringify(record))).record).toBeUndefined();
  });

  it.each([
    ['for another hook', 'AfterControlPlaneUpgrade', {}],
    [
      'for another cluster of that name',
      'BeforeClusterUpgrade',
      { cluster: { ...cluster(), metadata: { name: 'x', namespace: 'team', uid: 'u2' } } },
    ],
    [
      'for another class',
      'BeforeClusterUpgrade',
      { cluster: cluster({ class: 'docker-ferrol-1-28-v2', version: 'v1.28.2' }) },
    ],
    ['for another version', 'BeforeClusterUpgrade', { toKubernetesVersion: 'v1.28.3' }],
  ])('is another one %s', (_, hook, change) => {
    const first = ask('BeforeClusterUpgrade', anAddon()).record;
    const second = ask(hook, anAddon(undefined, JSON.stringify(first)), change).record;
    expect(second?.id).toBeDefined();
    expect(second?.id).not.toBe(first?.id);
  });

  it('is nothing when there is nothing to do', () => {
    expect(
      ask('BeforeClusterUpgrade', anAddon({ through: ['BeforeClusterUpgrade'] })).record,
    ).toBeUndefined();
  });
});

describe('a request', () => {
  it.each([
    ['is no object', 'text', 'no JSON object'],
    ['is a list', [], 'no JSON object'],
    [
      'is of another hook',
      body('AfterClusterUpgrade'),
      'not hooks.runtime.cluster.x-k8s.io/v1alpha1 BeforeClusterUpgradeRequest',
    ],
    ['has no kind', { ...body('BeforeClusterUpgrade'), kind: undefined }, 'nothing'],
    ['has no cluster', body('BeforeClusterUpgrade', { cluster: undefined }), 'cluster: is missing'],
    [
      'has a nameless cluster',
      body('BeforeClusterUpgrade', { cluster: { metadata: { namespace: 'a' } } }),
      'cluster.metadata.name',
    ],
    [
      'has a cluster without namespace',
      body('BeforeClusterUpgrade', { cluster: { metadata: { name: 'a' } } }),
      'cluster.metadata.namespace',
    ],
    [
      'names no version',
      body('BeforeClusterUpgrade', { toKubernetesVersion: '' }),
      'toKubernetesVersion: is missing',
    ],
  ])('that %s is told so', (_, value, message) => {
    expect(readHookCall(handlerOf('BeforeClusterUpgrade'), value)).toContain(message);
  });

  it('is read with the class of either version of Cluster API', () => {
    const change = {
      cluster: cluster({ classRef: { name: className, namespace: 'stacks' }, version: 'v1.28.2' }),
    };
    expect(call('BeforeClusterUpgrade', change)).toMatchObject({
      className,
      classNamespace: 'stacks',
      from: 'v1.27.3',
      to: 'v1.28.2',
    });
    expect(call('BeforeClusterUpgrade')).toMatchObject({ className, classNamespace: 'team' });
  });
});

describe('registration', () => {
  it('serves the paths of upstream, and one more', () => {
    const base = '/hooks.runtime.cluster.x-k8s.io/v1alpha1';
    expect(discoveryPath).toBe(`${base}/discovery`);
    expect(hookHandlers.map(hookPath)).toEqual([
      `${base}/aftercontrolplaneinitialized/after-control-plane-initialized`,
      `${base}/beforeclusterupgrade/before-cluster-upgrade`,
      `${base}/aftercontrolplaneupgrade/after-control-plane-upgrade`,
      `${base}/afterclusterupgrade/after-cluster-upgrade`,
    ]);
  });

  it('is the ExtensionConfig of upstream', () => {
    const service = { name: 'hook-server-svc', namespace: 'system', port: 443 };
    expect(extensionConfig({ service }, { injectFrom: 'system/cert' })).toEqual({
      apiVersion: 'runtime.cluster.x-k8s.io/v1alpha1',
      kind: 'ExtensionConfig',
      metadata: {
        name: 'hook-server-extensionconfig',
        annotations: { 'runtime.cluster.x-k8s.io/inject-ca-from-secret': 'system/cert' },
      },
      spec: { clientConfig: { service }, namespaceSelector: {} },
    });
    const local = extensionConfig(
      { url: 'https://127.0.0.1:9442' },
      { caBundle: 'PEM' },
      { version: 'v1beta2', namespace: 'team' },
    );
    expect(local.apiVersion).toBe('runtime.cluster.x-k8s.io/v1beta2');
    expect(local.metadata.name).toBe('hook-server-extensionconfig-team');
    expect(local['spec']).toEqual({
      clientConfig: { url: 'https://127.0.0.1:9442', caBundle: 'UEVN' },
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'team' } },
    });
  });
});

const file = new URL(
  '../../../../../shared/vectors/lifecycle/hooks/capi-v1.8.1-runtime-hooks-openapi.yaml',
  import.meta.url,
);
if (!existsSync(file))
  console.log('skipped: Cluster API’s contract of the hooks, which is not part of this repository');

interface Schema {
  properties: Record<string, { enum?: string[]; type?: string }>;
  required?: string[];
}

describe.skipIf(!existsSync(file))('answers keep Cluster API’s contract', () => {
  const read = () =>
    parse(readFileSync(file, 'utf8')) as {
      components: { schemas: Record<string, Schema> };
      paths: Record<string, unknown>;
    };
  const prefix = 'sigs.k8s.io.cluster-api.exp.runtime.hooks.api.v1alpha1.';

  it.each(hookHandlers.map(({ hook }) => hook))('%s', (hook) => {
    const { components, paths } = read();
    const handler = handlerOf(hook);
    expect(paths).toHaveProperty([hookPath(handler).replace(/[^/]+$/, '{name}')]);
    const schema = components.schemas[`${prefix}${hook}Response`];
    for (const answer of [ask(hook, anAddon()).answer, failed('no')]) {
      const response = hookResponse(handler, answer);
      for (const name of schema?.required ?? []) expect(response).toHaveProperty(name);
      expect(schema?.properties['status']?.enum).toContain(response['status']);
    }
  });

  it('discovery', () => {
    const schemas = read().components.schemas;
    const schema = schemas[`${prefix}DiscoveryResponse`];
    if (schema) for (const name of schema.required ?? []) expect(discoveryResponse()).toHaveProperty(name);
    expect(discoveryResponse()).toMatchObject({ status: 'Success', message: '' });
  });
});
