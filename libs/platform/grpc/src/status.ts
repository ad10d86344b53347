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

/** What a gRPC call ends with: `google.rpc.Status` in the trailer, one ErrorInfo, and BadRequest where fields are wrong. */
export function toGrpcStatus(
  error: DomainError,
  domain: string,
): { code: status; message: string; metadata: Metadata } {
  const code = codes[error.kind];
  const details = [
    anyPack(
      ErrorInfoSchema,
      create(ErrorInfoSchema, { reason: error.reason, domain, metadata: error.metadata }),
    ),
  ];
  if (error.violations.length > 0)
    details.push(anyPack(BadRequestSchema, create(BadRequestSchema, { fieldViolations: error.violations })));
  const metadata = new Metadata();
  metadata.set(
    trailer,
    Buffer.from(toBinary(StatusSchema, create(StatusSchema, { code, message: error.message, details }))),
  );
  return { code, message: error.message, metadata };
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
