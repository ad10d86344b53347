import {
  getOption,
  hasOption,
  ScalarType,
  type DescEnum,
  type DescField,
  type DescMessage,
} from '@bufbuild/protobuf';
import { isWrapperDesc } from '@bufbuild/protobuf/wkt';
import { field as fieldRules, type FieldRules } from '@scs/proto/buf/validate/validate_pb';
import type { Comments } from './comments.ts';

/** A JSON Schema of dialect 2020-12, as OpenAPI 3.1 has it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  enum?: string[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  [keyword: string]: unknown;
}

/** Makes schemas of descriptors, and keeps those of messages and enums under `#/components/schemas`. */
export interface Schemas {
  ofMessage(message: DescMessage): Schema;
  ofField(field: DescField): Schema;
  /** A message written out, without some of its fields. */
  inline(message: DescMessage, without: ReadonlySet<string>): Schema;
  components: Record<string, Schema>;
}

export function createSchemas(comments: Comments): Schemas {
  const components: Record<string, Schema> = {};
  const names = new Map<string, DescMessage | DescEnum>();

  const reference = (type: DescMessage | DescEnum, make: () => Schema): Schema => {
    const short = type.typeName.slice(type.file.proto.package.length + 1);
    const holder = names.get(short);
    const name = holder === undefined || holder === type ? short : type.typeName;
    if (!(name in components)) {
      if (holder === undefined) names.set(short, type);
      // Before its content, which may contain it.
      components[name] = {};
      components[name] = make();
    }
    return { $ref: `#/components/schemas/${name}` };
  };

  const ofEnum = (type: DescEnum): Schema =>
    reference(type, () => ({
      type: 'string',
      ...described([
        comments.get(type.typeName),
        type.values
          .map(({ name }) => ({ name, text: comments.get(`${type.typeName}.${name}`) }))
          .filter(({ text }) => text !== undefined)
          .map(({ name, text }) => `- \`${name}\`: ${text}`)
          .join('\n'),
      ]),
      enum: type.values.map(({ name }) => name),
    }));

  const ofMessage = (message: DescMessage): Schema =>
    wellKnown(message) ?? reference(message, () => inline(message, new Set()));

  const inline = (message: DescMessage, without: ReadonlySet<string>): Schema => {
    const fields = message.fields.filter(({ name }) => !without.has(name));
    const required = fields.filter(isRequired).map(({ jsonName }) => jsonName);
    return {
      type: 'object',
      ...described([comments.get(message.typeName), oneofs(message)]),
      properties: Object.fromEntries(fields.map((field) => [field.jsonName, ofField(field)])),
      ...(required.length > 0 ? { required } : {}),
    };
  };

  const ofValue = (field: DescField): Schema => {
    if (field.message) return ofMessage(field.message);
    if (field.enum) return ofEnum(field.enum);
    return ofScalar(field.scalar!);
  };

  const ofField = (field: DescField): Schema => {
    const value = ofValue(field);
    const shape =
      field.fieldKind === 'list'
        ? { type: 'array', items: value }
        : field.fieldKind === 'map'
          ? { type: 'object', additionalProperties: value }
          : value;
    return {
      ...shape,
      ...described([comments.get(`${field.parent.typeName}.${field.name}`)]),
      ...keywords(field),
    };
  };

  return { ofMessage, ofField, inline, components };
}

function described(texts: (string | undefined)[]): Schema {
  const description = texts.filter((text) => text !== undefined && text !== '').join('\n\n');
  return description === '' ? {} : { description };
}

function oneofs(message: DescMessage): string {
  return message.oneofs
    .filter(({ fields }) => fields.length > 1)
    .map(({ fields }) => `At most one of ${fields.map(({ jsonName }) => `\`${jsonName}\``).join(', ')}.`)
    .join(' ');
}

const rulesOf = (field: DescField): FieldRules | undefined =>
  hasOption(field, fieldRules) ? getOption(field, fieldRules) : undefined;

function keywords(field: DescField): Schema {
  const type = rulesOf(field)?.type;
  switch (type?.case) {
    case 'string': {
      const { minLen, maxLen, pattern, in: values } = type.value;
      return {
        ...(minLen > 0n ? { minLength: Number(minLen) } : {}),
        ...(maxLen > 0n ? { maxLength: Number(maxLen) } : {}),
        ...(pattern === '' ? {} : { pattern }),
        ...(values.length > 0 ? { enum: values } : {}),
      };
    }
    case 'int32': {
      const { lessThan, greaterThan } = type.value;
      return {
        ...(greaterThan.case ? { minimum: greaterThan.value } : {}),
        ...(lessThan.case ? { maximum: lessThan.value } : {}),
      };
    }
    case 'repeated': {
      const { minItems, maxItems } = type.value;
      return {
        ...(minItems > 0n ? { minItems: Number(minItems) } : {}),
        ...(maxItems > 0n ? { maxItems: Number(maxItems) } : {}),
      };
    }
    case 'enum': {
      // Its own schema lists what is defined.
      const refused = field.enum?.values.filter(({ number }) => type.value.notIn.includes(number)) ?? [];
      return refused.length > 0 ? { not: { enum: refused.map(({ name }) => name) } } : {};
    }
    case undefined:
      return {};
  }
}

/** A field must be given when it says so, or when its rules refuse what a field that is not given has: nothing, 0, no items. */
export function isRequired(field: DescField): boolean {
  const rules = rulesOf(field);
  if (!rules) return false;
  if (rules.required) return true;
  const type = rules.type;
  // A field that can be absent is only checked when it is there.
  if (field.oneof || field.proto.proto3Optional) return false;
  switch (type.case) {
    case 'string': {
      const { minLen, pattern, in: values } = type.value;
      return (
        minLen > 0n ||
        (pattern !== '' && !new RegExp(pattern, 'u').test('')) ||
        (values.length > 0 && !values.includes(''))
      );
    }
    case 'int32':
      return (type.value.greaterThan.value ?? 0) > 0 || (type.value.lessThan.value ?? 0) < 0;
    case 'enum':
      return type.value.notIn.includes(0);
    case 'repeated':
      return type.value.minItems > 0n;
    case undefined:
      return false;
  }
}

/** Messages that JSON writes in a way of their own. */
function wellKnown(message: DescMessage): Schema | undefined {
  switch (message.typeName) {
    case 'google.protobuf.Timestamp':
      return { type: 'string', format: 'date-time' };
    case 'google.protobuf.Duration':
      return { type: 'string', pattern: '^-?[0-9]+([.][0-9]{1,9})?s$' };
    case 'google.protobuf.FieldMask':
      return { type: 'string' };
    case 'google.protobuf.Struct':
    case 'google.protobuf.Any':
      return { type: 'object', additionalProperties: true };
    case 'google.protobuf.ListValue':
      return { type: 'array', items: {} };
    case 'google.protobuf.Value':
      return {};
    default: {
      if (!isWrapperDesc(message)) return undefined;
      const scalar = ofScalar(message.fields[0]!.scalar!);
      return { ...scalar, type: [String(scalar.type), 'null'] };
    }
  }
}

function ofScalar(scalar: ScalarType): Schema {
  switch (scalar) {
    case ScalarType.BOOL:
      return { type: 'boolean' };
    case ScalarType.STRING:
      return { type: 'string' };
    case ScalarType.BYTES:
      return { type: 'string', contentEncoding: 'base64' };
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return { type: 'number' };
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return { type: 'integer', format: 'int32' };
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return { type: 'integer', minimum: 0 };
    // Beyond what JSON's numbers hold exactly.
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return { type: 'string', format: 'int64' };
  }
}
