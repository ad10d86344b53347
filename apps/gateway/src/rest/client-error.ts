import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { HttpError, toProblem } from './problem.ts';

const faults: Record<string, HttpError> = {
  HPE_HEADER_OVERFLOW: new HttpError(431, 'HEADERS_TOO_LARGE', 'the headers are larger than 16 KiB'),
  ERR_HTTP_REQUEST_TIMEOUT: new HttpError(408, 'REQUEST_TIMEOUT', 'the request did not arrive in time'),
};
const noHttp = new HttpError(400, 'BAD_REQUEST', 'this is no HTTP request');

/** Answers what Node could not read as a request, so that there is no request to answer to: straight on the socket. */
export function answerClientError(error: Error & { code?: string }, socket: Socket, publicUrl: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = randomUUID();
  const context = { instance: '/', requestId, publicUrl };
  const { problem } = toProblem(faults[error.code ?? ''] ?? noHttp, context);
  const body = JSON.stringify(problem);
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${requestId}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
