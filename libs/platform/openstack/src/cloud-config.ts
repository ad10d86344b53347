import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { OpenStackError } from './error.ts';
import { Secret } from './secret.ts';

/** How to reach and sign in to one cloud, as clouds.yaml says it. */
export interface CloudConfig {
  /** Name in clouds.yaml, or `envvars`. */
  name: string;
  /** Keystone's address as given, with or without `/v3`. */
  authUrl: string;
  auth: Authentication;
  region: string | null;
  interface: 'public' | 'internal' | 'admin';
  /** False: certificates are not checked. */
  verify: boolean;
  /** PEM files. */
  caFile: string | null;
  certFile: string | null;
  keyFile: string | null;
  /** PEM; instead of `caFile`, where the configuration did not come from files. */
  ca?: string;
  /** By service type: an address that replaces the catalogue's. */
  endpointOverrides: Record<string, string>;
}

export interface DomainName {
  id?: string;
  name?: string;
}
export type Scope =
  | { project: { id: string } | { name: string; domain: DomainName } }
  | { domain: DomainName }
  | { system: true }
  | null;
export type Authentication =
  | {
      method: 'password';
      user: { id: string } | { name: string; domain: DomainName };
      password: Secret;
      scope: Scope;
    }
  | {
      method: 'application_credential';
      credential:
        | { id: string }
        | { name: string; user: { id: string } | { name: string; domain: DomainName } };
      secret: Secret;
    }
  | { method: 'token'; token: Secret; scope: Scope };

/** Where to look: everything that is not a parameter of the call. */
export interface ConfigSources {
  /** Name in clouds.yaml; else `OS_CLOUD`, else the variables `OS_*`, else the only cloud there is. */
  cloud?: string | undefined;
  env: Record<string, string | undefined>;
  cwd: string;
  home: string;
}

type Fields = Record<string, unknown>;

/** Reads clouds.yaml, secure.yaml, clouds-public.yaml and `OS_*` as openstacksdk does. Throws {@link OpenStackError} (`failed`). */
export async function readCloudConfig(sources: ConfigSources): Promise<CloudConfig> {
  const { env } = sources;
  const chosen = sources.cloud ?? env['OS_CLOUD'];
  if (chosen === undefined && env['OS_AUTH_URL'] !== undefined)
    return toConfig('envvars', fromEnvironment(env), sources);
  if (chosen === 'envvars') {
    if (env['OS_AUTH_URL'] === undefined)
      throw problem('cloud envvars needs the variables OS_AUTH_URL, OS_USERNAME, …; set them');
    return toConfig('envvars', fromEnvironment(env), sources);
  }
  const [clouds, secure] = await Promise.all([
    readFirst('clouds', env['OS_CLIENT_CONFIG_FILE'], sources),
    readFirst('secure', env['OS_CLIENT_SECURE_FILE'], sources),
  ]);
  if (!clouds) {
    const tried = env['OS_CLIENT_CONFIG_FILE'] ?? places('clouds', sources).join(', ');
    throw problem(
      `there is no clouds.yaml (looked for ${tried}); make one, set OS_CLIENT_CONFIG_FILE, or set OS_AUTH_URL and its like`,
    );
  }
  const known = section(clouds.content, 'clouds');
  const names = Object.keys(known);
  const name = chosen ?? (names.length === 1 ? names[0]! : undefined);
  if (name === undefined)
    throw problem(
      `which cloud? ${clouds.path} has ${names.join(', ')}; choose one with --os-cloud or OS_CLOUD`,
    );
  if (!(name in known))
    throw problem(`there is no cloud ${name} in ${clouds.path}; it has ${names.join(', ') || 'none'}`);
  const merged = merge(
    asFields(known[name]),
    asFields(secure ? section(secure.content, 'clouds')[name] : {}),
  );
  return toConfig(name, await withProfile(merged, sources), sources);
}

/**
 * Reads the text of a clouds.yaml that somebody handed in, not one of this machine: no variables, no profiles, and no files that it
 * names. Throws {@link OpenStackError} (`failed`).
 */
export async function parseCloudConfig(
  text: string,
  options: { cloud: string; ca?: string | undefined },
): Promise<CloudConfig> {
  const known = section(await parseYaml(text, 'clouds.yaml'), 'clouds');
  const name = options.cloud;
  if (!Object.hasOwn(known, name))
    throw problem(
      `there is no cloud ${name} in clouds.yaml; it has ${Object.keys(known).join(', ') || 'none'}`,
    );
  const cloud = asFields(known[name]);
  if (cloud['profile'] !== undefined)
    throw problem(`cloud ${name} has a profile; write its auth_url into clouds.yaml`);
  const config = toConfig(name, cloud, { env: {}, cwd: '/', home: '/' });
  return { ...config, caFile: null, certFile: null, keyFile: null, ...(options.ca && { ca: options.ca }) };
}

async function parseYaml(text: string, path: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (error) {
    // Only the place: the line itself may hold a password.
    const line = (error as { linePos?: [{ line: number }] }).linePos?.[0].line;
    throw problem(`${path} is no valid YAML${line === undefined ? '' : ` (line ${line})`}; mend it`);
  }
}

const problem = (message: string) => new OpenStackError('failed', message);
const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const section = (content: unknown, name: string): Fields => asFields(asFields(content)[name]);

function merge(base: Fields, over: Fields): Fields {
  const merged: Fields = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const [below, above] = [asFields(merged[key]), asFields(value)];
    merged[key] = Object.keys(above).length > 0 ? merge(below, above) : value;
  }
  return merged;
}

const places = (stem: string, { cwd, home }: ConfigSources): string[] =>
  [cwd, join(home, '.config/openstack'), '/etc/openstack'].flatMap((folder) =>
    [`${stem}.yaml`, `${stem}.yml`].map((name) => join(folder, name)),
  );

async function readFirst(
  stem: string,
  given: string | undefined,
  sources: ConfigSources,
): Promise<{ path: string; content: unknown } | null> {
  for (const path of given === undefined ? places(stem, sources) : [given]) {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw problem(`${path} cannot be read (${error.code}); check its permissions`);
    });
    if (text === null) continue;
    return { path, content: await parseYaml(text, path) };
  }
  if (given !== undefined && stem === 'clouds')
    throw problem(`${given}, named by OS_CLIENT_CONFIG_FILE, does not exist`);
  return null;
}

async function withProfile(cloud: Fields, sources: ConfigSources): Promise<Fields> {
  const profile = cloud['profile'] ?? cloud['cloud'];
  if (typeof profile !== 'string') return cloud;
  const file = await readFirst('clouds-public', sources.env['OS_CLIENT_VENDOR_FILE'], sources);
  const vendor = file && section(file.content, 'public-clouds')[profile];
  if (!vendor)
    throw problem(
      `there is no profile ${profile} in clouds-public.yaml; write its auth_url into clouds.yaml`,
    );
  return merge(asFields(vendor), cloud);
}

/** `OS_USER_DOMAIN_NAME` → `user_domain_name`, at the place where clouds.yaml has it. */
function fromEnvironment(env: Record<string, string | undefined>): Fields {
  const fields: Fields = {};
  for (const [key, value] of Object.entries(env))
    if (key.startsWith('OS_') && value) fields[key.slice(3).toLowerCase()] = value;
  return fields;
}

const authKeys = [
  'auth_url',
  'username',
  'user_id',
  'password',
  'project_name',
  'project_id',
  'tenant_name',
  'tenant_id',
  'domain_name',
  'domain_id',
  'user_domain_name',
  'user_domain_id',
  'project_domain_name',
  'project_domain_id',
  'default_domain',
  'system_scope',
  'token',
  'application_credential_id',
  'application_credential_name',
  'application_credential_secret',
] as const;
type AuthKey = (typeof authKeys)[number];

/** YAML makes numbers and booleans of what is meant as text. A list or a mapping is none. */
const asText = (value: unknown): string | null => {
  if (typeof value === 'string') return value || null;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
};

const isTrue = (value: unknown): boolean => value === true || /^(?:1|true|yes|on)$/i.test(String(value));

function toConfig(name: string, cloud: Fields, sources: ConfigSources): CloudConfig {
  const auth = asFields(cloud['auth']);
  const given = (key: AuthKey): string | undefined => {
    const value = auth[key] ?? auth[key.replaceAll('_', '-')] ?? cloud[key];
    return asText(value) ?? undefined;
  };
  const text = (key: string): string | null => asText(cloud[key]);
  const file = (key: string): string | null => {
    const path = text(key);
    return path === null ? null : resolveFile(path, sources);
  };
  const authUrl = given('auth_url');
  if (authUrl === undefined) throw problem(`cloud ${name} has no auth_url; add it`);
  if (!/^https?:\/\/[^\s/]+/.test(authUrl) || !URL.canParse(authUrl))
    throw problem(`cloud ${name}: auth_url is no http or https URL; correct it`);
  const kind = text('interface') ?? text('endpoint_type') ?? 'public';
  const side = kind.replace(/URL$/, '');
  if (side !== 'public' && side !== 'internal' && side !== 'admin')
    throw problem(`cloud ${name}: interface ${kind} is none of public, internal, admin`);
  return {
    name,
    authUrl: withoutCredentials(authUrl),
    auth: authentication(name, text('auth_type'), given),
    region: text('region_name') ?? firstRegion(cloud['regions']),
    interface: side,
    verify: cloud['verify'] === undefined ? !isTrue(cloud['insecure'] ?? false) : isTrue(cloud['verify']),
    caFile: file('cacert'),
    certFile: file('cert'),
    keyFile: file('key'),
    endpointOverrides: Object.fromEntries(
      Object.entries(cloud).flatMap(([key, value]) =>
        key.endsWith('_endpoint_override') && typeof value === 'string'
          ? [[key.slice(0, -'_endpoint_override'.length).replaceAll('_', '-'), value]]
          : [],
      ),
    ),
  };
}

/** A password in the URL would show in every message. */
function withoutCredentials(text: string): string {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.href.replace(/\/+$/, '');
}

function firstRegion(regions: unknown): string | null {
  const first: unknown = Array.isArray(regions) ? regions[0] : undefined;
  if (typeof first === 'string') return first;
  const name = asFields(first)['name'];
  return typeof name === 'string' ? name : null;
}

function authentication(
  cloud: string,
  type: string | null,
  given: (key: AuthKey) => string | undefined,
): Authentication {
  const need = (key: AuthKey): string => {
    const value = given(key);
    if (value === undefined)
      throw problem(`cloud ${cloud} has no ${key}; add it to its auth section in clouds.yaml or secure.yaml`);
    return value;
  };
  const domain = (kind: 'user' | 'project'): DomainName => {
    const id = given(`${kind}_domain_id`);
    const name = given(`${kind}_domain_name`);
    if (id !== undefined) return { id };
    return name === undefined ? { id: given('default_domain') ?? 'default' } : { name };
  };
  const user = () => {
    const id = given('user_id');
    return id === undefined ? { name: need('username'), domain: domain('user') } : { id };
  };
  const isCredential = (
    ['application_credential_id', 'application_credential_name', 'application_credential_secret'] as const
  ).some((key) => given(key) !== undefined);
  switch (type ?? (isCredential ? 'v3applicationcredential' : 'password')) {
    case 'v3applicationcredential': {
      const id = given('application_credential_id');
      const credential =
        id === undefined ? { name: need('application_credential_name'), user: user() } : { id };
      return {
        method: 'application_credential',
        credential,
        secret: new Secret(need('application_credential_secret')),
      };
    }
    case 'token':
    case 'v3token':
      return { method: 'token', token: new Secret(need('token')), scope: scopeOf(given, domain) };
    case 'password':
    case 'v3password':
      return {
        method: 'password',
        user: user(),
        password: new Secret(need('password')),
        scope: scopeOf(given, domain),
      };
    default:
      throw problem(
        `cloud ${cloud}: auth_type ${type} is not supported; use password, v3applicationcredential or v3token`,
      );
  }
}

function scopeOf(
  given: (key: AuthKey) => string | undefined,
  domain: (kind: 'project') => DomainName,
): Scope {
  const id = given('project_id') ?? given('tenant_id');
  if (id !== undefined) return { project: { id } };
  const name = given('project_name') ?? given('tenant_name');
  if (name !== undefined) return { project: { name, domain: domain('project') } };
  if (given('system_scope') !== undefined) return { system: true };
  const [domainId, domainName] = [given('domain_id'), given('domain_name')];
  if (domainId !== undefined) return { domain: { id: domainId } };
  return domainName === undefined ? null : { domain: { name: domainName } };
}

/** Files named in clouds.yaml are relative to the folder one works in, with `~` for the home. */
const resolveFile = (path: string, { cwd, home }: ConfigSources): string =>
  path.startsWith('~/') ? join(home, path.slice(2)) : isAbsolute(path) ? path : join(cwd, path);
