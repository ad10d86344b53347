// `scs docs` as a child process: sources, shape of the answers, bad input. How it ranks is tested in @scs/doc-index.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildScs, start, temporaryFile } from './scs.ts';

let scs: Awaited<ReturnType<typeof buildScs>>;
const folder = mkdtempSync(join(tmpdir(), 'scs-docs-'));
const handbook = join(folder, 'handbook');
const archive = join(folder, 'rules.tar.gz');

beforeAll(async () => {
  scs = await buildScs();
  write('backup.md', '# Backup\n\n## Restore\n\nRestore a volume from its backup.\n');
  write('zones.mdx', '# Zones\n\nA zone has its own power supply.\n');
  write('broken.md', '---\ntitle: [\n---\n# Broken\n');
  write('node_modules/other.md', '# Restore elsewhere\n');
  writeFileSync(join(folder, 'outside.md'), '# Restore outside\n');
  symlinkSync(join(folder, 'outside.md'), join(handbook, 'link.md'));
  const rules =
    '---\ntype: Standard\nstabilized_at: 2025-01-01\n---\n# Restore rules\n\n## Decision\n\nA restore MUST work.\n';
  writeFileSync(
    archive,
    await tarOf({ './Standards/scs-0901-v1-restore.md': rules, '../escape.md': '# Restore escaped\n' }),
  );
});
afterAll(() => {
  scs.remove();
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(handbook, path)), { recursive: true });
  writeFileSync(join(handbook, path), text);
}

async function tarOf(files: Record<string, string>): Promise<Buffer> {
  const tar = pack();
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text);
  tar.finalize();
  return gzipSync(await buffer(tar));
}

const run = (...args: string[]) => start(scs.bin, ['docs', ...args]).done;
const sources = ['--source', handbook, '--source', archive];

interface Found {
  hits: {
    page: string;
    anchor: string;
    title: string;
    state: string | null;
    explanation?: { words: object[] };
  }[];
  didYouMean?: string;
  problems?: { file: string; message: string }[];
  tookMs: number;
}
const find = async (...args: string[]): Promise<Found> =>
  JSON.parse((await run('search', ...args, ...sources, '--output', 'json')).stdout) as Found;

describe('scs docs resolve', () => {
  const testing = join(folder, 'standards');
  beforeAll(() => {
    mkdirSync(join(testing, 'Standards'), { recursive: true });
    writeFileSync(
      join(testing, 'Standards/scs-0115-w1-security-groups-implementation.md'),
      '---\ntype: Supplement\nsupplements:\n  - scs-0115-v1-rules.md\n---\n# Tests\n\n## Automated tests\n\nA script counts rules.\n',
    );
    writeFileSync(
      join(testing, 'Standards/scs-0115-v1-rules.md'),
      '---\ntype: Standard\nstabilized_at: 2024-01-01\n---\n# Rules\n\n## Standard\n\nDefault rules MUST NOT allow ingress.\n',
    );
  });

  it('leads from a log to the standard, and says when it knows nothing', async () => {
    const log = temporaryFile('test.log', 'start\nERROR: Expected no default ingress rules, found 2.\n');
    const { stdout, code } = await run('resolve', log, '--source', testing, '--output', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      errors: [
        {
          testcase: 'scs-0115-default-rules',
          values: ['2'],
          standard: 'scs-0115-v1',
          explanation: { anchor: 'automated-tests' },
          remedy: {
            page: 'standards:Standards/scs-0115-v1-rules.md',
            anchor: 'standard',
            state: 'effective',
          },
        },
      ],
    });
    const other = temporaryFile('other.log', 'all is well\n');
    expect((await run('resolve', other, '--source', testing, '--output', 'table')).stdout).toMatch(
      /^No test case .*scs docs search/,
    );
  });

  it.each([
    ['an empty log', () => temporaryFile('empty.log', ' \n'), /empty.log is empty; give it a log/],
    ['a log that is not there', () => '/nonexistent.log', /cannot read \/nonexistent.log/],
  ])('refuses %s', async (_, path, message) => {
    const { stderr, code } = await run('resolve', path(), '--source', testing);
    expect(code).toBe(64);
    expect(stderr).toMatch(message);
  });
});

describe('scs docs search', () => {
  it('finds sections in directories and archives', async () => {
    const { hits, tookMs } = await find('restore');
    expect(hits.map(({ page, anchor }) => `${page}#${anchor}`)).toEqual(
      expect.arrayContaining([
        'handbook:backup.md#restore',
        'rules:Standards/scs-0901-v1-restore.md#decision',
      ]),
    );
    expect(tookMs).toBeGreaterThan(0);
  });

  it('leaves out links, packages and what points out of an archive, and reports what is broken', async () => {
    const { hits, problems } = await find('restore');
    const places = hits.map(({ page }) => page).join(' ');
    expect(places).not.toMatch(/outside|link|node_modules|escape/);
    expect(problems?.map(({ file }) => file)).toEqual(['rules:../escape.md', 'handbook:broken.md']);
  });

  it('says what was meant, and why', async () => {
    const { hits, didYouMean } = await find('restroe', '--explain');
    expect(didYouMean).toBe('restore');
    expect(hits[0]?.explanation?.words).toMatchObject([{ word: 'restroe', reason: 'correction' }]);
  });

  it('takes a component and a day', async () => {
    const { hits } = await find('restore', '--component', 'rules', '--as-of', '2024-12-31');
    expect(new Set(hits.map(({ state }) => state))).toEqual(new Set(['draft']));
    expect(hits.every(({ page }) => page.startsWith('rules:'))).toBe(true);
  });

  it('translates with a lexicon from outside', async () => {
    const lexicon = temporaryFile('lexicon.json', '{"entries": {"gegend": [["zone", 1]]}}');
    const { hits } = await find('Gegend', '--lexicon', lexicon);
    expect(hits[0]).toMatchObject({ page: 'handbook:zones.mdx', title: 'Zones' });
  });

  it('prints a list for people', async () => {
    const { stdout } = await run('search', 'restore', ...sources, '--output', 'table');
    expect(stdout).toContain('Backup > Restore\n  handbook:backup.md#restore\n');
    expect(stdout).toContain('2 files could not be read');
  });
});

describe('scs docs index', () => {
  it('counts what is there, says what is broken, and keeps an index that answers like the sources', async () => {
    const file = join(folder, 'docs.index');
    const { stdout, code } = await run('index', ...sources, '--file', file, '--output', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      pages: 3,
      components: [
        { component: 'handbook', pages: 2 },
        { component: 'rules', pages: 1 },
      ],
      problems: expect.arrayContaining([expect.objectContaining({ file: 'handbook:broken.md' })]),
    });
    const kept = await run('search', 'restore', '--index', file, '--output', 'json');
    const { hits } = await find('restore');
    expect((JSON.parse(kept.stdout) as Found).hits).toEqual(hits);
  });

  it.each([
    [
      'what is no index',
      () => temporaryFile('other.index', 'text'),
      /other.index is no index of this version/,
    ],
    ['a file that is not there', () => '/nonexistent.index', /cannot read \/nonexistent.index/],
  ])('refuses %s', async (_, path, message) => {
    const { stderr, code } = await run('search', 'restore', '--index', path());
    expect(code).toBe(64);
    expect(stderr).toMatch(message);
  });

  it('refuses sources and an index at once', async () => {
    const { stderr, code } = await run('search', 'restore', '--index', 'x', ...sources);
    expect(code).toBe(64);
    expect(stderr).toMatch(/either --source or --index/);
  });
});

it('shows nothing of a document that steers the terminal', async () => {
  const foreign = mkdtempSync(join(folder, 'foreign-'));
  writeFileSync(join(foreign, 'a\u001B[2J.md'), '# A\u001B]0;b\u0007\n\nA wombat\u001B[31m.\n');
  const { stdout } = await run('search', 'wombat', '--source', foreign, '--output', 'table');
  expect(stdout).toMatch(/wombat/);
  expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});

describe('scs docs search at a control plane', () => {
  it.each([
    ['no address', 'scs.example', 64, /is no address; write https/],
    ['an address where nobody listens', 'http://127.0.0.1:9', 69, /no answer from http:\/\/127.0.0.1:9/],
    ['an address with a password', 'https://me:s3cret@scs.example', 64, /put a token in \$SCS_TOKEN/],
  ])('refuses %s', async (_, address, exitCode, message) => {
    const { stderr, code } = await run('search', 'restore', '--server', address);
    expect(code).toBe(exitCode);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('s3cret');
  });
});

describe('scs docs eval', () => {
  const judgments = (text: string): string => temporaryFile('judgments.json', text);

  it('measures the search, overall and by kind', async () => {
    const file = judgments(
      JSON.stringify([
        { id: 'q1', kind: 'keyword', query: 'power supply', expected: ['handbook:zones.mdx#zones'] },
        { id: 'q2', kind: 'missing', query: 'restore', expected: ['handbook:none.md'] },
      ]),
    );
    const { stdout } = await run('eval', '--judgments', file, ...sources, '--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      overall: {
        queries: 2,
        ndcg10: 0.5,
        mrr10: 0.5,
        recall5: 0.5,
        anchor5: 1,
        noResult: 0,
        deprecatedAbove: 0,
      },
      byKind: { keyword: { ndcg10: 1 }, missing: { ndcg10: 0 } },
      worst: [{ id: 'q2', best: 'handbook:none.md' }, { id: 'q1' }],
    });
  });

  it.each([
    ['{', 'is not JSON'],
    ['[{}]', 'entry 1 needs "query" and "expected"'],
  ])('refuses %s as judgments', async (text, message) => {
    const { code, stderr } = await run('eval', '--judgments', judgments(text), ...sources);
    expect(code).toBe(64);
    expect(stderr).toContain(message);
  });
});

describe('bad input', () => {
  const notAnArchive = temporaryFile('fake.tar.gz', 'no gzip at all');
  it.each([
    ['no source', ['search', 'x'], 'name directories or .tar.gz archives with --source'],
    ['a source that is not there', ['search', 'x', '--source', '/nonexistent'], 'cannot read /nonexistent'],
    [
      'a source of another kind',
      ['search', 'x', '--source', temporaryFile('a.txt', 'x')],
      'neither a directory nor a .tar.gz',
    ],
    ['a broken archive', ['search', 'x', '--source', notAnArchive], 'is no whole .tar.gz archive'],
    [
      'an empty directory',
      ['search', 'x', '--source', mkdtempSync(join(folder, 'empty-'))],
      'no Markdown below',
    ],
    ['an empty query', ['search', ' ', ...sources], 'the query is empty'],
    ['no date', ['search', 'x', ...sources, '--as-of', 'soon'], '--as-of "soon" is no date'],
    [
      'an unknown component',
      ['search', 'x', ...sources, '--component', 'y'],
      'the sources have handbook, rules',
    ],
    [
      'a lexicon of another kind',
      ['search', 'x', ...sources, '--lexicon', temporaryFile('l.json', '[]')],
      'is no lexicon',
    ],
    ['no judgments', ['eval', ...sources], 'name a file with --judgments'],
  ])('%s is named in one line', async (_, args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  });
});
