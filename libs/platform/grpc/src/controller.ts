import {
  create,
  isMessage,
  type DescMethod,
  type DescService,
  type Message,
  type MessageInitShape,
  type MessageShape,
  type DescMessage,
} from '@bufbuild/protobuf';
import { TimestampSchema } from '@bufbuild/protobuf/wkt';
import { createValidator } from '@bufbuild/protovalidate';
import { status, type Metadata, type ServerWritableStream } from '@grpc/grpc-js';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, RpcException } from '@nestjs/microservices';
import {
  DomainError,
  metrics,
  permissionsOf,
  runWithExtracted,
  traced,
  type Caller,
  type Carrier,
  type Logger,
  type Verifier,
} from '@scs/service';
import { Observable } from 'rxjs';
import { permissionOf } from './permission.ts';
import { toGrpcStatus } from './status.ts';

/** What every service gives its controllers: who may call, and where to log. */
export class GrpcRuntime {
  readonly verify: Verifier;
  readonly logger: Logger;
  /** Domain of error reasons, e.g. `certification.scs.community`. */
  readonly domain: string;
  readonly #stopping = new AbortController();
  constructor(verify: Verifier, logger: Logger, domain: string) {
    this.verify = verify;
    this.logger = logger;
    this.domain = domain;
  }

  /** Aborts when the server stops. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Ends the streams: the server waits for every call in flight, and some have no end of their own. */
  endStreams(): void {
    this.#stopping.abort();
  }
}

/** What a handler knows of its call. */
export interface Call {
  /** Of public RPCs: nobody in particular. */
  caller: Caller;
  /** Aborts when the client goes away; that of a stream also when the server stops. */
  signal: AbortSignal;
  requestId: string;
}

/** The handlers that a service asks for: a class that `implements` this is checked against the proto. */
export type GrpcHandlers<S extends DescService> = {
  [K in keyof S['method']]: S['method'][K] extends {
    methodKind: infer Kind;
    input: infer I extends DescMessage;
    output: infer O extends DescMessage;
  }
    ? Kind extends 'unary'
      ? (request: MessageShape<I>, call: Call) => Promise<MessageInitShape<O>>
      : Kind extends 'server_streaming'
        ? (request: MessageShape<I>, call: Call) => AsyncIterable<MessageInitShape<O>>
        : never
    : never;
};

type Handler = (
  request: Message,
  call: Call,
) => Promise<MessageInitShape<DescMessage>> | AsyncIterable<MessageInitShape<DescMessage>>;
type Stream = Pick<ServerWritableStream<unknown, unknown>, 'on' | 'cancelled'>;

const validator = createValidator();
/** Made once: the platform would make one, with its stack, for each call that ends. */
const left = new Error('the client has gone away');
const nobody: Caller = { subject: '', roles: [], tenant: null };

/**
 * Binds a class to a service of the proto. Around each handler: a span, the metric, authentication, the permission that the RPC
 * declares, validation, and errors as google.rpc.Status.
 */
export function GrpcController<S extends DescService>(service: S) {
  return <C extends new (...dependencies: never[]) => GrpcHandlers<S>>(target: C): void => {
    Controller()(target);
    const prototype = target.prototype as Record<string, unknown>;
    Inject(GrpcRuntime)(prototype, 'grpcRuntime');
    for (const method of service.methods) {
      // An RPC that nobody may call is a mistake to be seen at start.
      permissionOf(method);
      const handler = prototype[method.localName] as Handler | undefined;
      if (!handler) throw new Error(`${target.name} has no handler ${method.localName}`);
      prototype[method.localName] = function bound(
        this: { grpcRuntime: GrpcRuntime },
        request: Message,
        metadata: Metadata,
        stream: Stream,
      ) {
        const run = (call: Call) => handler.call(this, request, call);
        return method.methodKind === 'server_streaming'
          ? streaming(this.grpcRuntime, method, request, metadata, stream, run)
          : unary(this.grpcRuntime, method, request, metadata, stream, run);
      };
      const descriptor = {
        value: prototype[method.localName],
        writable: true,
        enumerable: false,
        configurable: true,
      };
      GrpcMethod(service.name, method.name)(prototype, method.localName, descriptor);
      Object.defineProperty(prototype, method.localName, descriptor);
    }
  };
}

type Run = (call: Call) => ReturnType<Handler>;

async function unary(
  runtime: GrpcRuntime,
  method: DescMethod,
  request: Message,
  metadata: Metadata,
  stream: Stream,
  run: Run,
): Promise<Message> {
  return observed(runtime, method, metadata, async () => {
    const call = await admit(runtime, method, request, metadata, stream);
    return create(method.output, (await run(call)) as MessageInitShape<DescMessage>);
  });
}

function streaming(
  runtime: GrpcRuntime,
  method: DescMethod,
  request: Message,
  metadata: Metadata,
  stream: Stream,
  run: Run,
): Observable<Message> {
  return new Observable((subscriber) => {
    const ended = new AbortController();
    void observed(runtime, method, metadata, async () => {
      const call = await admit(runtime, method, request, metadata, stream);
      const signal = AbortSignal.any([call.signal, ended.signal, runtime.stopping]);
      for await (const message of run({ ...call, signal }) as AsyncIterable<MessageInitShape<DescMessage>>) {
        if (signal.aborted) break;
        subscriber.next(create(method.output, message));
      }
      if (runtime.stopping.aborted)
        throw new DomainError('unavailable', 'STOPPING', 'the service is restarting; ask again');
    }).then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
    return () => ended.abort();
  });
}

/** Span, metric, and the translation of errors. */
async function observed<T>(
  runtime: GrpcRuntime,
  method: DescMethod,
  metadata: Metadata,
  work: () => Promise<T>,
): Promise<T> {
  const name = `${method.parent.typeName}/${method.name}`;
  const end = metrics.rpcDuration.startTimer({ rpc_method: name });
  let code = 'OK';
  try {
    return await runWithExtracted(carrierOf(metadata), () =>
      traced(name, 'server', { 'rpc.system.name': 'grpc', 'rpc.method': name }, work),
    );
  } catch (error) {
    const known = error instanceof DomainError ? error : unexpected(error, runtime, name);
    const failure = toGrpcStatus(known, runtime.domain);
    if (known.reason === 'INTERNAL') failure.code = status.INTERNAL;
    code = status[failure.code]!;
    throw new RpcException(failure);
  } finally {
    end({ rpc_response_status_code: code });
  }
}

/** A connection that is refused or breaks, as the operating system and Postgres (classes 08 and 57P) say it. */
function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    /^(?:ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|08|57P)/.test(code) ||
    /Connection terminated|timeout exceeded when trying to connect/.test(error.message)
  );
}

/** Told to the log, not to the caller. */
function unexpected(error: unknown, { logger }: GrpcRuntime, method: string): DomainError {
  if (isOutage(error)) {
    logger.warn({ err: error, method }, 'a part that this needs does not answer');
    return new DomainError(
      'unavailable',
      'DEPENDENCY_UNAVAILABLE',
      'a part that this needs, such as its database, does not answer; try again soon',
    );
  }
  logger.error({ err: error, method }, 'unexpected error');
  return new DomainError(
    'unavailable',
    'INTERNAL',
    'something went wrong inside; the log of the service has the details',
  );
}

function carrierOf(metadata: Metadata): Carrier {
  return Object.fromEntries(Object.entries(metadata.getMap()).map(([key, value]) => [key, String(value)]));
}

/** Who calls, and may they? Is the request what the proto says? */
async function admit(
  runtime: GrpcRuntime,
  method: DescMethod,
  request: Message,
  metadata: Metadata,
  stream: Stream,
): Promise<Call> {
  const permission = permissionOf(method);
  const [authorization] = metadata.get('authorization');
  const token = /^Bearer (\S+)$/i.exec(String(authorization ?? ''))?.[1];
  // Who is known gets from a public RPC what it may see; a token that is wrong is never taken for none.
  const caller = permission === 'public' && token === undefined ? nobody : await authenticate(runtime, token);
  if (
    permission !== 'public' &&
    permission !== 'authenticated' &&
    !permissionsOf(caller.roles).includes(permission)
  ) {
    metrics.authzDenials.inc({ permission });
    throw new DomainError('forbidden', 'PERMISSION_MISSING', `this needs the permission ${permission}`, {
      metadata: { permission },
    });
  }
  const validation = validator.validate(method.input, request);
  if (validation.kind !== 'valid') {
    const violations = (validation.kind === 'invalid' ? validation.violations : []).map(
      ({ field, message }) => ({
        field: field
          .map((part) => ('name' in part ? part.name : ''))
          .filter(Boolean)
          .join('.'),
        description: message,
      }),
    );
    const first = violations[0]
      ? `${violations[0].field}: ${violations[0].description}`
      : 'the request cannot be checked';
    throw new DomainError('invalid', 'INVALID_REQUEST', first, { violations });
  }
  const unusable = unusableField(request);
  if (unusable) {
    const { field, description } = unusable;
    throw new DomainError('invalid', 'INVALID_REQUEST', `${field}: ${description}`, {
      violations: [{ field, description }],
    });
  }
  const gone = new AbortController();
  stream.on('cancelled', () => gone.abort(left));
  return { caller, signal: gone.signal, requestId: String(metadata.get('x-request-id')[0] ?? '') };
}

/** What neither Postgres nor `Date` takes, though protobuf does: NUL characters, and times outside of the years 1 to 9999. */
function unusableField(
  value: unknown,
  path: string[] = [],
): { field: string; description: string } | undefined {
  const fault = (description: string) => ({
    field: path.join('.').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    description,
  });
  if (typeof value === 'string')
    return value.includes('\u0000') ? fault('must not hold NUL characters') : undefined;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  if (isMessage(value, TimestampSchema)) {
    const fits = value.seconds >= -62_135_596_800n && value.seconds <= 253_402_300_799n;
    return fits && value.nanos >= 0 && value.nanos < 1e9
      ? undefined
      : fault('must be in the years 1 to 9999');
  }
  for (const [key, part] of Object.entries(value)) {
    const found = unusableField(part, Array.isArray(value) ? path : [...path, key]);
    if (found) return found;
  }
  return undefined;
}

function authenticate({ verify }: GrpcRuntime, token: string | undefined): Promise<Caller> {
  if (token === undefined) {
    metrics.authnFailures.inc({ reason: 'missing' });
    throw new DomainError(
      'unauthenticated',
      'TOKEN_MISSING',
      'send a bearer token in the authorization header',
    );
  }
  return verify(token);
}
