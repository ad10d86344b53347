import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { DescMethod, DescService, Message } from '@bufbuild/protobuf';
import { grpcClient, type CallOptions } from '@scs/grpc';
import { EvaluationService } from '@scs/proto/scs/certification/v1/evaluation_pb';
import { ScopeService } from '@scs/proto/scs/certification/v1/scope_pb';
import { SubjectService } from '@scs/proto/scs/certification/v1/subject_pb';
import { AnalyticsService } from '@scs/proto/scs/docs/v1/analytics_pb';
import { SearchService } from '@scs/proto/scs/docs/v1/search_pb';
import { SourceService } from '@scs/proto/scs/docs/v1/source_pb';
import { ApiTokenService } from '@scs/proto/scs/iam/v1/api_token_pb';
import { ClusterService } from '@scs/proto/scs/lifecycle/v1/cluster_pb';
import { ClusterStackService } from '@scs/proto/scs/lifecycle/v1/cluster_stack_pb';
import { DomainError, loadConfig } from '@scs/service';
import { configSchema } from '../src/config.ts';
import { startStandalone, type Standalone } from '../src/standalone.ts';

/** Every service of the product. A new area is a line here, or the tests of all RPCs miss it. */
export const services: DescService[] = [
  ScopeService,
  SubjectService,
  EvaluationService,
  SourceService,
  SearchService,
  AnalyticsService,
  ClusterStackService,
  ClusterService,
  ApiTokenService,
];
export const methods: DescMethod[] = services.flatMap((service) => service.methods);
export const nameOf = (method: DescMethod): string => `${method.parent.name}.${method.name}`;

/** Where a service answers. */
export const addressOf = (service: DescService, running: Standalone): string =>
  ({
    'scs.certification.v1': running.certificationAddress,
    'scs.docs.v1': running.docsSearchAddress,
    'scs.lifecycle.v1': running.lifecycleAddress,
    'scs.iam.v1': running.iamAddress,
  })[service.file.proto.package]!;

/** A folder that Postgres, which may run as somebody else, can pass through. */
export async function dataFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'scs-standalone-'));
  await chmod(folder, 0o711);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

const stacksFolder = fileURLToPath(new URL('../../../libs/platform/sandbox/stacks', import.meta.url));

/** The whole control plane on free ports. */
export async function setup() {
  const { folder, remove } = await dataFolder();
  const anyPorts = Object.fromEntries(
    [
      'HTTP_PORT',
      'SIGN_IN_PORT',
      'CERTIFICATION_PORT',
      'DOCS_SEARCH_PORT',
      'LIFECYCLE_PORT',
      'KUBERNETES_PORT',
      'IAM_PORT',
      'OPS_PORT',
    ].map((key) => [key, '0']),
  );
  const running = await startStandalone(
    loadConfig(configSchema, { ...anyPorts, DATA_DIR: folder, STACKS_DIR: stacksFolder }),
    new PassThrough().resume(),
  );
  const clients = new Map(
    services.map((service) => [service, grpcClient(service, addressOf(service, running))]),
  );
  return {
    running,
    /** Calls an RPC with any message; a stream's messages are collected. */
    async call(method: DescMethod, request: object, options: CallOptions = {}): Promise<Message[]> {
      const client = clients.get(method.parent) as unknown as Record<
        string,
        (request: object, options: CallOptions) => Promise<Message> | AsyncIterable<Message>
      >;
      const answer = client[method.localName]!(request, options);
      if (answer instanceof Promise) return [await answer];
      const messages: Message[] = [];
      for await (const message of answer) {
        messages.push(message);
        // Has no end of its own, as long as the cluster is there.
        if (method.name === 'WatchCluster') break;
      }
      return messages;
    },
    async close() {
      for (const client of clients.values()) client.close();
      await running.close();
      await remove();
    },
  };
}
export type Setup = Awaited<ReturnType<typeof setup>>;

/** `ok`, or the kind of error that a call ends with. */
export const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: unknown) => (error instanceof DomainError ? error.kind : `unexpected: ${String(error)}`),
  );
