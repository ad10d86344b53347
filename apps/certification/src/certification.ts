import { AuditEntity, migrate, type ServiceDatabase } from '@scs/database';
import { GrpcRuntime, introspectAt, startGrpcServer } from '@scs/grpc';
import { connectJobs, handles } from '@scs/jobs';
import { EvaluationService } from '@scs/proto/scs/certification/v1/evaluation_pb';
import { ScopeService } from '@scs/proto/scs/certification/v1/scope_pb';
import { SubjectService } from '@scs/proto/scs/certification/v1/subject_pb';
import { createVerifier, type Logger, type RunningService } from '@scs/service';
import { DataSource } from 'typeorm';
import { CertificationModule } from './certification.module.ts';
import type { Config } from './config.ts';
import { EvaluationRunService } from './evaluation/evaluation-run.service.ts';
import { EvaluationSweepService } from './evaluation/evaluation-sweep.service.ts';
import {
  EvaluationEntity,
  FindingEntity,
  ResultEntity,
  SnapshotEntity,
} from './evaluation/evaluation.entity.ts';
import {
  declaredJobs,
  runEvaluations,
  sweepEvaluations,
  sweepEveryMs,
} from './evaluation/evaluation.jobs.ts';
import { ReadMore } from './evaluation/read-more.ts';
import { CreateCertification1795500000000 } from './migrations/1795500000000-create-certification.ts';
import { IndexEvaluationSnapshot1795700000000 } from './migrations/1795700000000-index-evaluation-snapshot.ts';
import { readCatalogue } from './scope/scope-catalogue.ts';
import { tellTestcases } from './scope/testcase-texts.jobs.ts';
import { ClusterSubjectService } from './subject/cluster-subject.service.ts';
import { certifyCluster } from './subject/cluster.jobs.ts';
import { Credentials } from './subject/credential.ts';
import { SubjectEntity } from './subject/subject.entity.ts';
import { observeSubjects } from './subject/subject.metrics.ts';

export const certificationServices = [ScopeService, SubjectService, EvaluationService] as const;

/** What the service keeps, and where. */
export const databaseAt = (url: string): ServiceDatabase => ({
  url,
  schema: 'certification',
  entities: [SubjectEntity, EvaluationEntity, SnapshotEntity, FindingEntity, ResultEntity, AuditEntity],
  migrations: [CreateCertification1795500000000, IndexEvaluationSnapshot1795700000000],
});

/** Starts the service: its tables, its gRPC API, its workers. */
export async function startCertification(
  config: Config,
  logger: Logger,
  clock = () => new Date(),
): Promise<RunningService & { address: string }> {
  const catalogue = await readCatalogue(config.SCOPES_DIR);
  const database = databaseAt(config.DATABASE_URL);
  await migrate(database);
  const jobs = await connectJobs(config.QUEUE_URL ?? config.DATABASE_URL, logger);
  const introspect = config.IAM_ADDRESS === undefined ? undefined : introspectAt(config.IAM_ADDRESS);
  const verify = createVerifier({
    audience: config.AUDIENCE,
    issuers: config.ISSUERS,
    ...(introspect && { introspect }),
  });
  const readMore = new ReadMore(config.DOCS_SEARCH_ADDRESS, logger, clock);
  const module = CertificationModule.with({
    database,
    runtime: new GrpcRuntime(verify, logger, 'certification.scs.community'),
    catalogue,
    credentials: new Credentials(config),
    readMore,
    jobs,
    logger,
    clock,
  });
  const server = await startGrpcServer(module, certificationServices, config.GRPC_ADDRESS, logger);
  const [runs, sweeps] = [server.app.get(EvaluationRunService), server.app.get(EvaluationSweepService)];
  await jobs.work(
    [...declaredJobs, certifyCluster],
    [
      handles(runEvaluations, ({ subject }, { isLastAttempt }) => runs.runQueued(subject, isLastAttempt)),
      handles(sweepEvaluations, () => sweeps.sweep()),
      handles(certifyCluster, (ready) => server.app.get(ClusterSubjectService).certify(ready)),
    ],
  );
  await jobs.repeat(sweepEvaluations, {}, sweepEveryMs);
  // What a dead process left is taken up now, not in half a minute.
  await jobs.enqueue(sweepEvaluations, {}, 'start');
  await tellTestcases(jobs);
  // A worker that was stopping may have taken a job and left its evaluation alone.
  await sweeps.requeueForgotten(0);
  const source = server.app.get(DataSource);
  const forgetSubjects = observeSubjects(source, catalogue, clock);
  return {
    address: server.address,
    checks: { database: () => source.query('SELECT 1'), queue: () => jobs.check() },
    async close() {
      // Runs hand back what they hold before the workers wait for them, and the database goes last.
      runs.stop();
      forgetSubjects();
      await jobs.close();
      await server.close();
      introspect?.close();
      readMore.close();
    },
  };
}
