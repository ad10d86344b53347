import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { KeyPair } from '../certificate/x509.ts';

/** How to reach an API server, and how to know it. */
export interface ClusterEntry {
  server: string;
  'certificate-authority-data'?: string | undefined;
  'tls-server-name'?: string | undefined;
}

const kubeconfig = z.object({
  'current-context': z.string().optional(),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string() }) })).default([]),
  clusters: z.array(
    z.object({
      name: z.string(),
      cluster: z.object({
        server: z.string(),
        'certificate-authority-data': z.string().optional(),
        'tls-server-name': z.string().optional(),
      }),
    }),
  ),
});

/** The cluster of the current context, without anybody's credentials. Throws where the text is no kubeconfig. */
export function entryOf(text: string): ClusterEntry {
  const { contexts, clusters, ...rest } = kubeconfig.parse(parse(text));
  const context = contexts.find(({ name }) => name === rest['current-context']);
  const entry = clusters.find(({ name }) => name === context?.context.cluster) ?? clusters[0];
  if (!entry) throw new Error('the kubeconfig names no cluster');
  return entry.cluster;
}

/** A kubeconfig with one context: this cluster, as the bearer of this certificate. */
export function printKubeconfig(
  name: string,
  cluster: ClusterEntry,
  client: KeyPair,
  access: 'admin' | 'view',
): string {
  const user = `${name}-${access}`;
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster }],
      users: [
        {
          name: user,
          user: {
            'client-certificate-data': base64(client.cert),
            'client-key-data': base64(client.key),
          },
        },
      ],
      contexts: [{ name: `${user}@${name}`, context: { cluster: name, user } }],
      'current-context': `${user}@${name}`,
    },
    { lineWidth: 0 },
  );
}
