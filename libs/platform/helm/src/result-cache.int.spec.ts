import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ResultCache } from './result-cache.ts';

const temporary = mkdtempSync(join(tmpdir(), 'scs-results-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const kilobyte = Buffer.alloc(1024, 'x');
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

describe('ResultCache', () => {
  it('forgets what was not asked for longest when memory is full', async () => {
    const cache = new ResultCache(undefined, { memoryBytes: 2048 });
    await cache.set('a', kilobyte);
    await cache.set('b', kilobyte);
    expect(await cache.get('a')).toEqual(kilobyte);
    await cache.set('c', kilobyte);
    expect([await cache.get('a'), await cache.get('b'), await cache.get('c')]).toEqual([
      kilobyte,
      undefined,
      kilobyte,
    ]);
  });

  it('keeps in the folder what memory has no room for', async () => {
    const folder = mkdtempSync(join(temporary, 'folder-'));
    const cache = new ResultCache(folder, { memoryBytes: 0 });
    await cache.set('a', kilobyte);
    expect(await cache.get('a')).toEqual(kilobyte);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('removes from the folder what is old when there is too much, and what a killed process left', async () => {
    const folder = mkdtempSync(join(temporary, 'folder-'));
    const earlier = new ResultCache(folder);
    for (const name of ['a', 'b']) await earlier.set(name, kilobyte);
    writeFileSync(join(folder, 'c.draft'), '');
    utimesSync(join(folder, 'a'), hoursAgo(3), hoursAgo(3));
    utimesSync(join(folder, 'b'), hoursAgo(2), hoursAgo(2));
    utimesSync(join(folder, 'c.draft'), hoursAgo(2), hoursAgo(2));
    await new ResultCache(folder, { folderBytes: 2500 }).set('d', kilobyte);
    expect(readdirSync(folder).toSorted()).toEqual(['b', 'd']);
  });

  it('takes a damaged file for none, and a folder that cannot be written for none', async () => {
    const folder = mkdtempSync(join(temporary, 'folder-'));
    writeFileSync(join(folder, 'a'), Buffer.alloc(100));
    expect(await new ResultCache(folder).get('a')).toBeUndefined();
    const cache = new ResultCache(join(folder, 'a', 'below'));
    await cache.set('b', kilobyte);
    expect(await cache.get('b')).toEqual(kilobyte);
  });
});
