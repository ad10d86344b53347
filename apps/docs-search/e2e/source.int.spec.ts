// Sources, from their registration to the pages that are found. Who may see which is in access.int.spec.ts.
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@scs/testing';
import { Match } from '@scs/proto/scs/docs/v1/search_pb';
import { Source_State } from '@scs/proto/scs/docs/v1/source_pb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGitServer } from './git-server.ts';
import { setup, type Setup } from './setup.ts';

const run = promisify(execFile);

let now = new Date();
let s: Setup;
beforeAll(async () => {
  s = await setup({ env: { GIT_ADDRESSES: 'any' }, clock: () => now });
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

  it('has its defaults again where a field is emptied', async () => {
    await s.addSource(
      'emptied',
      { 'a.md': '# A\n\nA quokka.' },
      { displayName: 'Animals', component: 'animals', language: 'de', access: 'operator' },
    );
    const paths = ['display_name', 'component', 'language', 'access'];
    const changed = { source: { name: 'sources/emptied' }, updateMask: { paths } };
    expect(await s.sources.updateSource(changed, s.operator)).toMatchObject({
      displayName: 'emptied',
      component: 'emptied',
      language: 'en',
      access: 'public',
    });
    expect(await s.pages('quokka')).toEqual(['emptied:a.md']);
  });

  it('becomes a Git repository, and is read at another revision, by a change of these parts alone', async () => {
    const git = await startGitServer({ 'guide.md': '# Guide\n\nA numbat.' });
    const change = (value: { url?: string; revision?: string }, ...paths: string[]) =>
      s.sources.updateSource(
        {
          source: { name: 'sources/becoming', location: { case: 'git', value } },
          updateMask: { paths },
        },
        s.operator,
      );
    try {
      await s.addSource('becoming', { 'a.md': '# A\n\nA bilby.' });
      await change({ url: git.url }, 'git.url');
      await s.synced('becoming');
      expect(await s.pages('numbat')).toEqual(['becoming:guide.md']);
      await change({ revision: 'main' }, 'git.revision');
      expect((await s.synced('becoming')).location).toMatchObject({
        case: 'git',
        value: { url: git.url, revision: 'main' },
      });
      await expect(change({}, 'git')).rejects.toMatchObject({ reason: 'URL_INVALID' });
    } finally {
      await git.stop();
    }
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

  it('may be an archive, of which a folder is meant', async () => {
    const folder = join(s.folder, 'packed');
    for (const path of ['docs/a.md', 'other/b.md']) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), `# ${path}\n\nA tapir.`);
    }
    await run('tar', ['czf', join(s.env['SOURCES_DIR']!, 'packed.tar.gz'), '-C', folder, '.']);
    const location = { case: 'archive', value: 'packed.tar.gz' } as const;
    await s.sources.createSource({ sourceId: 'packed', source: { location, folders: ['docs'] } }, s.operator);
    expect(await s.synced('packed')).toMatchObject({ pageCount: 1 });
    expect(await s.pages('tapir')).toEqual(['packed:docs/a.md']);
  });

  it('may be a Git repository, read at a commit and again when it has moved', async () => {
    const git = await startGitServer({ 'guide.md': '# Guide\n\nAn okapi.', 'rest.md': '# Rest\n\nText.' });
    try {
      const location = { case: 'git', value: { url: git.url, revision: 'main' } } as const;
      const linkTemplate = 'https://git.example.org/{commit}/{path}';
      await s.sources.createSource(
        { sourceId: 'repository', source: { location, linkTemplate } },
        s.operator,
      );
      const first = await s.synced('repository');
      expect(first.commit).toBe(await git.head());
      const { hits } = await s.search.search({ query: 'okapi', typing: true });
      expect(hits[0]).toMatchObject({
        page: 'repository:guide.md',
        commit: first.commit,
        url: `https://git.example.org/${first.commit}/guide.md#guide`,
      });
      await git.commit({ 'guide.md': '# Guide\n\nA gerenuk.' });
      expect((await s.resync('repository')).commit).toBe(await git.head());
      expect(await s.pages('gerenuk')).toEqual(['repository:guide.md']);

      await git.stop();
      await s.sources.syncSource({ name: 'sources/repository' }, s.operator);
      await eventually(async () => {
        const { state, error } = await s.sources.getSource({ name: 'sources/repository' }, s.operator);
        expect([state, error]).toEqual([Source_State.PENDING, expect.stringContaining('try again later')]);
      });
      expect(await s.pages('gerenuk')).toEqual(['repository:guide.md']);
    } finally {
      await git.stop();
    }
  });

  it('is read by itself when its interval has passed', async () => {
    await s.addSource('timed', { 'a.md': '# A\n\nA dodo.' }, { syncInterval: { seconds: 3600n } });
    await s.write('timed', { 'a.md': '# A\n\nA moa.' });
    now = new Date(now.getTime() + 3_601_000);
    // It looks for what is due at the start too.
    await s.restart();
    await eventually(async () => expect(await s.pages('moa')).toEqual(['timed:a.md']));
  });

  it('is watched until its reading has ended', async () => {
    await s.sources.syncSource({ name: 'sources/other' }, s.operator);
    const states: string[] = [];
    for await (const { state } of s.sources.watchSource({ name: 'sources/other' }, s.operator))
      states.push(Source_State[state]);
    expect(states.at(-1)).toBe('READY');
  });
});

describe('our own documentation', () => {
  it('is a source that is there from the start, follows the configuration, and cannot be changed by callers', async () => {
    const docs = join(s.folder, 'docs');
    await mkdir(docs);
    await writeFile(join(docs, 'guide.md'), '# Guide\n\nA dugong.');
    await s.restart({ DOCS_DIR: docs });
    const name = 'sources/control-plane';
    await s.synced('control-plane');
    expect(await s.pages('dugong')).toEqual(['control-plane:guide.md']);
    for (const ask of [
      () => s.sources.deleteSource({ name }, s.operator),
      () => s.sources.updateSource({ source: { name, access: 'operator' } }, s.operator),
    ])
      await expect(ask()).rejects.toMatchObject({ kind: 'wrong-state', reason: 'SOURCE_BUILT_IN' });
    await s.sources.syncSource({ name }, s.operator);
    await s.synced('control-plane');

    delete s.env['DOCS_DIR'];
    await s.restart();
    expect(await s.pages('dugong')).not.toContain('control-plane:guide.md');
  });
});
