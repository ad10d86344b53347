import { fromJson, type DescMessage, type JsonValue, type MessageShape } from '@bufbuild/protobuf';
import { EXIT, Failure, oneLine, usage } from './failure.ts';

/** A request to a control plane's REST API. */
export interface ServerRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With its query. */
  path: string;
  body?: JsonValue;
  signal?: AbortSignal;
}

const timeoutMs = 30_000;

/** Asks a control plane with the token in `$SCS_TOKEN` where there is one. Failures name the address and what helps. */
export async function request<D extends DescMessage>(
  server: string,
  asked: ServerRequest,
  answer: D,
): Promise<MessageShape<D>> {
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(asked.signal ? [asked.signal] : [])]);
  const { url, response } = await send(server, { ...asked, signal });
  const content: unknown = response.status === 204 ? {} : await response.json().catch(() => undefined);
  try {
    return fromJson(answer, content as JsonValue, { ignoreUnknownFields: true });
  } catch {
    throw somethingElse(url);
  }
}

/** The messages of a stream (server-sent events), until it ends. A stream that breaks throws like any other request. */
export async function* stream<D extends DescMessage>(
  server: string,
  asked: Pick<ServerRequest, 'path' | 'signal'>,
  message: D,
): AsyncGenerator<MessageShape<D>> {
  const { url, response } = await send(server, { ...asked, method: 'GET' });
  if (!response.body) throw somethingElse(url);
  let buffer = '';
  try {
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      buffer += chunk;
      const events = buffer.split('\n\n');
      buffer = events.pop() ?? '';
      for (const event of events) {
        const name = /^event: (.*)$/m.exec(event)?.[1];
        const data = /^data: (.*)$/m.exec(event)?.[1] ?? '{}';
        if (name === 'end') return;
        if (name === 'error') throw refusal(url, 503, JSON.parse(data));
        if (name === 'message')
          yield fromJson(message, JSON.parse(data) as JsonValue, { ignoreUnknownFields: true });
      }
    }
  } catch (error) {
    if (error instanceof Failure || asked.signal?.aborted) throw error;
    throw unreachable(url, error);
  }
  throw unreachable(url, 'the stream broke off');
}

async function send(
  server: string,
  { method, path, body, signal }: ServerRequest,
): Promise<{ url: URL; response: Response }> {
  const url = addressOf(server, path);
  const token = process.env['SCS_TOKEN'];
  const response = await fetch(url, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    throw unreachable(url, error);
  });
  if (response.ok) return { url, response };
  throw refusal(url, response.status, await response.json().catch(() => undefined));
}

function addressOf(server: string, path: string): URL {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw usage(`--server "${server}" is no address; write https://control-plane.example.org`);
  if (url.username !== '' || url.password !== '')
    throw usage('--server must not hold a user or password; put a token in $SCS_TOKEN');
  return new URL(`${url.pathname.replace(/\/$/, '')}${path}`, url);
}

const unreachable = (url: URL, error: unknown): Failure =>
  new Failure(
    EXIT.unreachable,
    `no answer from ${url.origin} (${oneLine(causeOf(error))}); check --server and whether it runs`,
  );

const somethingElse = (url: URL): Failure =>
  new Failure(
    EXIT.unreachable,
    `${url.origin} answers something else than a control plane would; check --server`,
  );

/** `fetch` hides the reason in the cause. */
const causeOf = (error: unknown): unknown =>
  error instanceof Error && error.cause !== undefined ? error.cause : error;

/** What the server said no with: its problem document. */
export class Refusal extends Failure {
  readonly status: number;
  readonly reason: string;
  constructor(exitCode: number, message: string, status: number, reason: string) {
    super(exitCode, message);
    this.status = status;
    this.reason = reason;
  }
}

function refusal(url: URL, status: number, problem: unknown): Refusal {
  const { detail = '', reason = '', violations = [] } = isProblem(problem) ? problem : {};
  const [, ...others] = violations;
  const more = others.map(({ field, description }) => `; ${field}: ${description}`).join('');
  const remedy = status === 401 ? '; put a valid token in $SCS_TOKEN' : '';
  const code = status >= 500 ? EXIT.unreachable : EXIT.usage;
  return new Refusal(
    code,
    `${url.origin} refuses (${status}): ${oneLine((detail || 'no reason given') + more)}${remedy}`,
    status,
    reason,
  );
}

interface Problem {
  detail?: string;
  reason?: string;
  violations?: { field: string; description: string }[];
}

const isProblem = (problem: unknown): problem is Problem =>
  typeof problem === 'object' &&
  problem !== null &&
  (!('detail' in problem) || typeof problem.detail === 'string') &&
  (!('violations' in problem) || Array.isArray(problem.violations));
