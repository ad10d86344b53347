import type { IncomingMessage } from 'node:http';
import { isStatus, watchError } from './answer.ts';
import type { ApiObject, WatchEvent } from './client.ts';
import { KubernetesError, networkError } from './kubernetes-error.ts';

const newline = 0x0a;
const longestLine = 64 * 1024 * 1024;

/**
 * The events of a watch, one JSON text a line. Ends where the answer ends; throws {@link ApiError} for an ERROR event and
 * {@link KubernetesError} where the answer breaks off, also in the middle of a line.
 */
export async function* watchEvents<T extends ApiObject>(
  response: IncomingMessage,
  server: string,
): AsyncGenerator<WatchEvent<T>, void> {
  let rest: Buffer[] = [];
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      let from = 0;
      for (let to = chunk.indexOf(newline); to >= 0; to = chunk.indexOf(newline, from)) {
        rest.push(chunk.subarray(from, to));
        const line = Buffer.concat(rest).toString();
        rest = [];
        from = to + 1;
        if (line.trim()) yield eventOf<T>(line, server);
      }
      if (from < chunk.length) rest.push(chunk.subarray(from));
      if (rest.length > 0 && sizeOf(rest) > longestLine)
        throw cutOff(server, 'sends an event of more than 64 MiB');
    }
  } catch (error) {
    throw error instanceof Error && 'code' in error ? networkError(error, server) : error;
  }
  if (rest.length > 0) throw cutOff(server, 'breaks off in the middle of an event');
}

function eventOf<T extends ApiObject>(line: string, server: string): WatchEvent<T> {
  let event: { type?: unknown; object?: unknown };
  try {
    event = JSON.parse(line) as typeof event;
  } catch {
    throw cutOff(server, 'sends an event that is no JSON');
  }
  if (event.type === 'ERROR') throw watchError(isStatus(event.object) ? event.object : { kind: 'Status' });
  return event as WatchEvent<T>;
}

const sizeOf = (buffers: Buffer[]): number => buffers.reduce((size, { length }) => size + length, 0);

const cutOff = (server: string, what: string): KubernetesError =>
  new KubernetesError(
    'unreachable',
    `${new URL(server).host} ${what}; check the API server and what is in front of it`,
  );
