import type { ParsedFile } from '@scs/doc-index';
import { DomainError, type Caller, type Logger } from '@scs/service';
import type { DataSource } from 'typeorm';
import { readDocuments, readSources, type IndexedSource } from './index.queries.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';
import { buildView, renewView, type View } from './view.ts';

const refreshEveryMs = 1000;
/** Writing takes a moment in which no search is answered. */
const snapshotEveryMs = 60_000;
/** Of callers with different rights. The one that was asked for longest ago is given up. */
const mostViews = 24;

interface LoadedSource extends IndexedSource {
  /** By path. Their pages have the labels of the source. */
  files: ReadonlyMap<string, ParsedFile>;
}

/** One state of everything; a newer one takes its place in one assignment. */
interface Loaded {
  sources: ReadonlyMap<string, LoadedSource>;
  /** By the access labels, of those that occur, that its callers have. */
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
    this.#timer = setInterval(() => {
      // While Postgres is away what there is keeps serving.
      void this.refresh().catch((error: unknown) =>
        this.#logger.warn({ err: error }, 'sources cannot be looked at'),
      );
    }, refreshEveryMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.allSettled([this.#refreshing, this.#waiting]);
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
    const { sources, views } = this.#loaded;
    const labels = visibleLabels(caller, sources);
    const key = labels.join(' ');
    const view = views.get(key) ?? newView(labels, sources, views);
    // The newest stands last.
    views.delete(key);
    views.set(key, view);
    if (views.size > mostViews) views.delete(views.keys().next().value!);
    return view;
  }

  source(id: string): IndexedSource | undefined {
    return this.#loaded?.sources.get(id);
  }

  /** Of everything, whoever may see it. */
  counts(): { pages: number; sections: number } {
    let [pages, sections] = [0, 0];
    for (const { files } of this.#loaded?.sources.values() ?? [])
      for (const file of files.values())
        for (const page of file.pages) {
          pages += 1;
          sections += page.sections.length;
        }
    return { pages, sections };
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
      this.#loaded = { sources, views: renewViews(older, sources) };
      this.#isKept = false;
    }
    await this.#keep(snapshotEveryMs);
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
      await writeSnapshot(this.#snapshotFolder, this.#loaded);
      this.#isKept = true;
    } catch (error) {
      this.#logger.warn({ err: error }, 'no snapshot could be written; the next start takes longer');
    }
  }
}

/** Those of the labels that occur which a caller has. */
function visibleLabels(caller: Caller, sources: Loaded['sources']): string[] {
  const labels = new Set([...sources.values()].map(({ labels: { access } }) => access));
  return [...labels].filter((label) => maySee(caller, label)).toSorted();
}

function maySee({ subject, roles, tenant }: Caller, label: string): boolean {
  if (label === 'public') return true;
  if (subject === '') return false;
  if (label === 'authenticated') return true;
  if (tenant !== null) return label === `tenant/${tenant}`;
  // A token without a role is somebody's, not the operator's.
  return roles.length > 0;
}

const filesOf = (sources: Loaded['sources'], labels: readonly string[]): ParsedFile[] =>
  [...sources.values()]
    .filter((source) => labels.includes(source.labels.access))
    .flatMap(({ files }) => [...files.values()]);

/** Begins with the largest view of callers who may see less, so that only the rest is indexed. */
function newView(labels: readonly string[], sources: Loaded['sources'], views: Loaded['views']): View {
  const [base] = [...views]
    .filter(([key]) => labelsOf(key).every((label) => labels.includes(label)))
    .map(([, view]) => view)
    .toSorted((a, b) => b.pages.size - a.pages.size);
  const files = filesOf(sources, labels);
  return base ? renewView(base, files) : buildView(files);
}

const labelsOf = (key: string): string[] => (key === '' ? [] : key.split(' '));

/** Every view that was in use, brought up to date before it is needed. */
function renewViews(older: Loaded | undefined, sources: Loaded['sources']): Map<string, View> {
  const views = new Map<string, View>();
  const occurring = new Set([...sources.values()].map(({ labels: { access } }) => access));
  for (const [key, view] of older?.views ?? []) {
    const labels = labelsOf(key);
    // Where labels come or go, the same callers ask for another key.
    if (!labels.every((label) => occurring.has(label))) continue;
    views.set(key, renewView(view, filesOf(sources, labels)));
  }
  if (views.size === 0 && sources.size > 0) {
    const labels = occurring.has('public') ? ['public'] : [];
    views.set(labels.join(' '), buildView(filesOf(sources, labels)));
  }
  return views;
}

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

const labelled = ({ pages, testcases }: ParsedFile, { labels }: IndexedSource): ParsedFile => ({
  pages: pages.map((page) => ({ ...page, labels })),
  testcases,
});
