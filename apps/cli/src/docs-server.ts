import { fromJson, type DescMessage, type JsonValue, type MessageShape } from '@bufbuild/protobuf';
import { EXIT, Failure, oneLine, usage } from './failure.ts';

export interface ServerValues {
  server?: string;
}

const timeoutMs = 30_000;

/** Asks a control plane: `--server URL` or `$SCS_SERVER`, with the token in `$SCS_TOKEN` where there is one. */
export async function askServer<D extends DescMessage>(
  { server = process.env['SCS_SERVER'] }: ServerValues,
  path: string,
  body: JsonValue,
  answer: D,
): Promise<MessageShape<D>> {
  if (server === undefined || server === '') {
    throw usage(
      'nothing to search in; name directories or .tar.gz archives with --source PATH, or a control plane with --server URL',
    );
  }
  const url = addressOf(server, path);
  const token = process.env['SCS_TOKEN'];
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw new Failure(
      EXIT.unreachable,
      `no answer from ${url.origin} (${oneLine(causeOf(error))}); check --server and whether it runs`,
    );
  });
  const content: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw refusal(url, response.status, content);
  try {
    return fromJson(answer, content as JsonValue, { ignoreUnknownFields: true });
  } catch {
    throw new Failure(
      EXIT.unreachable,
      `${url.origin} answers something else than a control plane would; check --server`,
    );
  }
}

function addressOf(server: string, path: string): URL {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw usage(`--server "${server}" is no address; write https://control-plane.example.org`);
  if (url.username !== '' || url.password !== '')
    throw usage('--server must not hold a user or password; put a token in $SCS_TOKEN');
  return new URL(`${url.pathname.replace(/\/$/, '')}${path}`, url);
}

/** `fetch` hides the reason in the cause. */
const causeOf = (error: unknown): unknown =>
  error instanceof Error && error.cause !== undefined ? error.cause : error;

function refusal(url: URL, status: number, problem: unknown): Failure {
  const detail =
    typeof problem === 'object' && problem !== null && 'detail' in problem ? String(problem.detail) : '';
  const remedy = status === 401 ? '; put a valid token in $SCS_TOKEN' : '';
  const code = status >= 500 ? EXIT.unreachable : EXIT.usage;
  return new Failure(
    code,
    `${url.origin} refuses (${status}): ${oneLine(detail || 'no reason given')}${remedy}`,
  );
}
