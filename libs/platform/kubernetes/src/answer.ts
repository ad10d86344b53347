import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from './client.ts';
import { KubernetesError } from './kubernetes-error.ts';

/** What came back, whatever its status. */
export interface ApiAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** The `Status` in which API servers wrap what they refuse (meta/v1). */
export interface Status {
  kind: 'Status';
  message?: string;
  reason?: string;
  code?: number;
  details?: { name?: string; kind?: string; retryAfterSeconds?: number };
}

/** Kubernetes' words (metav1.StatusReason) for answers that come without a Status: from proxies, or from before the API's own handlers. */
const reasons: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

const longestMessage = 1000;

/** The body of a success. Throws {@link ApiError} for what the server refuses. */
export function bodyOf<T>(answer: ApiAnswer, server: string): T {
  if (answer.status < 200 || answer.status > 299) throw answerError(answer, server);
  try {
    return JSON.parse(answer.body.toString()) as T;
  } catch (error) {
    throw new KubernetesError(
      'failed',
      `${new URL(server).host} does not answer in JSON; check that it is a Kubernetes API server`,
      error,
    );
  }
}

/** Turns an answer that is no success into an error of one line. */
export function answerError({ status, headers, body }: ApiAnswer, server: string): ApiError {
  const said = statusOf(body);
  const host = new URL(server).host;
  const message =
    status === 401
      ? `${host} refuses the credentials of the kubeconfig; renew them`
      : (said?.message ?? `${host} answers ${status}; look into the API server’s log`);
  return new ApiError(
    status,
    said?.reason || (reasons[status] ?? 'Unknown'),
    oneLine(message),
    retryAfterOf(status, headers),
  );
}

/** The same for a Status that arrives in a watch, after the answer has begun. */
export function watchError(status: Status): ApiError {
  const code = status.code ?? 500;
  return new ApiError(
    code,
    status.reason || (reasons[code] ?? 'Unknown'),
    oneLine(status.message ?? `the watch ends with ${code}`),
    status.details?.retryAfterSeconds,
  );
}

/** Seconds; only 429 and 503 ask for patience. */
export function retryAfterOf(status: number, headers: IncomingHttpHeaders): number | undefined {
  const seconds = Number(headers['retry-after']);
  return (status === 429 || status === 503) && headers['retry-after'] && seconds >= 0 ? seconds : undefined;
}

/**
 * Whether a 404 speaks of an object; otherwise the path itself is not served. API servers name the object in `details`, and answer unknown
 * paths with plain text or with empty details.
 */
export const isAboutObject = (body: Buffer): boolean => Boolean(statusOf(body)?.details?.name);

function statusOf(body: Buffer): Status | undefined {
  try {
    const answer: unknown = JSON.parse(body.toString());
    return isStatus(answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}

export const isStatus = (answer: unknown): answer is Status =>
  typeof answer === 'object' && answer !== null && 'kind' in answer && answer.kind === 'Status';

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, longestMessage);
