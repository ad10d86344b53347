// A real Git server on loopback: `git http-backend` behind a small HTTP server. Skipped where there is no git.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { devNull, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openGit, type GitSource, type Options, type Tree } from './index.ts';

// Names that no resolver knows: who connects to them has the addresses from our look-up.
const names: Record<string, string[]> = {
  'pinned.invalid': ['127.0.0.1', '::1'],
  'mixed.invalid': ['1.1.1.1', '10.0.0.1'],
};
vi.mock('node:dns/promises', async (original) => {
  const dns = await original<typeof import('node:dns/promises')>();
  const lookup = async (host: string, options: { all: true }) =>
    names[host]?.map((address) => ({ address })) ?? dns.lookup(host, options);
  return { ...dns, lookup };
});

const hasGit = spawnSync('git', ['version']).status === 0;
const hasProc = existsSync('/proc');
if (!hasProc) console.log('skipped: command lines can only be looked at where there is /proc');
if (!hasGit) console.log('skipped: there is no git on PATH');

const temporary = mkdtempSync(join(tmpdir(), 'scs-git-'));
const wanted: Options = { accepts: (path) => path.endsWith('.md') };
const MiB = 2 ** 20;

let server: Server;
/** What the server does with a request before Git sees it; true where it answered. */
let first: (request: IncomingMessage, response: ServerResponse) => boolean;
let requests: IncomingMessage[];
/** Holds a.md; for tests that do not change it. */
let plain: Origin;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request);
    if (!first(request, response)) runBackend(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  if (hasGit) plain = originWith({ 'a.md': 'a' });
});
beforeEach(() => {
  first = () => false;
  requests = [];
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(temporary, { recursive: true, force: true });
});

/** The CGI protocol, as far as Git needs it. */
function runBackend(request: IncomingMessage, response: ServerResponse): void {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const backend = spawn('git', ['http-backend'], {
    env: {
      ...gitEnv,
      GIT_PROJECT_ROOT: temporary,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REQUEST_METHOD: request.method,
      PATH_INFO: path,
      QUERY_STRING: query,
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
    },
  });
  request.pipe(backend.stdin);
  backend.stdin.on('error', () => {});
  let head = Buffer.alloc(0);
  const readHead = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    backend.stdout.off('data', readHead);
    const lines = head.toString('latin1', 0, end).split('\r\n');
    const headers = lines.map((line) => line.split(': ') as [string, string]);
    response.writeHead(
      Number.parseInt(headers.find(([name]) => name === 'Status')?.[1] ?? '200', 10),
      headers.flat(),
    );
    response.write(head.subarray(end + 4));
    backend.stdout.pipe(response);
  };
  backend.stdout.on('data', readHead);
  response.on('close', () => backend.kill());
}

const gitEnv = {
  PATH: process.env['PATH'],
  HOME: temporary,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: devNull,
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@a.invalid',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@a.invalid',
};

/** A repository that the server offers, with a working folder. */
class Origin {
  readonly folder = mkdtempSync(join(temporary, 'origin-'));

  constructor({ filter = true } = {}) {
    this.git('init', '--quiet', '--initial-branch=main');
    this.git('config', 'uploadpack.allowFilter', String(filter));
  }

  git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.folder, env: gitEnv, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  }

  write(path: string, content: string | Buffer): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), content);
  }

  /** The id of the commit. */
  commit(files: Record<string, string | Buffer> = {}): string {
    for (const [path, content] of Object.entries(files)) this.write(path, content);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message=x');
    return this.git('rev-parse', 'HEAD');
  }

  /** A source with a new cache. */
  source(more: Partial<GitSource> = {}): GitSource {
    const { port } = server.address() as AddressInfo;
    return {
      url: `http://127.0.0.1:${port}/${this.folder.slice(temporary.length + 1)}/.git`,
      revision: '',
      cacheFolder: mkdtempSync(join(temporary, 'cache-')),
      addresses: 'any',
      ...more,
    };
  }
}

function originWith(files: Record<string, string | Buffer>): Origin {
  const origin = new Origin();
  origin.commit(files);
  return origin;
}

/** Commit, and the text of every file. */
async function readAll(source: GitSource, options: Options = wanted) {
  const tree = await openGit(source, options);
  try {
    const texts = await Promise.all(tree.files.map((file) => tree.read(file)));
    return { ...tree, texts: Object.fromEntries(tree.files.map(({ path }, index) => [path, texts[index]])) };
  } finally {
    await tree.close();
  }
}

const failure = (source: GitSource, options: Options = wanted): Promise<unknown> =>
  openGit(source, options).then(
    (tree) => tree.close().then(() => 'no failure'),
    (error: unknown) => error,
  );

const packFolder = ({ cacheFolder }: GitSource) => join(cacheFolder, 'repository.git', 'objects', 'pack');
const packs = (source: GitSource) => readdirSync(packFolder(source)).filter((name) => name.endsWith('.pack'));
const cacheBytes = (source: GitSource) =>
  packs(source).reduce((sum, name) => sum + statSync(join(packFolder(source), name)).size, 0);

describe.skipIf(!hasGit)('a Git repository', () => {
  it('gives the wanted files of the default branch, their hashes and texts', async () => {
    const origin = new Origin();
    const commit = origin.commit({
      'docs/ä.md': '# Ä\n',
      'a.md': 'one\n',
      'b.txt': 'no',
      'node_modules/x.md': 'x',
    });
    const tree = await readAll(origin.source());
    expect(tree).toMatchObject({ commit, problems: [], texts: { 'docs/ä.md': '# Ä\n', 'a.md': 'one\n' } });
    expect(tree.files[0]).toEqual({
      path: 'a.md',
      size: 4,
      hash: '5626abf0f72e58d7a153368ba57db4c673c0e171',
    });
  });

  it('is fetched from the address that was looked up for the check', async () => {
    const source = plain.source();
    const url = source.url.replace('127.0.0.1', 'pinned.invalid');
    expect((await readAll({ ...source, url })).texts).toEqual({ 'a.md': 'a' });
  });

  it('gives a branch, a tag, an annotated tag and a commit', async () => {
    const origin = new Origin();
    const old = origin.commit({ 'a.md': 'old' });
    origin.git('tag', 'v1');
    origin.git('tag', '--annotate', '--message=x', 'v1-annotated');
    origin.git('checkout', '--quiet', '-b', 'feature/x');
    origin.commit({ 'a.md': 'branch' });
    origin.git('checkout', '--quiet', 'main');
    origin.commit({ 'a.md': 'new' });
    const source = origin.source();
    const textOf = async (revision: string) => (await readAll({ ...source, revision })).texts['a.md'];
    expect(await textOf('main')).toBe('new');
    expect(await textOf('feature/x')).toBe('branch');
    expect(await textOf('v1')).toBe('old');
    expect(await textOf('v1-annotated')).toBe('old');
    expect(await textOf(old)).toBe('old');
  });

  it('fetches only what is new', async () => {
    const origin = originWith({ 'a.md': 'a', 'b.md': Buffer.from(noise(200_000)).toString('base64') });
    const source = origin.source();
    await readAll(source);
    const before = cacheBytes(source);
    const commit = origin.commit({ 'a.md': 'a2' });
    const { texts, ...tree } = await readAll(source);
    expect(tree.commit).toBe(commit);
    expect(texts['a.md']).toBe('a2');
    expect(texts['b.md']).toHaveLength(266_668);
    expect(cacheBytes(source) - before).toBeLessThan(2000);
  });

  it('takes nothing where nothing changed', async () => {
    const source = plain.source();
    await readAll(source);
    const bytes = cacheBytes(source);
    requests = [];
    await readAll(source);
    expect(requests.length).toBeLessThanOrEqual(3);
    await readAll(source);
    // An empty pack.
    expect(cacheBytes(source) - bytes).toBeLessThan(50);
  });

  it('follows a rewritten history', async () => {
    const origin = originWith({ 'a.md': 'a', 'gone.md': 'gone' });
    const source = origin.source();
    await readAll(source);
    origin.git('checkout', '--quiet', '--orphan', 'other');
    origin.git('rm', '--quiet', '-r', '--force', '.');
    const commit = origin.commit({ 'a.md': 'rewritten' });
    origin.git('branch', '--force', 'main', 'other');
    expect(await readAll({ ...source, revision: 'main' })).toMatchObject({
      commit,
      texts: { 'a.md': 'rewritten' },
    });
  });

  it('does not grow without end', async () => {
    const origin = new Origin();
    const source = origin.source();
    for (let change = 1; change <= 5; change++) {
      origin.commit({ 'a.md': `${change}`, 'noise.bin': noise(100_000, change) });
      const { texts } = await readAll(source, { ...wanted, limits: { transferBytes: 210_000 } });
      expect(texts).toEqual({ 'a.md': `${change}` });
      expect(cacheBytes(source)).toBeLessThan(330_000);
    }
  });

  it('neither fetches nor reads a file of 200 MB', async () => {
    const origin = originWith({ 'a.md': 'a' });
    writeFileSync(join(origin.folder, 'huge.md'), noise(MiB));
    truncateSync(join(origin.folder, 'huge.md'), 200 * MiB);
    origin.git('config', 'core.compression', '0');
    origin.git('config', 'core.bigFileThreshold', '1m');
    origin.commit();
    const source = origin.source();
    const { texts, problems } = await readAll(source);
    expect(texts).toEqual({ 'a.md': 'a' });
    expect(problems).toEqual([{ file: 'huge.md', reason: 'large', message: 'larger than 2 MiB, left out' }]);
    expect(cacheBytes(source)).toBeLessThan(10_000);
    origin.commit({ 'a.md': 'a2' });
    expect((await readAll(source)).texts).toEqual({ 'a.md': 'a2' });
    expect(cacheBytes(source)).toBeLessThan(10_000);
  });

  it('reads a file that was too large and no longer is', async () => {
    const text = noise(2 * MiB).toString('base64');
    const origin = originWith({ 'a.md': text });
    const source = origin.source();
    expect((await readAll(source)).texts).toEqual({});
    origin.commit({ 'a.md': text.slice(0, MiB) });
    expect((await readAll(source)).texts['a.md']).toBe(text.slice(0, MiB));
  });

  it('leaves out a large file of a server that cannot filter, if it comes over within the limit', async () => {
    const origin = new Origin({ filter: false });
    origin.commit({ 'a.md': 'a', 'large.md': noise(3 * MiB) });
    const source = origin.source();
    const { texts, problems } = await readAll(source);
    expect(texts).toEqual({ 'a.md': 'a' });
    expect(problems.map(({ file, reason }) => `${file} ${reason}`)).toEqual(['large.md large']);
    expect(
      await failure({ ...origin.source() }, { ...wanted, limits: { transferBytes: MiB } }),
    ).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining(
        'sends more than 1 MiB; name a repository that has documentation only',
      ),
    });
  });

  it('ends a transfer that does not end', async () => {
    const origin = new Origin({ filter: false });
    origin.commit({ 'a.md': 'a', 'large.bin': noise(MiB) });
    const source = origin.source();
    first = (request, response) => {
      if (request.method !== 'POST' || requests.filter(({ method }) => method === 'POST').length < 2)
        return false;
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' });
      response.write(pkt('shallow-info\n'));
      response.write(pkt(`shallow ${origin.git('rev-parse', 'HEAD')}`));
      response.write('0001');
      response.write(pkt('packfile\n'));
      response.write(pkt(Buffer.concat([Buffer.from([1]), packHead()])));
      const band = Buffer.from([1]);
      const endless = setInterval(() => response.write(pkt(Buffer.concat([band, storedBlock()]))), 2);
      response.on('close', () => clearInterval(endless));
      return true;
    };
    const limits = { transferBytes: MiB, transferMs: 20_000 };
    expect(String(await failure(source, { ...wanted, limits }))).toContain('sends more than 1 MiB');
  });

  it('follows no links, and neither submodules nor paths that lead out', async () => {
    const origin = originWith({ 'a.md': 'a' });
    symlinkSync('/etc/passwd', join(origin.folder, 'link.md'));
    symlinkSync('../..', join(origin.folder, 'up'));
    origin.git('add', '--all');
    const head = origin.git('rev-parse', 'HEAD');
    origin.git('update-index', '--add', '--cacheinfo', `160000,${head},module.md`);
    const tree = origin.git('write-tree');
    const evil = treeObject(origin, [
      ['40000', '..', tree],
      ['100644', 'b.md', origin.git('rev-parse', 'HEAD:a.md')],
      ['40000', 'docs', tree],
    ]);
    origin.git('update-ref', 'refs/heads/evil', origin.git('commit-tree', '-m', 'x', evil));
    const { texts, problems } = await readAll(origin.source({ revision: 'evil' }), { accepts: () => true });
    expect(texts).toEqual({ 'b.md': 'a', 'docs/a.md': 'a' });
    expect(problems.map(({ file, reason }) => `${file} ${reason}`)).toEqual([
      '../a.md outside',
      '../link.md link',
      '../up link',
      'docs/link.md link',
      'docs/up link',
    ]);
  });

  it('reads 10,000 files, and refuses more than are allowed', async () => {
    const origin = new Origin();
    const pages = Array.from({ length: 10_000 }, (_, index) => {
      const text = `# Page ${index}\n`;
      return `M 100644 inline ${index % 100}/${index}.md\ndata ${text.length}\n${text}`;
    });
    const commit = 'commit refs/heads/main\ncommitter a <a@a.invalid> 0 +0000\ndata 0\n';
    execFileSync('git', ['fast-import', '--quiet'], {
      cwd: origin.folder,
      env: gitEnv,
      input: `${commit}${pages.join('')}\n`,
    });
    const source = origin.source();
    const steps: string[] = [];
    const { texts } = await readAll(source, { ...wanted, onProgress: (text) => steps.push(text) });
    expect(Object.keys(texts)).toHaveLength(10_000);
    expect(texts['99/9999.md']).toBe('# Page 9999\n');
    expect(steps).toContain('10000 files');
    expect(steps.join('\n')).toContain('Receiving objects: 100%');
    expect(await failure(source, { ...wanted, limits: { files: 9_999 } })).toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('more than 9999 documents; name the folders that are meant'),
    });
    const part = await readAll(source, { ...wanted, folders: ['7'], limits: { files: 100 } });
    expect(part.files).toHaveLength(100);
  });

  it('names what is no UTF-8 and reads on', async () => {
    const source = originWith({ 'a.md': 'a', 'bad.md': Buffer.from([0xff, 0xfe]) }).source();
    const tree = await openGit(source, wanted);
    await expect(tree.read(tree.files[1]!)).rejects.toThrow('bad.md is not UTF-8');
    expect(await tree.read(tree.files[0]!)).toBe('a');
    await tree.close();
    await expect(tree.read(tree.files[0]!)).rejects.toThrow('a.md is gone; read the source again');
  });

  it('reads the same cache twice at the same time', async () => {
    const source = plain.source();
    const trees = await Promise.all([1, 2, 3].map(() => openGit(source, wanted)));
    expect(await Promise.all(trees.map((tree) => tree.read(tree.files[0]!)))).toEqual(['a', 'a', 'a']);
    await Promise.all(trees.map((tree) => tree.close()));
  });
});

describe.skipIf(!hasGit)('a cache that is broken', () => {
  let changing: Origin;
  beforeAll(() => {
    changing = originWith({ 'a.md': 'a' });
    changing.git('tag', 'before');
    changing.commit({ 'b.md': 'b' });
  });

  const fillWithPacks = (_: string, source: GitSource) => {
    for (let pack = 0; pack < 31; pack++) writeFileSync(join(packFolder(source), `pack-${pack}.pack`), '');
  };
  const damages: [string, (repository: string, source: GitSource) => void][] = [
    ['a lock was left', (repository) => writeFileSync(join(repository, 'shallow.lock'), '')],
    [
      'the lock of the tip was left',
      (repository) => writeFileSync(join(repository, 'refs/source/tip.lock'), ''),
    ],
    ['a pack was cut off', (_, source) => truncateSync(join(packFolder(source), packs(source)[0] ?? ''), 40)],
    ['all objects are gone', (_, source) => rmSync(packFolder(source), { recursive: true })],
    ['it is no repository', (repository) => rmSync(join(repository, 'objects'), { recursive: true })],
    ['its head is empty', (repository) => writeFileSync(join(repository, 'HEAD'), '')],
    ['its configuration is broken', (repository) => writeFileSync(join(repository, 'config'), '[')],
    ['it has many packs', fillWithPacks],
    ['its tip is no commit', (repository) => writeFileSync(join(repository, 'refs/source/tip'), 'x\n')],
  ];
  it.each(damages)('is made anew where %s', async (_, damage) => {
    const source = changing.source({ revision: 'before' });
    await readAll(source);
    damage(join(source.cacheFolder, 'repository.git'), source);
    expect((await readAll({ ...source, revision: 'main' })).texts).toEqual({ 'a.md': 'a', 'b.md': 'b' });
    expect(packs(source)).toHaveLength(1);
  });

  it('runs none of its hooks and reads no configuration but ours', async () => {
    const origin = originWith({ 'a.md': 'a' });
    const source = origin.source();
    await readAll(source);
    const proof = join(temporary, 'hook-ran');
    const hooks = join(source.cacheFolder, 'repository.git', 'hooks');
    mkdirSync(hooks, { recursive: true });
    for (const hook of ['reference-transaction', 'post-merge', 'pre-auto-gc'])
      writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
    origin.commit({ 'a.md': 'b' });
    expect((await readAll(source)).texts).toEqual({ 'a.md': 'b' });
    expect(existsSync(proof)).toBe(false);
  });
});

describe.skipIf(!hasGit)('a Git source that cannot be read', () => {
  const answer = (status: number, headers = {}) => {
    first = (_, response) => {
      response.writeHead(status, headers).end('<html>\n<body>\n</html>\n');
      return true;
    };
  };

  it.each([
    ['gone', 404, {}, 'not-found', 'there is no repository at'],
    ['private', 401, { 'www-authenticate': 'Basic realm="x"' }, 'invalid', 'or give a token'],
    ['forbidden', 403, {}, 'invalid', 'refuses access (403)'],
    ['out of order', 503, {}, 'unavailable', 'HTTP status 503'],
    ['busy', 429, {}, 'unavailable', 'HTTP status 429'],
    ['elsewhere', 302, { location: 'http://169.254.169.254/' }, 'invalid', 'redirects'],
    ['a web page', 200, { 'content-type': 'text/html' }, 'invalid', 'is no Git repository'],
  ])('says that it is %s', async (_, status, headers, kind, message) => {
    const source = plain.source();
    await readAll(source);
    answer(status, headers);
    const error = await failure(source);
    expect(error).toMatchObject({ kind, message: expect.stringContaining(message) });
    expect(String(error)).toContain(source.url);
    expect(String(error)).not.toContain('\n');
  });

  it('keeps its cache for the time when the source is back', async () => {
    const source = plain.source();
    await readAll(source);
    const [kept] = packs(source);
    answer(503);
    await failure(source);
    first = () => false;
    await readAll(source);
    expect(packs(source)).toContain(kept);
  });

  it('says that a branch or a commit is gone', async () => {
    const origin = plain;
    expect(await failure(origin.source({ revision: 'nope' }))).toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('has no branch or tag "nope"; correct the revision'),
    });
    expect(await failure(origin.source({ revision: '0123456789'.repeat(4) }))).toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('has no commit 0123'),
    });
    expect(await failure(new Origin().source())).toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('has no commit on its default branch'),
    });
  });

  it('says that nobody listens, and that there is no such host', async () => {
    const origin = plain;
    expect(await failure(origin.source({ url: 'http://127.0.0.1:1/docs.git' }))).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('takes no connections'),
    });
    expect(await failure(origin.source({ url: 'http://docs.invalid/docs.git' }))).toMatchObject({
      message: expect.stringMatching(/there is no host docs.invalid|cannot be looked up/),
    });
  });

  it('says that its cache has no place', async () => {
    writeFileSync(join(temporary, 'file'), '');
    expect(await failure(plain.source({ cacheFolder: join(temporary, 'file', 'cache') }))).toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('(ENOTDIR); check its folder'),
    });
  });

  it('says that the connection breaks off, and reads on the next time', async () => {
    const source = plain.source();
    first = (request) => request.method === 'POST' && Boolean(request.socket.destroy());
    expect(await failure(source)).toMatchObject({ kind: 'unavailable' });
    first = () => false;
    expect((await readAll(source)).texts).toEqual({ 'a.md': 'a' });
  });

  it('gives up on a server that hangs', async () => {
    const source = plain.source();
    first = () => true;
    expect(await failure(source, { ...wanted, limits: { transferMs: 300 } })).toMatchObject({
      kind: 'unavailable',
      message: `${source.url} could not be read within 0.3 s; try again later`,
    });
  });

  it('stops when it is told to, and lets others go on', async () => {
    const source = plain.source();
    const controller = new AbortController();
    let hangs = true;
    first = () => {
      controller.abort();
      return hangs;
    };
    const stopped = failure(source, { ...wanted, signal: controller.signal });
    const waiting = failure(source, { ...wanted, signal: controller.signal });
    expect(await stopped).toMatchObject({ name: 'AbortError' });
    expect(await waiting).toMatchObject({ name: 'AbortError' });
    hangs = false;
    expect((await readAll(source)).texts).toEqual({ 'a.md': 'a' });
  });

  it('ends reading with its signal', async () => {
    const controller = new AbortController();
    const source = plain.source();
    const tree: Tree = await openGit(source, { ...wanted, signal: controller.signal });
    controller.abort();
    await expect(tree.read(tree.files[0]!)).rejects.toThrow('aborted');
    await tree.close();
  });

  it.each([
    '--upload-pack=touch x',
    '-x',
    '+main',
    'main:refs/heads/x',
    'a..b',
    'main^',
    'main~1',
    'refs/heads/*',
    'a b',
    'a\nb',
    'main@{1}',
  ])('refuses the revision %j', async (revision) => {
    expect(await failure(plain.source({ revision }))).toMatchObject({
      kind: 'invalid',
      message: 'the revision is no branch, tag or full commit id; correct it',
    });
    expect(requests).toEqual([]);
  });

  it('reaches no host of its own network unless that is allowed', async () => {
    const { addresses, ...source } = plain.source();
    expect(addresses).toBe('any');
    for (const host of ['localhost', 'mixed.invalid']) {
      const error = await failure({ ...source, url: `https://${host}/docs.git` });
      expect(String(error)).toContain(`${host} is not on the public internet`);
    }
    expect(String(await failure(source))).toContain('http: are not read');
    expect(requests).toEqual([]);
  });
});

describe.skipIf(!hasGit)('a token', () => {
  const secret = 'ghp-s3cret';
  const guard = (expected: string) => {
    first = (request, response) => {
      if (request.headers.authorization === `Basic ${Buffer.from(expected).toString('base64')}`) return false;
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      return true;
    };
  };

  it.each([
    [secret, `x-access-token:${secret}`],
    ['deploy:s3cret', 'deploy:s3cret'],
  ])('opens a private repository (%s)', async (token, expected) => {
    guard(expected);
    const source = plain.source({ token });
    expect((await readAll(source)).texts).toEqual({ 'a.md': 'a' });
    const kept = spawnSync('grep', ['-rlE', 's3cret|Authorization', source.cacheFolder]).stdout.toString();
    expect(kept).toBe('');
  });

  it('is named when it is refused, and never shown', async () => {
    guard('x-access-token:other');
    const error = await failure(plain.source({ token: secret }));
    expect(error).toMatchObject({ kind: 'invalid', message: expect.stringContaining('refuses the token') });
    expect(JSON.stringify(error) + String(error) + String((error as Error).stack)).not.toContain('s3cret');
  });

  it.skipIf(!hasProc)('is on no command line', async () => {
    const commands: string[] = [];
    first = () => {
      commands.push(...commandLines());
      return false;
    };
    await readAll(plain.source({ token: secret }));
    expect(commands.join('\n')).toContain('--depth=1');
    expect(commands.join('\n')).not.toMatch(/s3cret|Authorization/);
  });

  it('cannot bring a header of its own', async () => {
    const error = await failure(plain.source({ token: 'a\r\nX-Other: b' }));
    expect(error).toMatchObject({ kind: 'invalid', message: expect.stringContaining('the token holds') });
  });
});

/** Of all processes that may be seen. */
function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return ''; // It has ended.
      }
    });
}

/** Bytes that do not compress. */
function noise(bytes: number, seed = 1): Buffer {
  const buffer = Buffer.alloc(bytes);
  let state = seed;
  for (let index = 0; index < bytes; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    buffer[index] = state >>> 24;
  }
  return buffer;
}

function pkt(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
}

/** A pack of one blob of 100 MB that is to come. */
function packHead(): Buffer {
  const head = Buffer.from('PACK\0\0\0\x02\0\0\0\x01', 'latin1');
  const size: number[] = [];
  let rest = 100 * MiB;
  size.push(0x80 | (3 << 4) | (rest & 15));
  for (rest = Math.floor(rest / 16); rest > 127; rest = Math.floor(rest / 128))
    size.push(0x80 | (rest & 127));
  size.push(rest);
  return Buffer.concat([head, Buffer.from(size), Buffer.from([0x78, 0x01])]);
}

/** 60,000 bytes for inflate, as they are. */
function storedBlock(): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt16LE(60_000, 1);
  head.writeUInt16LE(0xffff ^ 60_000, 3);
  return Buffer.concat([head, noise(60_000)]);
}

/** A tree with names that Git itself would refuse. */
function treeObject(origin: Origin, entries: [mode: string, name: string, hash: string][]): string {
  const content = entries.flatMap(([mode, name, hash]) => [
    Buffer.from(`${mode} ${name}\0`),
    Buffer.from(hash, 'hex'),
  ]);
  const file = join(temporary, 'tree');
  writeFileSync(file, Buffer.concat(content));
  return origin.git('hash-object', '-w', '-t', 'tree', '--literally', file);
}
