import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { plainLabels, readFile, type Problem } from '@scs/doc-index';
import { DomainError, type Logger } from '@scs/service';
import { SourceError, type Tree, type TreeFile } from '@scs/source-files';
import { DataSource, type EntityManager } from 'typeorm';
import { SearchIndex } from '../index/search-index.ts';
import { countSync } from '../search/search.metrics.ts';
import { CLOCK, LOGGER, type Clock } from '../tokens.ts';
import { ProblemEntity, SourceEntity } from './source.entity.ts';
import { SourceTrees, toDomainError } from './source-tree.ts';
import {
  claim,
  countPages,
  knownHashes,
  nextGeneration,
  storable,
  storeDocuments,
  type ReadDocument,
} from './source.queries.ts';

/** Of what `readFile` makes of a file. With a new number every file is read again. */
const reader = 1;
const beatEveryMs = 500;
/** Searches are answered between two files, if these take longer than so. */
const turnEveryMs = 10;
const mostProblems = 1000;

/** What was found in a source that is not kept yet. */
interface Reading {
  documents: ReadDocument[];
  removed: string[];
  problems: Problem[];
}

/** Reads sources: only files whose content is new, and all of what was found becomes visible at once. */
@Injectable()
export class SourceSyncService {
  readonly #database: DataSource;
  readonly #trees: SourceTrees;
  readonly #index: SearchIndex;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  constructor(
    database: DataSource,
    trees: SourceTrees,
    index: SearchIndex,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#database = database;
    this.#trees = trees;
    this.#index = index;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Readings give their source back, to be read by another worker or after the next start. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Reads a source. Throws, to be tried again, where it does not answer. */
  async sync(id: string, isLastAttempt: boolean): Promise<void> {
    const runId = randomUUID();
    const source = await claim(this.#database.manager, id, runId);
    if (!source) return;
    const lost = new AbortController();
    const signal = AbortSignal.any([lost.signal, this.#stopping.signal]);
    const heart = this.#startHeart(id, runId, lost);
    const began = performance.now();
    try {
      const [known, tree] = await Promise.all([
        knownHashes(this.#database.manager, id, reader),
        this.#trees.open(source, signal, heart.report),
      ]);
      try {
        const reading = await this.#read(source, tree, known, signal, heart.report);
        await this.#database.transaction((manager) =>
          this.#store(manager, source, runId, tree.commit, reading),
        );
        await this.#index.refresh();
        const counts = {
          files: tree.files.length,
          read: reading.documents.length,
          removed: reading.removed.length,
          problems: reading.problems.length,
        };
        this.#logger.info(
          { source: id, ...counts, tookMs: Math.round(performance.now() - began) },
          'source read',
        );
      } finally {
        await tree.close();
      }
      await this.#end(source, runId, { state: 'READY', error: '', syncTime: this.#clock() });
      countSync('ready');
    } catch (error) {
      if (lost.signal.aborted || error instanceof Lost) return;
      await this.#fail(source, runId, error, isLastAttempt);
    } finally {
      heart.stop();
    }
  }

  async #fail(source: SourceEntity, runId: string, error: unknown, isLastAttempt: boolean): Promise<void> {
    const giveBack = (message: string) => this.#end(source, runId, { state: 'PENDING', error: message });
    if (this.#stopping.signal.aborted) {
      await giveBack('');
      return;
    }
    const known = error instanceof DomainError;
    const message = known
      ? error.message.split('\n')[0]!.slice(0, 500)
      : 'something went wrong inside; the log of the service has the details';
    if (known && error.kind === 'unavailable' && !isLastAttempt) {
      await giveBack(message);
      throw error;
    }
    // It was deleted meanwhile, or asked for anew.
    if (!(await this.#end(source, runId, { state: 'FAILED', error: message }))) return;
    countSync('failed');
    this.#logger.warn({ source: source.id, err: error }, 'a source could not be read; its old pages stay');
    if (!known) throw error;
  }

  /** Reads the files whose content is new. */
  async #read(
    source: SourceEntity,
    tree: Tree,
    known: ReadonlyMap<string, string>,
    signal: AbortSignal,
    report: (step: string, done: number, total: number) => void,
  ): Promise<Reading> {
    const present = new Set(tree.files.map(({ path }) => path));
    const removed = new Set([...known.keys()].filter((path) => !present.has(path)));
    const changed = tree.files.filter(({ path, hash }) => known.get(path) !== hash);
    const reading: Reading = { documents: [], removed: [], problems: [...tree.problems] };
    let since = performance.now();
    for (const [done, file] of changed.entries()) {
      signal.throwIfAborted();
      report('reading files', done, changed.length);
      try {
        reading.documents.push(await readDocument(source, tree, file));
      } catch (error) {
        if (signal.aborted || (error instanceof SourceError && error.kind === 'unavailable'))
          throw toDomainError(error);
        // Read again with each sync, until it is mended: nothing of it is kept.
        reading.problems.push({ file: file.path, message: oneLine(error) });
        if (known.has(file.path)) removed.add(file.path);
      }
      if (performance.now() - since > turnEveryMs) {
        await turn();
        since = performance.now();
      }
    }
    reading.removed = [...removed];
    report('storing', changed.length, changed.length);
    return reading;
  }

  async #store(
    manager: EntityManager,
    source: SourceEntity,
    runId: string,
    commit: string,
    { documents, removed, problems }: Reading,
  ): Promise<void> {
    // Held until the end: of one source there is one writer, and its generations follow each other.
    const owned: unknown[] = await manager.query(
      'SELECT 1 FROM source WHERE id = $1 AND run_id = $2 FOR UPDATE',
      [source.id, runId],
    );
    if (owned.length === 0) throw new Lost();
    const now = this.#clock();
    if (documents.length > 0 || removed.length > 0 || commit !== source.commit) {
      const generation = await nextGeneration(manager);
      await storeDocuments(manager, source.id, documents, removed, { reader, generation, commit, now });
      const counts = await countPages(manager, source.id);
      await manager.update(SourceEntity, { id: source.id }, { ...counts, commit, generation });
    }
    if (problems.length === 0 && source.problemCount === 0) return;
    await manager.delete(ProblemEntity, { sourceId: source.id });
    const kept = problems
      .toSorted((a, b) => (a.file < b.file ? -1 : 1))
      .slice(0, mostProblems)
      .map(({ file, message }, position) => ({
        sourceId: source.id,
        position,
        file,
        message: storable(message.slice(0, 500)),
      }));
    if (kept.length > 0) await manager.insert(ProblemEntity, kept);
    await manager.update(SourceEntity, { id: source.id }, { problemCount: problems.length });
  }

  /** Gives false, and changes nothing, where another run has it, or it was asked for again meanwhile. */
  async #end(source: SourceEntity, runId: string, change: Partial<SourceEntity>): Promise<boolean> {
    const { syncSeconds } = source;
    const next = syncSeconds === null ? null : new Date(this.#clock().getTime() + syncSeconds * 1000);
    const { affected } = await this.#database.manager.update(
      SourceEntity,
      { id: source.id, runId, state: 'SYNCING' },
      { ...change, runId: null, progress: null, nextSyncTime: next } as object,
    );
    if (affected) return true;
    await this.#database.manager.update(SourceEntity, { id: source.id, runId }, { runId: null });
    return false;
  }

  /** Says every half a second that the run lives, and how far it is; and notices that the source was taken or is gone. */
  #startHeart(id: string, runId: string, lost: AbortController) {
    let progress: SourceEntity['progress'] = null;
    const beat = setInterval(() => {
      void this.#database.manager
        .update(SourceEntity, { id, runId }, { heartbeatTime: () => 'now()', progress } as object)
        .then(
          ({ affected }) => {
            if (!affected) lost.abort(new Lost());
          },
          () => undefined,
        );
    }, beatEveryMs);
    return {
      report: (step: string, done: number, total: number) => void (progress = { step, done, total }),
      stop: () => clearInterval(beat),
    };
  }
}

/** Another worker has the source, or it was deleted. */
class Lost extends Error {}

async function readDocument(source: SourceEntity, tree: Tree, file: TreeFile): Promise<ReadDocument> {
  const { path, hash, size } = file;
  const text = await tree.read(file);
  // Labels are put on when the index is filled: they change without a new reading.
  const content = readFile({ repo: source.id, path, text }, plainLabels(source.id));
  return { path, hash, size, content };
}

const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
