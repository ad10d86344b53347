// No RPC escapes the tests of all RPCs, and none is without a permission.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { permissionOf } from '@scs/grpc';
import { expect, it } from 'vitest';
import { methods, nameOf, services } from './setup.ts';

it('the tests know every service of the protos', () => {
  const file = createRequire(import.meta.url).resolve('@scs/proto/descriptors.binpb');
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(file)));
  const declared = [...registry].flatMap((found) =>
    found.kind === 'service' && found.typeName.startsWith('scs.') ? [found.typeName] : [],
  );
  expect(services.map(({ typeName }) => typeName).sort()).toEqual(declared.sort());
});

it.each(methods.map((method) => [nameOf(method), method] as const))(
  '%s says who may call it',
  (_, method) => {
    expect(() => permissionOf(method)).not.toThrow();
  },
);
