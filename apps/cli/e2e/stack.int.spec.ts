// `scs stack` as a child process, from sources to a diff of two releases, with Helm itself. What is right is tested in @scs/cluster-stacks.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { buildScs, start, type Run } from './scs.ts';
import { folderOf, smallStack } from './stack-sources.ts';

let scs: Awaited<ReturnType<typeof buildScs>>;
let out: string;
let helmCache: string;
beforeAll(async () => {
  scs = await buildScs();
  [out, helmCache] = [folderOf({}), folderOf({})];
});
afterAll(() => scs.remove());

const run = (args: string[], env: Record<string, string> = {}): Promise<Run> =>
  start(scs.bin, ['stack', ...args], { XDG_CACHE_HOME: helmCache, ...env }).done;
const answer = async (...args: string[]): Promise<unknown> => {
  const { stdout, stderr } = await run(args);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
};

/** What a run that fails looks like: one line, no trace, no answer. */
const failure = (code: number, message: RegExp): Run => ({
  code,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^scs: [^\\n]*${message.source}[^\\n]*\\n$`)),
});

describe('scs stack parse', () => {
  it('takes names of releases and of classes, and says why one is none', async () => {
    const { stdout, code } = await run([
      'parse',
      'docker-ferrol-1-27-v1-alpha.1',
      'openstack-kamaji-1-30-v0-sha-11930ee',
      'openstack-scs2-1-34-v2',
      'openstack-csp-helper-v0.2.0',
      'docker--1-27-v1',
    ]);
    expect(JSON.parse(stdout)).toEqual([
      {
        provider: 'docker',
        name: 'ferrol',
        kubernetesVersion: '1.27',
        version: 'v1-alpha.1',
        channel: 'alpha',
        className: 'docker-ferrol-1-27-v1-alpha.1',
        releaseName: 'docker-ferrol-1-27-v1-alpha-1',
      },
      {
        provider: 'openstack',
        name: 'kamaji',
        kubernetesVersion: '1.30',
        version: 'v0-sha.11930ee',
        channel: 'sha',
        className: 'openstack-kamaji-1-30-v0-sha.11930ee',
        releaseName: 'openstack-kamaji-1-30-v0-sha-11930ee',
      },
      {
        provider: 'openstack',
        name: 'scs2',
        kubernetesVersion: '1.34',
        version: 'v2',
        channel: 'stable',
        className: 'openstack-scs2-1-34-v2',
        releaseName: 'openstack-scs2-1-34-v2',
      },
      { input: 'openstack-csp-helper-v0.2.0', error: 'invalid format' },
      { input: 'docker--1-27-v1', error: 'invalid name' },
    ]);
    expect(code).toBe(1);
  });

  it('succeeds where all names are valid', async () => {
    expect((await run(['parse', 'docker-ferrol-1-27-v1', '--output', 'table'])).code).toBe(0);
  });
});

describe('scs stack hash', () => {
  it('has the keys of csctl, nodeImageDir only where there is such a folder', async () => {
    const hashes = {
      clusterStack: expect.stringMatching(/^[a-z0-9]{30,43}$/),
      clusterAddonDir: expect.any(String),
      clusterAddonValues: '',
    };
    expect(await answer('hash', folderOf({ ...smallStack, 'node-images/config.yaml': 'a: b\n' }))).toEqual(
      hashes,
    );
    expect(await answer('hash', folderOf({ ...smallStack, 'node-image/Dockerfile': 'FROM x\n' }))).toEqual({
      ...hashes,
      nodeImageDir: expect.any(String),
    });
  });

  it('asks nothing of csctl.yaml but that it is there: what cannot be released has hashes too', async () => {
    const dashed =
      'config: {kubernetesVersion: v1.33.6, clusterStackName: a-b, provider: {type: bare-metal}}\n';
    expect(await answer('hash', folderOf({ ...smallStack, 'csctl.yaml': dashed }))).toMatchObject({
      clusterAddonDir: ((await answer('hash', folderOf(smallStack))) as { clusterAddonDir: string })
        .clusterAddonDir,
    });
  });

  it('says where sources are missing', async () => {
    expect(await run(['hash', folderOf({})])).toEqual(failure(64, /has no csctl\.yaml; name the folder/));
  });
});

describe('scs stack create', () => {
  it('counts on from the newest release, also for a change in the class alone', async () => {
    const sources = folderOf(smallStack);
    const create = (...more: string[]) => run(['create', sources, '--remote', out, '--out', out, ...more]);
    const first = await create();
    expect(JSON.parse(first.stdout)).toMatchObject({
      tag: 'dev-small-1-33-v1',
      folder: join(out, 'dev-small-1-33-v1'),
      mode: 'stable',
      versions: { clusterStack: 'v1', kubernetes: 'v1.33.6', clusterAddon: 'v1', nodeImage: 'v1' },
      warnings: [],
    });
    expect(await create()).toEqual(failure(1, /nothing changed since dev-small-1-33-v1/));

    writeFileSync(join(sources, 'cluster-class/values.yaml'), 'startup: 2s\n');
    const second = await create();
    expect(JSON.parse(second.stdout)).toMatchObject({
      tag: 'dev-small-1-33-v2',
      versions: { clusterStack: 'v2', clusterAddon: 'v1', nodeImage: 'v1' },
    });
    expect(readdirSync(join(out, 'dev-small-1-33-v2')).toSorted()).toEqual([
      'clusteraddon.yaml',
      'dev-small-1-33-cluster-addon-v1.tgz',
      'dev-small-1-33-cluster-class-v2.tgz',
      'hashes.json',
      'metadata.yaml',
    ]);
  });

  it('names a release by its content', async () => {
    const sources = folderOf(smallStack);
    const { clusterStack } = (await answer('hash', sources)) as { clusterStack: string };
    const { tag, versions } = (await answer('create', sources, '--mode', 'hash', '--out', folderOf({}))) as {
      tag: string;
      versions: Record<string, string>;
    };
    const hash = clusterStack.slice(0, 7);
    expect(tag).toBe(`dev-small-1-33-v0-sha-${hash}`);
    expect(versions).toEqual({
      clusterStack: `v0-sha.${hash}`,
      kubernetes: 'v1.33.6',
      clusterAddon: `v0-sha.${hash}`,
      nodeImage: `v0-sha.${hash}`,
    });
  });

  const versions = (stack: string) => [
    '--cluster-stack-version',
    stack,
    '--cluster-addon-version',
    'v1',
    '--node-image-version',
    'v1',
  ];
  it('takes versions as given', async () => {
    const created = await answer(
      'create',
      folderOf(smallStack),
      '--mode',
      'custom',
      '--out',
      folderOf({}),
      ...versions('v0-git.abc'),
    );
    expect(created).toMatchObject({
      tag: 'dev-small-1-33-v0-git-abc',
      versions: { clusterStack: 'v0-git.abc', clusterAddon: 'v1' },
    });
  });

  it.each<[what: string, options: string[], message: RegExp]>([
    [
      'custom without versions',
      ['--mode', 'custom'],
      /--mode custom needs --cluster-stack-version, --cluster-addon-version, --node-image-version/,
    ],
    [
      'a version in dash form',
      ['--mode', 'custom', ...versions('v0-git-abc')],
      /the version of clusterStack is "v0-git-abc"; write it like/,
    ],
    [
      'versions in another mode',
      ['--mode', 'hash', '--node-image-version', 'v1'],
      /--node-image-version belongs to --mode custom/,
    ],
    ['a remote in another mode', ['--mode', 'hash', '--remote', '/tmp'], /--remote belongs to --mode stable/],
    ['no remote', [], /where are releases\? name a directory/],
    ['a remote of which nothing is known', ['--remote', 'oci'], /set OCI_REGISTRY and OCI_REPOSITORY/],
    ['a remote that is none', ['--remote', 'ftp://a/b'], /ftp:\/\/a\/b is no source of releases/],
  ])('refuses %s', async (_, options, message) => {
    expect(await run(['create', folderOf(smallStack), ...options])).toEqual(failure(64, message));
  });

  it('says what csctl would make empty', async () => {
    const sources = folderOf({ ...smallStack, 'cluster-class/values.yaml': 'startup: << .Startup >>1s\n' });
    expect(await answer('create', sources, '--mode', 'hash', '--out', folderOf({}))).toMatchObject({
      warnings: ['cluster-class/values.yaml: << .Startup >> is no version and became empty'],
    });
  });

  it('names chart and dependency that are not vendored', async () => {
    const sources = folderOf({
      ...smallStack,
      'cluster-addon/cni/Chart.yaml':
        'apiVersion: v2\nname: cni\nversion: 0.1.0\ndependencies: [{name: cilium, version: 1.18.9, repository: "https://helm.cilium.io/"}]\n',
    });
    expect(await run(['create', sources, '--mode', 'hash', '--out', out])).toEqual(
      failure(
        64,
        /cluster-addon\/cni\/Chart\.yaml: dependencies names cilium, missing in charts\/; run helm dependency build/,
      ),
    );
  });
});

describe('scs stack lint', () => {
  it('finds nothing in sources as they should be, nor in the release of them', async () => {
    expect(await answer('lint', folderOf(smallStack))).toEqual([]);
    expect(await answer('lint', join(out, 'dev-small-1-33-v1'))).toEqual([]);
    expect(await answer('lint', 'dev-small-1-33-v2', '--source', out)).toEqual([]);
  });

  it('says what is wrong, where, and what to do', async () => {
    const sources = folderOf({
      ...smallStack,
      'cluster-addon/cni/templates/pod.yaml':
        'apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\nspec: {containers: [{name: a, image: "cni:latest"}]}\n',
    });
    const { stdout, code } = await run(['lint', sources]);
    expect(JSON.parse(stdout)).toEqual([
      {
        severity: 'error',
        rule: 'object-name',
        file: 'cni',
        path: expect.stringMatching(/^Pod +metadata\.name$/),
        message: 'is missing',
        remedy: expect.stringContaining('name the object'),
      },
      {
        severity: 'warning',
        rule: 'image-moving',
        file: 'cni',
        path: expect.stringMatching(/^Pod +spec\.containers\[0\]\.image$/),
        message: expect.stringContaining('"cni:latest"'),
        remedy: expect.any(String),
      },
    ]);
    expect(code).toBe(1);
  });

  it('fails for warnings where it should', async () => {
    const sources = folderOf({ ...smallStack, 'cluster-class/values.yaml': 'startup: << .Startup >>1s\n' });
    expect((await run(['lint', sources])).code).toBe(0);
    expect((await run(['lint', sources, '--strict'])).code).toBe(1);
  });

  it.each<[what: string, change: Record<string, string>, finding: object]>([
    [
      'a chart that does not render',
      { 'cluster-class/templates/broken.yaml': 'a: {{ .Values.missing.field }}\n' },
      { severity: 'error', rule: 'chart-render', file: 'cluster-class' },
    ],
    [
      'a chart for another Kubernetes',
      {
        'cluster-addon/cni/Chart.yaml':
          'apiVersion: v2\nname: cni\nversion: 0.1.0\nkubeVersion: ">= 1.34.0"\n',
      },
      { severity: 'error', rule: 'chart-render', file: 'cni' },
    ],
    [
      'stages that cannot be read',
      { 'clusteraddon.yaml': 'addonStages: [a]\n' },
      { severity: 'error', rule: 'file-invalid', file: 'clusteraddon.yaml', path: 'addonStages' },
    ],
  ])('takes %s for a finding', async (_, change, finding) => {
    const { stdout, code } = await run(['lint', folderOf({ ...smallStack, ...change })]);
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining(finding));
    expect(code).toBe(1);
  });
});

describe('scs stack render', () => {
  const objects = (yaml: string): unknown[] =>
    parseAllDocuments(yaml)
      .map((document) => document.toJS() as unknown)
      .filter((object) => object !== null);

  it('prints the class under the name that clusters use', async () => {
    const { stdout } = await run(['render', join(out, 'dev-small-1-33-v1')]);
    const names = objects(stdout).map(
      (object) => (object as { kind: string; metadata: { name: string } }).metadata.name,
    );
    expect(names).toContain('dev-small-1-33-v1');
    expect(names).toHaveLength(5);
  });

  it('prints an add-on for a made-up cluster, for a given one, or with given values', async () => {
    const render = (...more: string[]) =>
      answer('render', join(out, 'dev-small-1-33-v1'), '--chart', 'cni', '--output', 'json', ...more);
    const cluster = folderOf({
      'cluster.yaml':
        'apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: mine}\nspec: {topology: {variables: [{name: mtu, value: 9000}]}}\n',
      'values.yaml': 'cluster: yours\nmtu: 1\n',
    });
    const settings = (data: object) => [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: expect.objectContaining({ name: 'cni' }), data },
    ];
    expect(await render()).toEqual(settings({ cluster: 'example', mtu: '1450' }));
    expect(await render('--cluster', join(cluster, 'cluster.yaml'))).toEqual(
      settings({ cluster: 'mine', mtu: '9000' }),
    );
    expect(await render('--values', join(cluster, 'values.yaml'))).toEqual(
      settings({ cluster: 'yours', mtu: '1' }),
    );
  });

  it.each<[what: string, args: string[], message: RegExp]>([
    [
      'a chart that is not there',
      ['--chart', 'cna'],
      /--chart cna is not in the release \(did you mean cni\?\); choose one of class, cni/,
    ],
    ['values for the class', ['--values', 'a.yaml'], /--values and --cluster belong to add-ons/],
  ])('refuses %s', async (_, args, message) => {
    expect(await run(['render', join(out, 'dev-small-1-33-v1'), ...args])).toEqual(failure(64, message));
  });

  it('says what is no release', async () => {
    expect(await run(['render', 'nowhere'])).toEqual(failure(64, /nowhere is no folder, no oci:/));
    expect(await run(['render', folderOf({})])).toEqual(failure(64, /has no metadata\.yaml/));
    expect(await run(['render', 'dev-small-1-33-v9', '--source', out])).toEqual(
      failure(64, /dev-small-1-33-v9/),
    );
  });
});

describe('scs stack diff', () => {
  it('says what changes and who is replaced', async () => {
    expect(await answer('diff', join(out, 'dev-small-1-33-v1'), join(out, 'dev-small-1-33-v2'))).toEqual({
      from: 'dev-small-1-33-v1',
      to: 'dev-small-1-33-v2',
      versions: [{ part: 'clusterStack', from: 'v1', to: 'v2' }],
      classObjects: [
        {
          change: 'changed',
          object: 'DevMachineTemplate {class}-machine',
          fields: [{ path: 'spec.template.spec.startup', from: '1s', to: '2s' }],
        },
      ],
      variables: [],
      addons: [],
      nodeImages: [],
      rollouts: [
        {
          machines: 'machines of the control plane',
          certainty: 'certain',
          reasons: ['DevMachineTemplate: spec.template.spec.startup'],
        },
        {
          machines: 'workers of class worker',
          certainty: 'certain',
          reasons: ['DevMachineTemplate: spec.template.spec.startup'],
        },
      ],
      obstacles: [],
    });
  });

  it('prints a page for people', async () => {
    const { stdout } = await run([
      'diff',
      'dev-small-1-33-v1',
      'dev-small-1-33-v2',
      '--source',
      out,
      '--output',
      'table',
    ]);
    expect(stdout).toContain(
      'machines of the control plane are replaced: DevMachineTemplate: spec.template.spec.startup\n',
    );
    expect(stdout).toContain('spec.template.spec.startup: "1s" → "2s"\n');
  });

  it('finds nothing in one release', async () => {
    const copy = join(folderOf({}), 'dev-small-1-33-v1');
    cpSync(join(out, 'dev-small-1-33-v1'), copy, { recursive: true });
    const { stdout } = await run(['diff', join(out, 'dev-small-1-33-v1'), copy, '--output', 'table']);
    expect(stdout).toContain('no difference');
  });
});

it('the folder of a release may be called as anybody likes: its class chart says which one it is', async () => {
  const copy = folderOf({});
  cpSync(join(out, 'dev-small-1-33-v1'), copy, { recursive: true });
  expect(await answer('verify', copy)).toMatchObject({ tag: 'dev-small-1-33-v1' });
  expect(readFileSync(join(copy, 'metadata.yaml'), 'utf8')).toContain('clusterStack: v1\n');
});
