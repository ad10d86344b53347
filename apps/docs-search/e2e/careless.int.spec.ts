// What careless clients and bad moments do to the service.
import { chmod, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { startPostgres } from '@scs/database';
import { connectJobs } from '@scs/jobs';
import { Match, type SearchRequestSchema } from '@scs/proto/scs/docs/v1/search_pb';
import { Source_State, type SourceSchema } from '@scs/proto/scs/docs/v1/source_pb';
import { createLogger, metrics } from '@scs/service';
import { eventually } from '@scs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importTestcases } from '../src/testcase/testcase.jobs.ts';
import { setup, standard, type Setup } from './setup.ts';

const lines: string[] = [];
let s: Setup;
beforeAll(async () => {
  s = await setup({ log: (line) => lines.push(line) });
  await s.addSource('docs', {
    'routers.md': '# Routers\n\nA router connects networks of tenants.\n',
    'scs-0115-v1-security.md': standard(
      { title: 'Default Rules', type: 'Standard', track: 'IaaS', status: 'Draft' },
      '## Rules\n\nNo default rule for incoming traffic.\n',
    ),
  });
});
afterAll(() => s.close());

describe('a search', () => {
  it.each([
    ['only blanks', { query: '  \n ' }, 'QUERY_EMPTY'],
    ['a day that there is not', { query: 'router', asOf: '2026-02-30' }, 'DAY_INVALID'],
    ['no day', { query: 'router', asOf: 'today' }, 'INVALID_REQUEST'],
    ['an unknown state', { query: 'router', filter: { states: ['stable'] } }, 'STATE_UNKNOWN'],
    ['a page token of its own', { query: 'router', pageToken: 'x' }, 'PAGE_TOKEN_INVALID'],
    ['a page of 51', { query: 'router', pageSize: 51 }, 'INVALID_REQUEST'],
    ['more than 10,000 characters', { query: 'x'.repeat(10_001) }, 'INVALID_REQUEST'],
    ['a NUL character', { query: 'a\u0000b' }, 'INVALID_REQUEST'],
  ] as [string, MessageInitShape<typeof SearchRequestSchema>, string][])(
    'with %s is refused',
    async (_, request, reason) => {
      await expect(s.search.search(request)).rejects.toMatchObject({ kind: 'invalid', reason });
    },
  );

  it.each([
    ['10,000 characters', 'router '.repeat(1428)],
    ['a surrogate pair where it is cut', `${'router '.repeat(71)}rt🔥`],
    ['only stop words', 'the of and a'],
    ['characters of regular expressions', 'router (.*+?^${}()|[]\\'],
    ['control characters', 'router\u0007\u001b[31m'],
    ['SQL', "router'; DROP TABLE source; --"],
    ['right-to-left text', 'ראוטר router نتوورك'],
    ['emoji', '🔥 router 👩‍💻'],
    ['half a surrogate pair', 'router \ud83d'.normalize()],
    ['a path', '../../etc/passwd router'],
  ])('for %s is answered', async (_, query) => {
    const { hits } = await s.search.search({ query });
    expect(hits.length).toBeGreaterThan(0);
    for (const { snippet, highlights } of hits)
      for (const { start, end } of highlights) expect(snippet.slice(start, end)).not.toBe('');
    if (query.includes('router')) expect(hits[0]!.page).toBe('docs:routers.md');
  });

  it('gives its hits page by page, each once', async () => {
    await s.addSource(
      'many',
      Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`${at}.md`, `# Page ${at}\n\nA walrus.`])),
    );
    const seen: string[] = [];
    for (let pageToken = '', more = true; more;) {
      const page = await s.search.search({ query: 'walrus', pageSize: 10, pageToken, typing: true });
      seen.push(...page.hits.map((hit) => hit.page));
      pageToken = page.nextPageToken;
      more = pageToken !== '';
    }
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
  });
});

describe('asking for what there is not', () => {
  it.each<[string, () => Promise<unknown>, string, RegExp]>([
    [
      'a source',
      () => s.sources.getSource({ name: 'sources/none' }, s.operator),
      'SOURCE_NOT_FOUND',
      /no source none/,
    ],
    [
      'a source to read',
      () => s.sources.syncSource({ name: 'sources/none' }, s.operator),
      'SOURCE_NOT_FOUND',
      /none/,
    ],
    [
      'a source to delete',
      () => s.sources.deleteSource({ name: 'sources/none' }, s.operator),
      'SOURCE_NOT_FOUND',
      /none/,
    ],
    [
      'problems of a source',
      () => s.sources.listProblems({ parent: 'sources/none' }, s.operator),
      'SOURCE_NOT_FOUND',
      /none/,
    ],
    ['a page', () => s.search.similar({ page: 'docs:none.md' }), 'PAGE_NOT_FOUND', /no page docs:none.md/],
    [
      'a standard',
      () => s.search.diff({ standard: 'standards/scs-9999', fromVersion: 'v1', toVersion: 'v2' }),
      'STANDARD_VERSION_NOT_FOUND',
      /no standard scs-9999/,
    ],
    [
      'a version',
      () => s.search.diff({ standard: 'standards/scs-0115', fromVersion: 'v1', toVersion: 'v2' }),
      'STANDARD_VERSION_NOT_FOUND',
      /no version v2 of scs-0115; there are v1/,
    ],
  ])('names %s that is not found', async (_, ask, reason, message) => {
    await expect(ask()).rejects.toMatchObject({
      kind: 'not-found',
      reason,
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('a source', () => {
  beforeAll(async () => {
    await mkdir(join(s.folder, 'outside'), { recursive: true });
    await writeFile(join(s.folder, 'outside', 'secret.md'), '# Secret\n\nA chupacabra.');
    await symlink(join(s.folder, 'outside'), join(s.env['SOURCES_DIR']!, 'link'));
  });
  const git = (url: string, credential = '') =>
    ({ location: { case: 'git', value: { url, credential } } }) as const;
  const directory = (value: string) => ({ location: { case: 'directory', value } }) as const;

  it.each<[string, string, MessageInitShape<typeof SourceSchema>, string]>([
    ['an id that is taken', 'docs', directory('docs'), 'SOURCE_EXISTS'],
    ['an id with capitals', 'Docs', directory('docs'), 'INVALID_REQUEST'],
    ['the id of our own documentation', 'control-plane', directory('docs'), 'SOURCE_RESERVED'],
    ['no location', 'x', {}, 'LOCATION_MISSING'],
    ['a folder that leads out', 'x', directory('../outside'), 'LOCATION_OUTSIDE'],
    ['an absolute folder', 'x', directory('/etc'), 'LOCATION_OUTSIDE'],
    ['a link that leads out', 'x', directory('link'), 'LOCATION_OUTSIDE'],
    ['a folder that there is not', 'x', directory('none'), 'LOCATION_UNKNOWN'],
    ['a file as folder', 'x', directory('docs/routers.md'), 'LOCATION_UNKNOWN'],
    ['a folder as archive', 'x', { location: { case: 'archive', value: 'docs' } }, 'LOCATION_UNKNOWN'],
    ['a URL that is none', 'x', git('not a url'), 'URL_INVALID'],
    ['a URL of a file', 'x', git('file:///etc'), 'URL_SCHEME'],
    ['a URL of a program', 'x', git('ext::sh -c id'), 'URL_INVALID'],
    ['a URL with a password', 'x', git('https://user:s3cret@example.org/docs.git'), 'URL_WITH_SECRET'],
    ['an unknown credential', 'x', git('https://example.org/docs.git', 'none'), 'CREDENTIAL_UNKNOWN'],
    [
      'an interval of a second',
      'x',
      { ...directory('docs'), syncInterval: { seconds: 1n } },
      'INTERVAL_INVALID',
    ],
    ['a folder inside that leads out', 'x', { ...directory('docs'), folders: ['../x'] }, 'FOLDER_INVALID'],
    ['an access that there is not', 'x', { ...directory('docs'), access: 'friends' }, 'INVALID_REQUEST'],
    [
      'a link that is a script',
      'x',
      { ...directory('docs'), linkTemplate: 'javascript:alert(1)' },
      'INVALID_REQUEST',
    ],
  ])('with %s is refused', async (_, sourceId, source, reason) => {
    const asked = s.sources.createSource({ sourceId, source }, s.operator);
    await expect(asked).rejects.toMatchObject({ reason });
    await expect(asked).rejects.not.toMatchObject({ message: expect.stringContaining('s3cret') as string });
  });

  it('keeps its pages where a reading fails, says why, and takes its next chance', async () => {
    await s.addSource('failing', { 'a.md': '# A\n\nA narwhal.' });
    const folder = join(s.env['SOURCES_DIR']!, 'failing');
    await rename(folder, `${folder}-away`);
    const failed = await s.resync('failing');
    expect(failed).toMatchObject({
      state: Source_State.FAILED,
      error: expect.stringContaining('there is no failing') as string,
    });
    expect(await s.pages('narwhal')).toEqual(['failing:a.md']);
    await rename(`${folder}-away`, folder);
    await s.resync('failing');
    await s.synced('failing');
  });

  it('that is a broken archive says so without telling where the service keeps it', async () => {
    await writeFile(join(s.env['SOURCES_DIR']!, 'torn.tar.gz'), 'torn');
    const location = { case: 'archive', value: 'torn.tar.gz' } as const;
    await s.sources.createSource({ sourceId: 'torn', source: { location } }, s.operator);
    const { state, error } = await s.ended('torn');
    expect([state, error]).toEqual([
      Source_State.FAILED,
      'torn.tar.gz is no whole .tar.gz archive (Z_DATA_ERROR); fetch it again',
    ]);
  });

  it('with broken files is read, and says which', async () => {
    await mkdir(join(s.env['SOURCES_DIR']!, 'broken'));
    await writeFile(join(s.env['SOURCES_DIR']!, 'broken', 'latin.md'), Buffer.from([0x23, 0x20, 0xff, 0xfe]));
    const source = await s.addSource('broken', {
      'good.md': '# Good\n\nA platypus.',
      'nul.md': '# Nul\n\nAn \u0000 echidna.',
      'scs-compatible-nul.yaml': 'scripts:\n  - testcases:\n      - {id: "a\\0b", description: "\\ud83d"}\n',
      'scs-compatible-x.yaml': 'scripts: [',
      'front.md': '---\ntitle: [\n---\n\n# Front\n\nText',
    });
    expect(await s.pages('platypus')).toEqual(['broken:good.md']);
    expect(await s.pages('echidna')).toEqual(['broken:nul.md']);
    const { problems } = await s.sources.listProblems({ parent: source.name }, s.operator);
    expect(source.problemCount).toBe(problems.length);
    expect(problems.map(({ file }) => file)).toContain('scs-compatible-x.yaml');
    for (const { message } of problems) expect(message).not.toMatch(/\n|at .*\.ts/);
  });
});

it('test cases that another service sends lead to their sections', async () => {
  const jobs = await connectJobs(s.databaseUrl, createLogger({ name: 'test', version: '0' }, 'silent'));
  const testcase = {
    id: 'scs-0115-default-rules',
    description: 'no xylophone rule',
    url: 'https://docs.example.org/standards/scs-0115-v1-security#rules',
    messages: ['unexpected rule {}'],
  };
  await jobs.enqueue(importTestcases, { origin: 'certification', testcases: [testcase] }, 'certification');
  await eventually(async () => {
    const { hits, match } = await s.search.search({
      query: 'scs-0115-default-rules xylophone',
      typing: true,
    });
    expect([match, hits[0]?.page, hits[0]?.anchor]).toEqual([
      Match.WORDS,
      'docs:scs-0115-v1-security.md',
      'rules',
    ]);
  });
  await jobs.close();
});

it('metrics say how much there is, how long searches take, and how readings end', async () => {
  const text = await metrics.registry.metrics();
  for (const name of ['pages', 'sections', 'search_duration_seconds', 'syncs_total', 'dropped_queries_total'])
    expect(text).toContain(`# TYPE scs_cp_docs_${name} `);
  expect(text).toMatch(/scs_cp_docs_syncs_total\{result="failed"\} [1-9]/);
  expect(text).toMatch(/scs_cp_docs_pages [1-9]/);
});

it('the log holds no query and no error', async () => {
  await s.search.search({ query: 'unmistakable-words' });
  expect(lines.join('')).not.toContain('unmistakable-words');
  expect(lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});

describe('while Postgres is away', () => {
  it('searches are answered, and clicks taken', async () => {
    const folder = join(s.folder, 'postgres');
    await mkdir(folder);
    await chmod(s.folder, 0o711);
    const postgres = await startPostgres({ dir: folder });
    const own = await setup({ env: { DATABASE_URL: postgres.url } });
    try {
      await own.addSource('docs', { 'a.md': '# A\n\nA yeti.' });
      await postgres.stop();
      const { hits } = await own.search.search({ query: 'yeti' });
      expect(hits.map(({ page }) => page)).toEqual(['docs:a.md']);
      expect(
        await own.search.recordClick({ queryId: '01900000-0000-7000-8000-000000000000', page: 'docs:a.md' }),
      ).toBeDefined();
      await expect(own.sources.getSource({ name: 'sources/docs' }, own.operator)).rejects.toMatchObject({
        kind: 'unavailable',
      });
    } finally {
      await own.close();
      await postgres.stop();
    }
  });
});
