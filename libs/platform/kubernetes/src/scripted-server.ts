import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request of the client under test, and the means to answer it, or not to. */
export interface Exchange {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: http.IncomingHttpHeaders;
  body: Record<string, unknown> | undefined;
  response: http.ServerResponse;
  socket: Socket;
}

/** An API server for specs whose faults are written down: it answers what the script says, discovery of `v1` apart. */
export interface ScriptedServer {
  url: string;
  kubeconfig: { text: string };
  /** `GET /path?query` of everything that came in, discovery apart. */
  requests: string[];
  exchanges: Exchange[];
  /** Connections that were opened. */
  connections: number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a script returns is sent as JSON with status 200; a script that answers itself returns nothing. */
export async function startScriptedServer(
  script: (exchange: Exchange, count: number) => unknown,
): Promise<ScriptedServer> {
  const exchanges: Exchange[] = [];
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers, socket } = request;
      const { pathname: path, searchParams: query } = new URL(url, 'http://server');
      if (path === '/api/v1') return sendJson(response, 200, coreTypes);
      const text = Buffer.concat(chunks).toString();
      const body = text ? (JSON.parse(text) as Record<string, unknown>) : undefined;
      const exchange = { method, path, query, headers, body, response, socket };
      exchanges.push(exchange);
      requests.push(`${method} ${url}`);
      const answer = script(exchange, exchanges.length);
      if (answer !== undefined) sendJson(response, 200, answer);
    });
  });
  let connections = 0;
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    kubeconfig: { text: kubeconfigOf(url) },
    requests,
    exchanges,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const kubeconfigOf = (server: string, user: object = {}, cluster: object = {}): string =>
  JSON.stringify({
    clusters: [{ name: 'c', cluster: { server, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });

export function sendJson(
  response: http.ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Refuses as an API server does (meta/v1 Status). */
export function refuse(
  { response }: Exchange,
  code: number,
  reason: string,
  {
    message = reason,
    name,
    headers,
  }: { message?: string; name?: string; headers?: Record<string, string> } = {},
): void {
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message,
    reason,
    code,
    details: { name },
  };
  sendJson(response, code, status, headers);
}

export const configMaps = { apiVersion: 'v1', kind: 'ConfigMap' };

export const aConfigMap = (name: string, resourceVersion: number, data: Record<string, string> = {}) => ({
  ...configMaps,
  metadata: { name, namespace: 'x', uid: `uid-of-${name}`, resourceVersion: String(resourceVersion) },
  data,
});

/** As API servers list built-in types: the items without apiVersion and kind. */
export const aList = (resourceVersion: number, items: ReturnType<typeof aConfigMap>[], next?: string) => ({
  kind: 'ConfigMapList',
  apiVersion: 'v1',
  metadata: { resourceVersion: String(resourceVersion), ...(next && { continue: next }) },
  items: items.map(({ metadata, data }) => ({ metadata, data })),
});

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
const coreTypes = {
  kind: 'APIResourceList',
  groupVersion: 'v1',
  resources: [
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true, verbs },
    { name: 'events', kind: 'Event', namespaced: true, verbs },
    { name: 'namespaces', kind: 'Namespace', namespaced: false, verbs },
    { name: 'namespaces/status', kind: 'Namespace', namespaced: false, verbs: ['get', 'patch', 'update'] },
  ],
};
