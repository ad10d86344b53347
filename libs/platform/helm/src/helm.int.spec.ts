// The real Helm on charts written here. Skipped, with a line, where the packed Helm cannot run.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseYaml } from './documents.ts';
import { openHelm, type Chart, type Helm, type HelmOptions } from './index.ts';

const canRun = process.platform === 'linux' && process.arch === 'x64';
if (!canRun) console.log('skipped: the packed Helm is for Linux on x86-64');

const temporary = mkdtempSync(join(tmpdir(), 'scs-helm-test-'));
const binaryFolder = join(temporary, 'bin');
let helm: Helm;
let count = 0;

beforeAll(async () => {
  if (canRun) helm = await openHelm({ folder: binaryFolder, processes: 2 });
});
afterAll(async () => {
  await helm?.close();
  rmSync(temporary, { recursive: true, force: true });
});

type Files = Record<string, string>;
const chartYaml = 'apiVersion: v2\nname: app\nversion: 1.2.3\n';
const configMap = (data: string, name = 'a') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata:\n${data.replace(/^/gm, '  ')}\n`;

function folderWith(files: Files): string {
  const folder = join(temporary, `chart-${count++}`);
  for (const [path, content] of Object.entries({ 'Chart.yaml': chartYaml, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

async function archiveWith(files: Files): Promise<string> {
  const tar = pack();
  for (const [path, content] of Object.entries({ 'Chart.yaml': chartYaml, ...files }))
    tar.entry({ name: `app/${path}` }, content);
  tar.finalize();
  const file = join(temporary, `chart-${count++}.tgz`);
  writeFileSync(file, gzipSync(await buffer(tar)));
  return file;
}

const chartAt = (path: string, more: Partial<Chart> = {}): Chart => ({
  path,
  releaseName: 'release',
  namespace: 'space',
  kubernetesVersion: 'v1.27.3',
  ...more,
});
const template = (template: string, more: Partial<Chart> = {}) =>
  helm.template(chartAt(folderWith({ 'templates/a.yaml': template }), more));

/** An engine of its own, for tests that count or stop. */
async function withHelm<T>(options: HelmOptions, use: (helm: Helm) => Promise<T>): Promise<T> {
  const own = await openHelm({ folder: binaryFolder, ...options });
  try {
    return await use(own);
  } finally {
    await own.close();
  }
}

describe.runIf(canRun)('template', () => {
  it('renders a folder with names, version and values', async () => {
    const text = configMap(
      'release: {{ .Release.Name }}\nspace: {{ .Release.Namespace }}\nversion: {{ .Capabilities.KubeVersion.Version }}\nvalue: {{ .Values.a.b | quote }}',
    );
    const { objects, random, digest } = await template(text, { values: 'a:\n  b: given\n' });
    expect(objects).toEqual([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a' },
        data: { release: 'release', space: 'space', version: 'v1.27.3', value: 'given' },
      },
    ]);
    expect(random.size).toBe(0);
    expect(digest).toMatch(/^[\da-f]{64}$/);
  });

  it('renders an archive like the folder', async () => {
    const files = { 'templates/a.yaml': configMap('a: {{ .Chart.Version }}') };
    const [archive, folder] = [await archiveWith(files), folderWith(files)];
    const rendered = await Promise.all([helm.template(chartAt(archive)), helm.template(chartAt(folder))]);
    expect(rendered[0]?.objects).toEqual(rendered[1]?.objects);
  });

  it("keeps Helm's order: namespaces, accounts, then what uses them", async () => {
    const object = (kind: string) => `apiVersion: v1\nkind: ${kind}\nmetadata: {name: a}\n`;
    const { objects } = await template(
      ['Pod', 'Service', 'Secret', 'ServiceAccount', 'Namespace'].map(object).join('---\n'),
    );
    expect(objects.map(({ kind }) => kind)).toEqual([
      'Namespace',
      'ServiceAccount',
      'Secret',
      'Service',
      'Pod',
    ]);
  });

  it('gives definitions of custom resources only where they are wanted', async () => {
    const crd = 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\n';
    const path = folderWith({ 'crds/a.yaml': `${crd}---\n${crd}`, 'templates/a.yaml': configMap('a: b') });
    const kinds = async (includeCrds: boolean) =>
      (await helm.template(chartAt(path, { includeCrds }))).objects.map(({ kind }) => kind);
    expect(await kinds(true)).toEqual(['CustomResourceDefinition', 'CustomResourceDefinition', 'ConfigMap']);
    expect(await kinds(false)).toEqual(['ConfigMap']);
  });

  it('leaves out what is empty, and takes lists apart', async () => {
    const { objects } = await template(
      `---\n# nothing\n---\nnull\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: a}}\n- {apiVersion: v1, kind: Secret, metadata: {name: b}}\n`,
    );
    expect(objects.map(({ metadata }) => metadata)).toEqual([{ name: 'a' }, { name: 'b' }]);
  });

  it('takes what Go takes: equal keys, brackets at the margin, large integers', async () => {
    const { objects } = await template(
      'apiVersion: v1\nkind: X\nmetadata: {name: a}\nname: first\nname: last\nlist: [\n1,\n]\n---\napiVersion: v1\nkind: Z\nmetadata: {name: a}\nlarge: 9223372036854775807\n',
    );
    expect(objects).toMatchObject([{ name: 'last', list: [1] }, { large: 9223372036854775807n }]);
  });

  it('reads a large document like a small one', async () => {
    const path = folderWith({
      'templates/a.yaml': `apiVersion: v1\nkind: X\nmetadata: {name: a}\ndata:\n  {{- range $i := until 40000 }}\n  key{{ $i }}: 010\n  {{- end }}\n`,
    });
    const { objects } = await helm.template(chartAt(path));
    expect(Object.values(objects[0]?.['data'] as object).every((value) => value === 8)).toBe(true);
    expect(Object.keys(objects[0]?.['data'] as object)).toHaveLength(40_000);
  });

  it('marks the values that are random, in archives of sub charts too', async () => {
    const sub = readFileSync(
      await archiveWith({
        'Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
        'templates/s.yaml': configMap('id: {{ uuidv4 }}\nfixed: x', 'sub'),
      }),
    );
    const path = folderWith({
      'Chart.yaml': `${chartYaml}dependencies:\n- {name: sub, version: 1.0.0, repository: "https://charts.example"}\n`,
      'templates/a.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {fixed: x}\n',
    });
    mkdirSync(join(path, 'charts'));
    // The archive's top folder must be called like the chart.
    const folder = mkdtempSync(join(temporary, 'sub-'));
    writeFileSync(join(folder, 'sub.tgz'), sub);
    execFileSync('tar', ['-xzf', 'sub.tgz'], { cwd: folder });
    execFileSync('mv', ['app', 'sub'], { cwd: folder });
    execFileSync('tar', ['-czf', join(path, 'charts', 'sub-1.0.0.tgz'), 'sub'], { cwd: folder });
    const { objects, random } = await helm.template(chartAt(path));
    const place = objects.findIndex(({ kind }) => kind === 'ConfigMap');
    expect([...random]).toEqual([[place, ['/data/id']]]);
  });

  it('marks certificates, passwords, the clock and what is made of them', async () => {
    const { random } = await template(
      `{{- $ca := genCA "ca" 10 -}}\n${configMap('ca: {{ $ca.Cert | b64enc }}\nsum: {{ $ca.Cert | sha256sum }}\npassword: {{ randAlphaNum 20 }}\ntime: {{ now | quote }}\nfixed: {{ "x" | sha256sum }}')}`,
    );
    expect([...random]).toEqual([[0, ['/data/ca', '/data/sum', '/data/password', '/data/time']]]);
  });

  const broken: [name: string, files: Files, reason: string, message: RegExp][] = [
    [
      'random names',
      { 'templates/a.yaml': configMap('a: b', '{{ randAlpha 8 | lower }}') },
      'random-names',
      /give it a fixed name/,
    ],
    [
      'broken YAML',
      { 'templates/a.yaml': 'a: b: c' },
      'template',
      /templates\/a\.yaml gives no YAML of an object/,
    ],
    ['a list', { 'templates/a.yaml': '- a' }, 'template', /it is a list/],
    [
      'an object without kind',
      { 'templates/a.yaml': 'apiVersion: v1' },
      'template',
      /templates\/a\.yaml renders to an object without kind/,
    ],
    [
      'an object without apiVersion',
      { 'templates/a.yaml': 'kind: X' },
      'template',
      /templates\/a\.yaml renders to an object without apiVersion/,
    ],
    [
      'broken definitions',
      { 'crds/a.yaml': 'a: b: c' },
      'template',
      /crds\/a\.yaml renders to YAML that cannot be read/,
    ],
    [
      'a template error',
      { 'templates/a.yaml': '\n{{ .Values.a.b.c }}' },
      'template',
      /templates\/a\.yaml line 2: nil pointer/,
    ],
    [
      'a template that is none',
      { 'templates/a.yaml': '{{ if }}' },
      'template',
      /templates\/a\.yaml line 1: missing value for if/,
    ],
    [
      'a function that is unknown',
      { 'templates/a.yaml': '{{ env "HOME" }}' },
      'template',
      /function "env" not defined/,
    ],
    [
      'dependencies that are not packed',
      {
        'Chart.yaml': `${chartYaml}dependencies:\n- {name: cilium, version: 1.x, repository: "https://helm.cilium.io"}\n`,
      },
      'dependencies',
      /^chart chart-\d+: its dependencies are not packed with it: cilium; run "helm dependency build"/,
    ],
    [
      'no name',
      { 'Chart.yaml': 'apiVersion: v2\nversion: 1.0.0\n' },
      'invalid-chart',
      /chart\.metadata\.name is required/,
    ],
    ['broken metadata', { 'Chart.yaml': 'a: b: c' }, 'invalid-chart', /cannot load Chart\.yaml/],
    [
      'another Kubernetes in mind',
      { 'Chart.yaml': `${chartYaml}kubeVersion: ">=1.99.0"\n` },
      'invalid-chart',
      /wants Kubernetes >=1\.99\.0, and is for v1\.27\.3 here/,
    ],
    [
      'a loop in an include',
      { 'templates/a.yaml': '{{ define "r" }}{{ include "r" . }}{{ end }}{{ include "r" . }}' },
      'template',
      /nested reference name: r/,
    ],
  ];
  it.each(broken)('says what is wrong with a chart with %s', async (_, files, reason, message) => {
    await expect(helm.template(chartAt(folderWith(files), { includeCrds: true }))).rejects.toMatchObject({
      name: 'HelmError',
      reason,
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    ['no YAML', 'a: b: c', /its values are no YAML mapping/],
    ['a list', '- a', /it is a list/],
    ['not what the schema wants', 'password: [hunter2]', /at '\/password': got array, want string/],
  ])('says that values are %s', async (_, values, message) => {
    const path = folderWith({
      'values.schema.json': '{"type":"object","properties":{"password":{"type":"string"}}}',
      'templates/a.yaml': configMap('a: b'),
    });
    await expect(helm.template(chartAt(path, { values }))).rejects.toMatchObject({
      reason: 'values',
      message: expect.stringMatching(message) as string,
    });
  });

  it('says that there is no chart, or none in the archive', async () => {
    await expect(helm.template(chartAt(join(temporary, 'gone.tgz')))).rejects.toMatchObject({
      reason: 'no-chart',
      message: 'there is no chart gone.tgz; check the release',
    });
    const file = join(temporary, 'text.tgz');
    writeFileSync(file, 'hello');
    await expect(helm.template(chartAt(file))).rejects.toMatchObject({ reason: 'invalid-chart' });
  });

  it('shows no secret of the values', async () => {
    const message = await template('{{ fail .Values.cloud.password }}', {
      values: 'cloud: {password: hunter2}',
    }).catch((error: unknown) => String(error));
    expect(message).toBe(
      'HelmError: chart chart-X: templates/a.yaml line 1: …'.replace('chart-X', `chart-${count - 1}`),
    );
  });

  it("gives the templates none of this process's environment, files or clusters", async () => {
    const { objects } = await template(
      configMap(
        'file: {{ .Files.Get "/etc/passwd" | quote }}\nlookup: {{ lookup "v1" "Namespace" "" "default" | toJson | quote }}\nhost: {{ getHostByName "localhost" | quote }}',
      ),
    );
    expect(objects[0]?.['data']).toEqual({ file: '', lookup: '{}', host: '' });
  });
});

describe.runIf(canRun)('limits', () => {
  const endless = {
    'templates/a.yaml': '{{ range until 1000000 }}{{ range until 1000000 }}{{ end }}{{ end }}',
  };
  const helmsAlive = () =>
    existsSync('/proc')
      ? readdirSync('/proc').filter((id) => {
          try {
            return readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(binaryFolder);
          } catch {
            return false;
          }
        }).length
      : 0;

  it('stops a chart that never renders, and goes on with others', async () => {
    await withHelm({ processes: 1, timeoutMs: 700 }, async (own) => {
      const stuck = own.template(chartAt(folderWith(endless)));
      const other = own.templateText('{{ .a }}', { a: 1 });
      await expect(stuck).rejects.toMatchObject({
        reason: 'timeout',
        message: expect.stringMatching(/longer than 0\.7 s/) as string,
      });
      expect(await other).toBe('1');
    });
    expect(helmsAlive()).toBe(0);
  });

  it('stops a chart that takes all memory', async () => {
    const path = folderWith({ 'templates/a.yaml': '{{ range until 2000000000 }}x{{ end }}' });
    await withHelm({ timeoutMs: 120_000 }, (own) =>
      expect(own.template(chartAt(path))).rejects.toMatchObject({
        reason: 'too-large',
        message: expect.stringMatching(/memory/) as string,
      }),
    );
  });

  it('ends a process that nobody waits for any more, and frees its place', async () => {
    await withHelm({ processes: 1 }, async (own) => {
      const giveUp = new AbortController();
      const stuck = own.template(chartAt(folderWith(endless)), giveUp.signal);
      await vi.waitUntil(() => own.stats.runs > 0);
      giveUp.abort(new Error('gave up'));
      await expect(stuck).rejects.toThrow('gave up');
      expect(await own.templateText('{{ .a }}', { a: 2 })).toBe('2');
    });
  });

  it('ends what runs when it is closed', async () => {
    const own = await openHelm({ folder: binaryFolder });
    const stuck = own.template(chartAt(folderWith(endless)));
    await vi.waitUntil(() => own.stats.runs > 0);
    const [result] = await Promise.allSettled([stuck, own.close()]);
    expect(result).toMatchObject({ status: 'rejected', reason: { reason: 'unavailable' } });
    expect(helmsAlive()).toBe(0);
  });
});

describe.runIf(canRun)('results', () => {
  const files = { 'templates/a.yaml': configMap('a: {{ .Values.a }}') };

  it('are kept by content: the same is rendered once, whatever its path', async () => {
    await withHelm({}, async (own) => {
      const [one, two] = [folderWith(files), folderWith(files)];
      const first = await own.template(chartAt(one));
      const second = await own.template(chartAt(two));
      expect(second).toEqual(first);
      expect(own.stats).toEqual({ runs: 1, hits: 1 });
      writeFileSync(join(two, 'templates/a.yaml'), configMap('a: changed'));
      expect((await own.template(chartAt(two))).objects).not.toEqual(first.objects);
      expect(own.stats.runs).toBe(2);
    });
  });

  it('are not mixed up: every argument counts', async () => {
    const path = folderWith(files);
    const charts = [
      {},
      { releaseName: 'other' },
      { namespace: 'other' },
      { kubernetesVersion: 'v1.28.0' },
      { values: 'a: 1' },
      { includeCrds: true },
    ];
    const digests = await Promise.all(
      charts.map((more) => helm.template(chartAt(path, more)).then(({ digest }) => digest)),
    );
    expect(new Set(digests).size).toBe(charts.length);
  });

  it('are one rendering for all who ask at the same time', async () => {
    await withHelm({}, async (own) => {
      const path = folderWith(files);
      await Promise.all(Array.from({ length: 20 }, () => own.template(chartAt(path))));
      expect(own.stats.runs).toBe(1);
    });
  });

  it('may be changed by who got them', async () => {
    await withHelm({}, async (own) => {
      const path = folderWith(files);
      const [first, second] = await Promise.all([own.template(chartAt(path)), own.template(chartAt(path))]);
      if (first.objects[0]) first.objects[0]['metadata'] = 'changed';
      expect(second.objects[0]?.['metadata']).toEqual({ name: 'a' });
      expect((await own.template(chartAt(path))).objects[0]?.['metadata']).toEqual({ name: 'a' });
    });
  });

  it('that are failures are kept, too', async () => {
    await withHelm({}, async (own) => {
      const path = folderWith({ 'templates/a.yaml': '{{ fail "no" }}' });
      for (let attempt = 0; attempt < 3; attempt++) {
        await expect(own.template(chartAt(path))).rejects.toMatchObject({ reason: 'template' });
      }
      expect(own.stats.runs).toBe(1);
    });
  });

  it('outlive the process, for its owner only, and a damaged one is made anew', async () => {
    const cacheFolder = join(temporary, 'cache');
    const chart = chartAt(folderWith({ 'templates/a.yaml': configMap('a: {{ uuidv4 }}\nb: "x"') }), {
      values: 'password: hunter2',
    });
    const first = await withHelm({ cacheFolder }, (own) => own.template(chart));
    await withHelm({ cacheFolder }, async (own) => {
      expect(await own.template(chart)).toEqual(first);
      expect(own.stats).toEqual({ runs: 0, hits: 1 });
    });
    expect(statSync(cacheFolder).mode & 0o777).toBe(0o700);
    const [name = ''] = readdirSync(cacheFolder);
    expect(statSync(join(cacheFolder, name)).mode & 0o777).toBe(0o600);
    writeFileSync(join(cacheFolder, name), readFileSync(join(cacheFolder, name)).subarray(0, -3));
    await withHelm({ cacheFolder }, async (own) => {
      expect((await own.template(chart)).random).toEqual(first.random);
      expect(own.stats.runs).toBe(2);
    });
  });
});

describe.runIf(canRun)('templateText', () => {
  const data = {
    Cluster: {
      metadata: { name: 'prod', labels: { 'a/b': 'x"y\\z\n' } },
      spec: { replicas: 3, large: 9007199254740993n, ratio: 0.5, nothing: null, off: false },
      zones: ['a', 'b'],
    },
  };
  const cases: [name: string, text: string, expected: string][] = [
    ['fields', 'name: {{ .Cluster.metadata.name }}', 'name: prod'],
    ['text with quotes and line ends', '{{ index .Cluster.metadata.labels "a/b" }}|', 'x"y\\z\n|'],
    [
      'integers as integers',
      '{{ if eq .Cluster.spec.replicas 3 }}three{{ end }} {{ printf "%d" .Cluster.spec.large }}',
      'three 9007199254740993',
    ],
    ['fractions and booleans', '{{ .Cluster.spec.ratio }} {{ .Cluster.spec.off }}', '0.5 false'],
    [
      'ranges, and $ inside',
      '{{ range $i, $z := .Cluster.zones }}{{ $i }}{{ $z }}{{ $.Cluster.metadata.name }} {{ end }}',
      '0aprod 1bprod ',
    ],
    ['if, and, or', '{{ if and .Cluster (or .Cluster.spec.off true) }}yes{{ end }}', 'yes'],
    [
      'define and template',
      '{{ define "x" }}<{{ .name }}>{{ end }}{{ template "x" .Cluster.metadata }}',
      '<prod>',
    ],
    ['nindent', 'a:{{ "b: 1\\nc: 2" | nindent 2 }}', 'a:\n  b: 1\n  c: 2'],
    [
      'nothing for what is missing or null',
      '[{{ .Nope }}{{ .Cluster.nope }}{{ .Cluster.spec.nothing }}]',
      '[]',
    ],
    ['markup as it is', '<a href="{{ .Cluster.metadata.name }}">&</a>', '<a href="prod">&</a>'],
    ['no template at all', 'plain: "text" --- # x\n\n', 'plain: "text" --- # x\n\n'],
    ['nothing', '', ''],
  ];
  it.each(cases)('gives %s', async (_, text, expected) => {
    expect(await helm.templateText(text, data)).toBe(expected);
  });

  it('takes objects of 10,000 fields', async () => {
    const large = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`field${index}`, { index, name: `n${index}` }]),
    );
    expect(await helm.templateText('{{ len .Large }} {{ .Large.field9999.index }}', { Large: large })).toBe(
      '10000 9999',
    );
  });

  it.each([
    [
      'a field of nothing',
      'a\n{{ .Cluster.nope.deep }}',
      'template',
      /fails in line 2: nil pointer.*\(at {{ \.Cluster\.nope\.deep }}\)/,
    ],
    ['no template', '{{ if }}', 'template', /fails in line 1: missing value for if/],
    ['its own words', '{{ fail "no zone" }}', 'template', /no zone/],
  ])('says what is wrong: %s', async (_, text, reason, message) => {
    await expect(helm.templateText(text, data)).rejects.toMatchObject({
      reason,
      message: expect.stringMatching(message) as string,
    });
  });

  it('refuses what is too large', async () => {
    await expect(helm.templateText('x', { a: 'x'.repeat(6 * 2 ** 20) })).rejects.toMatchObject({
      reason: 'too-large',
    });
  });

  it('reads YAML scalars as ours does', async () => {
    const words = [
      'y',
      'yes',
      'On',
      'n',
      'NO',
      'off',
      'true',
      'TrUe',
      '~',
      'null',
      'nULL',
      '0777',
      '0o17',
      '08',
      '0x1F',
      '0b11',
      '-0b11',
      '1_000',
      '+5',
      '-0',
      '.5',
      '1.',
      '1e3',
      '1e+3',
      '.5e3',
      '1:30',
      '2001-01-01',
      '0x',
      '0_',
      '1_0.5',
      '-.5',
      '=',
      '"yes"',
      "'0777'",
      '!!str 12',
      '!!float 1',
      '!!int "12"',
      '!foo bar',
      '!!binary aGk=',
      'v1',
      '1.2.3',
    ];
    const text = words.map((word, index) => `k${index}: ${word}`).join('\n');
    const byHelm = JSON.parse(await helm.templateText('{{ fromYaml .text | toJson }}', { text })) as Record<
      string,
      unknown
    >;
    const ours = parseYaml(text) as Record<string, unknown>;
    for (const [index, word] of words.entries())
      expect([word, ours[`k${index}`]]).toEqual([word, byHelm[`k${index}`]]);
  });
});

describe.runIf(canRun)('lint', () => {
  const bad: [name: string, text: string, problem: RegExp][] = [
    ['errors', '{{ .Values.a.b.c }}', /^templates\/: .*nil pointer/],
    ['warnings', configMap('a: b', 'Not_A_Name'), /^templates\/a\.yaml: object name does not conform/],
  ];
  it.each(bad)('gives %s, each in a line', async (_, text, problem) => {
    const path = folderWith({ 'templates/a.yaml': text });
    const problems = await helm.lint({ path, kubernetesVersion: 'v1.27.3' });
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems[0]).not.toContain(temporary);
    expect(problems[0]).not.toContain('\n');
  });

  it('finds nothing wrong with a good chart', async () => {
    const path = folderWith({ 'templates/a.yaml': configMap('a: {{ .Values.a }}') });
    expect(await helm.lint({ path, kubernetesVersion: 'v1.27.3', values: 'a: b' })).toEqual([]);
  });
});

describe.runIf(canRun)('openHelm', () => {
  it('unpacks once for many, and mends what is damaged', async () => {
    const folder = join(temporary, 'other-bin');
    const opened = await Promise.all([openHelm({ folder }), openHelm({ folder }), openHelm({ folder })]);
    await Promise.all(opened.map((own) => own.close()));
    const [name = '', ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    chmodSync(join(folder, name), 0o644);
    writeFileSync(join(folder, name), 'half');
    await withHelm({ folder }, async (own) => expect(await own.templateText('{{ .a }}', { a: 1 })).toBe('1'));
  });

  it.each([
    ['is no Helm', '#!/bin/sh\necho hello\n', /is no Helm 4 \(hello\)/],
    ['is too old', '#!/bin/sh\necho v3.19.0\n', /is no Helm 4 \(v3\.19\.0\)/],
  ])('refuses a program that %s', async (_, script, message) => {
    const binary = join(temporary, `program-${count++}`);
    writeFileSync(binary, script, { mode: 0o755 });
    await expect(openHelm({ binary })).rejects.toMatchObject({
      reason: 'unavailable',
      message: expect.stringMatching(message) as string,
    });
  });

  it('says that a folder cannot be used', async () => {
    const file = join(temporary, 'a-file');
    writeFileSync(file, '');
    await expect(openHelm({ folder: join(file, 'bin') })).rejects.toMatchObject({
      reason: 'unavailable',
      message: expect.stringMatching(/^Helm cannot be unpacked \(.+\); check the folder/) as string,
    });
  });
});
