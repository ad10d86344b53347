import { randomBytes, timingSafeEqual } from 'node:crypto';
import { ApiError, at, ok, textAt, titleOf, type Api, type Call } from './api.ts';
import { hexOf, uuidOf, type Cloud } from './cloud-content.ts';

const tokenLifetimeMs = 3600 * 1000;

/** Keystone v3: signs the one user in, and knows whose tokens are good. */
export interface Keystone {
  api: Api;
  /** Throws a 401 for what is missing, unknown or has expired. */
  requireToken(call: Call): void;
}

interface Token {
  issuedAt: Date;
  expiresAt: Date;
  method: string;
  scoped: boolean;
}

const refuse = (): never => {
  throw new ApiError(401, 'The request you have made requires authentication.');
};

/** Where each type of service is; the services that are only in the catalogue answer nothing there. */
const places: Record<string, (project: string) => string> = {
  identity: () => '/identity/v3',
  compute: () => '/compute/v2.1',
  image: () => '/image',
  network: () => '/network',
  'block-storage': (project) => `/volume/v3/${project}`,
  volumev3: (project) => `/volume/v3/${project}`,
  'key-manager': () => '/key-manager',
  'object-store': (project) => `/swift/v1/AUTH_${project}`,
};

export function keystone(cloud: Cloud): Keystone {
  const tokens = new Map<string, Token>();

  const liveToken = (id: unknown): Token => {
    const token = typeof id === 'string' ? tokens.get(id) : undefined;
    return token && token.expiresAt > cloud.now() ? token : refuse();
  };
  const requireToken = ({ headers }: Call) => void liveToken(headers['x-auth-token']);

  const issue = (method: string, scoped: boolean, expiresAt?: Date) => {
    const now = cloud.now();
    for (const [id, token] of tokens) if (token.expiresAt <= now) tokens.delete(id);
    const id = `gAAAA${randomBytes(60).toString('base64url')}`;
    const token = {
      issuedAt: now,
      expiresAt: expiresAt ?? new Date(now.getTime() + tokenLifetimeMs),
      method,
      scoped,
    };
    tokens.set(id, token);
    return { status: 201, body: tokenBody(cloud, token), headers: { 'x-subject-token': id } };
  };

  const version = {
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: `${cloud.url}/identity/v3/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  };

  const api: Api = {
    root: '/identity',
    open: {
      'GET /': () => ({ status: 300, body: { versions: { values: [version] } } }),
      'GET /v3': () => ok({ version }),
      'POST /v3/auth/tokens': ({ body }) => {
        const identity = at(body, 'auth', 'identity');
        const method = textAt(identity, 'methods', '0') ?? '';
        const scoped = isScoped(cloud, at(body, 'auth', 'scope'));
        switch (method) {
          case 'password':
            checkPassword(cloud, at(identity, 'password', 'user'));
            return issue(method, scoped);
          case 'application_credential':
            checkCredential(cloud, at(identity, 'application_credential'));
            return issue(method, true);
          case 'token':
            return issue(method, scoped, liveToken(at(identity, 'token', 'id')).expiresAt);
          default:
            throw new ApiError(
              400,
              'Expecting to find one of the methods password, token, application_credential.',
            );
        }
      },
    },
    routes: {
      'GET /v3/auth/tokens': ({ headers }) => ok(tokenBody(cloud, liveToken(headers['x-subject-token']))),
      'DELETE /v3/auth/tokens': ({ headers }) => {
        tokens.delete(String(headers['x-subject-token']));
        return { status: 204 };
      },
    },
    errorBody: ({ status, message }) => ({ error: { code: status, title: titleOf(status), message } }),
  };
  return { api, requireToken };
}

const same = (given: string | null, right: string): boolean => {
  const [one, other] = [Buffer.from(given ?? ''), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
};

/** By id, or by name and domain. */
const names = (given: unknown, { id, name }: { id: string; name: string }, { domain }: Cloud): boolean =>
  textAt(given, 'id') === id ||
  (textAt(given, 'name') === name &&
    (textAt(given, 'domain', 'id') === domain.id || textAt(given, 'domain', 'name') === domain.name));

function checkPassword(cloud: Cloud, user: unknown): void {
  if (!names(user, cloud.user, cloud) || !same(textAt(user, 'password'), cloud.user.password)) refuse();
}

function checkCredential(cloud: Cloud, given: unknown): void {
  const { id, name, secret } = cloud.applicationCredential;
  const isNamed = textAt(given, 'name') === name && names(at(given, 'user'), cloud.user, cloud);
  if (!(textAt(given, 'id') === id || isNamed) || !same(textAt(given, 'secret'), secret)) refuse();
}

/** The user may see one project and nothing wider. */
function isScoped(cloud: Cloud, scope: unknown): boolean {
  if (scope === undefined) return false;
  return names(at(scope, 'project'), cloud.project, cloud) || refuse();
}

/** Keystone's times have six places. */
const time = (date: Date) => date.toISOString().replace('Z', '000Z');

function tokenBody(cloud: Cloud, { issuedAt, expiresAt, method, scoped }: Token): unknown {
  const { domain, project, user, content, region, url } = cloud;
  const catalog = content.services.map((type) => ({
    id: hexOf(`service ${type}`),
    type,
    name: type,
    endpoints: ['public', 'internal', 'admin'].map((side) => ({
      id: hexOf(`endpoint ${type} ${side}`),
      interface: side,
      region,
      region_id: region,
      url: `${url}${places[type]?.(project.id) ?? `/${type}`}`,
    })),
  }));
  return {
    token: {
      methods: [method],
      audit_ids: [uuidOf(`${issuedAt.getTime()}`).slice(0, 22)],
      issued_at: time(issuedAt),
      expires_at: time(expiresAt),
      user: { id: user.id, name: user.name, domain, password_expires_at: null },
      ...(scoped && {
        project: { ...project, domain },
        is_domain: false,
        roles: content.roles.map((name) => ({ id: hexOf(`role ${name}`), name })),
        catalog,
      }),
    },
  };
}
