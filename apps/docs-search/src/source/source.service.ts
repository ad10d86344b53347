import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { recordAudit } from '@scs/database';
import { fromPageToken, toPage, type Call } from '@scs/grpc';
import type { Jobs } from '@scs/jobs';
import { DomainError, type Logger } from '@scs/service';
import { DataSource, MoreThan, type EntityManager } from 'typeorm';
import { SearchIndex } from '../index/search-index.ts';
import { CLOCK, JOBS, LOGGER, type Clock } from '../tokens.ts';
import { SourceLocations } from './source-location.ts';
import type { GivenSource } from './source.convert.ts';
import { ProblemEntity, SourceEntity } from './source.entity.ts';
import { SourceTrees } from './source-tree.ts';
import { enqueueSync } from './source.jobs.ts';
import { findSource, nextGeneration, sourceNotFound } from './source.queries.ts';

/** The source of the service's own documentation: given by the configuration, not by callers. */
const ownDocs = 'control-plane';
const shortestSeconds = 60;
const watchEveryMs = 100;

const place = ['kind', 'location', 'revision', 'credential'] as const;
/** Proto field → what it changes. */
const mutable = {
  display_name: ['displayName'],
  git: place,
  'git.url': ['location'],
  'git.revision': ['revision'],
  'git.credential': ['credential'],
  directory: place,
  archive: place,
  component: ['component'],
  audience: ['audience'],
  language: ['language'],
  version: ['version'],
  access: ['access'],
  link_template: ['linkTemplate'],
  folders: ['folders'],
  sync_interval: ['syncSeconds'],
} as const satisfies Record<string, readonly (keyof GivenSource)[]>;

const outputOnly: readonly string[] = [
  'name',
  'state',
  'error',
  'progress',
  'commit',
  'sync_time',
  'page_count',
  'section_count',
  'problem_count',
  'create_time',
  'update_time',
];

const invalid = (field: string, reason: string, message: string): DomainError =>
  new DomainError('invalid', reason, message, { violations: [{ field, description: message }] });

/** Sources as resources. Reading them is SourceSyncService's work. */
@Injectable()
export class SourceService {
  readonly #database: DataSource;
  readonly #locations: SourceLocations;
  readonly #trees: SourceTrees;
  readonly #index: SearchIndex;
  readonly #jobs: Jobs;
  readonly #clock: Clock;
  readonly #logger: Logger;
  constructor(
    database: DataSource,
    locations: SourceLocations,
    trees: SourceTrees,
    index: SearchIndex,
    @Inject(JOBS) jobs: Jobs,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#database = database;
    this.#locations = locations;
    this.#trees = trees;
    this.#index = index;
    this.#jobs = jobs;
    this.#clock = clock;
    this.#logger = logger;
  }

  async create(id: string, given: GivenSource, call: Call): Promise<SourceEntity> {
    if (id === ownDocs)
      throw invalid(
        'source_id',
        'SOURCE_RESERVED',
        `${ownDocs} is the service’s own documentation; choose another id`,
      );
    await this.#check({ ...given, builtIn: false });
    const now = this.#clock();
    await this.#database.transaction(async (manager) => {
      const row = newSource(id, given, await nextGeneration(manager), now);
      const { raw } = (await manager
        .createQueryBuilder()
        .insert()
        .into(SourceEntity)
        .values(row as object)
        .orIgnore()
        .returning('id')
        .execute()) as { raw: unknown[] };
      if (raw.length === 0)
        throw new DomainError(
          'exists',
          'SOURCE_EXISTS',
          `there is a source ${id} already; choose another id`,
          {
            metadata: { source: id },
          },
        );
      await recordAudit(manager, call, 'create-source', `sources/${id}`, now);
    });
    await this.enqueue(id);
    return this.get(id);
  }

  get(id: string): Promise<SourceEntity> {
    return findSource(this.#database.manager, id);
  }

  async list(pageSize: number, pageToken: string) {
    const after = fromPageToken(pageToken, /^[a-z0-9-]{1,63}$/);
    const size = pageSize || 50;
    const rows = await this.#database.manager.find(SourceEntity, {
      where: after === null ? {} : { id: MoreThan(after) },
      order: { id: 'ASC' },
      take: size + 1,
    });
    return toPage(rows, size, ({ id }) => id);
  }

  /** Changes the fields named by the mask (proto names), shows its pages under their new labels at once, and reads it again. */
  async update(id: string, given: GivenSource, mask: readonly string[], call: Call): Promise<SourceEntity> {
    const columns = mask.flatMap((path): readonly (keyof GivenSource)[] => {
      if (Object.hasOwn(mutable, path)) return mutable[path as keyof typeof mutable];
      // Who read a source may send all of it back (AIP-203).
      if (outputOnly.includes(path)) return [];
      throw invalid(
        'update_mask',
        'FIELD_FIXED',
        `${path} cannot be changed; changeable are ${Object.keys(mutable).join(', ')}`,
      );
    });
    // Who sends a part of `git` means a Git repository, whatever it was before.
    if (given.kind === 'git' && mask.some((path) => path.startsWith('git.'))) columns.push('kind');
    const whole = withDefaults(id, given);
    const change = Object.fromEntries(
      columns.map((column) => [column, whole[column]]),
    ) as Partial<GivenSource>;
    const source = await this.get(id);
    checkChangeable(source);
    const { kind, location, credential, folders, syncSeconds } = source;
    await this.#check({
      kind,
      location,
      credential,
      folders,
      syncSeconds,
      builtIn: false,
      ...change,
    } as Checked);
    const now = this.#clock();
    await this.#database.transaction(async (manager) => {
      const { affected } = await manager.update(SourceEntity, { id, builtIn: false }, {
        ...change,
        ...(change.syncSeconds !== undefined && { nextSyncTime: dueTime(change.syncSeconds, now) }),
        generation: await nextGeneration(manager),
        state: 'PENDING',
        requestTime: now,
        updateTime: now,
      } as object);
      if (!affected) throw sourceNotFound(id);
      await recordAudit(manager, call, 'update-source', `sources/${id}`, now);
    });
    await this.#index.refresh();
    await this.enqueue(id);
    return this.get(id);
  }

  async delete(id: string, call: Call): Promise<void> {
    checkChangeable(await this.get(id));
    await this.#database.transaction(async (manager) => {
      const { affected } = await manager.delete(SourceEntity, { id });
      if (!affected) throw sourceNotFound(id);
      await recordAudit(manager, call, 'delete-source', `sources/${id}`, this.#clock());
    });
    await this.#index.refresh();
    await this.#trees.forget(id);
  }

  /** Commits the wish, then enqueues. */
  async sync(id: string, call: Call): Promise<SourceEntity> {
    const now = this.#clock();
    await this.#database.transaction(async (manager) => {
      await requestSync(manager, id, now);
      await recordAudit(manager, call, 'sync-source', `sources/${id}`, now);
    });
    await this.enqueue(id);
    return this.get(id);
  }

  /** The present state, then each change, until its reading has ended or nobody listens. */
  async *watch(id: string, { signal }: Call): AsyncGenerator<SourceEntity> {
    let last = '';
    while (!signal.aborted) {
      const source = await this.get(id);
      const seen = JSON.stringify([source.state, source.progress, source.error]);
      if (seen !== last) yield source;
      last = seen;
      if (source.state === 'READY' || source.state === 'FAILED') return;
      await sleep(watchEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async problems(sourceId: string, pageSize: number, pageToken: string) {
    await this.get(sourceId);
    const after = fromPageToken(pageToken, /^\d{1,9}$/);
    const size = pageSize || 200;
    const rows = await this.#database.manager.find(ProblemEntity, {
      where: { sourceId, ...(after !== null && { position: MoreThan(Number(after)) }) },
      order: { position: 'ASC' },
      take: size + 1,
    });
    return toPage(rows, size, ({ position }) => String(position));
  }

  /** Makes the service's own documentation a source, or no source any more, as the configuration says; and reads it. */
  async registerOwnDocs(folder: string | undefined): Promise<void> {
    const now = this.#clock();
    if (folder === undefined) {
      const { affected } = await this.#database.manager.delete(SourceEntity, { id: ownDocs, builtIn: true });
      if (affected) await this.#index.refresh();
      return;
    }
    await this.#database.transaction(async (manager) => {
      const given: GivenSource = { ...nothingGiven, kind: 'directory', displayName: 'SCS Control Plane' };
      const row = { ...newSource(ownDocs, given, await nextGeneration(manager), now), builtIn: true };
      await manager
        .createQueryBuilder()
        .insert()
        .into(SourceEntity)
        .values(row as object)
        .orIgnore()
        .execute();
      await requestSync(manager, ownDocs, now);
    });
    await this.enqueue(ownDocs);
  }

  /** What the queue does not take, the sweep finds: nothing is lost, so nobody is told. */
  async enqueue(source: string): Promise<void> {
    await enqueueSync(this.#jobs, source).catch((error: unknown) =>
      this.#logger.warn({ source, err: error }, 'not enqueued now; the sweep will do it'),
    );
  }

  async #check(given: Checked): Promise<void> {
    const { kind, syncSeconds } = given;
    if (kind === null) throw locationMissing();
    if (syncSeconds !== null && !(syncSeconds >= shortestSeconds && syncSeconds <= 366 * 86_400))
      throw invalid(
        'source.sync_interval',
        'INTERVAL_INVALID',
        'sync_interval must be at least a minute and at most a year; leave it out for never',
      );
    const wrong = given.folders.find(
      (folder) =>
        folder === '' || folder.length > 500 || folder.startsWith('/') || folder.split('/').includes('..'),
    );
    if (wrong !== undefined)
      throw invalid(
        'source.folders',
        'FOLDER_INVALID',
        'folders must be paths inside of the source, such as docs/guides',
      );
    await this.#locations.check({ ...given, kind });
  }
}

type Checked = Pick<GivenSource, 'kind' | 'location' | 'credential' | 'folders' | 'syncSeconds'> & {
  builtIn: boolean;
};

const locationMissing = (): DomainError =>
  invalid('source.location', 'LOCATION_MISSING', 'a source needs a location; set git, directory or archive');

function checkChangeable({ id, builtIn }: SourceEntity): void {
  if (!builtIn) return;
  throw new DomainError(
    'wrong-state',
    'SOURCE_BUILT_IN',
    `${id} is the service’s own documentation; it follows DOCS_DIR of the configuration and can only be read again`,
    { metadata: { source: id } },
  );
}

async function requestSync(manager: EntityManager, id: string, now: Date): Promise<void> {
  const { affected } = await manager.update(
    SourceEntity,
    { id },
    { state: 'PENDING', error: '', requestTime: now },
  );
  if (!affected) throw sourceNotFound(id);
}

const dueTime = (seconds: number | null, now: Date): Date | null =>
  seconds === null ? null : new Date(now.getTime() + seconds * 1000);

const nothingGiven: GivenSource = {
  displayName: '',
  kind: null,
  location: '',
  revision: '',
  credential: '',
  component: '',
  audience: '',
  language: '',
  version: '',
  access: '',
  linkTemplate: '',
  folders: [],
  syncSeconds: null,
};

/** What an empty field stands for. */
const withDefaults = (id: string, given: GivenSource): GivenSource => ({
  ...given,
  displayName: given.displayName || id,
  component: given.component || id,
  language: given.language || 'en',
  access: given.access || 'public',
});

function newSource(id: string, given: GivenSource, generation: string, now: Date): Partial<SourceEntity> {
  return {
    ...withDefaults(id, given),
    kind: given.kind!,
    id,
    builtIn: false,
    state: 'PENDING',
    error: '',
    progress: null,
    commit: '',
    generation,
    syncTime: null,
    nextSyncTime: dueTime(given.syncSeconds, now),
    pageCount: 0,
    sectionCount: 0,
    problemCount: 0,
    runId: null,
    heartbeatTime: null,
    requestTime: now,
    createTime: now,
    updateTime: now,
  };
}
