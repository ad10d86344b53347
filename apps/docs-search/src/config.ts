import { resolve } from 'node:path';
import { serviceSettings } from '@scs/service';
import { z } from 'zod';

const folder = z.string().transform((path) => resolve(path));

/** Configuration of the service, from variables. */
export const configSchema = z.object({
  ...serviceSettings,
  QUEUE_URL: z
    .url({ protocol: /^(?:postgres(?:ql)?|rediss?)$/ })
    .optional()
    .describe('Jobs: `redis://…`, or Postgres; the service’s own database where it is left out'),
  IAM_ADDRESS: z.string().optional().describe('gRPC address of the gateway, which knows the API tokens'),
  SOURCES_DIR: folder.optional().describe('Folder that sources of the kinds directory and archive lie in'),
  DOCS_DIR: folder
    .optional()
    .describe('Folder with documentation that is always there: source `control-plane`'),
  CREDENTIALS_DIR: folder
    .optional()
    .describe('Folder with one file a credential of Git sources: its name, and the token inside'),
  CACHE_DIR: folder
    .optional()
    .describe('Where copies of Git repositories are kept for the next start; not for two processes at once'),
  GIT_ADDRESSES: z
    .enum(['public', 'any'])
    .default('public')
    .describe(
      'Hosts that Git sources may be on: `public`, or `any`, with those of internal networks and plain HTTP',
    ),
  SNAPSHOT_DIR: folder
    .optional()
    .describe('Where the index is kept for the next start; without it the index is built anew from Postgres'),
  LEXICON_FILE: folder
    .optional()
    .describe('More German words: JSON, `{"entries": {"abbild": [["image", 1]]}}`'),
});
export type Config = z.output<typeof configSchema>;
