import { EvaluationService } from '@scs/proto/scs/certification/v1/evaluation_pb';
import { ScopeService } from '@scs/proto/scs/certification/v1/scope_pb';
import { SubjectService } from '@scs/proto/scs/certification/v1/subject_pb';
import { AnalyticsService } from '@scs/proto/scs/docs/v1/analytics_pb';
import { SearchService } from '@scs/proto/scs/docs/v1/search_pb';
import { SourceService } from '@scs/proto/scs/docs/v1/source_pb';
import { ApiTokenService } from '@scs/proto/scs/iam/v1/api_token_pb';
import { ClusterService } from '@scs/proto/scs/lifecycle/v1/cluster_pb';
import { ClusterStackService } from '@scs/proto/scs/lifecycle/v1/cluster_stack_pb';
import type { Logger } from '@scs/service';
import type { Config } from './config.ts';
import { startEdge, type Backend, type Edge } from './edge.ts';
import { startIam, type Iam } from './iam.ts';

/** Which service answers where. A new area is a line here. */
const backends = (config: Config, iam: Iam): Backend[] => [
  { address: config.CERTIFICATION_ADDRESS, services: [SubjectService, EvaluationService, ScopeService] },
  { address: config.DOCS_SEARCH_ADDRESS, services: [SearchService, SourceService, AnalyticsService] },
  { address: config.LIFECYCLE_ADDRESS, services: [ClusterStackService, ClusterService] },
  { address: iam.address, services: [ApiTokenService] },
];

export interface Gateway extends Iam {
  /** Of the REST API and the pages. */
  url: string;
}

/** Starts identity's gRPC API and, in front of it and of all other services, the edge. */
export async function startGateway(config: Config, logger: Logger): Promise<Gateway> {
  const iam = await startIam(config, logger);
  const edge = await startEdge({
    backends: backends(config, iam),
    listen: { host: config.HTTP_HOST, port: config.HTTP_PORT },
    publicUrl: config.PUBLIC_URL,
    logger,
  }).catch(async (error: unknown): Promise<Edge> => {
    await iam.close();
    throw error;
  });
  logger.info({ http: edge.url, grpc: iam.address }, 'listening');
  return {
    // With its checks, and none of the others: one area that is down must not take the rest off the net.
    ...iam,
    url: edge.url,
    close: async () => {
      await edge.close();
      await iam.close();
    },
  };
}
