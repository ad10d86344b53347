import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '@scs/service';
import type { FastifyReply } from 'fastify';

/** Proxies cut connections on which nothing is said. */
const heartbeatMs = 15_000;
/** How long the first message, or the error that comes instead, may take before the answer begins without it. */
const patienceMs = 1000;

/**
 * Answers with server-sent events: `message` for each, `end` when there are no more, `error` when it broke. An error before anything was
 * sent is thrown, so that it becomes an ordinary answer with its status.
 */
export async function sendEvents<T>(
  reply: FastifyReply,
  messages: AsyncIterable<T>,
  write: { message: (message: T) => string; error: (error: unknown) => string },
  signal: AbortSignal,
): Promise<void> {
  const iterator = messages[Symbol.asyncIterator]();
  const first = iterator.next();
  const waited = new AbortController();
  await Promise.race([
    first.finally(() => waited.abort()),
    sleep(patienceMs, undefined, { signal: waited.signal }).catch(() => undefined),
  ]);
  if (signal.aborted) throw new DomainError('unavailable', 'STREAM_ENDED', 'the stream was ended; ask again');
  const out = begin(reply);
  const heartbeat = setInterval(() => out.write(': still here\n\n'), heartbeatMs);
  try {
    for (let step = await first; !step.done; step = await iterator.next()) {
      if (!out.write(event('message', write.message(step.value)))) await once(out, 'drain', { signal });
    }
    // Ended by us or by the client: whoever is still there shall come again.
    if (!signal.aborted) out.write(event('end', '{}'));
  } catch (error) {
    if (!signal.aborted) out.write(event('error', write.error(error)));
  } finally {
    clearInterval(heartbeat);
    out.end();
    await iterator.return?.();
  }
}

function begin(reply: FastifyReply): ServerResponse {
  reply.hijack();
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // nginx holds answers back unless told not to.
    'x-accel-buffering': 'no',
  });
  reply.raw.flushHeaders();
  return reply.raw;
}

/** JSON has no line breaks of its own, so one line of data is enough. */
const event = (name: string, data: string) => `event: ${name}\ndata: ${data}\n\n`;
