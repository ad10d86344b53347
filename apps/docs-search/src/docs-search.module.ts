import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSourceOptions, type ServiceDatabase } from '@scs/database';
import type { Translator } from '@scs/doc-index';
import { GrpcRuntime } from '@scs/grpc';
import type { Jobs } from '@scs/jobs';
import type { Logger } from '@scs/service';
import { DataSource } from 'typeorm';
import { SearchIndex } from './index/search-index.ts';
import { AnalyticsController } from './query/analytics.controller.ts';
import { AnalyticsService } from './query/analytics.service.ts';
import { QueryLog } from './query/query-log.ts';
import { SearchController } from './search/search.controller.ts';
import { SearchService } from './search/search.service.ts';
import { SourceLocations } from './source/source-location.ts';
import { SourceSweepService } from './source/source-sweep.service.ts';
import { SourceSyncService } from './source/source-sync.service.ts';
import { SourceTrees } from './source/source-tree.ts';
import { SourceController } from './source/source.controller.ts';
import { SourceService } from './source/source.service.ts';
import { CLOCK, JOBS, LOGGER, TRANSLATOR, type Clock } from './tokens.ts';

/** What the service is made of besides its own classes. */
export interface DocsSearchParts {
  database: ServiceDatabase;
  runtime: GrpcRuntime;
  locations: SourceLocations;
  trees: SourceTrees;
  snapshotFolder: string | undefined;
  translator: Translator;
  jobs: Jobs;
  logger: Logger;
  clock: Clock;
}

@Module({})
export class DocsSearchModule {
  static with(parts: DocsSearchParts): DynamicModule {
    const { logger, clock, snapshotFolder } = parts;
    return {
      module: DocsSearchModule,
      imports: [TypeOrmModule.forRoot(dataSourceOptions(parts.database))],
      controllers: [SourceController, SearchController, AnalyticsController],
      providers: [
        SourceService,
        SourceSyncService,
        SourceSweepService,
        SearchService,
        AnalyticsService,
        {
          provide: SearchIndex,
          inject: [DataSource],
          useFactory: (database: DataSource) => new SearchIndex(database, logger, snapshotFolder),
        },
        {
          provide: QueryLog,
          inject: [DataSource],
          useFactory: (database: DataSource) => new QueryLog(database, logger, clock),
        },
        { provide: GrpcRuntime, useValue: parts.runtime },
        { provide: SourceLocations, useValue: parts.locations },
        { provide: SourceTrees, useValue: parts.trees },
        { provide: TRANSLATOR, useValue: parts.translator },
        { provide: JOBS, useValue: parts.jobs },
        { provide: LOGGER, useValue: logger },
        { provide: CLOCK, useValue: clock },
      ],
    };
  }
}
