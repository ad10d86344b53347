import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSourceOptions, type ServiceDatabase } from '@scs/database';
import { GrpcRuntime } from '@scs/grpc';
import type { Jobs } from '@scs/jobs';
import type { Logger } from '@scs/service';
import { EvaluationReportService } from './evaluation/evaluation-report.service.ts';
import { EvaluationRunService } from './evaluation/evaluation-run.service.ts';
import { EvaluationSweepService } from './evaluation/evaluation-sweep.service.ts';
import { EvaluationController } from './evaluation/evaluation.controller.ts';
import { EvaluationService } from './evaluation/evaluation.service.ts';
import { ReadMore } from './evaluation/read-more.ts';
import { ScopeCatalogue } from './scope/scope-catalogue.ts';
import { ScopeController } from './scope/scope.controller.ts';
import { ClusterSubjectService } from './subject/cluster-subject.service.ts';
import { Credentials } from './subject/credential.ts';
import { SubjectStatusService } from './subject/subject-status.service.ts';
import { SubjectController } from './subject/subject.controller.ts';
import { SubjectService } from './subject/subject.service.ts';
import { CLOCK, JOBS, LOGGER, type Clock } from './tokens.ts';

/** What the service is made of besides its own classes. */
export interface CertificationParts {
  database: ServiceDatabase;
  runtime: GrpcRuntime;
  catalogue: ScopeCatalogue;
  credentials: Credentials;
  readMore: ReadMore;
  jobs: Jobs;
  logger: Logger;
  clock: Clock;
}

@Module({})
export class CertificationModule {
  static with(parts: CertificationParts): DynamicModule {
    return {
      module: CertificationModule,
      imports: [TypeOrmModule.forRoot(dataSourceOptions(parts.database))],
      controllers: [ScopeController, SubjectController, EvaluationController],
      providers: [
        SubjectService,
        SubjectStatusService,
        ClusterSubjectService,
        EvaluationService,
        EvaluationRunService,
        EvaluationSweepService,
        EvaluationReportService,
        { provide: GrpcRuntime, useValue: parts.runtime },
        { provide: ScopeCatalogue, useValue: parts.catalogue },
        { provide: Credentials, useValue: parts.credentials },
        { provide: ReadMore, useValue: parts.readMore },
        { provide: JOBS, useValue: parts.jobs },
        { provide: LOGGER, useValue: parts.logger },
        { provide: CLOCK, useValue: parts.clock },
      ],
    };
  }
}
