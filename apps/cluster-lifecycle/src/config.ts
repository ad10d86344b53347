import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { SourceSettings } from '@scs/release-sources';
import { serviceSettings } from '@scs/service';
import { z } from 'zod';
import { webhookVariables } from './admission/webhooks.ts';
import { certificateVariables } from './certificate/certificate.config.ts';
import { hookVariables } from './hook/hooks.ts';
import { nodeImageVariables } from './node-image/node-image.config.ts';

const folder = z.string().transform((path) => resolve(path.replace(/^~(?=\/)/, homedir())));
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const count = z.coerce.number().int().min(1).max(100);

/** Configuration of the service, from variables. The names of upstream’s operator hold where it has them. */
export const configSchema = z
  .object({
    ...serviceSettings,
    DATABASE_URL: serviceSettings.DATABASE_URL.optional().describe(
      'Postgres, with the role of this service; without it no usage is metered, and audit is in the log alone',
    ),
    ISSUERS: serviceSettings.ISSUERS.optional().describe(
      'Issuers of access tokens, as elsewhere; without them only the operator runs, not the API',
    ),
    QUEUE_URL: z
      .url({ protocol: /^(?:postgres(?:ql)?|rediss?)$/ })
      .optional()
      .describe('Jobs: `redis://…`, or Postgres; the service’s own database where it is left out'),
    IAM_ADDRESS: z.string().optional().describe('gRPC address of the gateway, which knows the API tokens'),
    TENANT_NAMESPACE_PREFIX: z
      .string()
      .regex(/^(?:[a-z0-9][a-z0-9-]*)?$/, 'must be the beginning of a namespace’s name')
      .default('')
      .describe(
        'Tenants are the namespaces whose names begin with this; all namespaces where it is left out',
      ),
    KUBECONFIG_EXPORT_DIR: folder
      .optional()
      .describe(
        'Where a kubeconfig of each cluster is kept for certification, `<tenant>.<cluster>`: to look only, for 24 hours, renewed in time',
      ),
    BILLING_QUEUE: z
      .enum(['auto', 'on'])
      .default('auto')
      .describe(
        'Whether usage goes to the queue `billing-usage`: `auto` as soon as somebody works on it, `on` at once; until then it is kept for 90 days',
      ),
    KUBECONFIG: z
      .string()
      .optional()
      .describe('The management cluster; `~/.kube/config` or the pod’s service account where it is left out'),
    NAMESPACE: z
      .string()
      .min(1)
      .optional()
      .describe('Look after this namespace only; after all where it is left out'),
    LEADER_ELECT: flag
      .default(false)
      .describe(
        '`true`: of several processes only the one that holds the Lease `clusterstack.x-k8s.io` acts',
      ),
    LEADER_ELECT_NAMESPACE: z
      .string()
      .min(1)
      .optional()
      .describe('Where the Lease is; NAMESPACE, or `default`, where it is left out'),
    POD_NAME: z
      .string()
      .min(1)
      .optional()
      .describe('Who holds the Lease, for people; the host where it is left out'),
    CONCURRENCY: count.default(4).describe('Objects of one kind that are worked on at once'),
    RELEASE_SOURCE: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Where releases are: a folder, `oci://registry/repository`, `github://owner/repository` or `https://…`; else by the variables of upstream’s operator, next',
      ),
    SOURCE: z
      .enum(['oci', 'github'])
      .optional()
      .describe(
        'Kind of the source, where RELEASE_SOURCE does not say; by the variables that are set where it is left out',
      ),
    OCI_REGISTRY: z.string().optional().describe('Registry of the releases'),
    OCI_REPOSITORY: z
      .string()
      .min(1)
      .optional()
      .describe('Repository of the releases; the registry may stand in front'),
    OCI_USERNAME: z.string().optional().describe('User of the registry'),
    OCI_PASSWORD: z.string().optional().describe('Password of the same'),
    OCI_ACCESS_TOKEN: z.string().optional().describe('Token of the registry, in place of user and password'),
    OCI_PLAIN_HTTP: flag
      .default(false)
      .describe('`true`: the registry speaks HTTP without TLS, as one on the same machine may'),
    GIT_PROVIDER: z.enum(['github']).optional().describe('`github`; no other is known'),
    GIT_ORG_NAME: z.string().min(1).optional().describe('Owner of the GitHub repository'),
    GIT_REPOSITORY_NAME: z.string().min(1).optional().describe('Name of the same'),
    GIT_ACCESS_TOKEN: z
      .string()
      .optional()
      .describe('Token of GitHub; without it 60 requests an hour are allowed'),
    // Not below /tmp: what lies there for all to write must not end in a cluster.
    RELEASE_DIR: folder
      .prefault('~/.cache/scs/cluster-lifecycle')
      .describe(
        'Where releases and rendered charts are kept, readable by the user of the service alone; give it a volume, and a restart fetches nothing',
      ),
    DRIFT_CHECK_SECONDS: z.coerce
      .number()
      .int()
      .min(1)
      .default(600)
      .describe(
        'How often what was applied is compared with what is there, and mended; Cluster API’s kinds of the management cluster are watched and mended at once',
      ),
    ...certificateVariables,
    ...webhookVariables,
    ...hookVariables,
    ...nodeImageVariables,
    HELM_PROCESSES: count.optional().describe('Helm processes at once; as many as CPUs where it is left out'),
  })
  .transform((config, context) => {
    const settings = sourceSettings(config);
    if (typeof settings !== 'string') return { ...config, releaseSource: settings };
    context.addIssue({ code: 'custom', message: settings, path: ['RELEASE_SOURCE'] });
    return z.NEVER;
  });
export type Config = z.output<typeof configSchema>;

type SourceVariables = Partial<
  Record<
    | 'RELEASE_SOURCE'
    | 'SOURCE'
    | 'OCI_REGISTRY'
    | 'OCI_REPOSITORY'
    | 'OCI_USERNAME'
    | 'OCI_PASSWORD'
    | 'OCI_ACCESS_TOKEN'
    | 'GIT_ORG_NAME'
    | 'GIT_REPOSITORY_NAME'
    | 'GIT_ACCESS_TOKEN',
    string | undefined
  >
> & { OCI_PLAIN_HTTP?: boolean };

/** Settings of the source, or what is missing. */
function sourceSettings(given: SourceVariables): SourceSettings | string {
  const { RELEASE_SOURCE: place } = given;
  if (place) return settingsOfPlace(place, given);
  if (given.SOURCE === 'github' || (!given.SOURCE && given.GIT_REPOSITORY_NAME)) {
    const { GIT_ORG_NAME: owner, GIT_REPOSITORY_NAME: repository } = given;
    if (!owner || !repository) return 'is not set, and neither are GIT_ORG_NAME and GIT_REPOSITORY_NAME';
    return github(owner, repository, given);
  }
  if (!given.OCI_REPOSITORY)
    return 'is not set; name a folder, oci://…, github://owner/repository or https://…, or set OCI_REPOSITORY';
  return oci(given.OCI_REGISTRY, given.OCI_REPOSITORY, given);
}

function settingsOfPlace(place: string, given: SourceVariables): SourceSettings | string {
  const [, scheme, rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(place) ?? [];
  const [first = '', ...others] = rest.split('/');
  switch (scheme) {
    case undefined:
      return { kind: 'directory', path: resolve(place) };
    case 'oci':
      return others.length > 0
        ? oci(first, others.join('/'), given)
        : 'must name a registry and a repository, oci://registry/repository';
    case 'github':
      return others.length === 1 && others[0]
        ? github(first, others[0], given)
        : 'must be github://owner/repository';
    case 'http':
    case 'https':
      return { kind: 'http', url: place };
    default:
      return `has the scheme ${scheme}, which is not known; use a folder, oci, github or https`;
  }
}

const oci = (registry: string | undefined, repository: string, given: SourceVariables): SourceSettings => ({
  kind: 'oci',
  repository,
  ...(registry && { registry }),
  ...(given.OCI_PLAIN_HTTP && { plainHttp: true }),
  ...(given.OCI_ACCESS_TOKEN && { token: given.OCI_ACCESS_TOKEN }),
  ...(given.OCI_USERNAME && { username: given.OCI_USERNAME }),
  ...(given.OCI_PASSWORD && { password: given.OCI_PASSWORD }),
});

const github = (owner: string, repository: string, given: SourceVariables): SourceSettings => ({
  kind: 'github',
  owner,
  repository,
  ...(given.GIT_ACCESS_TOKEN && { token: given.GIT_ACCESS_TOKEN }),
});
