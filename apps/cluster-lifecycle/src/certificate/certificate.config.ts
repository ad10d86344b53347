import { join, resolve } from 'node:path';
import type { KubernetesClient } from '@scs/kubernetes';
import { z } from 'zod';
import { openServingCertificate, type ServingCertificate } from './serving-certificate.ts';

/** Variables about the certificate of webhooks and hooks, for the schema of the service. */
export const certificateVariables = {
  CERTIFICATE_DIR: z
    .string()
    .transform((path) => resolve(path))
    .optional()
    .describe(
      'Folder with tls.crt and tls.key (and ca.crt), as cert-manager mounts them: what webhooks and hooks serve; read anew when it changes',
    ),
  CERTIFICATE_SECRET: z
    .string()
    .regex(/^[a-z0-9-]+\/[a-z0-9.-]+$/, 'write namespace/name')
    .optional()
    .describe(
      'Without CERTIFICATE_DIR: a Secret, `namespace/name`, in which the service keeps certificates that it makes and rotates itself',
    ),
  CERTIFICATE_HOSTS: z
    .string()
    .default('localhost,127.0.0.1')
    .transform((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    )
    .describe('Host names and addresses that a certificate of our own is for, e.g. `webhooks.scs.svc`'),
};

/** The certificate that the variables ask for; undefined where they ask for none: then nothing is served over TLS. */
export async function openConfiguredCertificate(
  config: {
    CERTIFICATE_DIR?: string | undefined;
    CERTIFICATE_SECRET?: string | undefined;
    CERTIFICATE_HOSTS: readonly string[];
  },
  {
    client,
    clock,
    onError,
  }: { client: KubernetesClient; clock: () => Date; onError: (error: unknown) => void },
): Promise<ServingCertificate | undefined> {
  const { CERTIFICATE_DIR: folder, CERTIFICATE_SECRET: secret, CERTIFICATE_HOSTS: dnsNames } = config;
  if (folder !== undefined) {
    const [cert, key, ca] = ['tls.crt', 'tls.key', 'ca.crt'].map((file) => join(folder, file)) as [
      string,
      string,
      string,
    ];
    return openServingCertificate({ files: { cert, key, ca }, clock, onError });
  }
  if (secret === undefined) return undefined;
  const [namespace = '', secretName = ''] = secret.split('/');
  return openServingCertificate({ self: { client, namespace, secretName, dnsNames }, clock, onError });
}
