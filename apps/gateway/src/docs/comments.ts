import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fromBinary } from '@bufbuild/protobuf';
import {
  FileDescriptorSetSchema,
  type DescriptorProto,
  type EnumDescriptorProto,
  type FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';

/** The comments of the protos by full name: of services, RPCs, messages, fields, enums and their values. */
export type Comments = ReadonlyMap<string, string>;

/** Reads them from the descriptor set, since the generated code has none. */
export function readComments(): Comments {
  const file = createRequire(import.meta.url).resolve('@scs/proto/descriptors.binpb');
  const set = fromBinary(FileDescriptorSetSchema, readFileSync(file));
  return new Map(set.file.flatMap(commentsOf));
}

function commentsOf(file: FileDescriptorProto): [string, string][] {
  const texts = new Map(
    (file.sourceCodeInfo?.location ?? [])
      .filter(({ leadingComments }) => leadingComments !== '')
      .map(({ path, leadingComments }) => [path.join('.'), tidy(leadingComments)]),
  );
  const found: [string, string][] = [];
  const note = (name: string, path: string): void => {
    const text = texts.get(path);
    if (text !== undefined) found.push([name, text]);
  };
  // The numbers are those of the fields in descriptor.proto.
  const enumeration = (type: EnumDescriptorProto, name: string, path: string): void => {
    note(name, path);
    type.value.forEach((value, index) => note(`${name}.${value.name}`, `${path}.2.${index}`));
  };
  const message = (type: DescriptorProto, name: string, path: string): void => {
    note(name, path);
    type.field.forEach((field, index) => note(`${name}.${field.name}`, `${path}.2.${index}`));
    type.nestedType.forEach((inner, index) => message(inner, `${name}.${inner.name}`, `${path}.3.${index}`));
    type.enumType.forEach((inner, index) =>
      enumeration(inner, `${name}.${inner.name}`, `${path}.4.${index}`),
    );
  };
  const top = (name: string) => (file.package === '' ? name : `${file.package}.${name}`);
  file.messageType.forEach((type, index) => message(type, top(type.name), `4.${index}`));
  file.enumType.forEach((type, index) => enumeration(type, top(type.name), `5.${index}`));
  file.service.forEach((service, index) => {
    note(top(service.name), `6.${index}`);
    service.method.forEach((method, at) => note(`${top(service.name)}.${method.name}`, `6.${index}.2.${at}`));
  });
  return found;
}

const tidy = (comment: string) => comment.trim().replaceAll(/\n /g, '\n');
