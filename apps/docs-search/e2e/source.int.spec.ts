// Sources, from their registration to the pages that are found. Who may see which is in access.int.spec.ts.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Match } from '@scs/proto/scs/docs/v1/search_pb';
import { Source_State } from '@scs/proto/scs/docs/v1/source_pb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setup, type Setup } from './setup.ts';

let s: Setup;
beforeAll(async () => {
  s = await setup();
});
afterAll(() => s.close());

describe('a source', () => {
  it('is registered, read, found, listed, changed and removed with its pages', async () => {
    const source = await s.addSource('guides', {
      'docs/02-network/setup.md':
        '# Network setup\n\nThe frobnicator connects tenants.\n\n## Routers\n\nA quux router.',
      'docs/index.md': '# Start\n\nRead about the frobnicator first.',
      'image.png': 'no text',
    });
    expect(source).toMatchObject({
      pageCount: 2,
      sectionCount: 3,
      problemCount: 0,
      component: 'guides',
      access: 'public',
    });
    const { hits } = await s.search.search({ query: 'quux router' });
    expect(hits[0]).toMatchObject({
      page: 'guides:docs/02-network/setup.md',
      anchor: 'routers',
      title: 'Network setup',
      component: 'guides',
      language: 'en',
      url: '',
    });

    const name = 'sources/guides';
    const linkTemplate = 'https://docs.example.org/{slug}';
    await s.sources.updateSource(
      {
        source: { name, linkTemplate, component: 'manual' },
        updateMask: { paths: ['link_template', 'component'] },
      },
      s.operator,
    );
    const changed = await s.search.search({ query: 'quux router', filter: { components: ['manual'] } });
    expect(changed.hits[0]).toMatchObject({
      url: 'https://docs.example.org/docs/network/setup#routers',
      component: 'manual',
    });
    await s.synced('guides');

    await s.addSource('other', { 'a.md': '# A\n\nfrobnicator' });
    const first = await s.sources.listSources({ pageSize: 1 }, s.operator);
    expect(first.sources.map((listed) => listed.name)).toEqual([name]);
    const rest = await s.sources.listSources({ pageSize: 1, pageToken: first.nextPageToken }, s.operator);
    expect(rest.sources.map((listed) => listed.name)).toEqual(['sources/other']);

    await s.sources.deleteSource({ name }, s.operator);
    expect(await s.pages('frobnicator')).toEqual(['other:a.md']);
    await expect(s.sources.getSource({ name }, s.operator)).rejects.toMatchObject({
      reason: 'SOURCE_NOT_FOUND',
    });
  });

  it('is read again: only files that changed, and what is gone is found no more', async () => {
    await s.addSource('changing', {
      'a.md': '# A\n\nalpaca',
      'b.md': '# B\n\nbadger',
      'c.md': '# C\n\ncapybara',
    });
    await s.write('changing', { 'a.md': '# A\n\nantelope' });
    await rm(join(s.env['SOURCES_DIR']!, 'changing', 'c.md'));
    const source = await s.resync('changing');
    expect(source).toMatchObject({ state: Source_State.READY, pageCount: 2 });
    expect(await s.pages('antelope')).toEqual(['changing:a.md']);
    expect(await s.pages('badger')).toEqual(['changing:b.md']);
    for (const gone of ['alpaca', 'capybara']) {
      const { match } = await s.search.search({ query: gone, typing: true });
      expect([gone, Match[match]]).not.toEqual([gone, 'WORDS']);
    }
  });
});
