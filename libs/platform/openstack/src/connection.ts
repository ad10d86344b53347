import { readFile } from 'node:fs/promises';
import { type Authentication, type CloudConfig, type Scope } from './cloud-config.ts';
import { OpenStackError, type OpenStackReason } from './error.ts';
import { place, Transport, type HttpAnswer, type HttpRequest } from './http.ts';

export interface ConnectOptions {
  signal?: AbortSignal | undefined;
  /** For one request. Milliseconds; 30,000 when left out. */
  timeoutMs?: number | undefined;
  /** Sent with every request, e.g. `traceparent`. */
  headers?: Record<string, string>;
}

/** Of the token: what it allows, and where the services are. */
export interface TokenFacts {
  roles: string[];
  projectId: string | null;
  userId: string | null;
  catalog: { type: string; endpoints: { interface: string; region: string | null; url: string }[] }[];
}

interface CallOptions {
  body?: unknown;
  /** e.g. `compute 2.61`; sent as `OpenStack-API-Version`. */
  microversion?: string | undefined;
  repeatable?: boolean;
}

/** A signed-in connection to one cloud. Paths are relative to the service's versioned root. */
export interface Connection {
  readonly token: TokenFacts;
  /** HTTP requests so far. */
  readonly requests: number;
  /** Address of a service, or null where the catalogue has none. */
  endpoint(service: Service): string | null;
  get<T = unknown>(service: Service, path: string, options?: CallOptions): Promise<T>;
  post<T = unknown>(service: Service, path: string, body: unknown, options?: CallOptions): Promise<T>;
  put<T = unknown>(service: Service, path: string, body: unknown, options?: CallOptions): Promise<T>;
  /** A 404 counts as deleted. */
  delete(service: Service, path: string, options?: CallOptions): Promise<void>;
  /** All items of a paged list: follows `next` and `KEY_links` until a page has none. */
  pages<T = unknown>(service: Service, path: string, key: string, options?: CallOptions): Promise<T[]>;
  /** Sends a request to any address without the token; any status is an answer. */
  raw(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

/** Catalogue types by preference, and what the address must end with. */
const services = {
  compute: { types: ['compute'], root: null },
  image: { types: ['image'], root: '/v2' },
  network: { types: ['network'], root: '/v2.0' },
  volume: { types: ['block-storage', 'volumev3', 'volume'], root: null },
  'key-manager': { types: ['key-manager'], root: '/v1' },
  'object-store': { types: ['object-store'], root: null },
} as const satisfies Record<string, { types: string[]; root: string | null }>;
export type Service = keyof typeof services;

const maxPages = 10_000;

/** Signs in. Throws {@link OpenStackError}; a wrong password and the like have the reason `unauthorized`. */
export async function connect(config: CloudConfig, options: ConnectOptions = {}): Promise<Connection> {
  const transport = new Transport({
    timeoutMs: options.timeoutMs ?? 30_000,
    signal: options.signal,
    parallel: 8,
    tls: { verify: config.verify, ...(await readPem(config)) },
  });
  try {
    const session = await signIn(config, transport, options);
    return openConnection(config, transport, options, session);
  } catch (error) {
    transport.close();
    throw error;
  }
}

async function readPem({ ca, caFile, certFile, keyFile }: CloudConfig) {
  const pem: { ca?: Buffer; cert?: Buffer; key?: Buffer } = { ...(ca && { ca: Buffer.from(ca) }) };
  for (const [name, file] of [
    ['ca', caFile],
    ['cert', certFile],
    ['key', keyFile],
  ] as const) {
    if (file === null) continue;
    pem[name] = await readFile(file).catch((error: NodeJS.ErrnoException) => {
      throw new OpenStackError(
        'failed',
        `${file}, named in clouds.yaml, cannot be read (${error.code}); correct the path`,
      );
    });
  }
  return pem;
}

interface Session {
  id: string;
  facts: TokenFacts;
}

async function signIn(
  config: CloudConfig,
  transport: Transport,
  { headers }: ConnectOptions,
): Promise<Session> {
  const root = config.authUrl.replace(/\/v2\.0$/, '');
  const url = `${root.endsWith('/v3') ? root : `${root}/v3`}/auth/tokens`;
  const answer = await transport.send({
    method: 'POST',
    url,
    headers: headers ?? {},
    body: authBody(config.auth),
    repeatable: true,
  });
  if (answer.status === 401) {
    const what =
      config.auth.method === 'password' ? 'user name, password, project and domains' : 'the credential';
    throw new OpenStackError(
      'unauthorized',
      `${place(url)} refuses the credentials of cloud ${config.name}; check ${what} in clouds.yaml or secure.yaml`,
      { status: 401 },
    );
  }
  if (answer.status === 404) {
    throw new OpenStackError(
      'not-found',
      `${place(url)} does not exist; check that auth_url of cloud ${config.name} is Keystone’s address`,
      { status: 404 },
    );
  }
  const body = readJson(answer, url);
  const id = answer.headers['x-subject-token'];
  const token = field(body, 'token');
  if (typeof id !== 'string' || token === undefined) {
    throw new OpenStackError(
      'malformed',
      `${place(url)} answers without a token; check that auth_url of cloud ${config.name} is Keystone’s address`,
    );
  }
  return { id, facts: readToken(token, url) };
}

function authBody(auth: Authentication): unknown {
  switch (auth.method) {
    case 'password':
      return {
        auth: {
          identity: {
            methods: ['password'],
            password: { user: { ...auth.user, password: auth.password.reveal() } },
          },
          ...scopeBody(auth.scope),
        },
      };
    case 'token':
      return {
        auth: {
          identity: { methods: ['token'], token: { id: auth.token.reveal() } },
          ...scopeBody(auth.scope),
        },
      };
    case 'application_credential': {
      const credential = { ...auth.credential, secret: auth.secret.reveal() };
      return {
        auth: { identity: { methods: ['application_credential'], application_credential: credential } },
      };
    }
  }
}

function scopeBody(scope: Scope): { scope?: unknown } {
  if (scope === null) return {};
  return { scope: 'system' in scope ? { system: { all: true } } : scope };
}

const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function readToken(token: unknown, url: string): TokenFacts {
  const catalog = field(token, 'catalog');
  if (!Array.isArray(catalog)) {
    throw new OpenStackError(
      'malformed',
      `${place(url)} gives a token without a catalogue; name a project in clouds.yaml`,
    );
  }
  return {
    roles: list(field(token, 'roles')).flatMap((role) => text(field(role, 'name')) ?? []),
    projectId: text(field(field(token, 'project'), 'id')),
    userId: text(field(field(token, 'user'), 'id')),
    catalog: catalog.map((service) => ({
      type: text(field(service, 'type')) ?? '',
      endpoints: list(field(service, 'endpoints')).map((endpoint) => ({
        interface: text(field(endpoint, 'interface')) ?? '',
        region: text(field(endpoint, 'region_id')) ?? text(field(endpoint, 'region')),
        url: text(field(endpoint, 'url')) ?? '',
      })),
    })),
  };
}

function readJson(answer: HttpAnswer, url: string): unknown {
  const type = answer.headers['content-type'] ?? 'no content type';
  if (answer.status >= 400) throw statusError(answer, url);
  // 300 is how OpenStack lists versions. The others name a place that no token should be sent to.
  if (answer.status > 300)
    throw new OpenStackError(
      'malformed',
      `${place(url)} redirects to another address; correct the endpoint (http or https, host, path)`,
      { status: answer.status },
    );
  if (answer.body.length === 0) return null;
  try {
    return JSON.parse(answer.body.toString('utf8')) as unknown;
  } catch {
    const html = type.includes('html') ? 'a web page' : type;
    throw new OpenStackError(
      'malformed',
      `${place(url)} answers with ${html} instead of JSON; check the endpoint, and any proxy in front of it`,
    );
  }
}

function statusError(answer: HttpAnswer, url: string): OpenStackError {
  const { status } = answer;
  const known: Record<number, [OpenStackReason, string]> = {
    401: ['unauthorized', 'does not accept the token; sign in again'],
    403: ['forbidden', 'is forbidden to these credentials; check their roles'],
    404: ['not-found', 'does not exist'],
  };
  // As nginx and Go say it.
  if (status === 400 && /to an? HTTPS (?:server|port)/i.test(answer.body.toString('utf8')))
    return new OpenStackError('malformed', `${place(url)} speaks TLS; write https in the address`, {
      status,
    });
  const [reason, says] = known[status] ?? [
    status >= 500 ? 'server-error' : 'failed',
    `answers ${status}${explanation(answer)}${status >= 500 ? '; look into the service’s log' : ''}`,
  ];
  return new OpenStackError(reason, `${place(url)} ${says}`, { status });
}

/** What the API itself says of an error, in one short line. */
function explanation({ body, headers }: HttpAnswer): string {
  if (!headers['content-type']?.includes('json')) return '';
  try {
    const parsed = JSON.parse(body.toString('utf8')) as unknown;
    const inner = typeof parsed === 'object' && parsed !== null ? Object.values(parsed)[0] : undefined;
    const message =
      text(field(inner, 'message')) ?? text(field(parsed, 'message')) ?? text(field(parsed, 'description'));
    return message ? ` (${message.replaceAll(/\s+/g, ' ').slice(0, 200)})` : '';
  } catch {
    return '';
  }
}

function openConnection(
  config: CloudConfig,
  transport: Transport,
  options: ConnectOptions,
  first: Session,
): Connection {
  let session = first;
  let renewal: Promise<Session> | undefined;

  const endpoint = (service: Service): string | null => {
    const { types, root } = services[service];
    for (const type of types) {
      const url = config.endpointOverrides[type] ?? endpointOf(session.facts, type, config);
      if (url) return withRoot(url.replace(/\/+$/, ''), root);
    }
    return null;
  };

  const renew = async (): Promise<void> => {
    renewal ??= signIn(config, transport, options).finally(() => (renewal = undefined));
    session = await renewal;
  };

  const call = async (
    method: HttpRequest['method'],
    url: string,
    { body, microversion, repeatable }: CallOptions,
  ): Promise<HttpAnswer> => {
    const send = () =>
      transport.send({
        method,
        url,
        body,
        ...(repeatable !== undefined && { repeatable }),
        headers: {
          'x-auth-token': session.id,
          ...(microversion && { 'openstack-api-version': microversion }),
          ...options.headers,
        },
      });
    const answer = await send();
    if (answer.status !== 401) return answer;
    // The token may have expired under way.
    await renew();
    return send();
  };

  const address = (service: Service, path: string): string => {
    const root = endpoint(service);
    if (root === null) {
      const where = `${config.interface} interface${config.region === null ? '' : `, region ${config.region}`}`;
      throw new OpenStackError(
        'not-found',
        `the catalogue has no ${service} service (${where}); check region_name and interface in clouds.yaml`,
      );
    }
    return `${root}${path}`;
  };

  const json = async <T>(
    method: HttpRequest['method'],
    service: Service,
    path: string,
    callOptions: CallOptions,
  ): Promise<T> => {
    const url = address(service, path);
    // What the API sends is checked where it is read.
    return readJson(await call(method, url, callOptions), url) as T;
  };

  return {
    get token() {
      return session.facts;
    },
    get requests() {
      return transport.requests;
    },
    endpoint,
    get: (service, path, callOptions = {}) => json('GET', service, path, callOptions),
    post: (service, path, body, callOptions = {}) => json('POST', service, path, { ...callOptions, body }),
    put: (service, path, body, callOptions = {}) => json('PUT', service, path, { ...callOptions, body }),
    async delete(service, path, callOptions = {}) {
      const url = address(service, path);
      const answer = await call('DELETE', url, callOptions);
      if (answer.status >= 400 && answer.status !== 404) throw statusError(answer, url);
    },
    async pages<T>(service: Service, path: string, key: string, callOptions: CallOptions = {}) {
      const items: T[] = [];
      const seen = new Set<string>();
      let url: string | null = address(service, path);
      while (url !== null) {
        if (seen.has(url) || seen.size >= maxPages)
          throw new OpenStackError(
            'malformed',
            `${place(url)} lists its pages in a circle; look into the service`,
          );
        seen.add(url);
        const body = readJson(await call('GET', url, callOptions), url);
        const page = field(body, key);
        if (!Array.isArray(page))
          throw new OpenStackError('malformed', `${place(url)} answers without ${key}; check the endpoint`);
        items.push(...(page as T[]));
        url = page.length === 0 ? null : nextPage(body as object, url);
      }
      return items;
    },
    raw: (request) => transport.send(request),
    close: () => transport.close(),
  };
}

function endpointOf(
  { catalog }: TokenFacts,
  type: string,
  { region, interface: side }: CloudConfig,
): string | null {
  for (const service of catalog.filter((entry) => entry.type === type)) {
    const found = service.endpoints.find(
      (endpoint) => endpoint.interface === side && (region === null || endpoint.region === region),
    );
    if (found) return found.url;
  }
  return null;
}

/** Catalogues name services with or without the version. */
const withRoot = (url: string, root: string | null): string =>
  root === null || /\/v\d+(?:\.\d+)?$/.test(url) ? url : `${url}${root}`;

/**
 * Glance says `next`, the others `servers_links`, `volume_type_links` and the like; both may be relative, and may name another host than
 * the catalogue does.
 */
function nextPage(body: object, current: string): string | null {
  const links = Object.entries(body).flatMap(([key, value]) => (key.endsWith('_links') ? list(value) : []));
  const next =
    text(field(body, 'next')) ??
    text(
      field(
        links.find((link) => field(link, 'rel') === 'next'),
        'href',
      ),
    );
  if (next === null) return null;
  const [from, to] = [new URL(current), new URL(next, current)];
  // Glance names `/v2/images?…` even where it lives below another path.
  const path = from.pathname.endsWith(to.pathname) ? from.pathname : to.pathname;
  // The token goes to no other host than the catalogue's.
  return `${from.origin}${path}${to.search}`;
}
