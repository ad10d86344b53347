// The index: whole at every moment, kept over a restart, the same in every process.
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@scs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setup, type Files, type Setup } from './setup.ts';

const lines: string[] = [];
let s: Setup;
beforeAll(async () => {
  s = await setup({ log: (line) => lines.push(line) });
});
afterAll(() => s.close());

const edition = (word: string, count = 40): Files =>
  Object.fromEntries(
    Array.from({ length: count }, (_, number) => [
      `page-${number}.md`,
      `# Page ${number}\n\nEverything here is ${word}.\n`,
    ]),
  );

describe('the index', () => {
  it('never shows half of a reading', async () => {
    await s.addSource('editions', edition('copper'));
    let isDone = false;
    const seen = new Set<string>();
    const ask = async (): Promise<void> => {
      while (!isDone) {
        const [copper, silver] = await Promise.all(
          ['copper', 'silver'].map((query) => s.search.search({ query, typing: true, pageSize: 1 })),
        );
        for (const { match, totalPages } of [copper!, silver!]) if (match === 1) seen.add(String(totalPages));
      }
    };
    const asking = ask();
    for (const word of ['silver', 'copper', 'silver']) {
      await s.write('editions', edition(word));
      await s.resync('editions');
    }
    isDone = true;
    await asking;
    expect([...seen]).toEqual(['40']);
    expect((await s.search.search({ query: 'silver', typing: true })).totalPages).toBe(40);
  });

  it('shows in every process what one of them has read, and forgets what one has removed', async () => {
    const other = await s.replica({ SNAPSHOT_DIR: join(s.folder, 'other') });
    const pagesOf = async (query: string) =>
      (await other.search.search({ query, typing: true })).hits.map(({ page }) => page);
    await s.addSource('late', { 'late.md': '# Late\n\nA pangolin.' });
    await eventually(async () => expect(await pagesOf('pangolin')).toEqual(['late:late.md']));
    await s.sources.deleteSource({ name: 'sources/late' }, s.operator);
    await eventually(async () => expect(await pagesOf('pangolin')).not.toContain('late:late.md'));
    await other.close();
  });

  it('removes the draft of a snapshot that a killed process left, and none that is young', async () => {
    const folder = s.env['SNAPSHOT_DIR']!;
    await mkdir(folder, { recursive: true });
    const [old, young] = ['index.snapshot.4711', 'index.snapshot.4712'].map((one) => join(folder, one));
    for (const draft of [old!, young!]) await writeFile(draft, 'half');
    const yesterday = new Date(Date.now() - 86_400_000);
    await utimes(old!, yesterday, yesterday);
    await s.restart();
    expect(await readdir(folder)).not.toContain('index.snapshot.4711');
    expect(await readdir(folder)).toContain('index.snapshot.4712');
    await rm(young!);
  });

  it('is there after a restart: from its snapshot, and what changed meanwhile from Postgres', async () => {
    await s.addSource('kept', { 'kept.md': '# Kept\n\nAn axolotl.' });
    await s.stop();
    const file = join(s.env['SNAPSHOT_DIR']!, 'index.snapshot');
    expect((await stat(file)).size).toBeGreaterThan(100);
    const stored = await readFile(file);
    await s.restart();
    expect(await s.pages('axolotl')).toEqual(['kept:kept.md']);
    await s.write('kept', { 'kept.md': '# Kept\n\nAn armadillo.' });
    await s.resync('kept');
    await s.stop();
    // The older snapshot, as after a crash.
    await writeFile(file, stored);
    await s.restart();
    expect(await s.pages('armadillo')).toEqual(['kept:kept.md']);
    expect(await s.pages('axolotl')).not.toContain('kept:kept.md');
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    [
      'changed',
      (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => (at === bytes.length - 40 ? byte ^ 1 : byte))),
    ],
    ['empty', () => Buffer.alloc(0)],
    ['something else', () => Buffer.from('no snapshot')],
  ])('is built from Postgres where the snapshot is %s', async (_, spoil) => {
    await s.stop();
    const file = join(s.env['SNAPSHOT_DIR']!, 'index.snapshot');
    await writeFile(file, spoil(await readFile(file)));
    lines.length = 0;
    await s.restart();
    expect(lines.join('')).toContain('the snapshot is ignored');
    expect(await s.pages('armadillo')).toEqual(['kept:kept.md']);
  });
});
