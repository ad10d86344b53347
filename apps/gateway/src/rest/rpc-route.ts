import { createHash } from 'node:crypto';
import { toJson, type DescMethod, type JsonValue, type Message, type Registry } from '@bufbuild/protobuf';
import { HttpBodySchema, type HttpBody } from '@scs/proto/google/api/httpbody_pb';
import { permissionOf, type CallOptions } from '@scs/grpc';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendEvents } from './event-stream.ts';
import type { HttpRule } from './http-rule.ts';
import { requestReader } from './transcode.ts';

/** How an RPC is called: what grpcClient has for it. */
export type Invoke = (request: Message, options: CallOptions) => Promise<Message> | AsyncIterable<Message>;

/** Answers a request whose path was found; `segments` are those of the path, still encoded. */
export type Answer = (
  request: FastifyRequest,
  reply: FastifyReply,
  segments: string[],
  /** Writes the problem document of an error that came too late for a status. */
  problem: (error: unknown) => string,
) => Promise<unknown>;

/** The REST side of one RPC under one of its rules. `closing` ends streams when the gateway stops. */
export function rpcRoute(
  method: DescMethod,
  rule: HttpRule,
  invoke: Invoke,
  registry: Registry,
  closing: AbortSignal,
): Answer {
  const read = requestReader(method, rule);
  const json = (message: Message): JsonValue =>
    toJson(method.output, message, { alwaysEmitImplicit: true, registry });
  const shared = permissionOf(method) === 'public';

  return async (request, reply, segments, problem) => {
    const message = read(segments, queryOf(request), request.body as JsonValue | undefined);
    const gone = goneSignal(reply);
    const options = { token: tokenOf(request), requestId: request.id };
    if (method.methodKind === 'server_streaming') {
      if (request.method === 'HEAD') return reply.type('text/event-stream').send();
      const signal = AbortSignal.any([gone, closing]);
      const messages = invoke(message, { ...options, signal }) as AsyncIterable<Message>;
      const text = (each: Message) => JSON.stringify(json(each));
      return sendEvents(reply, messages, { message: text, error: problem }, signal);
    }
    const answer = await (invoke(message, { ...options, signal: gone }) as Promise<Message>);
    if (method.output.typeName === HttpBodySchema.typeName)
      return sendDocument(request, reply, answer as HttpBody, shared);
    if (method.output.typeName === 'google.protobuf.Empty') return reply.code(204).send();
    return reply.type('application/json').send(JSON.stringify(json(answer)));
  };
}

function queryOf({ raw: { url = '' } }: FastifyRequest): URLSearchParams {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
}

const tokenOf = ({ headers }: FastifyRequest): string | undefined =>
  /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];

/** Aborts when the client has left before it was answered. */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

function sendDocument(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { contentType, data }: HttpBody,
  shared: boolean,
): FastifyReply {
  const etag = `"${createHash('sha256').update(contentType).update(data).digest('base64url').slice(0, 27)}"`;
  reply
    .header('etag', etag)
    // Badges are looked at by everybody, mostly through caches.
    .header('cache-control', shared ? 'public, max-age=60' : 'private, no-cache')
    // A drawing or report that is opened on its own runs nothing and loads nothing.
    .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  const known = (headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(etag) || known.includes('*')) return reply.code(304).send();
  return reply.type(contentType || 'application/octet-stream').send(Buffer.from(data));
}
