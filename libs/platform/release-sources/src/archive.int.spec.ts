import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';
import { afterAll, describe, expect, it } from 'vitest';
import { unpackArchive, type ArchiveLimits } from './index.ts';

const temporary = mkdtempSync(join(tmpdir(), 'scs-archive-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

type Entry = Partial<Header> & { name: string; content?: string };
let count = 0;

async function archiveOf(...entries: Entry[]): Promise<string> {
  const tar = pack();
  for (const { content = '', ...header } of entries) tar.entry(header, content);
  tar.finalize();
  const file = join(temporary, `archive-${count++}.tgz`);
  writeFileSync(file, gzipSync(await buffer(tar)));
  return file;
}

const emptyFolder = () => mkdtempSync(join(temporary, 'folder-'));

describe('unpackArchive', () => {
  it('writes files and folders', async () => {
    const file = await archiveOf(
      { name: './', type: 'directory' },
      { name: './chart/Chart.yaml', content: 'name: chart' },
      { name: 'chart/charts', type: 'directory' },
      { name: 'chart/templates/a.yaml', content: 'a' },
    );
    const folder = emptyFolder();
    await unpackArchive(file, folder);
    expect(readFileSync(join(folder, 'chart/Chart.yaml'), 'utf8')).toBe('name: chart');
    expect(readFileSync(join(folder, 'chart/templates/a.yaml'), 'utf8')).toBe('a');
    expect(statSync(join(folder, 'chart/charts')).isDirectory()).toBe(true);
  });

  const evil: [name: string, entries: Entry[], message: RegExp][] = [
    ['a path with ..', [{ name: '../outside', content: 'x' }], /path "\.\.\/outside"/],
    ['a path with .. inside', [{ name: 'a/../../outside', content: 'x' }], /not below its top/],
    ['an absolute path', [{ name: '/etc/outside', content: 'x' }], /not below its top/],
    ['a path with backslashes', [{ name: '..\\outside', content: 'x' }], /not below its top/],
    ['a symbolic link', [{ name: 'a', type: 'symlink', linkname: '/etc' }], /a link in it, "a"/],
    [
      'a hard link',
      [
        { name: 'b', content: 'x' },
        { name: 'a', type: 'link', linkname: 'b' },
      ],
      /a link in it, "a"/,
    ],
    ['a device', [{ name: 'a', type: 'character-device' }], /a character-device in it/],
    ['a pipe', [{ name: 'a', type: 'fifo' }], /a fifo in it/],
    [
      'a file that comes twice',
      [
        { name: 'a', content: '1' },
        { name: './a', content: '2' },
      ],
      /same path twice/,
    ],
    [
      'a file where a folder is',
      [
        { name: 'a/b', content: '1' },
        { name: 'a', content: '2' },
      ],
      /same path twice/,
    ],
    [
      'a folder where a file is',
      [
        { name: 'a', content: '1' },
        { name: 'a/b', content: '2' },
      ],
      /same path twice/,
    ],
  ];
  it.each(evil)('refuses %s, and leaves nothing behind (defect 22)', async (_, entries, message) => {
    const file = await archiveOf({ name: 'first', content: 'good' }, ...entries);
    const folder = emptyFolder();
    await expect(unpackArchive(file, folder)).rejects.toMatchObject({
      name: 'ReleaseSourceError',
      reason: 'invalid',
      message: expect.stringMatching(message) as string,
    });
    expect(readdirSync(folder)).toEqual([]);
    expect(readdirSync(temporary)).not.toContain('outside');
  });

  const large: [name: string, limits: Partial<ArchiveLimits>][] = [
    ['a file that is too large', { fileBytes: 999 }],
    ['files that are too large together', { bytes: 1999 }],
    ['too many files', { files: 1 }],
  ];
  it.each(large)('refuses %s', async (_, limits) => {
    const content = 'x'.repeat(1000);
    const file = await archiveOf({ name: 'a', content }, { name: 'b', content });
    const folder = emptyFolder();
    await expect(unpackArchive(file, folder, limits)).rejects.toMatchObject({ reason: 'too-large' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('stops at a bomb that has no headers to count', async () => {
    const file = join(temporary, 'bomb.tgz');
    writeFileSync(file, gzipSync(Buffer.alloc(8 * 2 ** 20)));
    await expect(unpackArchive(file, emptyFolder(), { bytes: 2 ** 20, files: 10 })).rejects.toMatchObject({
      reason: 'too-large',
    });
  });

  it.each([
    ['cut off', (file: string) => truncateSync(file, 60)],
    ['no archive', (file: string) => writeFileSync(file, 'hello')],
    ['no tar inside', (file: string) => writeFileSync(file, gzipSync('hello'.repeat(500)))],
  ])('says that an archive is %s', async (_, damage) => {
    const file = await archiveOf({ name: 'a', content: 'x'.repeat(5000) });
    damage(file);
    const folder = emptyFolder();
    await expect(unpackArchive(file, folder)).rejects.toMatchObject({
      reason: 'invalid',
      message: expect.stringMatching(/is no whole \.tgz archive \(.+\); fetch or pack it again$/) as string,
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says that a file is missing', async () => {
    await expect(unpackArchive(join(temporary, 'gone.tgz'), emptyFolder())).rejects.toMatchObject({
      reason: 'not-found',
      message: 'there is no gone.tgz; check the release',
    });
  });

  it('ends when it is told to', async () => {
    const file = await archiveOf({ name: 'a', content: 'x' });
    const reason = new Error('enough');
    await expect(unpackArchive(file, emptyFolder(), {}, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
