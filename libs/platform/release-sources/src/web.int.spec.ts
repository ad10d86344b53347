// GitHub and web folders: small servers that play them, with faults.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openReleaseSource, type SourceOptions } from './index.ts';

const temporary = mkdtempSync(join(tmpdir(), 'scs-web-'));
const closings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const newFolder = () => mkdtempSync(join(temporary, 'folder-'));
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Cuts the connection after so many bytes. */
  truncateAfter?: number;
  /** Says nothing more after so many bytes. */
  stallAfter?: number;
}

async function serve(reply: (request: IncomingMessage, path: string) => Reply) {
  const requests: { path: string; authorization: string | undefined }[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    requests.push({ path, authorization: request.headers.authorization });
    const { status = 200, headers = {}, body = '', truncateAfter, stallAfter } = reply(request, path);
    response.writeHead(
      status,
      status === 304 ? headers : { 'content-length': Buffer.byteLength(body), ...headers },
    );
    if (stallAfter !== undefined) response.write(body.slice(0, stallAfter));
    else if (truncateAfter === undefined) response.end(body);
    else response.write(body.slice(0, truncateAfter), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const etagOf = (body: string) => `"${sha256(body).slice(0, 12)}"`;

/** An answer that is the same until its content changes. */
function withEtag(request: IncomingMessage, body: string, headers: Record<string, string> = {}): Reply {
  const etag = etagOf(body);
  if (request.headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
  return { headers: { etag, ...headers }, body };
}

describe('GitHub', () => {
  const base = '/repos/SovereignCloudStack/cluster-stacks/releases';
  interface Asset {
    name: string;
    content: string;
    size?: number;
    digest?: string;
  }

  async function github(options: {
    tags?: string[];
    assets?: Asset[];
    fault?: (path: string) => Reply | undefined;
  }) {
    const {
      tags = ['v1'],
      assets = [{ name: 'metadata.yaml', content: 'a: 1' }],
      fault = () => undefined,
    } = options;
    const storage = await serve(
      (_, path) => fault(path) ?? { body: assets[Number(path.slice(1))]?.content ?? '' },
    );
    const api = await serve((request, path) => {
      const url = new URL(path, 'http://api');
      const faulty = fault(path);
      if (faulty) return faulty;
      if (url.pathname === base) {
        const page = Number(url.searchParams.get('page') ?? 1);
        const size = Number(url.searchParams.get('per_page') ?? 30);
        const found = tags
          .slice((page - 1) * size, page * size)
          .map((tag) => ({ tag_name: tag, name: `Release ${tag}`, draft: tag.startsWith('draft') }));
        const next = `<${api.url}${base}?per_page=${size}&page=${page + 1}>; rel="next", <${api.url}${base}?page=99>; rel="last"`;
        return withEtag(request, JSON.stringify(found), page * size < tags.length ? { link: next } : {});
      }
      const asset = /\/assets\/(\d+)$/.exec(path)?.[1];
      if (asset !== undefined) return { status: 302, headers: { location: `${storage.url}/${asset}` } };
      const tag = decodeURIComponent(/\/tags\/([^/]+)$/.exec(path)?.[1] ?? '');
      if (!tags.includes(tag)) return { status: 404, body: '{"message":"Not Found"}' };
      const listed = assets.map(({ name, content, size = content.length, digest }, id) => ({
        id,
        name,
        size,
        digest,
      }));
      return { body: JSON.stringify({ tag_name: tag, assets: listed }) };
    });
    return { api, storage };
  }

  const open = (apiUrl: string, token?: string, options?: SourceOptions) =>
    openReleaseSource(
      { kind: 'github', owner: 'SovereignCloudStack', repository: 'cluster-stacks', apiUrl, token },
      options,
    );

  it('lists the tags of all releases, by a hundred, without drafts (defect 11)', async () => {
    const tags = Array.from({ length: 250 }, (_, index) => `openstack-scs-1-27-v${index}`);
    const { api } = await github({ tags: [...tags, 'draft-1'] });
    expect(await open(api.url).list()).toEqual(tags);
    expect(api.requests).toHaveLength(3);
  });

  it('asks whether a page has changed, and takes what it knows where not', async () => {
    const tags = Array.from({ length: 150 }, (_, index) => `v${index}`);
    const { api } = await github({ tags });
    const source = open(api.url);
    const first = await source.list();
    expect(await source.list()).toEqual(first);
    tags.unshift('v150');
    expect(await source.list()).toEqual(tags);
    expect(api.requests).toHaveLength(6);
  });

  it('fetches the files of a release from where GitHub keeps them, and shows our token to GitHub alone', async () => {
    const { api, storage } = await github({
      assets: [
        { name: 'metadata.yaml', content: 'a: 1', digest: `sha256:${sha256('a: 1')}` },
        { name: 'class.tgz', content: 'xyz' },
      ],
    });
    const folder = newFolder();
    expect(await open(api.url, 'secret').fetch('v1', folder)).toEqual({});
    expect(readdirSync(folder).toSorted()).toEqual(['class.tgz', 'metadata.yaml']);
    expect(readFileSync(join(folder, 'class.tgz'), 'utf8')).toBe('xyz');
    expect(new Set(api.requests.map(({ authorization }) => authorization))).toEqual(
      new Set(['Bearer secret']),
    );
    expect(storage.requests.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
  });

  const inAMinute = String(Math.ceil(Date.now() / 1000) + 60);
  it.each<[name: string, fault: Reply, expected: object]>([
    ['401', { status: 401 }, { reason: 'unauthorized' }],
    ['403', { status: 403 }, { reason: 'forbidden' }],
    ['404', { status: 404 }, { reason: 'not-found' }],
    ['500', { status: 500 }, { reason: 'unavailable' }],
    [
      'no more requests, and when there are some again',
      { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inAMinute } },
      { reason: 'rate-limited', retryAfter: expect.closeTo(60, -2) as number },
    ],
    [
      'a pause',
      { status: 403, headers: { 'retry-after': '30' } },
      { reason: 'rate-limited', retryAfter: 30 },
    ],
    ['429', { status: 429 }, { reason: 'rate-limited', retryAfter: undefined }],
    ['a page of text', { body: '<html>' }, { reason: 'invalid' }],
    ['no list', { body: '{}' }, { reason: 'invalid' }],
    ['half a list', { body: '[{"tag_name":"v1"}]', truncateAfter: 5 }, { reason: 'unavailable' }],
    [
      'a next page elsewhere',
      { body: '[]', headers: { link: '<https://evil.example/x>; rel="next"' } },
      { reason: 'invalid' },
    ],
  ])('says what is wrong when it answers with %s', async (_, fault, expected) => {
    const { api } = await github({ fault: () => fault });
    const error: unknown = await open(api.url, 'hunter2')
      .list()
      .catch((error: unknown) => error);
    expect(error).toMatchObject({ name: 'ReleaseSourceError', ...expected });
    expect((error as Error).message).toMatch(
      /^GitHub repository SovereignCloudStack\/cluster-stacks [^\n]+; [^\n]+$/,
    );
    expect(String(error)).not.toContain('hunter2');
  });

  it('does not go on for ever', async () => {
    const api = await serve((_, path) => ({ body: '[]', headers: { link: `<${path}>; rel="next"` } }));
    await expect(open(api.url).list()).rejects.toMatchObject({ reason: 'invalid' });
  });

  it.each<[name: string, assets: Asset[], options: SourceOptions, reason: string]>([
    ['another digest', [{ name: 'a', content: 'x', digest: `sha256:${sha256('y')}` }], {}, 'digest'],
    ['a smaller size than stated', [{ name: 'a', content: 'xx', size: 1 }], {}, 'digest'],
    ['a larger size than stated', [{ name: 'a', content: 'x', size: 2 }], {}, 'unavailable'],
    ['a name that leads out', [{ name: '../evil', content: 'x' }], {}, 'invalid'],
    ['no files', [], {}, 'invalid'],
    ['files that are too large', [{ name: 'a', content: 'xxx' }], { limits: { fileBytes: 2 } }, 'too-large'],
  ])('refuses a release with %s', async (_, assets, options, reason) => {
    const { api } = await github({ assets });
    await expect(open(api.url, undefined, options).fetch('v1', newFolder())).rejects.toMatchObject({
      reason,
    });
  });

  it('has no such release', async () => {
    const { api } = await github({});
    await expect(open(api.url).fetch('v9', newFolder())).rejects.toMatchObject({
      reason: 'not-found',
      message: expect.stringMatching(/has no release v9/) as string,
    });
  });

  it.each([
    { owner: 'a/b' },
    { repository: '' },
    { apiUrl: 'ftp://x' },
    { apiUrl: 'https://me:secret@github.example' },
  ])('cannot be opened with %j', (wrong) => {
    const settings = {
      kind: 'github' as const,
      owner: 'SovereignCloudStack',
      repository: 'cluster-stacks',
      ...wrong,
    };
    expect(() => openReleaseSource(settings)).toThrow(
      expect.objectContaining({ reason: 'settings' }) as Error,
    );
  });
});

describe('a web folder', () => {
  interface File {
    name: string;
    content: string;
    sha256?: string;
    size?: number;
  }

  async function web(
    releases: Record<string, File[]>,
    fault: (path: string) => Reply | undefined = () => undefined,
  ) {
    const index = () =>
      JSON.stringify({
        releases: Object.fromEntries(
          Object.entries(releases).map(([tag, files]) => [
            tag,
            {
              files: files.map(
                ({ name, content, sha256: digest = sha256(content), size = content.length }) => ({
                  name,
                  sha256: digest,
                  size,
                }),
              ),
            },
          ]),
        ),
      });
    return serve((request, path) => {
      const faulty = fault(path);
      if (faulty) return faulty;
      if (path === '/stacks/index.json') return withEtag(request, index());
      const [tag = '', ...name] = path.replace('/stacks/', '').split('/').map(decodeURIComponent);
      const file = releases[tag]?.find((file) => file.name === name.join('/'));
      return file ? { body: file.content } : { status: 404 };
    });
  }
  const open = (url: string, token?: string) =>
    openReleaseSource({ kind: 'http', url: `${url}/stacks`, token });

  it('has the releases that its index.json has', async () => {
    const releases: Record<string, File[]> = {
      v1: [
        { name: 'metadata.yaml', content: 'a: 1' },
        { name: 'charts/ä b.tgz', content: 'x' },
      ],
    };
    const server = await web(releases);
    const source = open(server.url, 'secret');
    expect(await source.list()).toEqual(['v1']);
    const folder = newFolder();
    await source.fetch('v1', folder);
    expect(readFileSync(join(folder, 'metadata.yaml'), 'utf8')).toBe('a: 1');
    expect(readFileSync(join(folder, 'charts/ä b.tgz'), 'utf8')).toBe('x');
    expect(new Set(server.requests.map(({ authorization }) => authorization))).toEqual(
      new Set(['Bearer secret']),
    );
    releases['v2'] = [{ name: 'a', content: 'a' }];
    expect(await source.list()).toEqual(['v1', 'v2']);
  });

  it.each<[name: string, file: File, reason: string]>([
    ['another digest', { name: 'a', content: 'x', sha256: sha256('y') }, 'digest'],
    ['a digest that is none', { name: 'a', content: 'x', sha256: '123' }, 'invalid'],
    ['another size', { name: 'a', content: 'x', size: 2 }, 'unavailable'],
    ['a name that leads out', { name: '../../evil', content: 'x' }, 'invalid'],
  ])('refuses a file with %s', async (_, file, reason) => {
    const server = await web({ v1: [file] });
    await expect(open(server.url).fetch('v1', newFolder())).rejects.toMatchObject({
      name: 'ReleaseSourceError',
      reason,
    });
  });

  it.each<[name: string, body: string]>([
    ['no JSON', 'hello'],
    ['no releases', '{}'],
    ['a list', '{"releases":[]}'],
  ])('refuses an index.json with %s', async (_, body) => {
    const server = await web({}, () => ({ body }));
    await expect(open(server.url).list()).rejects.toMatchObject({ reason: 'invalid' });
  });

  it('does not wait for ever when it falls silent in the middle, or never comes to an end', async () => {
    const silent = await serve(() => ({ body: '{"releases":{}}', stallAfter: 5 }));
    for (const patience of [{ silenceMs: 200 }, { totalMs: 200 }]) {
      const source = openReleaseSource({ kind: 'http', url: silent.url }, { patience });
      await expect(source.list()).rejects.toMatchObject({
        reason: 'unavailable',
        message: expect.stringMatching(/does not answer/) as string,
      });
    }
  });

  it('takes no index that is larger than anybody has', async () => {
    const server = await serve(() => ({ body: 'x'.repeat(40 * 2 ** 20) }));
    await expect(open(server.url).list()).rejects.toMatchObject({ reason: 'too-large' });
  });

  it('follows redirects, and leaves the token at home', async () => {
    const mirror = await serve(() => ({ body: 'a: 1' }));
    const server = await web({ v1: [{ name: 'metadata.yaml', content: 'a: 1' }] }, (path) =>
      path.endsWith('.yaml') ? { status: 302, headers: { location: `${mirror.url}/file` } } : undefined,
    );
    await open(server.url, 'secret').fetch('v1', newFolder());
    expect(mirror.requests).toEqual([{ path: '/file', authorization: undefined }]);
  });

  it.each(['v9', '..', 'toString', '__proto__'])('has no release "%s"', async (tag) => {
    const server = await web({ v1: [] });
    await expect(open(server.url).fetch(tag, newFolder())).rejects.toMatchObject({ reason: 'not-found' });
  });

  it.each(['', 'stacks', 'file:///etc', 'https://me:hunter2@example.org/'])(
    'cannot be opened at "%s"',
    (url) => {
      expect(() => openReleaseSource({ kind: 'http', url })).toThrow(
        expect.objectContaining({ reason: 'settings' }) as Error,
      );
    },
  );
});
