import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';
import {
  assemble,
  buildIndex,
  createTranslator,
  isDocument,
  measure,
  pagesOf,
  parseJudgments,
  readFile,
  replacePages,
  search,
  suggest,
  type DocIndex,
  type Judgment,
  type Lexicon,
  type Page,
  type ParsedFile,
  type SourceFile,
} from '@scs/doc-index';
import { openArchive, openDirectory } from '@scs/source-files';
import { documentedTestcases } from '@scs/standards';
import { peers, type Engine } from './search-peers.ts';
import { benchService } from './search-service.ts';
import { spread } from './spread.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const corpus = join(root, '../shared/corpus');
const asOf = '2026-11-24';
const rounds = 5;

/** Quality, speed and memory of the search, alone, beside its peers, and behind the gateway. */
export async function benchSearch(): Promise<object> {
  const archives = existsSync(corpus)
    ? readdirSync(corpus)
        .filter((name) => name.endsWith('.tar.gz'))
        .map((name) => join(corpus, name))
    : [];
  if (archives.length === 0)
    process.stderr.write('bench: the corpus of SCS is missing; measuring on docs/ without judged queries\n');
  const startRead = performance.now();
  const files = await readTexts(archives);
  const startParse = performance.now();
  const parsed = files.flatMap((file) => attempt(() => readFile(file)));
  // As the command line and the service do, what is printed when a test case is not met belongs to it.
  const testcases = documentedTestcases().map((one) => ({ ...one, messages: [...one.messages] }));
  const pages = assemble([...parsed, { pages: [], testcases }]);
  const startIndex = performance.now();
  const index = buildIndex(pages);
  const built = performance.now();
  const { judgments, lexicon } = known(archives.length > 0);
  const translator = createTranslator(lexicon);
  const ours: Engine = {
    name: 'scs',
    search: (query) => search(index, query, { asOf, translator, limit: 20 }).hits,
  };
  const ask = (query: string, of: DocIndex): unknown => search(of, query, { asOf, translator, limit: 10 });
  const typed = judgments.flatMap(({ query }) =>
    Array.from({ length: Math.min(query.length, 60) }, (_, end) => query.slice(0, end + 1)),
  );
  const half = (odd: 0 | 1): Judgment[] => judgments.filter((_, number) => number % 2 === odd);
  return {
    corpus: {
      pages: pages.length,
      sections: sectionCount(pages),
    },
    quality: {
      all: quality(ours, judgments),
      evenHalfTuned: quality(ours, half(0)),
      oddHalf: quality(ours, half(1)),
      byKind: Object.fromEntries(
        [...new Set(judgments.map(({ kind }) => kind))].map((kind) => [
          kind,
          quality(
            ours,
            judgments.filter((judgment) => judgment.kind === kind),
          ).ndcg10,
        ]),
      ),
    },
    build: {
      readMs: round(startParse - startRead),
      parseMs: round(startIndex - startParse),
      indexMs: round(built - startIndex),
      totalMs: round(built - startRead),
    },
    query: times(
      judgments.map(({ query }) => query),
      (query) => ask(query, index),
    ),
    keystroke: times(typed, (text) => search(index, text, { asOf, translator, limit: 10, typing: true }), 1),
    suggest: times(typed, (text) => suggest(index, text, { asOf }), 1),
    changedPage: changedPage(index, parsed),
    memory: memoryOf(pages),
    tenfold: tenfold(pages, judgments, ask),
    peers: peers(pages).map((engine) => ({
      name: engine.name,
      indexMs: engine.indexMs,
      ...quality(engine, judgments),
      query: times(
        judgments.map(({ query }) => query),
        engine.search,
      ),
      keystrokeP99Ms: times(typed, engine.search, 1).p99Ms,
    })),
    service: await benchService(
      archives,
      judgments.map(({ query }) => query),
    ),
    aims: {
      ndcg10: 0.91,
      mrr10: 0.93,
      recall5: 0.96,
      anchor5: 0.9,
      german: 0.85,
      noResult: 0,
      deprecatedAbove: 0,
      buildMs: 3000,
      queryP50Ms: 1,
      queryP99Ms: 5,
      keystrokeP99Ms: 8,
      changedPageMs: 50,
      memoryMiB: 120,
      tenfoldP99Ms: 15,
      httpP99Ms: 25,
    },
  };
}

/** A slice of a page's text is another text: what is done when one page of the corpus changed. */
function changedPage(index: DocIndex, parsed: readonly ParsedFile[]): object {
  const all = parsed.flatMap(({ pages }) => pages);
  const durations = Array.from({ length: 50 }, (_, number) => {
    const page = all[(number * 37) % all.length]!;
    const changed = { ...page, sections: [...page.sections].toReversed() };
    const start = performance.now();
    replacePages(index, [changed]);
    return performance.now() - start;
  });
  return spread(durations);
}

/** What 5,000 sections take in a process of their own, with the texts of their pages: loaded from a snapshot, and built there. */
function memoryOf(pages: readonly Page[]): object {
  const all = sectionCount(pages);
  let count = 0;
  const five = renamed(pages, Math.ceil(5000 / all)).filter(
    ({ sections }) => (count += sections.length) <= 5000,
  );
  const folder = mkdtempSync(join(tmpdir(), 'scs-bench-'));
  const measureIn = (content: unknown, how: string): object => {
    const file = join(folder, how);
    writeFileSync(file, serialize(content));
    const script = fileURLToPath(new URL('search-memory.ts', import.meta.url));
    return JSON.parse(
      execFileSync(process.execPath, ['--expose-gc', script, file, how], { encoding: 'utf8' }),
    ) as object;
  };
  try {
    return {
      sections: sectionCount(five),
      fromSnapshot: measureIn(buildIndex(five), 'snapshot'),
      built: measureIn(five, 'pages'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const sectionCount = (pages: readonly Page[]): number =>
  pages.reduce((sum, { sections }) => sum + sections.length, 0);

/** The corpus ten times, half of its words renamed in each copy: vocabulary and lists both grow. */
function tenfold(
  pages: readonly Page[],
  judgments: readonly Judgment[],
  ask: (query: string, index: DocIndex) => unknown,
): object {
  const start = performance.now();
  const index = buildIndex(renamed(pages, 10));
  const buildMs = round(performance.now() - start);
  const [page] = pages;
  const startChange = performance.now();
  replacePages(index, [{ ...page!, sections: [...page!.sections].toReversed() }]);
  const changedPageMs = round(performance.now() - startChange);
  return {
    sections: sectionCount(pagesOf(index)),
    buildMs,
    changedPageMs,
    ...times(
      judgments.map(({ query }) => query),
      (query) => ask(query, index),
    ),
  };
}

/** Copies of the pages; in each but the first every second word (by its letters) has another name. */
function renamed(pages: readonly Page[], copies: number): Page[] {
  return Array.from({ length: copies }, (_, copy) =>
    pages.map((page): Page => {
      if (copy === 0) return page;
      const rename = (text: string): string =>
        text.replace(/\p{L}{4,}/gu, (word) =>
          (word.charCodeAt(0) + word.charCodeAt(2) + word.length) % 2
            ? `${word}q${'abcdefghij'[copy]}`
            : word,
        );
      return {
        ...page,
        id: `copy${copy}-${page.id}`,
        repo: `copy${copy}-${page.repo}`,
        title: rename(page.title),
        standard: undefined,
        sections: page.sections.map((section) => ({
          ...section,
          heading: rename(section.heading),
          text: rename(section.text),
          code: rename(section.code),
        })),
      };
    }),
  ).flat();
}

async function readTexts(archives: readonly string[]): Promise<SourceFile[]> {
  const options = { accepts: isDocument };
  const trees =
    archives.length > 0
      ? archives.map(
          async (path) => [path.replace(/^.*\/|\.tar\.gz$/g, ''), await openArchive(path, options)] as const,
        )
      : [openDirectory(join(root, 'docs'), options).then((tree) => ['docs', tree] as const)];
  const files: SourceFile[] = [];
  for (const [repo, tree] of await Promise.all(trees)) {
    for (const file of tree.files) files.push({ repo, path: file.path, text: await tree.read(file) });
    await tree.close();
  }
  return files;
}

function known(hasCorpus: boolean): { judgments: Judgment[]; lexicon: Lexicon } {
  if (!hasCorpus) return { judgments: [], lexicon: {} };
  const read = (name: string): unknown => JSON.parse(readFileSync(join(corpus, name), 'utf8'));
  const { entries } = read('docs-search-lexicon-de-en.json') as { entries: Lexicon };
  return { judgments: parseJudgments(read('judgments.json')), lexicon: entries };
}

function quality({ search: ask }: Engine, judgments: readonly Judgment[]) {
  const { ndcg10, mrr10, recall5, anchor5, noResult, deprecatedAbove } = measure(judgments, ask).overall;
  return {
    ndcg10: round(ndcg10),
    mrr10: round(mrr10),
    recall5: round(recall5),
    ...(anchor5 !== undefined && { anchor5: round(anchor5) }),
    noResult,
    deprecatedAbove,
  };
}

/** Every query `rounds` times, after one round that warms up. */
function times(queries: readonly string[], ask: (query: string) => unknown, times = rounds) {
  for (const query of queries) ask(query);
  const durations: number[] = [];
  for (let turn = 0; turn < times; turn++)
    for (const query of queries) {
      const start = performance.now();
      ask(query);
      durations.push(performance.now() - start);
    }
  return spread(durations);
}

function attempt<T>(work: () => T): T[] {
  try {
    return [work()];
  } catch {
    return [];
  }
}

const round = (value: number): number => Number(value.toPrecision(3));
