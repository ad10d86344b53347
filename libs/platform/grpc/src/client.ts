import {
  create,
  type DescMessage,
  type DescService,
  type Message,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { inject, traced } from '@scs/service';
import { grpcDefinition } from './definition.ts';
import { fromGrpcStatus } from './status.ts';

export interface CallOptions {
  /** Bearer token of the caller, forwarded. */
  token?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Milliseconds; 30,000 for unary calls when left out. */
  timeoutMs?: number;
  requestId?: string;
}

/** A typed client of a service: unary calls are promises, server streams async iterables; errors are DomainErrors. */
export type GrpcClient<S extends DescService> = {
  [K in keyof S['method']]: S['method'][K] extends {
    methodKind: infer Kind;
    input: infer I extends DescMessage;
    output: infer O extends DescMessage;
  }
    ? Kind extends 'unary'
      ? (request: MessageInitShape<I>, options?: CallOptions) => Promise<MessageShape<O>>
      : (request: MessageInitShape<I>, options?: CallOptions) => AsyncIterable<MessageShape<O>>
    : never;
} & { close(): void };

export function grpcClient<S extends DescService>(service: S, address: string): GrpcClient<S> {
  const channel = new Client(address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': 16 * 1024 * 1024,
  });
  const definition = grpcDefinition(service);
  const methods = service.methods.map((method) => {
    const { path, requestSerialize, responseDeserialize } = definition[method.name]!;
    const args = [path, requestSerialize, responseDeserialize] as const;
    const unary = (init: MessageInitShape<DescMessage>, options: CallOptions = {}) =>
      traced(
        path.slice(1),
        'client',
        { 'rpc.system.name': 'grpc', 'rpc.method': path.slice(1) },
        () =>
          new Promise<Message>((resolve, reject) => {
            const call = channel.makeUnaryRequest<Message, Message>(
              ...args,
              create(method.input, init),
              metadataOf(options),
              { deadline: Date.now() + (options.timeoutMs ?? 30_000) },
              (error: ServiceError | null, answer?: Message) =>
                error ? reject(fromGrpcStatus(error)) : resolve(answer!),
            );
            options.signal?.addEventListener('abort', () => call.cancel(), { once: true });
          }),
      );
    const stream = async function* (
      init: MessageInitShape<DescMessage>,
      options: CallOptions = {},
    ): AsyncGenerator<Message> {
      const call = channel.makeServerStreamRequest<Message, Message>(
        ...args,
        create(method.input, init),
        metadataOf(options),
      );
      const cancel = () => call.cancel();
      options.signal?.addEventListener('abort', cancel, { once: true });
      try {
        for await (const message of call) yield message as Message;
      } catch (error) {
        if (!options.signal?.aborted) throw fromGrpcStatus(error as ServiceError);
      } finally {
        options.signal?.removeEventListener('abort', cancel);
        call.cancel();
      }
    };
    return [method.localName, method.methodKind === 'server_streaming' ? stream : unary];
  });
  // The mapped type says of each descriptor what these two functions do at run time.
  return { ...Object.fromEntries(methods), close: () => channel.close() } as GrpcClient<S>;
}

function metadataOf({ token, requestId }: CallOptions): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(inject())) metadata.set(key, value);
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  if (requestId !== undefined) metadata.set('x-request-id', requestId);
  return metadata;
}
