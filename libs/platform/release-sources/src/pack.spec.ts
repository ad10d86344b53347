import { parseMetadata, type ReleaseMetadata } from '@scs/cluster-stacks';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packRelease } from './pack.ts';
import { readStackSource } from './stack-source.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'scs-pack-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

type Texts = Record<string, string>;

const multi: Texts = {
  'csctl.yaml': 'config: {kubernetesVersion: v1.27.3, clusterStackName: ferrol, provider: {type: docker}}\n',
  'cluster-class/Chart.yaml':
    '# of the class\napiVersion: v2\nname: docker-ferrol-1-27-cluster-class\nversion: v0\n',
  'cluster-class/.helmignore': '*.md\ndrafts/\n',
  'cluster-class/README.md': 'left out',
  'cluster-class/drafts/a.yaml': 'left out',
  'cluster-class/values.yaml': 'image: node:<< .NodeImageVersion >>\n',
  'cluster-class/templates/class.yaml': 'kind: ClusterClass # ü {{ .Chart.Version }}\n',
  'cluster-addon/cni/Chart.yaml':
    'apiVersion: v2\nname: cni\nversion: 0.0.1\ndependencies: [{name: cilium, version: 1.0.0}]\n',
  'cluster-addon/cni/charts/cilium-1.0.0.tgz': '\0<< .NodeImageVersion >>',
  'cluster-addon/cni/overwrite.yaml': 'values: {{ .Cluster.metadata.name }}\n',
  'clusteraddon.yaml':
    'addonStages: {BeforeClusterUpgrade: [{name: cni, action: apply}]} # << .ClusterAddonVersion >>\n',
};
const { 'clusteraddon.yaml': _stages, ...withoutStages } = multi;
const single: Texts = {
  ...Object.fromEntries(Object.entries(withoutStages).filter(([path]) => !path.startsWith('cluster-addon/'))),
  'cluster-addon/Chart.yaml': 'apiVersion: v2\nname: docker-ferrol-1-27-cluster-addon\nversion: v0\n',
  'cluster-addon/templates/a.yaml': 'kind: A\n',
  'cluster-addon-values.yaml': 'values: |\n  version: << .ClusterAddonVersion >>\n',
};
const metadata: ReleaseMetadata = {
  clusterStack: 'v0-sha.abc',
  kubernetes: 'v1.27.3',
  clusterAddon: 'v2',
  nodeImage: 'v1',
};

async function sources(texts: Texts): Promise<string> {
  const folder = await mkdtemp(join(root, 'source-'));
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

const packed = async (texts: Texts, out = join(root, 'out')) =>
  packRelease(await readStackSource(await sources(texts)), metadata, out);

async function unpack(file: string): Promise<Map<string, { header: Header; text: string }>> {
  const tar = extract();
  tar.end(gunzipSync(await readFile(file)));
  const entries = new Map<string, { header: Header; text: string }>();
  for await (const entry of tar)
    entries.set(entry.header.name, { header: entry.header, text: (await buffer(entry)).toString() });
  return entries;
}

describe('a packed release with add-ons in stages', () => {
  it('has the files that the operator looks for', async () => {
    const { tag, folder, files } = await packed(multi);
    expect(tag).toBe('docker-ferrol-1-27-v0-sha-abc');
    expect(folder).toBe(join(root, 'out', tag));
    expect((await readdir(folder)).toSorted()).toEqual([
      'clusteraddon.yaml',
      'docker-ferrol-1-27-cluster-addon-v2.tgz',
      'docker-ferrol-1-27-cluster-class-v0-sha.abc.tgz',
      'hashes.json',
      'metadata.yaml',
    ]);
    expect(files.toSorted()).toEqual((await readdir(folder)).toSorted());
    expect(parseMetadata(await readFile(join(folder, 'metadata.yaml'), 'utf8'))).toEqual(metadata);
  });

  it('has the chart of the class with its version, its tags filled in and what Helm ignores left out', async () => {
    const { folder } = await packed(multi);
    const chart = await unpack(join(folder, 'docker-ferrol-1-27-cluster-class-v0-sha.abc.tgz'));
    expect([...chart.keys()]).toEqual([
      'docker-ferrol-1-27-cluster-class/.helmignore',
      'docker-ferrol-1-27-cluster-class/Chart.yaml',
      'docker-ferrol-1-27-cluster-class/templates/class.yaml',
      'docker-ferrol-1-27-cluster-class/values.yaml',
    ]);
    const text = (path: string) => chart.get(`docker-ferrol-1-27-cluster-class/${path}`)?.text;
    expect(text('Chart.yaml')).toBe(
      '# of the class\napiVersion: v2\nname: docker-ferrol-1-27-cluster-class\nversion: v0-sha.abc\n',
    );
    expect(text('values.yaml')).toBe('image: node:v1\n');
    expect(text('templates/class.yaml')).toBe(multi['cluster-class/templates/class.yaml']);
  });

  it('has each stage as a folder, its chart with the version of the add-ons, archives untouched', async () => {
    const { folder } = await packed(multi);
    const addons = await unpack(join(folder, 'docker-ferrol-1-27-cluster-addon-v2.tgz'));
    expect([...addons.keys()]).toEqual([
      'cni/',
      'cni/Chart.yaml',
      'cni/charts/',
      'cni/charts/cilium-1.0.0.tgz',
      'cni/overwrite.yaml',
    ]);
    expect(addons.get('cni/Chart.yaml')?.text).toContain('version: v2\n');
    expect(addons.get('cni/charts/cilium-1.0.0.tgz')?.text).toBe(
      multi['cluster-addon/cni/charts/cilium-1.0.0.tgz'],
    );
    expect(await readFile(join(folder, 'clusteraddon.yaml'), 'utf8')).toBe(multi['clusteraddon.yaml']);
  });

  it('is the same byte for byte, whenever and wherever it is packed', async () => {
    const old = await sources(multi);
    await utimes(join(old, 'cluster-class/values.yaml'), new Date(0), new Date(0));
    const one = await packRelease(await readStackSource(old), metadata, join(root, 'one'));
    const two = await packed(multi, join(root, 'two'));
    for (const file of one.files)
      expect((await readFile(join(one.folder, file))).equals(await readFile(join(two.folder, file)))).toBe(
        true,
      );
    const entries = [...(await unpack(join(one.folder, 'docker-ferrol-1-27-cluster-addon-v2.tgz'))).values()];
    expect(
      new Set(entries.map(({ header }) => [header.mtime?.getTime(), header.uid, header.gid].join())),
    ).toEqual(new Set(['0,0,0']));
  });

  it('takes the place of a release of the same name, and leaves nothing else behind', async () => {
    const out = join(root, 'again');
    const { folder, tag } = await packed(multi, out);
    await writeFile(join(folder, 'old'), '');
    await packed(multi, out);
    expect(await readdir(folder)).not.toContain('old');
    expect(await readdir(out)).toEqual([tag]);
  });
});

describe('a packed release with one add-on chart', () => {
  it('has the chart and its values, with tags filled in', async () => {
    const { folder } = await packed(single);
    expect(await readFile(join(folder, 'cluster-addon-values.yaml'), 'utf8')).toBe(
      'values: |\n  version: v2\n',
    );
    const chart = await unpack(join(folder, 'docker-ferrol-1-27-cluster-addon-v2.tgz'));
    expect([...chart.keys()]).toEqual([
      'docker-ferrol-1-27-cluster-addon/Chart.yaml',
      'docker-ferrol-1-27-cluster-addon/templates/a.yaml',
    ]);
  });
});

describe('node images', () => {
  const images = 'openStackNodeImages: [{url: "https://a.example/b", createOpts: {name: b}}]\n';
  const openstack = Object.fromEntries(
    Object.entries(multi).map(([path, text]) => [path, text.replaceAll('docker', 'openstack')]),
  );

  it.each(['node-images/config.yaml', 'node-images.yaml'])('are taken from %s', async (path) => {
    const { folder } = await packed({ ...openstack, [path]: images });
    expect(await readFile(join(folder, 'node-images.yaml'), 'utf8')).toBe(images);
  });

  it('that nobody could read are refused', async () => {
    const broken = packed({ ...openstack, 'node-images/config.yaml': 'openStackNodeImages: [ubuntu]' });
    await expect(broken).rejects.toThrow('node-images.yaml: openStackNodeImages[0] must be a mapping');
  });

  it('are not built', async () => {
    const config =
      'config: {kubernetesVersion: v1.27.3, clusterStackName: ferrol, provider: {type: openstack, config: {method: build}}}';
    await expect(packed({ ...openstack, 'csctl.yaml': config })).rejects.toThrow(
      'method is build; build and upload',
    );
  });
});

describe('sources are refused', () => {
  it.each<[what: string, change: Texts, message: string]>([
    [
      'whose chart has another name',
      { 'cluster-class/Chart.yaml': 'name: my-class\nversion: v1\n' },
      'cluster-class/Chart.yaml: name is my-class; the operator finds the chart only as docker-ferrol-1-27-cluster-class',
    ],
    [
      'whose chart is none',
      { 'cluster-class/Chart.yaml': '- a' },
      'cluster-class/Chart.yaml: is no description of a chart',
    ],
    [
      'whose dependencies are not there',
      {
        'cluster-addon/cni/Chart.yaml':
          'name: cni\nversion: v1\ndependencies: [{name: cil}, {name: cilium}]\n',
      },
      'cluster-addon/cni/Chart.yaml: dependencies names cil, missing in charts/; run helm dependency build cluster-addon/cni',
    ],
    [
      'whose stage has no chart',
      { 'clusteraddon.yaml': 'addonStages: {A: [{name: cni, action: apply}, {name: csi, action: apply}]}' },
      'clusteraddon.yaml: addonStages.A[1].name is csi, but cluster-addon/csi has no Chart.yaml',
    ],
    [
      'whose stages cannot be read',
      { 'clusteraddon.yaml': 'addonStages: {A: [{name: cni}]}' },
      'clusteraddon.yaml: addonStages.A[0].action is missing',
    ],
    [
      'whose .helmignore Helm refuses',
      { 'cluster-class/.helmignore': 'a/**' },
      'cluster-class/.helmignore: has the pattern "a/**"',
    ],
  ])('%s', async (_, change, message) => {
    await expect(packed({ ...multi, ...change })).rejects.toThrow(message);
  });

  it('that say neither stages nor values', async () => {
    await expect(packed(withoutStages)).rejects.toThrow(
      'clusteraddon.yaml: is missing, and so is cluster-addon-values.yaml',
    );
  });

  it('without csctl.yaml', async () => {
    await expect(readStackSource(await sources({ 'a.yaml': '' }))).rejects.toThrow('has no csctl.yaml');
  });

  it('that are not there', async () => {
    await expect(readStackSource(join(root, 'nowhere'))).rejects.toThrow(
      'nowhere cannot be read; name a folder',
    );
  });

  it('with a link that leads out of them', async () => {
    const folder = await sources(multi);
    await symlink('/etc/hostname', join(folder, 'cluster-class', 'host'));
    await expect(readStackSource(folder)).rejects.toThrow(
      'cluster-class/host: is no file, and no link to a file of the stack',
    );
  });
});

it('releases that were made within the sources are none of them', async () => {
  const folder = await sources(multi);
  const before = await readStackSource(folder);
  await packRelease(before, metadata, join(folder, '.release'));
  expect([...(await readStackSource(folder)).files.keys()]).toEqual([...before.files.keys()]);
});

it('a link within the sources counts as the file it leads to, and csmctl.yaml as csctl.yaml', async () => {
  const { 'csctl.yaml': config = '', ...rest } = multi;
  const folder = await sources({ ...rest, 'csmctl.yaml': config });
  await symlink('values.yaml', join(folder, 'cluster-class', 'more.yaml'));
  const { files, config: read } = await readStackSource(folder);
  expect(files.get('cluster-class/more.yaml')?.toString()).toBe(multi['cluster-class/values.yaml']);
  expect(read.name).toBe('ferrol');
});
