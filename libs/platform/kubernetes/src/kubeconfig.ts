import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { KubernetesError } from './kubernetes-error.ts';

/** A certificate or key: in the kubeconfig itself, or in a file that may change. */
export type Pem = { data: Buffer } | { file: string };

/** A program that prints credentials (client.authentication.k8s.io). */
export interface ExecConfig {
  apiVersion: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  installHint: string | undefined;
  provideClusterInfo: boolean;
}

/** How to sign in; what is there is used together. */
export interface UserConfig {
  cert?: Pem | undefined;
  key?: Pem | undefined;
  token?: string | undefined;
  tokenFile?: string | undefined;
  basic?: { username: string; password: string } | undefined;
  exec?: ExecConfig | undefined;
  /** Left behind by old kubeconfigs: the whole user as it stands there, with its auth-provider. */
  legacy?: Record<string, unknown> | undefined;
  impersonate: Record<string, string | string[]>;
}

/** Where a context leads, and as whom. */
export interface Target {
  server: string;
  ca?: Pem | undefined;
  verify: boolean;
  serverName?: string | undefined;
  proxy?: string | undefined;
  user: UserConfig;
}

type Fields = Record<string, unknown>;
interface Named {
  name: string;
  body: Fields;
  /** Relative paths start here. */
  folder: string;
}
interface Kubeconfig {
  currentContext: string | undefined;
  clusters: Named[];
  users: Named[];
  contexts: Named[];
}

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The current context of a kubeconfig: of a file, of a text, or as kubectl looks for it (`$KUBECONFIG` with several files, `~/.kube/config`),
 * else the service account of the pod. A file is trusted as kubectl trusts it; a text may come from anybody, and must hold everything itself.
 * Throws {@link KubernetesError}.
 */
export function loadTarget(source?: { file: string } | { text: string }): Target {
  if (source && 'text' in source)
    return selfContained(
      currentTarget(parseConfig(source.text, 'the kubeconfig', process.cwd()), 'the kubeconfig'),
    );
  if (source) return currentTarget(readConfig(source.file), source.file);
  const files = (process.env.KUBECONFIG ?? '').split(delimiter).filter(Boolean);
  if (files.length === 1) return currentTarget(readConfig(files[0] ?? ''), files[0] ?? '');
  if (files.length > 1)
    return currentTarget(merge(files.filter((file) => existsSync(file)).map(readConfig)), '$KUBECONFIG');
  const own = join(homedir(), '.kube', 'config');
  if (existsSync(own)) return currentTarget(readConfig(own), own);
  return podTarget();
}

function podTarget(): Target {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = process.env;
  if (!host || !existsSync(`${serviceAccount}/token`))
    throw new KubernetesError(
      'failed',
      'there is no kubeconfig: set KUBECONFIG, put one into ~/.kube/config, or run in a pod with a service account',
    );
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ca: { file: `${serviceAccount}/ca.crt` },
    verify: true,
    user: { tokenFile: `${serviceAccount}/token`, impersonate: {} },
  };
}

function readConfig(file: string): Kubeconfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new KubernetesError(
      'failed',
      `${file} ${missing ? 'does not exist' : 'cannot be read'}; check the file`,
      error,
    );
  }
  return parseConfig(text, file, dirname(resolve(file)));
}

function parseConfig(text: string, origin: string, folder: string): Kubeconfig {
  let document: unknown;
  try {
    document = parse(text);
  } catch {
    // The parser's message quotes the line, which may hold a key.
  }
  if (!isFields(document))
    throw new KubernetesError('failed', `${origin} is no valid kubeconfig; check the file`);
  const named = (list: unknown, field: string): Named[] =>
    (Array.isArray(list) ? list : []).filter(isFields).map((entry: Fields) => ({
      name: textOf(entry.name) ?? '',
      body: isFields(entry[field]) ? entry[field] : {},
      folder,
    }));
  return {
    currentContext: textOf(document['current-context']),
    clusters: named(document.clusters, 'cluster'),
    users: named(document.users, 'user'),
    contexts: named(document.contexts, 'context'),
  };
}

/** The first file that says something wins, as in kubectl. */
const merge = (configs: Kubeconfig[]): Kubeconfig => ({
  currentContext: configs.find(({ currentContext }) => currentContext)?.currentContext,
  clusters: configs.flatMap(({ clusters }) => clusters),
  users: configs.flatMap(({ users }) => users),
  contexts: configs.flatMap(({ contexts }) => contexts),
});

function currentTarget(config: Kubeconfig, origin: string): Target {
  const find = (list: Named[], name: unknown): Named | undefined => list.find((entry) => entry.name === name);
  const context = find(config.contexts, config.currentContext)?.body;
  const cluster = find(config.clusters, context?.cluster);
  const server = textOf(cluster?.body.server);
  if (!cluster || !server || !URL.canParse(server))
    throw new KubernetesError(
      'failed',
      `${origin} has no current context with a cluster; set one with kubectl config use-context`,
    );
  const user = find(config.users, context?.user);
  return {
    server: server.replace(/\/+$/, ''),
    ca: pemOf(cluster, 'certificate-authority'),
    verify: cluster.body['insecure-skip-tls-verify'] !== true,
    serverName: textOf(cluster.body['tls-server-name']),
    proxy: textOf(cluster.body['proxy-url']),
    user: user ? userOf(user) : { impersonate: {} },
  };
}

/**
 * Files and programs of this machine are not for whoever wrote the text: a tenant may write the kubeconfig secret of a cluster, and would read our
 * own token with `tokenFile`, or run what it likes with `exec`.
 */
function selfContained(target: Target): Target {
  const { ca, user } = target;
  const isFile = (pem: Pem | undefined): boolean => pem !== undefined && 'file' in pem;
  const outside = Object.entries({
    exec: user.exec !== undefined,
    'auth-provider': user.legacy !== undefined,
    tokenFile: user.tokenFile !== undefined,
    'certificate-authority': isFile(ca),
    'client-certificate': isFile(user.cert),
    'client-key': isFile(user.key),
  }).flatMap(([field, isUsed]) => (isUsed ? [field] : []));
  if (outside.length === 0) return target;
  throw new KubernetesError(
    'failed',
    `the kubeconfig uses ${outside.join(', ')}, and so files or programs of this machine; put certificates and tokens themselves into it`,
  );
}

function userOf(user: Named): UserConfig {
  const { body, folder } = user;
  const tokenFile = textOf(body.tokenFile);
  const username = textOf(body.username);
  return {
    cert: pemOf(user, 'client-certificate'),
    key: pemOf(user, 'client-key'),
    token: textOf(body.token),
    tokenFile: tokenFile && resolve(folder, tokenFile),
    basic: username ? { username, password: textOf(body.password) ?? '' } : undefined,
    exec: isFields(body.exec) ? execOf(body.exec, folder) : undefined,
    legacy: isFields(body['auth-provider']) ? body : undefined,
    impersonate: impersonationOf(body),
  };
}

function execOf(exec: Fields, folder: string): ExecConfig {
  const command = textOf(exec.command) ?? '';
  const env = Array.isArray(exec.env) ? exec.env.filter(isFields) : [];
  return {
    apiVersion: textOf(exec.apiVersion) ?? 'client.authentication.k8s.io/v1',
    // A bare name is looked up in PATH, a path starts at the kubeconfig.
    command: command.includes('/') ? resolve(folder, command) : command,
    args: Array.isArray(exec.args) ? exec.args.map(String) : [],
    env: Object.fromEntries(env.map(({ name, value }) => [String(name), String(value)])),
    installHint: textOf(exec.installHint)?.replaceAll(/\s+/g, ' ').trim(),
    provideClusterInfo: exec.provideClusterInfo === true,
  };
}

function impersonationOf(body: Fields): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  const user = textOf(body.as);
  if (user) headers['impersonate-user'] = user;
  const uid = textOf(body['as-uid']);
  if (uid) headers['impersonate-uid'] = uid;
  if (Array.isArray(body['as-groups'])) headers['impersonate-group'] = body['as-groups'].map(String);
  if (isFields(body['as-user-extra']))
    for (const [key, values] of Object.entries(body['as-user-extra']))
      if (Array.isArray(values)) headers[`impersonate-extra-${encodeURIComponent(key)}`] = values.map(String);
  return headers;
}

function pemOf({ body, folder }: Named, field: string): Pem | undefined {
  const data = textOf(body[`${field}-data`]);
  if (data) return { data: Buffer.from(data, 'base64') };
  const file = textOf(body[field]);
  return file ? { file: resolve(folder, file) } : undefined;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
