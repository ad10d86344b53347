import { serviceSettings } from '@scs/service';
import { z } from 'zod';

/** Configuration of the gateway, from variables. */
export const configSchema = z.object({
  ...serviceSettings,
  HTTP_HOST: z.string().default('0.0.0.0').describe('Where the REST API and the pages listen'),
  HTTP_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8080)
    .describe('Port of the same; 0 takes any'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where people reach the gateway; links in answers are relative without it'),
  CERTIFICATION_ADDRESS: z.string().describe('gRPC address of the certification service, `host:port`'),
  LIFECYCLE_ADDRESS: z.string().describe('gRPC address of the cluster lifecycle service, `host:port`'),
  DOCS_SEARCH_ADDRESS: z.string().describe('gRPC address of the documentation search, `host:port`'),
});
export type Config = z.output<typeof configSchema>;
