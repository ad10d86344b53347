import type http from 'node:http';
import { ApiError, findRoute, type Answer, type Api, type Call, type Fields } from './api.ts';
import type { Keystone } from './keystone.ts';

const maxBody = 1024 * 1024;

/** Finds the service by the path, and lets it word whatever goes wrong. The last service takes what is nobody's. */
export async function serve(apis: Api[], identity: Keystone, request: http.IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const path = url.pathname.replace(/(?<=.)\/+$/, '');
  const api = apis.find(({ root }) => path === root || path.startsWith(`${root}/`)) ?? apis.at(-1)!;
  const below = path.slice(api.root.length) || '/';
  const method = request.method ?? 'GET';
  try {
    const call: Call = {
      method,
      path: below,
      params: {},
      query: url.searchParams,
      headers: request.headers,
      body: await readBody(request),
    };
    const open = findRoute(api.open, method, below);
    if (open) return open.handler({ ...call, params: open.params });
    identity.requireToken(call);
    api.check?.(call);
    const route = findRoute(api.routes, method, below);
    if (!route) throw new ApiError(404, `The resource could not be found: ${method} ${path}`);
    return route.handler({ ...call, params: route.params });
  } catch (error) {
    const refusal =
      error instanceof ApiError
        ? error
        : error instanceof URIError
          ? new ApiError(400, 'The path is badly encoded.')
          : new ApiError(500, `The sandbox failed: ${(error as Error).message}`);
    return { status: refusal.status, body: api.errorBody(refusal) };
  }
}

async function readBody(request: http.IncomingMessage): Promise<Fields> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) throw new ApiError(413, 'Request is too large.');
    chunks.push(chunk);
  }
  if (size === 0) return {};
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof body === 'object' && body !== null) return body as Fields;
  } catch {
    // Said below.
  }
  throw new ApiError(400, 'Malformed request body: it is no JSON object.');
}

export function send(response: http.ServerResponse, { status, body, headers }: Answer): void {
  const isText = typeof body === 'string';
  const text = body === undefined ? '' : isText ? body : JSON.stringify(body);
  response
    .writeHead(status, {
      'content-type': isText ? 'application/xml' : 'application/json',
      'content-length': Buffer.byteLength(text),
      ...headers,
    })
    .end(text);
}
