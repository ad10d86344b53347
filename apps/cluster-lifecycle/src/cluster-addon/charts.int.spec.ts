// Charts as folders, through Helm itself. Not here: what Helm can do, which @scs/helm tests.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openHelm, type Helm } from '@scs/helm';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { LoadedRelease } from '../release/releases.ts';
import { openCharts } from './charts.ts';

let helm: Helm;
beforeAll(async () => {
  helm = await openHelm({});
});
afterAll(() => helm.close());

/** The charts of a release whose archive is unpacked as these files. */
async function setup(files: Record<string, string>, data: Record<string, unknown> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'scs-charts-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries({ 'cni/Chart.yaml': chart, ...files })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const release: LoadedRelease = {
    name: {
      provider: 'dev',
      name: 'toy',
      kubernetesVersion: '1.33',
      version: { major: 1, channel: 'stable', patch: '' },
    },
    stored: { tag: 'dev-toy-1-33-v1', folder, digest: 'sha256:0', files: [] },
    metadata: { clusterStack: 'v1', kubernetes: 'v1.33.6', clusterAddon: 'v1', nodeImage: '' },
    assets: { classChart: '', addonArchive: '', stages: 'multi' },
    classChart: '',
    addonArchive: join(folder, 'cni'),
  };
  const charts = openCharts({
    release,
    kubernetesVersion: 'v1.33.6',
    charts: ['cni', 'csi'],
    unpack: () => Promise.resolve(folder),
    data: () => Promise.resolve(data),
    helm,
    signal: new AbortController().signal,
  });
  return (name: string) => charts.render({ name, action: 'apply' });
}

const chart = 'apiVersion: v2\nname: cni\nversion: 0.1.0\n';
const template =
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  size: "{{ .Values.size }}"\n';
const crd =
  'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: toys.test}\n';

describe('a chart of a stage', () => {
  it.each([
    ['values under a key `values`', 'values: |\n  size: {{ .Cluster.spec.size }}\n', '3'],
    ['values as the whole text', 'size: {{ .Cluster.spec.size }}\n', '3'],
    [
      'values of an object that is not there yet',
      'size: {{ with .ControlPlane }}{{ .spec.size }}{{ else }}0{{ end }}\n',
      '0',
    ],
    ['no values at all', undefined, ''],
  ])('is rendered with %s', async (_, overwrite, size) => {
    const render = await setup(
      {
        'cni/templates/x.yaml': template,
        ...(overwrite !== undefined && { 'cni/overwrite.yaml': overwrite }),
      },
      { Cluster: { spec: { size: 3 } } },
    );
    const chartOf = await render('cni');
    expect('rendered' in chartOf && chartOf.rendered.objects.map((object) => object['data'])).toEqual([
      { size },
    ]);
  });

  it('is rendered with values that all charts get by one process; one that is bad spoils no other', async () => {
    const overwrite = (size: string) => `values: |\n  size: {{ ${size} }}\n`;
    const files = (size: string) => ({
      'cni/templates/x.yaml': template,
      'cni/overwrite.yaml': overwrite('.Cluster.spec.size'),
      'csi/Chart.yaml': chart.replace('cni', 'csi'),
      'csi/templates/x.yaml': template,
      'csi/overwrite.yaml': overwrite(size),
    });
    const sizesOf = async (render: Awaited<ReturnType<typeof setup>>) => {
      const found = [await render('cni'), await render('csi')];
      return found.map((one) =>
        'rendered' in one ? one.rendered.objects[0]?.['data'] : one.trouble.trouble,
      );
    };
    const data = { Cluster: { spec: { size: 17 } } };
    const before = helm.stats.runs;
    expect(await sizesOf(await setup(files('add 1 .Cluster.spec.size'), data))).toEqual([
      { size: '17' },
      { size: '18' },
    ]);
    expect(helm.stats.runs - before).toBe(3);
    expect(await sizesOf(await setup(files('fail "no"'), data))).toEqual([{ size: '17' }, 'values']);
  });

  it('brings its definitions along', async () => {
    const render = await setup({ 'cni/crds/toy.yaml': crd, 'cni/templates/x.yaml': template });
    const found = await render('cni');
    expect('rendered' in found && found.rendered.objects.map(({ kind }) => kind)).toEqual([
      'CustomResourceDefinition',
      'ConfigMap',
    ]);
  });

  it('that needs charts which are not in it is refused by name; nothing is fetched (defect 23)', async () => {
    const dependency = `${chart}dependencies: [{name: cilium, version: 1.0.0, repository: "https://charts.test"}]\n`;
    const render = await setup({ 'cni/Chart.yaml': dependency, 'cni/templates/x.yaml': template });
    expect(await render('cni')).toMatchObject({
      trouble: { trouble: 'template', message: expect.stringContaining('cilium') as string },
    });
  });

  it.each([
    ['is not there', 'ghost', {}, 'chart-missing', 'ghost'],
    ['has values that are no YAML', 'cni', { 'cni/overwrite.yaml': 'a: [1' }, 'values', 'no valid YAML'],
    [
      'has a template in its values that cannot be read',
      'cni',
      { 'cni/overwrite.yaml': '{{ .Cluster' },
      'values',
      '',
    ],
    ['cannot be rendered', 'cni', { 'cni/templates/x.yaml': '{{ fail "no size" }}' }, 'template', 'no size'],
  ])('that %s is trouble of its own kind', async (_, name, files, trouble, words) => {
    const render = await setup(files);
    expect(await render(name)).toMatchObject({
      trouble: { trouble, message: expect.stringContaining(words) as string },
    });
  });
});
