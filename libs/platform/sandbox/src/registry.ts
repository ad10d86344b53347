import { createHash, randomBytes, randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SandboxRegistryOptions {
  /** How clients sign in: not at all (default), with user name and password, or for tokens of a few minutes. */
  auth?: 'none' | 'basic' | 'token';
  username?: string;
  /** Made up when left out. */
  password?: string;
  /** With `token`: may anybody read? */
  anonymousPull?: boolean;
  /** Tags in one page of the list; 100 when left out. */
  pageSize?: number;
}

export interface RegistryRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: http.IncomingHttpHeaders;
}

/** What comes in the place of the true answer, or what becomes of that. */
export interface RegistryFault {
  status?: number;
  headers?: Record<string, string>;
  delayMs?: number;
  /** Breaks the connection off after so many bytes of the body. */
  truncateAfter?: number;
  /** Changes a byte of the body. */
  corrupt?: boolean;
}

/** An OCI registry (distribution API 1.1) that lives in memory, on 127.0.0.1 over plain HTTP. */
export interface SandboxRegistry {
  /** Host and port, as in image names. */
  readonly host: string;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** By repository, then by tag and by digest. */
  readonly manifests: Map<string, Map<string, Buffer>>;
  /** By digest. */
  readonly blobs: Map<string, Buffer>;
  readonly requests: readonly RegistryRequest[];
  /** Puts an artifact there without asking anybody. Its digest. */
  publish(repository: string, tag: string, files: Record<string, string | Buffer>): string;
  /** Asks before every answer; without an argument, no longer. */
  interfere(fault?: (request: RegistryRequest) => RegistryFault | undefined): void;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const tokenSeconds = 300;

export async function startSandboxRegistry(options: SandboxRegistryOptions = {}): Promise<SandboxRegistry> {
  const { username = 'sandbox', password = randomBytes(9).toString('base64url') } = options;
  const content: Content = {
    manifests: new Map(),
    blobs: new Map(),
    uploads: new Map(),
    pageSize: options.pageSize ?? 100,
  };
  const requests: RegistryRequest[] = [];
  let interference: Parameters<SandboxRegistry['interfere']>[0];
  const server = http.createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const doorman = doormanOf({ ...options, username, password }, host);

  const serve = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const asked = { method: request.method ?? 'GET', path: request.url ?? '/', headers: request.headers };
    requests.push(asked);
    const body = await bodyOf(request);
    const fault = interference?.(asked) ?? {};
    if (fault.delayMs !== undefined) await sleep(fault.delayMs, undefined, { ref: false });
    const refused: Answer | undefined = fault.status === undefined ? undefined : { status: fault.status };
    send(response, asked.method, refused ?? doorman(asked) ?? route(content, asked, body), fault);
  };
  server.on('request', (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });

  return {
    host,
    url: `http://${host}`,
    username,
    password,
    manifests: content.manifests,
    blobs: content.blobs,
    requests,
    publish: (repository, tag, files) => publish(content, repository, tag, files),
    interfere: (fault) => void (interference = fault),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Content {
  manifests: SandboxRegistry['manifests'];
  blobs: SandboxRegistry['blobs'];
  uploads: Map<string, Buffer>;
  pageSize: number;
}

/** Refuses who has not signed in, and answers who asks for a token. */
function doormanOf(
  { auth = 'none', anonymousPull = false, username, password }: SandboxRegistryOptions,
  host: string,
): (request: RegistryRequest) => Answer | undefined {
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const tokens = new Map<string, { scope: string; until: number }>();
  const refuse = (challenge: string): Answer => ({
    ...errorAnswer(401, 'UNAUTHORIZED'),
    headers: { 'www-authenticate': challenge },
  });
  const giveToken = ({ headers }: RegistryRequest, scope: string): Answer => {
    const reads = scope.endsWith(':pull');
    if (headers.authorization !== basic && !(reads && anonymousPull && headers.authorization === undefined)) {
      return errorAnswer(401, 'UNAUTHORIZED');
    }
    const token = randomUUID();
    tokens.set(`Bearer ${token}`, { scope, until: Date.now() + tokenSeconds * 1000 });
    return { status: 200, body: JSON.stringify({ token, expires_in: tokenSeconds }) };
  };
  return (request) => {
    const url = new URL(request.path, 'http://registry');
    if (auth === 'none') return undefined;
    if (auth === 'basic')
      return request.headers.authorization === basic ? undefined : refuse('Basic realm="sandbox"');
    if (url.pathname === '/token') return giveToken(request, url.searchParams.get('scope') ?? '');
    const repository = /^\/v2\/(.+?)\/(?:tags|manifests|blobs)\//.exec(url.pathname)?.[1] ?? '';
    const wanted = ['GET', 'HEAD'].includes(request.method) ? 'pull' : 'pull,push';
    const { scope = '', until = 0 } = tokens.get(request.headers.authorization ?? '') ?? {};
    const allowed = scope.startsWith(`repository:${repository}:${wanted}`) && until > Date.now();
    if (allowed) return undefined;
    return refuse(
      `Bearer realm="http://${host}/token",service="sandbox",scope="repository:${repository}:${wanted}"`,
    );
  };
}

function route(content: Content, { method, path }: RegistryRequest, body: Buffer): Answer {
  const url = new URL(path, 'http://registry');
  if (url.pathname === '/v2/') return { status: 200, body: '{}' };
  const [, repository = '', kind = '', rest = ''] =
    /^\/v2\/(.+?)\/(tags\/list|manifests|blobs\/uploads|blobs)\/?(.*)$/.exec(url.pathname) ?? [];
  switch (kind) {
    case 'tags/list':
      return tagPage(content, repository, url);
    case 'manifests':
      return method === 'PUT'
        ? putManifest(content, repository, decodeURIComponent(rest), body)
        : getManifest(content, repository, decodeURIComponent(rest));
    case 'blobs/uploads':
      return upload(content, { method, repository, id: rest, digest: url.searchParams.get('digest') }, body);
    case 'blobs': {
      const blob = content.blobs.get(rest);
      return blob ? { status: 200, body: blob } : errorAnswer(404, 'BLOB_UNKNOWN');
    }
    default:
      return errorAnswer(404, 'NAME_UNKNOWN');
  }
}

function tagPage({ manifests, pageSize }: Content, repository: string, url: URL): Answer {
  const known = manifests.get(repository);
  if (!known) return errorAnswer(404, 'NAME_UNKNOWN');
  const last = url.searchParams.get('last') ?? '';
  const count = Math.min(pageSize, Number(url.searchParams.get('n') ?? pageSize));
  const rest = [...known.keys()].filter((tag) => !tag.includes(':') && tag > last).toSorted();
  const tags = rest.slice(0, count);
  const next = `/v2/${repository}/tags/list?n=${count}&last=${encodeURIComponent(tags.at(-1) ?? '')}`;
  return {
    status: 200,
    body: JSON.stringify({ name: repository, tags }),
    ...(rest.length > count && { headers: { link: `<${next}>; rel="next"` } }),
  };
}

function getManifest({ manifests }: Content, repository: string, reference: string): Answer {
  const manifest = manifests.get(repository)?.get(reference);
  if (!manifest) return errorAnswer(404, 'MANIFEST_UNKNOWN');
  return {
    status: 200,
    headers: { 'content-type': manifestType, 'docker-content-digest': digestOf(manifest) },
    body: manifest,
  };
}

function putManifest({ manifests, blobs }: Content, repository: string, tag: string, body: Buffer): Answer {
  const { config, layers = [] } = JSON.parse(body.toString()) as {
    config: { digest: string };
    layers?: { digest: string }[];
  };
  if ([config, ...layers].some(({ digest }) => !blobs.has(digest)))
    return errorAnswer(404, 'MANIFEST_BLOB_UNKNOWN');
  const digest = digestOf(body);
  const known = manifests.get(repository) ?? new Map<string, Buffer>();
  manifests.set(repository, known.set(tag, body).set(digest, body));
  return { status: 201, headers: { location: `/v2/${repository}/manifests/${digest}` } };
}

function upload(
  { uploads, blobs }: Content,
  {
    method,
    repository,
    id,
    digest,
  }: { method: string; repository: string; id: string; digest: string | null },
  body: Buffer,
): Answer {
  const place = (upload: string) => ({ location: `/v2/${repository}/blobs/uploads/${upload}` });
  if (method === 'POST') {
    const started = randomUUID();
    uploads.set(started, Buffer.alloc(0));
    return { status: 202, headers: place(started) };
  }
  const before = uploads.get(id);
  if (!before) return errorAnswer(404, 'BLOB_UPLOAD_UNKNOWN');
  const now = Buffer.concat([before, body]);
  uploads.set(id, now);
  if (method === 'PATCH') return { status: 202, headers: place(id) };
  uploads.delete(id);
  if (digest !== digestOf(now)) return errorAnswer(400, 'DIGEST_INVALID');
  blobs.set(digest, now);
  return { status: 201, headers: { location: `/v2/${repository}/blobs/${digest}` } };
}

function publish(
  content: Content,
  repository: string,
  tag: string,
  files: Record<string, string | Buffer>,
): string {
  const store = (blob: Buffer) => {
    content.blobs.set(digestOf(blob), blob);
    return { digest: digestOf(blob), size: blob.length };
  };
  const layers = Object.entries(files).map(([title, text]) => ({
    mediaType: 'application/vnd.oci.image.layer.v1.tar',
    ...store(Buffer.from(text)),
    annotations: { 'org.opencontainers.image.title': title },
  }));
  const config = { mediaType: 'application/vnd.oci.empty.v1+json', ...store(Buffer.from('{}')) };
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config, layers }));
  putManifest(content, repository, tag, manifest);
  return digestOf(manifest);
}

function errorAnswer(status: number, code: string): Answer {
  return { status, body: JSON.stringify({ errors: [{ code }] }) };
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

async function bodyOf(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function send(response: http.ServerResponse, method: string, answer: Answer, fault: RegistryFault): void {
  const body = Buffer.from(answer.body ?? '');
  if (fault.corrupt === true && body.length > 0) body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'content-length': body.length,
    ...answer.headers,
    ...fault.headers,
  });
  if (method === 'HEAD') response.end();
  else if (fault.truncateAfter === undefined) response.end(body);
  else response.write(body.subarray(0, fault.truncateAfter), () => response.destroy());
}
