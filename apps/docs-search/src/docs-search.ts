import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditEntity, migrate, type ServiceDatabase } from '@scs/database';
import { GrpcRuntime, introspectAt, startGrpcServer } from '@scs/grpc';
import { connectJobs, handles } from '@scs/jobs';
import { AnalyticsService as AnalyticsContract } from '@scs/proto/scs/docs/v1/analytics_pb';
import { SearchService as SearchContract } from '@scs/proto/scs/docs/v1/search_pb';
import { SourceService as SourceContract } from '@scs/proto/scs/docs/v1/source_pb';
import { createVerifier, type Logger, type RunningService } from '@scs/service';
import { DataSource } from 'typeorm';
import type { Config } from './config.ts';
import { DocsSearchModule } from './docs-search.module.ts';
import { SearchIndex } from './index/search-index.ts';
import { CreateDocsSearch1795800000000 } from './migrations/1795800000000-create-docs-search.ts';
import { AnalyticsService } from './query/analytics.service.ts';
import { QueryLog } from './query/query-log.ts';
import { expireEveryMs, expireQueriesJob } from './query/query.jobs.ts';
import { readTranslator } from './search/lexicon.ts';
import { observeIndex } from './search/search.metrics.ts';
import { SourceLocations } from './source/source-location.ts';
import { SourceSweepService } from './source/source-sweep.service.ts';
import { SourceSyncService } from './source/source-sync.service.ts';
import { SourceTrees } from './source/source-tree.ts';
import { ProblemEntity, SourceEntity } from './source/source.entity.ts';
import { sweepEveryMs, sweepSources, syncSource } from './source/source.jobs.ts';
import { SourceService } from './source/source.service.ts';
import { importTestcases, storeTestcases } from './testcase/testcase.jobs.ts';

export const docsSearchServices = [SourceContract, SearchContract, AnalyticsContract] as const;

/** What the service keeps, and where. */
export const databaseAt = (url: string): ServiceDatabase => ({
  url,
  schema: 'docs_search',
  entities: [SourceEntity, ProblemEntity, AuditEntity],
  migrations: [CreateDocsSearch1795800000000],
});

/** Starts the service: its tables, its index, its gRPC API, its workers. */
export async function startDocsSearch(
  config: Config,
  logger: Logger,
  clock = () => new Date(),
): Promise<RunningService & { address: string }> {
  const translator = await readTranslator(config.LEXICON_FILE);
  const database = databaseAt(config.DATABASE_URL);
  await migrate(database);
  const jobs = await connectJobs(config.QUEUE_URL ?? config.DATABASE_URL, logger);
  const introspect = config.IAM_ADDRESS === undefined ? undefined : introspectAt(config.IAM_ADDRESS);
  const verify = createVerifier({
    audience: config.AUDIENCE,
    issuers: config.ISSUERS,
    ...(introspect && { introspect }),
  });
  const locations = new SourceLocations(config);
  const cache = config.CACHE_DIR ?? (await mkdtemp(join(tmpdir(), 'scs-docs-search-')));
  const module = DocsSearchModule.with({
    database,
    runtime: new GrpcRuntime(verify, logger, 'docs.scs.community'),
    locations,
    trees: new SourceTrees(locations, cache, config.GIT_ADDRESSES),
    snapshotFolder: config.SNAPSHOT_DIR,
    translator,
    jobs,
    logger,
    clock,
  });
  const server = await startGrpcServer(module, docsSearchServices, config.GRPC_ADDRESS, logger);
  const [source, index, log] = [
    server.app.get(DataSource),
    server.app.get(SearchIndex),
    server.app.get(QueryLog),
  ];
  const [sources, syncs, sweeps] = [
    server.app.get(SourceService),
    server.app.get(SourceSyncService),
    server.app.get(SourceSweepService),
  ];
  await index.start();
  log.start();
  await jobs.work(
    [syncSource, sweepSources, expireQueriesJob, importTestcases],
    [
      handles(syncSource, ({ source: id }, { isLastAttempt }) => syncs.sync(id, isLastAttempt)),
      handles(sweepSources, () => sweeps.sweep()),
      handles(expireQueriesJob, () => server.app.get(AnalyticsService).expire()),
      handles(importTestcases, async (payload) => {
        await storeTestcases(source, payload, clock());
        await index.refresh();
      }),
    ],
  );
  await jobs.repeat(sweepSources, {}, sweepEveryMs);
  await jobs.repeat(expireQueriesJob, {}, expireEveryMs);
  // What is due, and what a dead process left, is taken up now, not in a while.
  await jobs.enqueue(sweepSources, {}, 'start sweep');
  await jobs.enqueue(expireQueriesJob, {}, 'start expiry');
  await sources.registerOwnDocs(config.DOCS_DIR);
  await sweeps.requeueForgotten(0);
  const forgetIndex = observeIndex(index);
  return {
    address: server.address,
    checks: {
      database: () => source.query('SELECT 1'),
      queue: () => jobs.check(),
      index: () => index.check(),
    },
    async close() {
      // Readings hand back what they hold before the workers wait for them, and the database goes last.
      syncs.stop();
      forgetIndex();
      await jobs.close();
      await index.stop();
      await log.stop();
      await server.close();
      introspect?.close();
      if (config.CACHE_DIR === undefined) await rm(cache, { recursive: true, force: true });
    },
  };
}
