import { oneLine } from '../apply/failure.ts';
import type { IdentityRef, NodeImageFound } from '@scs/cluster-stacks';
import type { ApiObject, KubernetesClient } from '@scs/kubernetes';
import { connect, OpenStackError, parseCloudConfig, type Connection } from '@scs/openstack';

interface Secret extends ApiObject {
  data?: Record<string, string>;
}

/** Why a cloud cannot be used, as a plan for an image wants to know it. */
export type CloudRefusal = Extract<
  NodeImageFound,
  { state: 'no-identity' | 'no-secret' | 'no-cloud' | 'no-client' }
>;

/** For one request to the cloud. Milliseconds. */
const timeoutMs = 30_000;
/** So long nobody asks Keystone again with credentials that it refused: it may lock the user. Milliseconds. */
const refusedMs = 30_000;

interface Entry {
  /** Of the Secret; another one means new credentials. */
  version: string;
  opening: Promise<Connection>;
  refusedAt?: Date;
}

/** Signed-in connections by Secret, kept while it does not change, so that an image costs a request and no sign-in. */
export class Clouds {
  readonly #client: KubernetesClient;
  readonly #clock: () => Date;
  readonly #entries = new Map<string, Entry>();
  constructor(client: KubernetesClient, clock: () => Date) {
    this.#client = client;
    this.#clock = clock;
  }

  /** The cloud that an identity names: keys `clouds.yaml`, `cloudName` (`openstack` when left out) and `cacert` of a Secret. */
  async open(namespace: string, { kind, name }: IdentityRef): Promise<Connection | CloudRefusal> {
    if (kind !== 'Secret')
      return {
        state: 'no-identity',
        message: `identityRef has the kind ${kind}, only Secret can be used; name a Secret with clouds.yaml`,
      };
    const key = `${namespace}/${name}`;
    const secret = await this.#client.get<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace, name });
    if (!secret) {
      this.#forget(key);
      return {
        state: 'no-secret',
        message: `there is no Secret ${name} in ${namespace}; create it with the key clouds.yaml`,
      };
    }
    const version = `${secret.metadata.uid}/${secret.metadata.resourceVersion}`;
    const known = this.#entries.get(key);
    if (known?.version !== version || isStale(known, this.#clock())) {
      this.#forget(key);
      this.#entries.set(key, { version, opening: signIn(secret) });
    }
    const entry = this.#entries.get(key)!;
    try {
      return await entry.opening;
    } catch (error) {
      const refusal = describe(error);
      if (refusal?.state === 'no-client' && refusal.passing) this.#forget(key);
      else entry.refusedAt ??= this.#clock();
      if (!refusal) throw error;
      return refusal;
    }
  }

  #forget(key: string): void {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    entry?.opening.then(
      (connection) => connection.close(),
      () => undefined,
    );
  }
}

const isStale = ({ refusedAt }: Entry, now: Date): boolean =>
  refusedAt !== undefined && now.getTime() - refusedAt.getTime() >= refusedMs;

/** The Secret is there and no good. */
class NoCloud extends Error {}

async function signIn({ metadata, data = {} }: Secret): Promise<Connection> {
  const text = (key: string): string | undefined =>
    data[key] === undefined ? undefined : Buffer.from(data[key], 'base64').toString('utf8');
  const clouds = text('clouds.yaml');
  if (clouds === undefined) throw new NoCloud(`Secret ${metadata.name} has no key clouds.yaml; add it`);
  const cloud = text('cloudName')?.trim() || 'openstack';
  const config = await parseCloudConfig(clouds, { cloud, ca: text('cacert') }).catch((error: unknown) => {
    throw new NoCloud(`Secret ${metadata.name}: ${(error as Error).message}`);
  });
  return connect(config, { timeoutMs });
}

function describe(error: unknown): CloudRefusal | undefined {
  if (error instanceof NoCloud) return { state: 'no-cloud', message: oneLine(error.message) };
  if (error instanceof OpenStackError)
    return {
      state: 'no-client',
      // Files that clouds.yaml names are not read here.
      message: oneLine(error.message).replace('as cacert in clouds.yaml', 'as cacert in the Secret'),
      passing: isPassing(error),
    };
  return undefined;
}

/** Does it pass by itself, as far as one can tell? */
export const isPassing = ({ reason, status }: OpenStackError): boolean =>
  ['unreachable', 'timeout', 'server-error'].includes(reason) || status === 429;
