import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createRegistry, type DescService, type DescMethod } from '@bufbuild/protobuf';
import { grpcClient } from '@scs/grpc';
import { metrics, runWithExtracted, traced, traceId, type Carrier, type Logger } from '@scs/service';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import manifest from '../package.json' with { type: 'json' };
import { readComments } from './docs/comments.ts';
import { openApiOf, type OpenApi } from './docs/openapi.ts';
import { docsPages } from './docs/pages.ts';
import { answerClientError } from './rest/client-error.ts';
import { httpRules, parseTemplate } from './rest/http-rule.ts';
import { documentedPath } from './rest/path-parameter.ts';
import { HttpError, toProblem } from './rest/problem.ts';
import { createRouter, type Entry } from './rest/router.ts';
import { rpcRoute, type Answer, type Invoke } from './rest/rpc-route.ts';

/** Which services live at which gRPC address. */
export interface Backend {
  /** `host:port` */
  address: string;
  services: readonly DescService[];
}

export interface EdgeOptions {
  backends: readonly Backend[];
  listen: { host: string; port: number };
  /** Where people reach it; links are relative when left out. */
  publicUrl?: string | undefined;
  logger: Logger;
}

export interface Edge {
  url: string;
  /** Ends streams, lets the other requests end, hangs up. */
  close(): Promise<void>;
}

interface Route {
  /** As in the documents, e.g. `/v1/subjects/{subject}`: what metrics and traces call it. */
  name: string;
  answer: Answer;
  method?: DescMethod;
}

interface Exchange {
  found?: { route: Route; segments: string[] };
  traceId?: string | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange | null;
  }
}

const bodyLimit = 5 * 1024 * 1024;

/** Serves the REST API of the backends, its OpenAPI document and its pages: all of it derived from the descriptors, once, here. */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const { listen, logger } = options;
  const publicUrl = (options.publicUrl ?? '').replace(/\/+$/, '');
  const services = options.backends.flatMap((backend) => backend.services);
  const backends = options.backends.flatMap(({ address, services: mine }) =>
    mine.map((service) => ({ service, client: grpcClient(service, address) })),
  );
  const closing = new AbortController();
  const document = openApiOf(services, readComments(), { version: manifest.version, publicUrl });
  const find = createRouter([...rpcEntries(backends, closing.signal), ...pageEntries(document)]);
  const app = createApp(find, publicUrl, logger);
  app.addHook('preClose', async () => closing.abort());
  const close = async () => {
    await app.close();
    for (const { client } of backends) client.close();
  };
  await app.listen({ host: listen.host, port: listen.port }).catch(async (error: unknown) => {
    await close();
    throw explain(error, listen);
  });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://${listen.host}:${port}`, close };
}

function rpcEntries(
  backends: { service: DescService; client: object }[],
  closing: AbortSignal,
): Entry<Route>[] {
  const registry = createRegistry(...backends.map(({ service }) => service.file));
  return backends.flatMap(({ service, client }) =>
    service.methods.flatMap((method) =>
      httpRules(method).map((rule) => {
        // Of descriptors that are only known at run time the client's types say nothing.
        const invoke = (client as Record<string, Invoke>)[method.localName]!;
        const { path } = documentedPath(rule.template, () => ({}));
        const answer = rpcRoute(method, rule, invoke, registry, closing);
        return { method: rule.method, template: rule.template, value: { name: path, answer, method } };
      }),
    ),
  );
}

function pageEntries(document: OpenApi): Entry<Route>[] {
  const get = (path: string, answer: Answer): Entry<Route> => ({
    method: 'GET',
    template: parseTemplate(path),
    value: { name: path, answer },
  });
  return [
    get('/', async (_, reply) => reply.redirect('/docs')),
    ...docsPages(document).map(({ path, headers, body }) =>
      get(path, async (_, reply) => reply.headers(headers).send(body)),
    ),
  ];
}

function explain(error: unknown, { host, port }: EdgeOptions['listen']): unknown {
  return (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    ? new Error(`port ${port} of ${host} is taken; end what listens there, or choose another HTTP_PORT`)
    : error;
}

type Find = ReturnType<typeof createRouter<Route>>;

/** Fastify speaks HTTP and reads bodies; paths are our router's. */
function createApp(find: Find, publicUrl: string, logger: Logger): FastifyInstance {
  const answerError = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    sendProblem(error, request, reply, publicUrl, logger);
  const app = fastify({
    bodyLimit,
    requestTimeout: 60_000,
    genReqId: ({ headers }) => sane(headers['x-request-id']) ?? randomUUID(),
    // While it stops it still answers what comes on open connections.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: (error, socket) => answerClientError(error, socket, publicUrl),
    // Before any hook: a path that cannot be decoded.
    frameworkErrors: (error, request, reply) => {
      reply.raw.once('finish', () => report(request, reply, logger));
      void answerError(error, request, reply);
    },
  });
  app.decorateRequest('exchange', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(/^application\/(?:[\w.+-]+\+)?json\b/i, { parseAs: 'string' }, parseJson);
  app.setErrorHandler(answerError);
  // Before the body is read: an unknown path is told at once.
  app.addHook('onRequest', async (request, reply) => {
    request.exchange = {};
    reply.headers(headersOf(request));
    const path = pathOf(request);
    const found = find(request.method === 'HEAD' ? 'GET' : request.method, path);
    if (found.kind === 'unknown')
      throw new HttpError(404, 'PATH_UNKNOWN', `there is no ${path}; /docs lists all paths`);
    if (found.kind === 'wrong-method') {
      const allow = found.allow.join(', ');
      const text = `${request.method} is not possible on ${path}; it takes ${allow}`;
      throw new HttpError(405, 'METHOD_NOT_ALLOWED', text, { allow });
    }
    request.exchange.found = { route: found.entry.value, segments: found.segments };
  });
  app.addHook('onResponse', async (request, reply) => report(request, reply, logger));
  const answer = (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const exchange = request.exchange!;
    const { route, segments } = exchange.found!;
    const attributes = { 'http.request.method': request.method, 'http.route': route.name };
    const late = (error: unknown) => JSON.stringify(problemFor(error, request, publicUrl, logger).problem);
    return runWithExtracted(request.headers as Carrier, () =>
      traced(`${request.method} ${route.name}`, 'server', attributes, async () => {
        exchange.traceId = traceId();
        try {
          return await route.answer(request, reply, segments, late);
        } catch (error) {
          const { problem } = problemFor(error, request, publicUrl);
          // Only what is our fault marks the span.
          if (problem.status >= 500) throw error;
          return answerError(error, request, reply);
        }
      }),
    );
  };
  app.all('/*', answer);
  app.setNotFoundHandler(answer);
  return app;
}

/** Of every answer; a page or badge says otherwise about caching. */
const headersOf = ({ id }: FastifyRequest) => ({
  'x-request-id': id,
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
});

const sane = (id: string | string[] | undefined): string | undefined =>
  typeof id === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(id) ? id : undefined;

function parseJson(
  _: FastifyRequest,
  text: string | Buffer,
  done: (error: Error | null, body?: unknown) => void,
): void {
  try {
    done(null, text.length === 0 ? undefined : JSON.parse(String(text)));
  } catch (error) {
    done(new HttpError(400, 'INVALID_JSON', `the body is no JSON: ${(error as Error).message}`));
  }
}

const pathOf = ({ raw: { url = '/' } }: FastifyRequest): string => url.split('?', 1)[0]!;

/** The problem of an error; what callers are not told goes to the log. */
function problemFor(
  error: unknown,
  request: FastifyRequest,
  publicUrl: string,
  logger?: Logger,
): ReturnType<typeof toProblem> {
  const answer = toProblem(error, {
    instance: pathOf(request),
    requestId: request.id,
    publicUrl,
    input: request.exchange?.found?.route.method?.input,
  });
  // Of a client that has left nobody needs to hear.
  if (answer.problem.status >= 500 && !request.raw.socket.destroyed)
    logger?.warn({ err: error, request_id: request.id }, 'a request could not be answered');
  return answer;
}

function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  publicUrl: string,
  logger: Logger,
): FastifyReply {
  const { problem, headers } = problemFor(error, request, publicUrl, logger);
  return reply
    .code(problem.status)
    .headers({ ...headersOf(request), ...headers })
    .type('application/problem+json')
    .send(JSON.stringify(problem));
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** One line and one measurement a request. The query is left out: people put secrets there. */
function report(request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const method = methods.includes(request.method) ? request.method : '_OTHER';
  const route = request.exchange?.found?.route.name ?? '_OTHER';
  metrics.httpDuration.observe(
    {
      http_request_method: method,
      http_route: route,
      http_response_status_code: String(reply.statusCode),
    },
    reply.elapsedTime / 1000,
  );
  logger.info(
    {
      method: request.method,
      path: pathOf(request),
      route,
      status: reply.statusCode,
      duration_ms: Math.round(reply.elapsedTime * 10) / 10,
      request_id: request.id,
      trace_id: request.exchange?.traceId,
    },
    'request',
  );
}
