import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, describe, expect, it } from 'vitest';
import { openReleaseSource, openReleaseStore, ReleaseSourceError, type ReleaseSource } from './index.ts';

const temporary = mkdtempSync(join(tmpdir(), 'scs-store-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const newFolder = (name: string) => mkdtempSync(join(temporary, `${name}-`));

/** A source that counts, with releases that are written as they are. */
function sourceOf(releases: Record<string, Record<string, string | Buffer>>) {
  const source = {
    fetches: 0,
    description: 'test',
    list: async () => Object.keys(releases),
    fetch: async (tag: string, folder: string, signal?: AbortSignal): Promise<{ digest?: string }> => {
      source.fetches++;
      await source.before(signal);
      const files = releases[tag];
      if (!files) throw new ReleaseSourceError('not-found', `no ${tag}`);
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
      return { digest: `sha256:of-${tag}` };
    },
    before: async (_signal?: AbortSignal): Promise<void> => {},
  };
  return source satisfies ReleaseSource;
}

const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8');

describe('ensure', () => {
  it('fetches once, and has the same files from then on, in other processes and at the next start, too', async () => {
    const [folder, source] = [
      newFolder('store'),
      sourceOf({ v1: { 'metadata.yaml': 'a: 1', 'charts/a.yaml': 'x' } }),
    ];
    const store = await openReleaseStore({ source, folder });
    expect(await store.have('v1')).toBeUndefined();
    const release = await store.ensure('v1');
    expect(release).toMatchObject({
      tag: 'v1',
      files: ['charts/a.yaml', 'metadata.yaml'],
      sourceDigest: 'sha256:of-v1',
    });
    expect(release.digest).toMatch(/^sha256:[\da-f]{64}$/);
    expect(read(release.folder, 'metadata.yaml')).toBe('a: 1');
    expect(await store.ensure('v1')).toEqual(release);
    const other = await openReleaseStore({ source, folder });
    expect(await other.have('v1')).toEqual(release);
    expect(await other.ensure('v1')).toEqual(release);
    expect(source.fetches).toBe(1);
  });

  it('has a digest of names and contents, not of tags and times', async () => {
    const files = { 'a.yaml': 'a', 'b.yaml': 'b' };
    const source = sourceOf({
      v1: files,
      v2: { ...files },
      v3: { 'a.yaml': 'b', 'b.yaml': 'a' },
      v4: { 'a.yaml': 'ab', 'b.yaml': '' },
    });
    const store = await openReleaseStore({ source, folder: newFolder('store') });
    const digests = await Promise.all(
      ['v1', 'v2', 'v3', 'v4'].map(async (tag) => (await store.ensure(tag)).digest),
    );
    expect(digests[0]).toBe(digests[1]);
    expect(new Set(digests).size).toBe(3);
  });

  it('fetches once for all who ask at the same time, and says to all that it failed', async () => {
    const source = sourceOf({ v1: { a: 'a' } });
    const store = await openReleaseStore({ source, folder: newFolder('store') });
    await Promise.all(Array.from({ length: 10 }, () => store.ensure('v1')));
    expect(source.fetches).toBe(1);
    const failed = await Promise.allSettled([store.ensure('v2'), store.ensure('v2')]);
    expect(failed).toMatchObject([{ reason: { reason: 'not-found' } }, { reason: { reason: 'not-found' } }]);
    expect(source.fetches).toBe(2);
  });

  it('holds nobody up after a fetch that failed: others go on meanwhile, and it is tried again (defect 13)', async () => {
    const releases: Record<string, Record<string, string>> = { v1: { a: 'a' } };
    const store = await openReleaseStore({ source: sourceOf(releases), folder: newFolder('store') });
    const [failed, good] = await Promise.allSettled([store.ensure('v2'), store.ensure('v1')]);
    expect([failed.status, good.status]).toEqual(['rejected', 'fulfilled']);
    releases['v2'] = { a: 'b' };
    expect(read((await store.ensure('v2')).folder, 'a')).toBe('b');
  });

  it('goes on for the others when one gives up, and stops when all do', async () => {
    const source = sourceOf({ v1: { a: 'a' } });
    const stopped = Promise.withResolvers<string>();
    const go = Promise.withResolvers<void>();
    source.before = async (signal) => {
      signal?.addEventListener('abort', () => stopped.resolve('stopped'));
      await Promise.race([go.promise, stopped.promise]);
      signal?.throwIfAborted();
    };
    const store = await openReleaseStore({ source, folder: newFolder('store') });
    const giveUp = new AbortController();
    const [first, second] = [store.ensure('v1', giveUp.signal), store.ensure('v1')];
    giveUp.abort(new Error('gave up'));
    await expect(first).rejects.toThrow('gave up');
    go.resolve();
    expect((await second).tag).toBe('v1');

    const last = new AbortController();
    source.before = async (signal) => {
      signal?.addEventListener('abort', () => stopped.resolve('stopped'));
      await stopped.promise;
      signal?.throwIfAborted();
    };
    const alone = store.ensure('v2', last.signal);
    last.abort(new Error('gave up'));
    await expect(alone).rejects.toThrow('gave up');
    expect(await stopped.promise).toBe('stopped');
  });

  it.each<[name: string, damage: (file: string) => void]>([
    ['a file is missing', (file) => rmSync(file)],
    ['a file is shorter', (file) => truncateSync(file, 1)],
    ['a file is a link', (file) => (renameSync(file, `${file}.x`), symlinkSync(`${file}.x`, file))],
  ])('fetches again when %s', async (_, damage) => {
    const source = sourceOf({ v1: { 'a.yaml': 'content' } });
    const store = await openReleaseStore({ source, folder: newFolder('store') });
    const release = await store.ensure('v1');
    chmodSync(join(release.folder, 'a.yaml'), 0o644);
    damage(join(release.folder, 'a.yaml'));
    expect(await store.have('v1')).toBeUndefined();
    const mended = await store.ensure('v1');
    expect(mended).toEqual(release);
    expect(read(mended.folder, 'a.yaml')).toBe('content');
    expect(source.fetches).toBe(2);
  });

  it('notices at the next start that a file has other content of the same size', async () => {
    const [folder, source] = [newFolder('store'), sourceOf({ v1: { 'a.yaml': 'content' } })];
    const release = await (await openReleaseStore({ source, folder })).ensure('v1');
    chmodSync(join(release.folder, 'a.yaml'), 0o644);
    writeFileSync(join(release.folder, 'a.yaml'), 'changed');
    const store = await openReleaseStore({ source, folder });
    expect(await store.have('v1')).toBeUndefined();
    expect(read((await store.ensure('v1')).folder, 'a.yaml')).toBe('content');
  });

  it('keeps files that nobody can write by mistake', async () => {
    const store = await openReleaseStore({
      source: sourceOf({ v1: { a: 'a' } }),
      folder: newFolder('store'),
    });
    const { folder } = await store.ensure('v1');
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o444);
  });

  it.each<[name: string, files: Record<string, string>, limits: object, reason: string]>([
    ['no files', {}, {}, 'invalid'],
    ['too many files', { a: '', b: '', c: '' }, { files: 2 }, 'too-large'],
    ['a file that is too large', { a: 'xxx' }, { fileBytes: 2 }, 'too-large'],
    ['files that are too large together', { a: 'xx', b: 'xx' }, { bytes: 3 }, 'too-large'],
  ])('refuses a release with %s, and keeps nothing of it', async (_, files, limits, reason) => {
    const folder = newFolder('store');
    const store = await openReleaseStore({ source: sourceOf({ v1: files }), folder, limits });
    await expect(store.ensure('v1')).rejects.toMatchObject({ name: 'ReleaseSourceError', reason });
    expect(await store.have('v1')).toBeUndefined();
    expect([...readdirSync(join(folder, 'drafts')), ...readdirSync(join(folder, 'content'))]).toEqual([]);
  });

  it('keeps nothing of a fetch that failed in the middle', async () => {
    const folder = newFolder('store');
    const source = sourceOf({ v1: { a: 'a' } });
    const store = await openReleaseStore({
      folder,
      source: {
        ...source,
        fetch: async (tag, target) => {
          await source.fetch(tag, target);
          throw new ReleaseSourceError('unavailable', 'broke off');
        },
      },
    });
    await expect(store.ensure('v1')).rejects.toMatchObject({ reason: 'unavailable', message: 'broke off' });
    expect(readdirSync(join(folder, 'drafts'))).toEqual([]);
    expect(await store.have('v1')).toBeUndefined();
  });

  it('takes tags as they come', async () => {
    const tags = ['v1', 'V1', 'a/b', '../x', '.', 'ü', 'x'.repeat(300), 'a_b', 'a%2Fb'];
    const source = sourceOf(Object.fromEntries(tags.map((tag) => [tag, { name: tag }])));
    const folder = newFolder('store');
    const store = await openReleaseStore({ source, folder });
    for (const tag of tags) expect(read((await store.ensure(tag)).folder, 'name')).toBe(tag);
    for (const tag of tags) expect((await store.have(tag))?.tag).toBe(tag);
    expect(readdirSync(folder).toSorted()).toEqual(['content', 'drafts', 'tags']);
  });

  it('survives two stores that fetch the same into one folder', async () => {
    const folder = newFolder('store');
    const source = sourceOf({
      v1: Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, 'x'])),
    });
    const stores = await Promise.all([1, 2, 3, 4].map(() => openReleaseStore({ source, folder })));
    const releases = await Promise.all(stores.map((store) => store.ensure('v1')));
    for (const release of releases) expect(readdirSync(release.folder)).toHaveLength(30);
    expect(readdirSync(join(folder, 'drafts'))).toEqual([]);
  });

  it('has no half release when the process is killed at any time', async () => {
    const [folder, releases] = [newFolder('store'), newFolder('releases')];
    mkdirSync(join(releases, 'v1'));
    for (let index = 0; index < 40; index++)
      writeFileSync(join(releases, 'v1', `f${index}`), `${index}`.repeat(50_000));
    const program = `
      const { openReleaseSource, openReleaseStore } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
      const source = openReleaseSource({ kind: 'directory', path: ${JSON.stringify(releases)} });
      const store = await openReleaseStore({ source, folder: ${JSON.stringify(folder)} });
      for (;;) { await store.ensure('v1'); process.stdout.write('.'); await store.forget('v1'); }`;
    for (let kill = 0; kill < 5; kill++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let rounds = 0;
      await new Promise<void>((resolve) => {
        child.stdout.on('data', () => ++rounds > kill && child.kill('SIGKILL'));
        child.once('close', () => resolve());
      });
      expect(rounds).toBeGreaterThan(0);
      const store = await openReleaseStore({
        source: openReleaseSource({ kind: 'directory', path: releases }),
        folder,
      });
      const found = await store.have('v1');
      for (const file of found?.files ?? [])
        expect(read(found?.folder ?? '', file)).toBe(read(releases, `v1/${file}`));
      expect((await store.ensure('v1')).files).toHaveLength(40);
    }
  });
});

describe('forget', () => {
  it('drops a release, but not the content that another tag has', async () => {
    const folder = newFolder('store');
    const store = await openReleaseStore({ source: sourceOf({ v1: { a: 'a' }, v2: { a: 'a' } }), folder });
    const [first] = [await store.ensure('v1'), await store.ensure('v2')];
    await store.forget('v1');
    expect(await store.have('v1')).toBeUndefined();
    expect(await store.have('v2')).toMatchObject({ digest: first.digest });
    await store.forget('v2');
    await store.forget('v2');
    expect(readdirSync(join(folder, 'content'))).toEqual([]);
  });
});

describe('opening', () => {
  it('removes what killed processes left and what no tag points to, once it is old', async () => {
    const folder = newFolder('store');
    const store = await openReleaseStore({ source: sourceOf({ v1: { a: 'a' } }), folder });
    await store.ensure('v1');
    for (const path of ['drafts/old', 'drafts/new', 'content/sha256-old', 'content/sha256-new'])
      mkdirSync(join(folder, path));
    const yesterday = new Date(Date.now() - 86_400_000);
    for (const path of ['drafts/old', 'content/sha256-old'])
      utimesSync(join(folder, path), yesterday, yesterday);
    for (const name of readdirSync(join(folder, 'content')).filter((name) => !/old|new/.test(name)))
      utimesSync(join(folder, 'content', name), yesterday, yesterday);
    const again = await openReleaseStore({ source: sourceOf({}), folder });
    expect(await again.have('v1')).toBeDefined();
    expect(readdirSync(join(folder, 'drafts'))).toEqual(['new']);
    expect(readdirSync(join(folder, 'content')).filter((name) => /old|new/.test(name))).toEqual([
      'sha256-new',
    ]);
  });

  it('says what is wrong with the folder', async () => {
    const file = join(temporary, 'file');
    writeFileSync(file, '');
    await expect(
      openReleaseStore({ source: sourceOf({}), folder: join(file, 'store') }),
    ).rejects.toMatchObject({
      reason: 'unavailable',
      message: expect.stringMatching(/cannot be used \(ENOTDIR\); check the disk/) as string,
    });
  });
});

describe('unpacked', () => {
  async function archiveOf(path: string): Promise<Buffer> {
    const tar = pack();
    tar.entry({ name: path }, 'content');
    tar.finalize();
    return gzipSync(await buffer(tar));
  }

  it('unpacks an archive once, and has it at the next start', async () => {
    const folder = newFolder('store');
    const source = sourceOf({ v1: { 'addon.tgz': await archiveOf('ccm/Chart.yaml') } });
    const store = await openReleaseStore({ source, folder });
    const release = await store.ensure('v1');
    const [first, second] = await Promise.all([
      store.unpacked(release, 'addon.tgz'),
      store.unpacked(release, 'addon.tgz'),
    ]);
    expect(read(first, 'ccm/Chart.yaml')).toBe('content');
    expect(second).toBe(first);
    const { mtimeMs } = statSync(join(first, 'ccm'));
    expect(await (await openReleaseStore({ source, folder })).unpacked(release, 'addon.tgz')).toBe(first);
    expect(statSync(join(first, 'ccm')).mtimeMs).toBe(mtimeMs);
    expect(readdirSync(join(folder, 'drafts'))).toEqual([]);
  });

  it('refuses an evil archive, and keeps nothing of it', async () => {
    const folder = newFolder('store');
    const store = await openReleaseStore({
      source: sourceOf({ v1: { 'addon.tgz': await archiveOf('../../evil') } }),
      folder,
    });
    await expect(store.unpacked(await store.ensure('v1'), 'addon.tgz')).rejects.toMatchObject({
      reason: 'invalid',
    });
    expect(readdirSync(join(folder, 'drafts'))).toEqual([]);
  });

  it.each(['gone.tgz', '../metadata.yaml', ''])(
    'refuses what is no file of the release: "%s"',
    async (file) => {
      const store = await openReleaseStore({
        source: sourceOf({ v1: { a: 'a' } }),
        folder: newFolder('store'),
      });
      await expect(store.unpacked(await store.ensure('v1'), file)).rejects.toMatchObject({
        reason: 'not-found',
      });
    },
  );
});

describe('a directory', () => {
  function directory() {
    const root = newFolder('releases');
    mkdirSync(join(root, 'v1/charts'), { recursive: true });
    writeFileSync(join(root, 'v1/metadata.yaml'), 'first');
    writeFileSync(join(root, 'v1/charts/a.tgz'), 'chart');
    return { root, source: openReleaseSource({ kind: 'directory', path: root }) };
  }

  it('has a release in each folder, without what begins with a dot', async () => {
    const { root, source } = directory();
    mkdirSync(join(root, '.git'));
    writeFileSync(join(root, 'README.md'), '');
    writeFileSync(join(root, 'v1/.DS_Store'), '');
    const store = await openReleaseStore({ source, folder: newFolder('store') });
    expect(await store.list()).toEqual(['v1']);
    expect((await store.ensure('v1')).files).toEqual(['charts/a.tgz', 'metadata.yaml']);
  });

  it('gives a changed release a new digest, and leaves the files of the old one as they were', async () => {
    const { root, source } = directory();
    const store = await openReleaseStore({ source, folder: newFolder('store') });
    const first = await store.ensure('v1');
    writeFileSync(join(root, 'v1/metadata.yaml'), 'second');
    const second = await store.ensure('v1');
    expect(second.digest).not.toBe(first.digest);
    expect(read(second.folder, 'metadata.yaml')).toBe('second');
    expect(read(first.folder, 'metadata.yaml')).toBe('first');
    expect(await store.have('v1')).toEqual(second);
  });

  it('may lose a release that is in use', async () => {
    const { root, source } = directory();
    const store = await openReleaseStore({ source, folder: newFolder('store') });
    const release = await store.ensure('v1');
    rmSync(join(root, 'v1'), { recursive: true });
    expect(await store.list()).toEqual([]);
    expect(await store.ensure('v1')).toEqual(release);
    await store.forget('v1');
    await expect(store.ensure('v1')).rejects.toMatchObject({ reason: 'not-found' });
  });

  it('may be made of links inside itself, as a mounted ConfigMap is', async () => {
    const { root, source } = directory();
    mkdirSync(join(root, 'v2/..2026'), { recursive: true });
    writeFileSync(join(root, 'v2/..2026/metadata.yaml'), 'linked');
    symlinkSync('..2026', join(root, 'v2/..data'));
    symlinkSync('..data/metadata.yaml', join(root, 'v2/metadata.yaml'));
    const store = await openReleaseStore({ source, folder: newFolder('store') });
    const release = await store.ensure('v2');
    expect(release.files).toEqual(['metadata.yaml']);
    expect(read(release.folder, 'metadata.yaml')).toBe('linked');
  });

  it.each([
    ['a file', 'metadata.yaml', 'hostname'],
    ['a folder', 'charts', '.'],
  ])('refuses a link to %s outside', async (_, name, target) => {
    const { root, source } = directory();
    mkdirSync(join(root, 'v2'));
    symlinkSync(join('/etc', target), join(root, 'v2', name));
    const store = await openReleaseStore({ source, folder: newFolder('store') });
    await expect(store.ensure('v2')).rejects.toMatchObject({ reason: 'invalid' });
  });

  it.each(['..', '.', 'v1/charts', '', 'v9', 'v1/metadata.yaml'])('has no release "%s"', async (tag) => {
    const store = await openReleaseStore({ source: directory().source, folder: newFolder('store') });
    await expect(store.ensure(tag)).rejects.toMatchObject({ reason: 'not-found' });
  });

  it('may be away: a release that is there already can be used, and others say why not', async () => {
    const { root, source } = directory();
    const store = await openReleaseStore({ source, folder: newFolder('store') });
    const release = await store.ensure('v1');
    renameSync(root, `${root}-away`);
    expect(await store.ensure('v1')).toEqual(release);
    await expect(store.list()).rejects.toMatchObject({ reason: 'unavailable' });
  });
});
