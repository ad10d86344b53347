import { resolve } from 'node:path';
import { configSchema as docsSearchSchema } from '@scs/docs-search';
import { z } from 'zod';

const port = (preset: number) => z.coerce.number().int().min(0).max(65_535).default(preset);

/** Configuration of the whole control plane in one process. A port that is taken is replaced by a free one. */
export const configSchema = z.object({
  DATA_DIR: z
    .string()
    .default('.scs')
    .transform((folder) => resolve(folder))
    .describe(
      'Where Postgres, clouds.yaml, kubeconfig files, releases, sources of documentation and the log are kept',
    ),
  DOCS_DIR: z
    .string()
    .default('docs')
    .transform((folder) => resolve(folder))
    .describe('Documentation of the product, found by its search; nothing where there is no such folder'),
  STACKS_DIR: z
    .string()
    .default('libs/platform/sandbox/stacks')
    .transform((folder) => resolve(folder))
    .describe('Sources of cluster stacks that are released at the start; none where there is no such folder'),
  HTTP_PORT: port(8080).describe('REST API and pages'),
  SIGN_IN_PORT: port(8081).describe('The embedded identity provider'),
  CERTIFICATION_PORT: port(50051).describe('gRPC API of the certification service'),
  DOCS_SEARCH_PORT: port(50053).describe('gRPC API of the documentation search'),
  LIFECYCLE_PORT: port(50054).describe('gRPC API of the cluster lifecycle service'),
  KUBERNETES_PORT: port(16443).describe(
    'Kubernetes API of the sandbox: the management cluster, and the clusters below it',
  ),
  IAM_PORT: port(50052).describe('gRPC API of API tokens'),
  OPS_PORT: port(9090).describe('`/livez`, `/readyz`, `/metrics`'),
  GIT_ADDRESSES: docsSearchSchema.shape.GIT_ADDRESSES,
  QUEUE_URL: z
    .url({ protocol: /^(?:postgres(?:ql)?|rediss?)$/ })
    .optional()
    .describe('Jobs on Redis or Valkey instead of the embedded Postgres'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('Least level that is logged'),
});
export type Config = z.output<typeof configSchema>;
