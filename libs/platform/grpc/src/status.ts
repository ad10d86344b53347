import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { anyPack, anyUnpack } from '@bufbuild/protobuf/wkt';
import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { BadRequestSchema, ErrorInfoSchema } from '@scs/proto/google/rpc/error_details_pb';
import { StatusSchema } from '@scs/proto/google/rpc/status_pb';
import { DomainError, type ErrorKind } from '@scs/service';

const codes = {
  invalid: status.INVALID_ARGUMENT,
  'not-found': status.NOT_FOUND,
  exists: status.ALREADY_EXISTS,
  'wrong-state': status.FAILED_PRECONDITION,
  conflict: status.ABORTED,
  exhausted: status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
  unauthenticated: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
} as const satisfies Record<ErrorKind, status>;

const trailer = 'grpc-status-details-bin';

/** Trailers have room for 64 KiB, and no reader has time for a text that a request blew up. The remedy stands at the end. */
const [head, tail] = [350, 150];
const short = (text: string): string =>
  text.length > head + tail ? `${text.slice(0, head)}…${text.slice(-tail)}`.toWellFormed() : text;

/** What a gRPC call ends with: `google.rpc.Status` in the trailer, one ErrorInfo, and BadRequest where fields are wrong. */
export function toGrpcStatus(
  error: DomainError,
  domain: string,
): { code: status; message: string; metadata: Metadata } {
  const code = codes[error.kind];
  const message = short(error.message);
  const values = Object.entries(error.metadata).map(([key, value]) => [key, short(value)]);
  const details = [
    anyPack(
      ErrorInfoSchema,
      create(ErrorInfoSchema, {
        reason: error.reason,
        domain,
        metadata: Object.fromEntries(values) as Record<string, string>,
      }),
    ),
  ];
  const fieldViolations = error.violations
    .slice(0, 10)
    .map(({ field, description }) => ({ field: short(field), description: short(description) }));
  if (fieldViolations.length > 0)
    details.push(anyPack(BadRequestSchema, create(BadRequestSchema, { fieldViolations })));
  const metadata = new Metadata();
  metadata.set(
    trailer,
    Buffer.from(toBinary(StatusSchema, create(StatusSchema, { code, message, details }))),
  );
  return { code, message, metadata };
}

/** An error of a call as our own again; what has no details keeps its code and message. */
export function fromGrpcStatus(error: ServiceError): DomainError {
  const kind = (Object.keys(codes) as ErrorKind[]).find((key) => codes[key] === error.code) ?? 'unavailable';
  const [bytes] = error.metadata?.get(trailer) ?? [];
  if (!Buffer.isBuffer(bytes))
    return new DomainError(kind, status[error.code] ?? 'UNKNOWN', error.details, { cause: error });
  const { message, details } = fromBinary(StatusSchema, bytes);
  const unpack = <T>(read: (detail: (typeof details)[number]) => T | undefined) =>
    details.map(read).find((detail) => detail !== undefined);
  const info = unpack((detail) => anyUnpack(detail, ErrorInfoSchema));
  const bad = unpack((detail) => anyUnpack(detail, BadRequestSchema));
  return new DomainError(kind, info?.reason ?? status[error.code] ?? 'UNKNOWN', message, {
    metadata: info?.metadata ?? {},
    violations: (bad?.fieldViolations ?? []).map(({ field, description }) => ({ field, description })),
    cause: error,
  });
}
