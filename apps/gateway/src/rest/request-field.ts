import {
  ScalarType,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
} from '@bufbuild/protobuf';
import { protoCamelCase } from '@bufbuild/protobuf/reflect';
import { isWrapperDesc } from '@bufbuild/protobuf/wkt';

/** A field of a request that may be given in the query. */
export interface QueryField {
  /** As clients write it: JSON names, joined by dots. */
  name: string;
  /** From the request down to the field. */
  path: DescField[];
}

/** Messages that are written as one word. */
const words = ['google.protobuf.Timestamp', 'google.protobuf.Duration', 'google.protobuf.FieldMask'];
const isWord = (message: DescMessage) => words.includes(message.typeName) || isWrapperDesc(message);

/**
 * What google.api.http leaves to the query: every field that neither the path nor the body gives and that one word, or several of a
 * list, can say. `given` are proto paths such as `subject.name`.
 */
export function queryFields(input: DescMessage, given: ReadonlySet<string>): QueryField[] {
  const found: QueryField[] = [];
  const walk = (message: DescMessage, above: DescField[]): void => {
    for (const field of message.fields) {
      const path = [...above, field];
      if (given.has(path.map(({ name }) => name).join('.'))) continue;
      if (field.fieldKind === 'message' && !isWord(field.message)) {
        // A message inside itself has no end.
        if (!above.some(({ message: outer }) => outer === field.message)) walk(field.message, path);
      } else if (
        field.fieldKind !== 'map' &&
        !(field.fieldKind === 'list' && field.listKind === 'message' && !isWord(field.message))
      ) {
        found.push({ name: path.map(({ jsonName }) => jsonName).join('.'), path });
      }
    }
  };
  walk(input, []);
  return found;
}

/** A value, put as deep into objects as its field is: `{subject: {name: value}}`. */
export const nested = (path: DescField[], value: JsonValue): JsonObject =>
  path.reduceRight<JsonValue>((inner, { jsonName }) => ({ [jsonName]: inner }), value) as JsonObject;

/** The JSON that a word of the query or the path means. What it cannot mean is left as it is, for the decoder to refuse. */
export function jsonOfWord(field: DescField, word: string): JsonValue {
  const message = 'message' in field ? field.message : undefined;
  if (message?.typeName === 'google.protobuf.FieldMask')
    // JSON's spelling of a mask; people write either.
    return word.split(',').map(protoCamelCase).join(',');
  const scalar = message && isWrapperDesc(message) ? message.fields[0]?.scalar : field.scalar;
  if (scalar === ScalarType.BOOL && (word === 'true' || word === 'false')) return word === 'true';
  if (field.enum !== undefined && /^\d+$/.test(word)) return Number(word);
  return word;
}

/** From a message down to the field of a path such as `subject.name`; throws when there is none. */
export function fieldPath(message: DescMessage, path: string): DescField[] {
  let at: DescMessage | undefined = message;
  return path.split('.').map((name) => {
    const field: DescField | undefined = at?.fields.find((candidate) => candidate.name === name);
    if (!field) throw new Error(`${message.typeName} has no field ${path}, which its HTTP rule names`);
    at = 'message' in field ? field.message : undefined;
    return field;
  });
}
