import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { grpcClient } from '@scs/grpc';
import {
  Evaluation_State,
  EvaluationService,
  type Evaluation,
} from '@scs/proto/scs/certification/v1/evaluation_pb';
import { ScopeService } from '@scs/proto/scs/certification/v1/scope_pb';
import { SubjectService } from '@scs/proto/scs/certification/v1/subject_pb';
import { startSandboxCloud } from '@scs/sandbox';
import { createLogger, loadConfig } from '@scs/service';
import { createTestDatabase, eventually, freePort, startTestIssuer } from '@scs/testing';
import { expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { configSchema, startCertification } from '../src/index.ts';

/** The real service on a database of its own, with a sandbox cloud `sandbox` that it may look at; asked over real gRPC. */
export async function setup({
  clock = () => new Date(),
  log,
}: { clock?: () => Date; /** Is given each line of the log. */ log?: (line: string) => void } = {}) {
  const [cloud, issuer, databaseUrl, port] = await Promise.all([
    startSandboxCloud(),
    startTestIssuer(),
    createTestDatabase(),
    freePort(),
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'scs-certification-'));
  const clouds = join(folder, 'clouds.yaml');
  const entry = (name: string) => (parse(cloud.cloudsYaml(name)) as { clouds: object }).clouds;
  await writeFile(clouds, stringify({ clouds: { ...entry('sandbox'), ...entry('acme.prod') } }));
  const env: Record<string, string> = {
    DATABASE_URL: databaseUrl,
    GRPC_ADDRESS: `127.0.0.1:${port}`,
    ISSUERS: JSON.stringify([issuer.settings]),
    OS_CLIENT_CONFIG_FILE: clouds,
    KUBECONFIG_DIR: folder,
  };
  const start = () =>
    startCertification(
      loadConfig(configSchema, env),
      log
        ? createLogger({ name: 'test', version: '0' }, 'info', { write: log })
        : createLogger({ name: 'test', version: '0' }, 'silent'),
      clock,
    );
  let service: Awaited<ReturnType<typeof start>> | undefined = await start();
  const address = env['GRPC_ADDRESS']!;
  const subjects = grpcClient(SubjectService, address);
  const evaluations = grpcClient(EvaluationService, address);
  const scopes = grpcClient(ScopeService, address);
  const as = async (role: string, tenant?: string) => ({
    token: await issuer.token({ subject: role, roles: [role], ...(tenant !== undefined && { tenant }) }),
  });
  const certifier = await as('certifier');
  return {
    cloud,
    env,
    folder,
    subjects,
    evaluations,
    scopes,
    as,
    certifier,
    /** Registers the sandbox cloud. */
    register: (subjectId: string, more: Record<string, unknown> = {}) =>
      subjects.createSubject(
        { subjectId, subject: { credential: { case: 'osCloud', value: 'sandbox' }, ...more } },
        certifier,
      ),
    /** Waits until an evaluation has ended. */
    async ended(name: string): Promise<Evaluation> {
      return eventually(async () => {
        const evaluation = await evaluations.getEvaluation({ name }, certifier);
        expect(
          [Evaluation_State.DONE, Evaluation_State.FAILED, Evaluation_State.CANCELLED],
          databaseUrl,
        ).toContain(evaluation.state);
        return evaluation;
      }, 60_000);
    },
    /** The newest evaluation of a subject, once it has ended. */
    async newest(parent: string): Promise<Evaluation> {
      const { evaluations: list } = await evaluations.listEvaluations({ parent }, certifier);
      return this.ended(list[0]!.name);
    },
    /** The service alone; its cloud and database stay. */
    async stop() {
      await service?.close();
      service = undefined;
    },
    async restart(change: Record<string, string> = {}) {
      await this.stop();
      Object.assign(env, change);
      service = await start();
    },
    async close() {
      for (const client of [subjects, evaluations, scopes]) client.close();
      await this.stop();
      issuer.close();
      await cloud.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type Setup = Awaited<ReturnType<typeof setup>>;
