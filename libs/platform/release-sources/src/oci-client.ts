import { createHash } from 'node:crypto';
import { jsonOf, refusal } from './answer.ts';
import { HttpClient, type HttpAnswer, type HttpRequest } from './http.ts';
import { countField, textField } from './json.ts';
import type { OciSettings, SourceOptions } from './open.ts';
import { ReleaseSourceError } from './source.ts';

export type OciTarget = Omit<OciSettings, 'kind'>;

/** What may be done with a repository, as tokens name it. */
export type Scope = 'pull' | 'pull,push';

const mostManifest = 4 * 2 ** 20;

export const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.artifact.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** A repository in a registry that speaks the OCI distribution API 1.1, with its ways to sign in. */
export class OciRepository {
  /** Host and port. */
  readonly registry: string;
  /** `kaas/cluster-stacks` */
  readonly repository: string;
  /** For messages. */
  readonly name: string;
  readonly #root: URL;
  readonly #client: HttpClient;
  readonly #target: OciTarget;
  /** What was accepted for a scope, and until when (milliseconds of the clock). */
  readonly #accepted = new Map<Scope, { authorization: string; until: number }>();

  /** Throws ReleaseSourceError `settings`. Sends no request. */
  constructor(target: OciTarget, patience?: SourceOptions['patience']) {
    const { registry, repository } = placeOf(target);
    this.registry = registry;
    this.repository = repository;
    this.name = `OCI repository ${registry}/${repository}`;
    this.#root = new URL(`${target.plainHttp === true ? 'http' : 'https'}://${registry}/v2/${repository}/`);
    this.#client = new HttpClient(this.name, patience);
    this.#target = target;
  }

  /** Address of something in the repository: `tags/list`, `blobs/sha256:…`. */
  urlOf(path: string): URL {
    return new URL(path, this.#root);
  }

  /** Sends a request with credentials, if it is to the registry's own host. Signs in when asked to. */
  async send(url: URL, request: HttpRequest, scope: Scope = 'pull'): Promise<HttpAnswer> {
    if (url.origin !== this.#root.origin) return this.#client.send(url, request);
    const known = this.#accepted.get(scope);
    const valid = known && known.until > Date.now() ? known.authorization : undefined;
    const answer = await this.#sendAs(valid, url, request);
    if (answer.status !== 401) return answer;
    await answer.discard();
    this.#accepted.delete(scope);
    return this.#signIn(answer.headers.get('www-authenticate') ?? '', url, request, scope);
  }

  /** A manifest and its digest; undefined where there is none. Throws where its digest is not the stated one. */
  async manifest(
    reference: string,
    signal?: AbortSignal,
  ): Promise<{ digest: string; content: Buffer } | undefined> {
    const url = this.urlOf(`manifests/${encodeURIComponent(reference)}`);
    const answer = await this.send(url, { headers: { accept: manifestTypes.join(', ') }, signal });
    if (answer.status === 404) {
      await answer.discard();
      return undefined;
    }
    if (answer.status !== 200) {
      await answer.discard();
      throw refusal(this.name, `release ${reference}`, answer);
    }
    const content = await answer.bytes(mostManifest);
    const digest = digestOf(content);
    const stated = reference.startsWith('sha256:') ? reference : answer.headers.get('docker-content-digest');
    if (stated === null || stated === digest || !stated.startsWith('sha256:')) return { digest, content };
    throw new ReleaseSourceError(
      'digest',
      `the manifest of ${reference} in ${this.name} has another digest than stated; it was changed or damaged on its way: try again`,
    );
  }

  #sendAs(authorization: string | undefined, url: URL, request: HttpRequest): Promise<HttpAnswer> {
    if (authorization === undefined) return this.#client.send(url, request);
    return this.#client.send(url, { ...request, headers: { ...request.headers, authorization } });
  }

  /** Tries what we have until something is accepted. */
  async #signIn(challenge: string, url: URL, request: HttpRequest, scope: Scope): Promise<HttpAnswer> {
    for await (const { authorization, seconds } of this.#credentials(challenge, scope, request.signal)) {
      const answer = await this.#sendAs(authorization, url, request);
      if (answer.status !== 401) {
        // Renewed before it runs out.
        this.#accepted.set(scope, { authorization, until: Date.now() + seconds * 900 });
        return answer;
      }
      await answer.discard();
    }
    const { token, username } = this.#target;
    throw new ReleaseSourceError(
      'unauthorized',
      isGiven(token) || isGiven(username)
        ? `${this.name} does not accept the credentials; renew them`
        : `${this.name} wants credentials; give a token, or user name and password`,
    );
  }

  async *#credentials(
    challenge: string,
    scope: Scope,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<{ authorization: string; seconds: number }> {
    const { token, username, password = '' } = this.#target;
    const day = 86_400;
    if (isGiven(token)) {
      yield { authorization: `Bearer ${Buffer.from(token).toString('base64')}`, seconds: day };
      yield { authorization: `Bearer ${token}`, seconds: day };
    }
    const basic = isGiven(username)
      ? `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
      : undefined;
    if (/^basic\b/i.test(challenge)) {
      if (basic !== undefined) yield { authorization: basic, seconds: day };
      return;
    }
    const bearer = await this.#fetchToken(challenge, scope, basic, signal);
    if (bearer) yield bearer;
  }

  /** Asks the token service that the registry names. */
  async #fetchToken(
    challenge: string,
    scope: Scope,
    basic: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<{ authorization: string; seconds: number } | undefined> {
    const { realm, service } = challengeParameters(challenge);
    if (realm === undefined || !URL.canParse(realm)) return undefined;
    const url = new URL(realm);
    const plain = url.protocol === 'http:' && this.#target.plainHttp === true;
    if (url.protocol !== 'https:' && !plain) {
      throw new ReleaseSourceError(
        'invalid',
        `${this.name} names a token service without https; it is not used`,
      );
    }
    if (service !== undefined) url.searchParams.set('service', service);
    url.searchParams.set('scope', `repository:${this.repository}:${scope}`);
    const headers: Record<string, string> = basic === undefined ? {} : { authorization: basic };
    const answer = await this.#client.send(url, { headers, signal });
    if (answer.status !== 200) {
      await answer.discard();
      if (answer.status === 401 || answer.status === 400) return undefined;
      throw refusal(`the token service of ${this.name}`, 'a token', answer);
    }
    const found = await jsonOf(answer, `the token service of ${this.name}`, 2 ** 20);
    const bearer = textField(found, 'token') ?? textField(found, 'access_token');
    // 60 s where it does not say: so the specification.
    const seconds = countField(found, 'expires_in') ?? 60;
    return bearer === undefined ? undefined : { authorization: `Bearer ${bearer}`, seconds };
  }
}

export function digestOf(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

const isGiven = (text: string | undefined): text is string => text !== undefined && text !== '';

/** `Bearer realm="…",service="…"` */
function challengeParameters(challenge: string): { realm?: string; service?: string } {
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, plain = ''] of challenge.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)) {
    parameters.set(name.toLowerCase(), quoted ?? plain);
  }
  const [realm, service] = [parameters.get('realm'), parameters.get('service')];
  return { ...(realm !== undefined && { realm }), ...(service !== undefined && { service }) };
}

function placeOf({ registry = '', repository }: OciTarget): { registry: string; repository: string } {
  const [first = '', ...rest] = repository.split('/');
  const hostFirst = /[.:]/.test(first) || first === 'localhost';
  const host = registry === '' && hostFirst ? first : registry;
  const path = first === host ? rest.join('/') : repository;
  if (!/^(?:[\w.-]+|\[[\da-f:]+\])(?::\d+)?$/i.test(host)) {
    throw new ReleaseSourceError(
      'settings',
      host === ''
        ? `no OCI registry is named; put its host before the repository "${repository}"`
        : `"${host}" is no host of an OCI registry; name one like "registry.example:5000", without https://`,
    );
  }
  // The specification's own pattern.
  if (/^[a-z\d]+(?:(?:\.|_|__|-+)[a-z\d]+)*(?:\/[a-z\d]+(?:(?:\.|_|__|-+)[a-z\d]+)*)*$/.test(path)) {
    return { registry: host, repository: path };
  }
  throw new ReleaseSourceError(
    'settings',
    `"${path}" is no OCI repository; name one like "kaas/cluster-stacks"`,
  );
}
