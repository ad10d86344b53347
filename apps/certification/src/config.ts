import { serviceSettings } from '@scs/service';
import { z } from 'zod';

/** Configuration of the service, from variables. */
export const configSchema = z.object({
  ...serviceSettings,
  QUEUE_URL: z
    .url({ protocol: /^(?:postgres(?:ql)?|rediss?)$/ })
    .optional()
    .describe('Jobs: `redis://…`, or Postgres; the service’s own database where it is left out'),
  IAM_ADDRESS: z.string().optional().describe('gRPC address of the gateway, which knows the API tokens'),
  DOCS_SEARCH_ADDRESS: z
    .string()
    .optional()
    .describe('gRPC address of docs-search, which knows where findings are explained'),
  SCOPES_DIR: z
    .string()
    .optional()
    .describe('Folder with scope files of upstream’s that replace the built-in ones'),
  OS_CLIENT_CONFIG_FILE: z.string().optional().describe('The clouds.yaml whose clouds subjects may name'),
  KUBECONFIG_DIR: z.string().optional().describe('Folder of the kubeconfig files that subjects may name'),
});
export type Config = z.output<typeof configSchema>;
