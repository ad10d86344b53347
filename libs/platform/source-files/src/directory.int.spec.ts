// Real folders and archives in a temporary folder. What a document is, is not decided here: these tests want *.md.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';
import { afterAll, describe, expect, it } from 'vitest';
import { openArchive, openDirectory, type Options } from './index.ts';

const temporary = mkdtempSync(join(tmpdir(), 'scs-source-files-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const wanted: Options = { accepts: (path) => path.endsWith('.md') };
const kiB = 1024;

function folderWith(files: Record<string, string | Buffer>): string {
  const folder = mkdtempSync(join(temporary, 'folder-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

function archiveOf(content: Buffer, name = 'docs.tar.gz'): string {
  const file = join(mkdtempSync(join(temporary, 'archive-')), name);
  writeFileSync(file, content);
  return file;
}

type Entries = [header: Partial<Header> & { name: string }, content?: string | Buffer][];

async function tarOf(entries: Entries): Promise<Buffer> {
  const tar = pack();
  for (const [header, content = ''] of entries) tar.entry(header, content);
  tar.finalize();
  return buffer(tar);
}

async function archiveWith(entries: Entries): Promise<string> {
  return archiveOf(gzipSync(await tarOf(entries)));
}

const paths = ({ files }: { files: { path: string }[] }) => files.map(({ path }) => path);

describe('a directory', () => {
  it('sees that a file has changed, also where its size and time are as before', async () => {
    const folder = folderWith({ 'a.md': 'one\n', 'b.md': 'same\n' });
    const old = new Date('2026-01-01T00:00:00Z');
    const hashes = async () => {
      const tree = await openDirectory(folder, wanted);
      await tree.close();
      return tree.files.map(({ hash }) => hash);
    };
    // Old enough to be remembered by its looks.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const first = await hashes();
    expect(await hashes()).toEqual(first);
    writeFileSync(join(folder, 'a.md'), 'two\n');
    utimesSync(join(folder, 'a.md'), old, old);
    const second = await hashes();
    expect(second[0]).not.toBe(first[0]);
    expect(second[1]).toBe(first[1]);
    writeFileSync(join(folder, 'a.md'), 'six\n');
    utimesSync(join(folder, 'a.md'), old, old);
    expect((await hashes())[0]).not.toBe(second[0]);
  });

  it('gives the wanted files, sorted, and their text', async () => {
    const folder = folderWith({ 'z.md': 'Zett\n', 'a/b.md': '\uFEFF# Ä\n', 'c.txt': 'no' });
    const tree = await openDirectory(folder, wanted);
    expect(paths(tree)).toEqual(['a/b.md', 'z.md']);
    expect(tree).toMatchObject({ commit: '', problems: [] });
    expect(await Promise.all(tree.files.map((file) => tree.read(file)))).toEqual(['# Ä\n', 'Zett\n']);
  });

  it('has hashes as Git makes them, which change when the content does, even if size and time stay', async () => {
    const folder = folderWith({ 'a.md': 'one\n', 'b.md': 'two\n' });
    const before = await openDirectory(folder, wanted);
    expect(before.files[0]).toEqual({
      path: 'a.md',
      size: 4,
      hash: '5626abf0f72e58d7a153368ba57db4c673c0e171',
    });
    execFileSync('touch', ['-r', join(folder, 'a.md'), join(folder, 'b.md')]);
    renameSync(join(folder, 'b.md'), join(folder, 'a.md'));
    const after = await openDirectory(folder, wanted);
    expect(after.files[0]?.hash).toBe(before.files[1]?.hash);
  });

  it('follows no links, and says which it left out', async () => {
    const outside = folderWith({ 'secret.md': 'secret' });
    const folder = folderWith({ 'a.md': 'a' });
    symlinkSync(join(outside, 'secret.md'), join(folder, 'link.md'));
    symlinkSync(outside, join(folder, 'linked'));
    symlinkSync('.', join(folder, 'loop'));
    const tree = await openDirectory(folder, wanted);
    expect(paths(tree)).toEqual(['a.md']);
    expect(tree.problems).toEqual([{ file: 'link.md', reason: 'link', message: 'a link, left out' }]);
  });

  it('reads no file through a folder that became a link after it was opened', async () => {
    const outside = folderWith({ 'a.md': 'secret' });
    const folder = folderWith({ 'sub/a.md': 'a' });
    const tree = await openDirectory(folder, wanted);
    rmSync(join(folder, 'sub'), { recursive: true });
    symlinkSync(outside, join(folder, 'sub'));
    await expect(tree.read(tree.files[0]!)).rejects.toThrow('sub/a.md is no small plain file any more');
  });

  it('does not wait for a writer where a file became a pipe', async () => {
    const folder = folderWith({ 'a.md': 'a' });
    const tree = await openDirectory(folder, wanted);
    rmSync(join(folder, 'a.md'));
    execFileSync('mkfifo', [join(folder, 'a.md')]);
    await expect(tree.read(tree.files[0]!)).rejects.toThrow('read the source again');
    expect(paths(await openDirectory(folder, wanted))).toEqual([]);
  });

  it('leaves out large files, packages and what lies in other folders', async () => {
    const folder = folderWith({
      'docs/a.md': 'a',
      'docs/large.md': 'x'.repeat(2 * kiB + 1),
      'docs/full.md': 'x'.repeat(2 * kiB),
      'docs/node_modules/b.md': 'b',
      '.git/c.md': 'c',
      'docs-old/d.md': 'd',
      'e.md': 'e',
    });
    const limits = { fileBytes: 2 * kiB };
    const tree = await openDirectory(folder, { ...wanted, limits, folders: ['./docs/', 'nowhere'] });
    expect(paths(tree)).toEqual(['docs/a.md', 'docs/full.md']);
    expect(tree.problems).toEqual([
      { file: 'docs/large.md', reason: 'large', message: 'larger than 2 KiB, left out' },
    ]);
  });

  it('names what is no UTF-8, and what is gone', async () => {
    const folder = folderWith({ 'bad.md': Buffer.from([0xc3, 0x28]), 'gone.md': 'x' });
    const tree = await openDirectory(folder, wanted);
    rmSync(join(folder, 'gone.md'));
    await expect(tree.read(tree.files[0]!)).rejects.toThrow('bad.md is not UTF-8; save it as UTF-8');
    await expect(tree.read(tree.files[1]!)).rejects.toThrow(
      'gone.md is gone (ENOENT); read the source again',
    );
  });

  it.each([
    [
      'too many files',
      () => [folderWith({ 'a.md': '', 'b.md': '' }), {}],
      'more than 1 documents; name the folders',
    ],
    [
      'more text than can be indexed',
      () => [folderWith({ 'a.md': 'x'.repeat(3 * kiB) }), { limits: { totalBytes: 2 * kiB } }],
      'larger than 2 KiB together; name the folders',
    ],
    ['no folder', () => [join(temporary, 'none'), {}], 'none (ENOENT); check the path'],
    ['a file', () => [archiveOf(Buffer.from('')), {}], 'is no directory'],
    ['folders outside', () => [folderWith({}), { folders: ['../x'] }], 'the folder "../x" is not inside'],
  ] satisfies [string, () => [string, object], string][])('refuses %s', async (_, given, message) => {
    const [folder, more] = given();
    const options = { ...wanted, limits: { files: 1 }, ...more };
    await expect(openDirectory(folder, options)).rejects.toThrow(message);
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort();
    await expect(openDirectory(folderWith({ 'a.md': '' }), { ...wanted, signal })).rejects.toThrow('aborted');
  });
});

describe('an archive', () => {
  it('gives the wanted files, sorted, and their text', async () => {
    const file = await archiveWith([
      [{ name: './z.md' }, 'Zett\n'],
      [{ name: 'a', type: 'directory' }],
      [{ name: 'a/b.md' }, 'old'],
      [{ name: 'a/b.md' }, '# Ä\n'],
      [{ name: 'c.txt' }, 'no'],
    ]);
    const tree = await openArchive(file, wanted);
    expect(paths(tree)).toEqual(['a/b.md', 'z.md']);
    expect(await Promise.all(tree.files.map((one) => tree.read(one)))).toEqual(['# Ä\n', 'Zett\n']);
    expect(tree.files.map(({ size }) => size)).toEqual([5, 5]);
    await tree.close();
    await expect(tree.read(tree.files[0]!)).rejects.toThrow('a/b.md is not in');
  });

  it('leaves out what has a longer path than databases take', async () => {
    const long = `${'a/'.repeat(600)}b.md`;
    const tree = await openArchive(
      await archiveWith([
        [{ name: long }, 'b'],
        [{ name: 'c.md' }, 'c'],
      ]),
      wanted,
    );
    expect(paths(tree)).toEqual(['c.md']);
    expect(tree.problems).toEqual([
      { file: long, reason: 'path', message: 'its path is longer than 1000 bytes, left out' },
    ]);
  });

  it('has the same hash as a directory with the same content', async () => {
    const file = await archiveWith([[{ name: 'a.md' }, 'same']]);
    const directory = await openDirectory(folderWith({ 'a.md': 'same' }), wanted);
    expect((await openArchive(file, wanted)).files).toEqual(directory.files);
  });

  it('leaves out links, large files and what points out of it', async () => {
    const file = await archiveWith([
      [{ name: '../escape.md' }, 'x'],
      [{ name: '/etc/motd.md' }, 'x'],
      [{ name: 'a/../../b.md' }, 'x'],
      [{ name: 'hard.md', type: 'link', linkname: '/etc/passwd' }],
      [{ name: 'large.md' }, 'x'.repeat(2 * kiB)],
      [{ name: 'ok.md' }, 'x'],
      [{ name: 'soft.md', type: 'symlink', linkname: '/etc/passwd' }],
      [{ name: 'pipe.md', type: 'fifo' }],
    ]);
    const tree = await openArchive(file, { ...wanted, limits: { fileBytes: kiB } });
    expect(paths(tree)).toEqual(['ok.md']);
    expect(tree.problems.map((problem) => `${problem.file}: ${problem.reason}`)).toEqual([
      '../escape.md: outside',
      '/etc/motd.md: outside',
      'a/../../b.md: outside',
      'hard.md: link',
      'large.md: large',
      'soft.md: link',
    ]);
  });

  it.each([
    ['what is no gzip', async () => archiveOf(Buffer.from('no gzip at all')), 'is no whole .tar.gz archive'],
    [
      'a gzip that is cut off',
      async () => archiveOf(gzipSync(await tarOf([[{ name: 'a.md' }, 'x'.repeat(9000)]])).subarray(0, -12)),
      'is no whole .tar.gz archive',
    ],
    [
      'a tar that is cut off',
      async () =>
        archiveOf(gzipSync((await tarOf([[{ name: 'a.md' }, 'x'.repeat(9000)]])).subarray(0, 5000))),
      'is no whole .tar.gz archive',
    ],
    ['gzip without a tar', async () => archiveOf(gzipSync('x'.repeat(9000))), 'is no whole .tar.gz archive'],
    ['another ending', async () => archiveOf(Buffer.from(''), 'docs.zip'), 'name one that ends in .tar.gz'],
    ['no file', async () => join(temporary, 'none.tgz'), 'there is no'],
    [
      'a bomb in files that are not wanted',
      async () => archiveWith([[{ name: 'zeros.bin' }, Buffer.alloc(1024 * kiB)]]),
      'unpacks to more than 512 KiB; take a smaller one',
    ],
    [
      'a bomb in a header',
      async () => archiveWith([[{ name: 'a.md', pax: { comment: 'x'.repeat(1024 * kiB) } }, 'a']]),
      'unpacks to more than 512 KiB; take a smaller one',
    ],
    [
      'too many files',
      async () => archiveWith(['a.md', 'b.md', 'c.md'].map((name) => [{ name }])),
      'more than 2 documents; name the folders that are meant',
    ],
  ] satisfies [string, () => Promise<string>, string][])('refuses %s', async (_, file, message) => {
    const limits = { unpackedBytes: 512 * kiB, files: 2 };
    const error: unknown = await openArchive(await file(), { ...wanted, limits }).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'SourceError', message: expect.stringContaining(message) });
    expect(String(error)).not.toContain('\n');
  });

  it('stops when it is told to', async () => {
    const file = await archiveWith([[{ name: 'a.md' }]]);
    await expect(openArchive(file, { ...wanted, signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });
});
