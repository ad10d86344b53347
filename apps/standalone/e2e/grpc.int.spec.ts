// What every gRPC port has besides its services: health and reflection, asked with their own protos.
import { createRequire } from 'node:module';
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { credentials, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf as addressIn, services, setup, type Setup } from './setup.ts';

const require = createRequire(import.meta.url);
const proto = (specifier: string, path: string): string =>
  require.resolve(specifier).replace(/build\/.*$/, path);

/** A client of a service that a proto file of a package describes. */
function clientOf(file: string, service: string, address: string) {
  const loaded = loadPackageDefinition(loadSync(file, { keepCase: true, enums: String }));
  const found = service
    .split('.')
    .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], loaded);
  return new (found as ServiceClientConstructor)(address, credentials.createInsecure());
}

describe('a gRPC port', () => {
  let s: Setup;
  beforeAll(async () => {
    s = await setup();
  });
  afterAll(() => s.close());
  const addressOf = (name: string) =>
    addressIn(
      services.find(({ typeName }) => typeName === name)!,
      s.running,
    );

  it.each(services.map(({ typeName }) => typeName))('says that %s serves', async (service) => {
    const file = proto('grpc-health-check', 'proto/health/v1/health.proto');
    const client = clientOf(file, 'grpc.health.v1.Health', addressOf(service));
    const answer = await new Promise<{ status: string }>((resolve, reject) =>
      client['check']!({ service }, (error: Error | null, found: { status: string }) =>
        error ? reject(error) : resolve(found),
      ),
    );
    client.close();
    expect(answer.status).toBe('SERVING');
  });

  it.each(services.map(({ typeName }) => typeName))('hands out the descriptor of %s', async (symbol) => {
    const file = proto('@grpc/reflection', 'build/proto/grpc/reflection/v1/reflection.proto');
    const client = clientOf(file, 'grpc.reflection.v1.ServerReflection', addressOf(symbol));
    const stream = client['ServerReflectionInfo']!();
    const answer = await new Promise<{ file_descriptor_response?: { file_descriptor_proto: Buffer[] } }>(
      (resolve, reject) => {
        stream.on('data', resolve);
        stream.on('error', reject);
        stream.write({ file_containing_symbol: symbol });
      },
    );
    stream.end();
    client.close();
    const files = (answer.file_descriptor_response?.file_descriptor_proto ?? []).map((bytes) =>
      fromBinary(FileDescriptorProtoSchema, bytes),
    );
    const names = files.flatMap((found) => found.service.map(({ name }) => `${found.package}.${name}`));
    expect(names).toContain(symbol);
  });
});
