import type http from 'node:http';
import { parse } from 'yaml';
import { badRequest, Failure, noSuchResource } from './failure.ts';
import type { Registry } from './registry.ts';
import type { Target } from './state.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** What came in. */
export interface KubernetesRequest {
  /** Of Kubernetes; the HTTP method in small letters for paths that are no resources. */
  verb: string;
  method: string;
  /** With the query. */
  path: string;
  /** Empty for paths that are no resources, like the fields below. */
  resource: string;
  group: string;
  version: string;
  namespace: string;
  name: string;
  subresource: string;
  userAgent: string;
  dryRun: boolean;
  /** Of the answer; undefined while there is none. */
  status?: number;
}

interface Path {
  group: string;
  version: string;
  plural: string;
  namespace: string;
  name: string;
  subresource: string;
}

/** Reads `/api/v1/namespaces/x/pods/y/status` and its like; undefined for other paths. */
export function parsePath(pathname: string): Path | undefined {
  const parts = pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const isCore = parts[0] === 'api';
  if (!isCore && parts[0] !== 'apis') return undefined;
  const [group = '', version = '', ...rest] = isCore ? ['', ...parts.slice(1)] : parts.slice(1);
  if (!version || rest.length === 0) return undefined;
  const [first = '', second = '', third = '', ...more] = rest;
  const subOfNamespace = third === 'status' || third === 'finalize';
  if (first === 'namespaces' && third !== '' && !subOfNamespace)
    return {
      group,
      version,
      plural: third,
      namespace: second,
      name: more[0] ?? '',
      subresource: more[1] ?? '',
    };
  return { group, version, plural: first, namespace: '', name: second, subresource: third };
}

const methods: Record<string, [collection: Verb | undefined, object: Verb | undefined]> = {
  GET: ['list', 'get'],
  HEAD: ['list', 'get'],
  POST: ['create', undefined],
  PUT: [undefined, 'update'],
  PATCH: [undefined, 'patch'],
  DELETE: ['deletecollection', 'delete'],
};

export function describeRequest(request: http.IncomingMessage, path: string): KubernetesRequest {
  const url = new URL(path, 'http://sandbox');
  const method = request.method ?? 'GET';
  const found = parsePath(url.pathname);
  const [onCollection, onObject] = methods[method] ?? [];
  const watches =
    method === 'GET' && found?.name === '' && ['true', '1'].includes(url.searchParams.get('watch') ?? '');
  const verb = found ? (watches ? 'watch' : found.name ? onObject : onCollection) : undefined;
  return {
    verb: verb ?? method.toLowerCase(),
    method,
    path,
    resource: found?.plural ?? '',
    group: found?.group ?? '',
    version: found?.version ?? '',
    namespace: found?.namespace ?? '',
    name: found?.name ?? '',
    subresource: found?.subresource ?? '',
    userAgent: request.headers['user-agent'] ?? '',
    dryRun: url.searchParams.has('dryRun'),
  };
}

/** The type that a request is about; throws a 404 where it is not served, a 405 where the verb is not allowed. */
export function targetOfRequest(registry: Registry, request: KubernetesRequest): Target {
  const { group, version, resource: plural, namespace, name, subresource } = request;
  const found = registry.find(group, version, plural);
  if (!found) throw registry.ofGroup(group).length > 0 ? noSuchResource() : new NoSuchPath();
  const { resource } = found;
  if (resource.namespaced ? namespace === '' && name !== '' : namespace !== '') throw noSuchResource();
  const known =
    subresource === '' ||
    (subresource === 'status' && found.version.status) ||
    (subresource === 'scale' && found.version.scale !== undefined) ||
    (subresource === 'finalize' && resource.kind === 'Namespace');
  if (!known) throw noSuchResource();
  return { ...found, namespace, name, subresource: subresource || undefined };
}

/** Nobody knows the path at all; the answer is no Status. */
export class NoSuchPath extends Error {
  override name = 'NoSuchPath';
}

export const notAllowed = (): Failure =>
  new Failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

const maxBody = 3 * 1024 * 1024;

export async function readBody(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody)
      throw new Failure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${maxBody}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** JSON, or YAML where the type says so. Undefined for an empty body. */
export function parseBody(text: string, contentType: string, kind: string): unknown {
  if (text.trim() === '') return undefined;
  if (contentType.includes('protobuf') || contentType.includes('cbor'))
    throw new Failure(
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
    );
  try {
    return JSON.parse(text);
  } catch (error) {
    if (contentType.includes('yaml')) {
      try {
        return parse(text) as unknown;
      } catch {
        throw badRequest(`error decoding YAML: ${(error as Error).message}`);
      }
    }
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${(error as Error).message}`,
    );
  }
}
