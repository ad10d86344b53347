import { describe, expect, it } from 'vitest';
import { explain, oneLine } from './failure.ts';
import { prepare, withLiveValues, type Manifest } from './manifest.ts';
import { ApiError, type ApiObject } from '@scs/kubernetes';

const owned = { 'clusterstack.x-k8s.io/instance': 'owned' };
const render = (objects: Record<string, unknown>[], random: [number, string[]][] = []) =>
  prepare({ objects, digest: '', random: new Map(random) }, { namespace: 'team' });
function only(object: Record<string, unknown>, pointers: string[] = []): Manifest {
  const [prepared] = render([object], [[0, pointers]]);
  if (!prepared || !('manifest' in prepared)) throw new Error('it was refused');
  return prepared.manifest;
}

describe('an object that is to be applied', () => {
  it('gets the label, and keeps its own', () => {
    const { object } = only({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', labels: { app: 'x' } },
    });
    expect(object.metadata.labels).toEqual({ app: 'x', ...owned });
  });
  it.each([
    ['apps/v1', 'Deployment', true],
    ['extensions/v1beta1', 'Deployment', true],
    ['apps/v1', 'ReplicaSet', true],
    ['apps/v1', 'StatefulSet', true],
    ['apps/v1', 'DaemonSet', true],
    ['batch/v1', 'Job', true],
    ['batch/v1', 'CronJob', false],
    ['example.org/v1', 'Deployment', false],
  ])('gets it in the pods of %s %s too: %s', (apiVersion, kind, labelled) => {
    const { object } = only({
      apiVersion,
      kind,
      metadata: { name: 'a' },
      spec: { template: { spec: {} } },
    });
    const expected = labelled ? { spec: {}, metadata: { labels: owned } } : { spec: {} };
    expect(object['spec']).toEqual({ template: expected });
  });
  it('is refused when its manifest names another namespace than the one it would get to', () => {
    const [prepared] = render([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'other' } },
    ]);
    expect(prepared).toMatchObject({ problem: expect.stringContaining('other') as string });
  });
  it('is refused without a name', () => {
    const [prepared] = render([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'a' } }]);
    expect(prepared).toHaveProperty('problem');
  });
  it('that is rendered twice counts once, as it was rendered last', () => {
    const twice = [1, 2].map((value) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
      data: { value: String(value) },
    }));
    expect(render(twice)).toMatchObject([{ manifest: { object: { data: { value: '2' } } } }]);
  });
  it('and is a Secret has its texts encoded, so that it can be compared with what is there', () => {
    const { object } = only({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'a' },
      data: { one: 'MQ==' },
      stringData: { two: '2' },
    });
    expect(object['data']).toEqual({ one: 'MQ==', two: 'Mg==' });
    expect(object).not.toHaveProperty('stringData');
  });
  it('does not change what was rendered: others may have it from the same cache', () => {
    const rendered = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
    render([rendered]);
    expect(rendered).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
  });
});

describe('a random value', () => {
  const rendered = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a', annotations: { 'sum/of~it': 'new' } },
    data: { key: 'bmV3', fixed: 'MQ==' },
  };
  const live: ApiObject = {
    ...rendered,
    metadata: { name: 'a', annotations: { 'sum/of~it': 'old' } },
    data: { key: 'b2xk', fixed: 'Mg==' },
  };
  it('stays as it is in the cluster; others are as rendered', () => {
    const manifest = only(rendered, ['/data/key', '/metadata/annotations/sum~1of~0it']);
    expect(withLiveValues(manifest, live)).toMatchObject({
      metadata: { annotations: { 'sum/of~it': 'old' } },
      data: { key: 'b2xk', fixed: 'MQ==' },
    });
  });
  it('of a Secret’s text stays too', () => {
    const { data: _, ...rest } = rendered;
    const manifest = only({ ...rest, stringData: { key: 'new' } }, ['/stringData/key']);
    expect(withLiveValues(manifest, live)).toMatchObject({ data: { key: 'b2xk' } });
  });
  it('is the rendered one where the cluster has none', () => {
    const manifest = only(rendered, ['/data/key']);
    expect(withLiveValues(manifest, undefined)).toMatchObject({ data: { key: 'bmV3' } });
    expect(withLiveValues(manifest, { ...live, data: {} })).toMatchObject({ data: { key: 'bmV3' } });
  });
});

describe('the reason of a refusal', () => {
  it('is one line of at most 500 characters', () => {
    expect(oneLine(`a\n  b ${'x'.repeat(600)}`)).toMatch(/^a b x+…$/);
    expect(oneLine('y'.repeat(600))).toHaveLength(500);
  });
  it('does not repeat what is in a Secret', () => {
    const error = new ApiError(
      422,
      'Invalid',
      'Secret "a" is invalid: data[key]: Invalid value: "hunter \\"2\\"": must be small',
    );
    expect(explain(error, 'Secret')).toBe('Secret "a" is invalid: data[key]: Invalid value: must be small');
  });
  it('names one remedy for a kind that is not served', () => {
    const error = new ApiError(
      404,
      'NoKindMatch',
      'api.test serves no Gadget of example.org/v1; install what defines it, or correct the version',
    );
    expect(explain(error, 'Gadget')).toBe(
      'api.test serves no Gadget of example.org/v1; install its CustomResourceDefinition, then it is applied by itself',
    );
  });
  it('says what helps where the operator may not do it', () => {
    expect(explain(new ApiError(403, 'Forbidden', 'x is forbidden'), 'ConfigMap')).toContain('role');
  });
});
