import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { DescService } from '@bufbuild/protobuf';
import type { Server } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import type { DynamicModule, INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Transport, type GrpcOptions } from '@nestjs/microservices';
import { NestLogger, type Logger } from '@scs/service';
import { HealthImplementation } from 'grpc-health-check';
import { GrpcRuntime } from './controller.ts';
import { grpcDefinition } from './definition.ts';

export interface GrpcServer {
  app: INestMicroservice;
  /** `host:port` */
  address: string;
  close(): Promise<void>;
}

/** Starts a Nest microservice with the services of the given descriptors, health and reflection. The module provides a GrpcRuntime. */
export async function startGrpcServer(
  module: DynamicModule,
  services: readonly DescService[],
  address: string,
  logger: Logger,
): Promise<GrpcServer> {
  const health = new HealthImplementation({
    '': 'NOT_SERVING',
    ...Object.fromEntries(services.map(({ typeName }) => [typeName, 'NOT_SERVING' as const])),
  });
  const options: GrpcOptions['options'] = {
    package: [...new Set(services.map(({ file }) => file.proto.package))],
    packageDefinition: Object.fromEntries(
      services.map((service) => [service.typeName, grpcDefinition(service)]),
    ),
    url: address,
    gracefulShutdown: true,
    maxReceiveMessageLength: 16 * 1024 * 1024,
    maxSendMessageLength: 16 * 1024 * 1024,
    onLoadPackageDefinition: (_: unknown, server: Pick<Server, 'addService'>) => {
      health.addToServer(server as Server);
      reflection().addToServer(server as Server);
    },
  };
  const app = await NestFactory.createMicroservice<GrpcOptions>(module, {
    transport: Transport.GRPC,
    options,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  await app.listen().catch((error: unknown) => {
    throw new Error(
      `gRPC cannot listen on ${address}; is another program there? choose another GRPC_ADDRESS`,
      {
        cause: error,
      },
    );
  });
  for (const name of ['', ...services.map(({ typeName }) => typeName)]) health.setStatus(name, 'SERVING');
  const close = async () => {
    app.get(GrpcRuntime).endStreams();
    await app.close();
  };
  return { app, address, close };
}

/** Reflection answers from the descriptor set of all our protos. */
function reflection(): ReflectionService {
  const file = createRequire(import.meta.url).resolve('@scs/proto/descriptors.binpb');
  const message = {
    format: 'Protocol Buffer 3 DescriptorProto',
    type: {},
    fileDescriptorProtos: descriptorFiles(readFileSync(file)),
  };
  // Of a package definition the reflection service reads nothing but the descriptors.
  return new ReflectionService({ 'scs.descriptors': message } as unknown as ConstructorParameters<
    typeof ReflectionService
  >[0]);
}

/** A FileDescriptorSet is a list of length-delimited files in field 1. */
function descriptorFiles(set: Buffer): Buffer[] {
  const files: Buffer[] = [];
  let at = 0;
  const varint = (): number => {
    let [value, shift] = [0, 0];
    for (;;) {
      const byte = set[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
      shift += 7;
    }
  };
  while (at < set.length) {
    varint();
    const length = varint();
    files.push(set.subarray(at, at + length));
    at += length;
  }
  return files;
}
