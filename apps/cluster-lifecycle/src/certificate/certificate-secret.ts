import { createPrivateKey, X509Certificate } from 'node:crypto';
import { ApiError, type ApiObject, type KubernetesClient } from '@scs/kubernetes';
import { bundleOf, rotate, type CertificateSet } from './rotation.ts';
import type { KeyPair } from './x509.ts';

interface Secret extends ApiObject {
  type?: string;
  data?: Record<string, string>;
}

export interface SecretPlace {
  client: KubernetesClient;
  namespace: string;
  secretName: string;
  /** Host names and addresses that the server is called by. */
  dnsNames: readonly string[];
}

const attempts = 5;

/**
 * The certificates in the Secret, made or rotated where it is time. Replicas may do this at once: the first to write wins, the others take
 * what it wrote. What cannot be read is made anew.
 */
export async function shareCertificates(place: SecretPlace, now: Date): Promise<CertificateSet> {
  const { client, namespace, secretName: name, dnsNames } = place;
  for (let attempt = 1; ; attempt++) {
    const secret = await client.get<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace, name });
    const before = secret && read(secret);
    const after = await rotate(before, dnsNames, now);
    if (after === before) return after;
    try {
      await write(client, secret ?? newSecret(namespace, name), after);
      return after;
    } catch (error) {
      const isBeaten = error instanceof ApiError && error.status === 409;
      if (!isBeaten || attempt === attempts) throw error;
    }
  }
}

const newSecret = (namespace: string, name: string): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  // As cert-manager names them, so that others who look for ca.crt find it.
  type: 'kubernetes.io/tls',
});

async function write(client: KubernetesClient, secret: Secret, set: CertificateSet): Promise<void> {
  const { authority, next, previous, serving } = set;
  const texts: Record<string, string | undefined> = {
    'tls.crt': serving.cert,
    'tls.key': serving.key,
    'ca.crt': bundleOf(set),
    'authority.crt': authority.cert,
    'authority.key': authority.key,
    'next-authority.crt': next?.cert,
    'next-authority.key': next?.key,
    'previous-authority.crt': previous?.cert,
  };
  const data = Object.fromEntries(
    Object.entries(texts).flatMap(([key, text]) =>
      text === undefined ? [] : [[key, Buffer.from(text).toString('base64')]],
    ),
  );
  await (secret.metadata.resourceVersion
    ? client.replace({ ...secret, data })
    : client.create({ ...secret, data }));
}

function read({ data = {} }: Secret): CertificateSet | undefined {
  const text = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString('utf8');
  const pair = (cert: string, key: string): KeyPair | undefined => {
    const found = { cert: text(cert), key: text(key) };
    return isPair(found) ? found : undefined;
  };
  const authority = pair('authority.crt', 'authority.key');
  const serving = pair('tls.crt', 'tls.key');
  const next = pair('next-authority.crt', 'next-authority.key');
  const previous = text('previous-authority.crt');
  if (!authority || !serving) return undefined;
  return {
    authority,
    serving,
    ...(next && { next }),
    ...(isCertificate(previous) && { previous: { cert: previous } }),
  };
}

const isCertificate = (cert: string): boolean => {
  try {
    return new X509Certificate(cert).serialNumber !== '';
  } catch {
    return false;
  }
};

/** Does the key belong to the certificate? False also where either is no PEM. */
export function isPair({ cert, key }: KeyPair): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
