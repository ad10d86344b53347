import { setImmediate as turn } from 'node:timers/promises';
import {
  assemble,
  buildIndex,
  pagesOf,
  replacePages,
  type DocIndex,
  type Page,
  type ParsedFile,
} from '@scs/doc-index';
import { DomainError, type Caller, type Logger } from '@scs/service';
import type { DataSource } from 'typeorm';
import { maySee } from './access.ts';
import { readDocuments, readSources, type IndexedSource } from './index.queries.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';
import { viewOf, type View } from './view.ts';

const refreshEveryMs = 1000;
/** Writing takes a moment in which no search is answered. */
const snapshotEveryMs = 60_000;
const pagesAtOnce = 16;
const lettersAtOnce = 200_000;

interface LoadedSource extends IndexedSource {
  /** By path. Their pages have the labels of the source. */
  files: ReadonlyMap<string, ParsedFile>;
}

/** One state of everything; a newer one takes its place in one assignment. */
interface Loaded {
  sources: ReadonlyMap<string, LoadedSource>;
  index: DocIndex;
  /** By the access labels, of those that occur, that their callers have; made when they are asked for. */
  views: Map<string, View>;
}

/**
 * What is searched, in memory: filled from Postgres at the start or from a snapshot, and renewed when sources change, in this process or in
 * another.
 */
export class SearchIndex {
  readonly #database: DataSource;
  readonly #logger: Logger;
  readonly #snapshotFolder: string | undefined;
  #loaded: Loaded | undefined;
  #refreshing: Promise<void> | undefined;
  #waiting: Promise<void> | undefined;
  #keeping: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #snapshotTime = 0;
  #isKept = false;
  constructor(database: DataSource, logger: Logger, snapshotFolder: string | undefined) {
    this.#database = database;
    this.#logger = logger;
    this.#snapshotFolder = snapshotFolder;
  }

  /** Fills the index, then looks for changes every second. */
  async start(): Promise<void> {
    this.#loaded = await this.#restore();
    await this.refresh();
    let isFailing = false;
    this.#timer = setInterval(() => {
      void this.refresh().then(
        () => {
          isFailing = false;
          this.#keeping ??= this.#keep(snapshotEveryMs).finally(() => (this.#keeping = undefined));
        },
        (error: unknown) => {
          // While Postgres is away what there is keeps serving. Said once, not every second.
          if (!isFailing) this.#logger.warn({ err: error }, 'changes of sources cannot be seen now');
          isFailing = true;
        },
      );
    }, refreshEveryMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.allSettled([this.#refreshing, this.#waiting, this.#keeping]);
    await this.#keep(0);
  }

  /** Takes up what has changed in Postgres; when it resolves, everything that was committed before the call is found. */
  refresh(): Promise<void> {
    // One that has begun may have looked too early, so one more follows; several that wait are one.
    if (!this.#refreshing) {
      this.#refreshing = this.#refresh().finally(() => (this.#refreshing = undefined));
      return this.#refreshing;
    }
    this.#waiting ??= this.#refreshing
      .catch(() => undefined)
      .then(() => {
        this.#waiting = undefined;
        return this.refresh();
      });
    return this.#waiting;
  }

  /** Rejects until the index is filled. */
  async check(): Promise<void> {
    if (!this.#loaded) throw new Error('the index is being filled');
  }

  /** What a caller may see. */
  view(caller: Caller): View {
    if (!this.#loaded)
      throw new DomainError(
        'unavailable',
        'INDEX_LOADING',
        'the index is being filled; ask again in a moment',
      );
    const { sources, index, views } = this.#loaded;
    const labels = occurring(sources).filter((label) => maySee(caller, label));
    const key = labels.join(' ');
    const view = views.get(key) ?? viewOf(index, labels);
    views.set(key, view);
    return view;
  }

  source(id: string): IndexedSource | undefined {
    return this.#loaded?.sources.get(id);
  }

  /** Of everything, whoever may see it. */
  counts(): { pages: number; sections: number } {
    const pages = this.#loaded ? pagesOf(this.#loaded.index) : [];
    return { pages: pages.length, sections: pages.reduce((sum, { sections }) => sum + sections.length, 0) };
  }

  async #refresh(): Promise<void> {
    const older = this.#loaded;
    const present = await readSources(this.#database);
    const sources = new Map<string, LoadedSource>();
    for (const source of present) {
      const known = older?.sources.get(source.id);
      sources.set(
        source.id,
        known?.generation === source.generation ? known : await load(this.#database, source, known),
      );
    }
    const isSame =
      older?.sources.size === sources.size &&
      [...sources].every(([id, source]) => older.sources.get(id) === source);
    if (!isSame) {
      this.#loaded = await renew(older, sources);
      this.#isKept = false;
    }
  }

  async #restore(): Promise<Loaded | undefined> {
    if (this.#snapshotFolder === undefined) return undefined;
    try {
      const kept = (await readSnapshot(this.#snapshotFolder)) as Loaded | undefined;
      this.#isKept = kept !== undefined;
      return kept;
    } catch (error) {
      this.#logger.warn(
        { reason: (error as Error).message },
        'the snapshot is ignored; the index is built from Postgres',
      );
      return undefined;
    }
  }

  /** Writes a snapshot where the last one is out of date, and older than so. */
  async #keep(olderThanMs: number): Promise<void> {
    if (this.#isKept || this.#snapshotFolder === undefined || !this.#loaded) return;
    const now = performance.now();
    if (now - this.#snapshotTime < olderThanMs) return;
    this.#snapshotTime = now;
    try {
      const { sources, index } = this.#loaded;
      await writeSnapshot(this.#snapshotFolder, { sources, index, views: new Map() });
      this.#isKept = true;
    } catch (error) {
      this.#logger.warn({ err: error }, 'no snapshot could be written; the next start takes longer');
    }
  }
}

const occurring = (sources: Loaded['sources']): string[] =>
  [...new Set([...sources.values()].map(({ labels: { access } }) => access))].toSorted();

/** Only what differs is indexed, and between some pages and the next searches are answered, from what there was. */
async function renew(older: Loaded | undefined, sources: Loaded['sources']): Promise<Loaded> {
  const pages = assemble([...sources.values()].flatMap(({ files }) => [...files.values()]));
  if (!older) return { sources, index: buildIndex(pages), views: new Map() };
  const known = new Map(pagesOf(older.index).map((page) => [page.id, page]));
  const present = new Set(pages.map(({ id }) => id));
  const changed = pages.filter((page) => !isSame(page, known.get(page.id)));
  const removed = [...known.keys()].filter((id) => !present.has(id));
  let { index } = older;
  if (removed.length > 0) index = replacePages(index, [], removed);
  for (const some of portions(changed)) {
    index = replacePages(index, some);
    await turn();
  }
  return { sources, index, views: new Map() };
}

/** Few pages at once, and of large ones fewer: none keeps searches waiting for another. */
function portions(pages: readonly Page[]): Page[][] {
  const all: Page[][] = [];
  let letters = Infinity;
  for (const page of pages) {
    const length = page.sections.reduce((sum, { text, code }) => sum + text.length + code.length, 0);
    if (letters + length > lettersAtOnce || all.at(-1)!.length >= pagesAtOnce) {
      all.push([]);
      letters = 0;
    }
    letters += length;
    all.at(-1)!.push(page);
  }
  return all;
}

/** Pages with test cases are put together anew each time. */
const isSame = (page: Page, older: Page | undefined): boolean =>
  page === older || (older !== undefined && JSON.stringify(page) === JSON.stringify(older));

/** The documents that have changed are read; with other labels the pages of all others are made anew from what is there. */
async function load(
  database: DataSource,
  source: IndexedSource,
  known: LoadedSource | undefined,
): Promise<LoadedSource> {
  const [after] = known?.generation.split('/') ?? ['0'];
  const isSameSource = known?.generation.split('/')[1] === source.generation.split('/')[1];
  const { paths, documents } = await readDocuments(database, source.id, isSameSource ? after! : '0');
  const isRelabelled = JSON.stringify(known?.labels) !== JSON.stringify(source.labels);
  const files = new Map<string, ParsedFile>();
  for (const [path, file] of isSameSource ? known!.files : [])
    if (paths.has(path)) files.set(path, isRelabelled ? labelled(file, source) : file);
  for (const { path, content } of documents) files.set(path, labelled(content, source));
  return { ...source, files: new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}

/** What is said in a file about other pages reaches those alone that may be seen by who may see the file. */
const labelled = (file: ParsedFile, { labels }: IndexedSource): ParsedFile => ({
  ...file,
  access: labels.access,
  pages: file.pages.map((page) => ({ ...page, labels })),
});
