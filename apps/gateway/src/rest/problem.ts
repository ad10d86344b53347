import { STATUS_CODES } from 'node:http';
import type { DescMessage } from '@bufbuild/protobuf';
import { DomainError, type ErrorKind } from '@scs/service';

/** RFC 9457: what every failed request is answered with. */
export interface Problem {
  /** Link to the page about the reason. */
  type: string;
  title: string;
  status: number;
  detail: string;
  /** Stable, UPPER_SNAKE: what programs look at. */
  reason: string;
  /** Path of the request. */
  instance: string;
  requestId: string;
  /** The values in `detail`, for programs. */
  metadata?: Record<string, string>;
  /** Which fields are wrong, and why. */
  violations?: { field: string; description: string }[];
}

/** A fault of HTTP alone, for which there is no kind of error. */
export class HttpError extends Error {
  override name = 'HttpError';
  readonly status: number;
  readonly reason: string;
  readonly headers: Record<string, string>;
  constructor(status: number, reason: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.headers = headers;
  }
}

/** Statuses of the kinds, and what each means to a caller; `/docs/errors` is made of it. */
export const kinds = {
  invalid: {
    status: 400,
    meaning: 'The request is wrong. `violations` names the fields. Change it before you send it again.',
  },
  unauthenticated: { status: 401, meaning: 'There is no bearer token, or it is refused. Get a new one.' },
  forbidden: {
    status: 403,
    meaning: 'The caller’s roles lack the permission that `metadata.permission` names.',
  },
  'not-found': {
    status: 404,
    meaning: 'It does not exist, or belongs to a tenant that the caller may not see.',
  },
  exists: { status: 409, meaning: 'The name is taken.' },
  conflict: {
    status: 409,
    meaning: 'Somebody else changed it at the same time. Read it again, then repeat.',
  },
  'wrong-state': {
    status: 409,
    meaning: 'It is not in a state in which this can be done. Repeating helps only after a change.',
  },
  exhausted: { status: 429, meaning: 'A quota or rate is used up. Wait, or have it raised.' },
  unavailable: {
    status: 503,
    meaning: 'Something that is needed does not answer. Repeat after `retry-after` seconds.',
  },
} as const satisfies Record<ErrorKind, { status: number; meaning: string }>;

/** gRPC's own statuses that no service of ours sends: their texts name addresses and are for the log alone. */
const ofTransport: Record<string, { status: number; detail: string }> = {
  UNAVAILABLE: { status: 503, detail: 'the service behind this path does not answer; try again in a moment' },
  DEADLINE_EXCEEDED: {
    status: 504,
    detail: 'the service behind this path took too long; try again in a moment',
  },
  CANCELLED: { status: 503, detail: 'the request was cancelled' },
  UNIMPLEMENTED: { status: 501, detail: 'the service behind this path does not know this request yet' },
  INTERNAL: {
    status: 500,
    detail: 'something went wrong inside; the log has the details under the request id',
  },
  UNKNOWN: {
    status: 500,
    detail: 'something went wrong inside; the log has the details under the request id',
  },
};

const ofFastify: Record<string, { status: number; reason: string; detail: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    reason: 'BODY_TOO_LARGE',
    detail: 'the body is larger than 5 MiB',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    reason: 'CONTENT_TYPE',
    detail: 'the body must be JSON; send it with content-type: application/json',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    reason: 'CONTENT_LENGTH',
    detail: 'the body is not as long as content-length says',
  },
  FST_ERR_BAD_URL: { status: 400, reason: 'INVALID_PATH', detail: 'the path is wrongly percent-encoded' },
};

interface Answer {
  status: number;
  reason: string;
  detail: string;
  headers: Record<string, string>;
  known: Pick<Problem, 'metadata' | 'violations'>;
}

/** Status, headers and document for whatever was thrown. What is not for the caller's eyes is not in it. */
export function toProblem(
  error: unknown,
  context: { instance: string; requestId: string; publicUrl: string; input?: DescMessage | undefined },
): { problem: Problem; headers: Record<string, string> } {
  const { status, reason, detail, headers, known } = answerTo(error, context.input);
  return {
    headers,
    problem: {
      type: `${context.publicUrl}/docs/errors#${reason}`,
      title: titleOf(reason, status),
      status,
      detail,
      reason,
      instance: context.instance,
      requestId: context.requestId,
      ...known,
    },
  };
}

function answerTo(error: unknown, input: DescMessage | undefined): Answer {
  const retry = { 'retry-after': '5' };
  if (error instanceof HttpError) {
    const { status, reason, message, headers } = error;
    return { status, reason, detail: message, headers, known: {} };
  }
  if (error instanceof DomainError) {
    const transport = ofTransport[error.reason];
    if (transport)
      return {
        ...transport,
        reason: error.reason,
        headers: transport.status === 503 ? retry : {},
        known: {},
      };
    return ofDomainError(error, input);
  }
  const fastify = ofFastify[(error as { code?: string }).code ?? ''];
  if (fastify) return { ...fastify, headers: {}, known: {} };
  return { ...ofTransport['INTERNAL']!, reason: 'INTERNAL', headers: {}, known: {} };
}

function ofDomainError(error: DomainError, input: DescMessage | undefined): Answer {
  const { status } = kinds[error.kind];
  const violations = error.violations.map(({ field, description }) => ({
    field: jsonPath(input, field),
    description,
  }));
  const [first] = error.violations;
  return {
    status,
    reason: error.reason,
    // Services say `page_size: …`; here the field is called pageSize.
    detail:
      first && error.message.startsWith(`${first.field}: `)
        ? `${violations[0]!.field}${error.message.slice(first.field.length)}`
        : error.message,
    headers:
      status === 401
        ? { 'www-authenticate': 'Bearer realm="scs"' }
        : status === 503
          ? { 'retry-after': '5' }
          : {},
    known: {
      ...(Object.keys(error.metadata).length > 0 ? { metadata: error.metadata } : {}),
      ...(violations.length > 0 ? { violations } : {}),
    },
  };
}

/** `subject.os_cloud` as clients write it; what is no field of the request stays as it is. */
function jsonPath(message: DescMessage | undefined, path: string): string {
  let at = message;
  return path
    .split('.')
    .map((name) => {
      // `node_pools[0]` is an entry of `node_pools`.
      const [, plain = name, index = ''] = /^(\w+)(\[\d+\])$/.exec(name) ?? [];
      const field = at?.fields.find((candidate) => candidate.name === plain);
      at = field && 'message' in field ? field.message : undefined;
      return field ? field.jsonName + index : name;
    })
    .join('.');
}

/** `SUBJECT_EXISTS` → `Subject exists` */
function titleOf(reason: string, status: number): string {
  if (status >= 500) return STATUS_CODES[status] ?? 'Internal Server Error';
  const words = reason
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/\bjson\b/, 'JSON');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
