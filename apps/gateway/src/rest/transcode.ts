import {
  create,
  fromJson,
  mergeFromJson,
  type DescField,
  type DescMessage,
  type DescMethod,
  type JsonObject,
  type JsonValue,
  type Message,
} from '@bufbuild/protobuf';
import { protoCamelCase, reflect, type ReflectMessage } from '@bufbuild/protobuf/reflect';
import { hasCustomJsonRepresentation } from '@bufbuild/protobuf/wkt';
import { DomainError } from '@scs/service';
import { variablesOf, type HttpRule } from './http-rule.ts';
import { nearest } from './nearest.ts';
import { fieldPath, jsonOfWord, nested, queryFields, type QueryField } from './request-field.ts';

/** Makes the RPC's request of the segments of the path, the query and the parsed body, or throws `invalid`. */
export type RequestReader = (
  segments: string[],
  query: URLSearchParams,
  body: JsonValue | undefined,
) => Message;

/** Everything that can be known of a route before its first request. */
export function requestReader({ input, ...rpc }: DescMethod, rule: HttpRule): RequestReader {
  const variables = new Map(rule.template.variables.map(({ field }) => [field, fieldPath(input, field)]));
  const body = rule.body === '' || rule.body === '*' ? undefined : fieldPath(input, rule.body)[0]!;
  if (body && (body.fieldKind !== 'message' || hasCustomJsonRepresentation(body.message)))
    throw new Error(`${rpc.parent.typeName}.${rpc.name}: the body must be a message`);
  const fields = rule.body === '*' ? [] : queryFields(input, new Set([...variables.keys(), rule.body]));
  const mask =
    rule.method === 'PATCH' && body
      ? fields.find(({ name, path }) => name === 'updateMask' && 'message' in path[0]!)
      : undefined;

  return (segments, query, json) => {
    const request = create(input);
    if (rule.body === '') refuseBody(json);
    else if (rule.body === '*') mergeBody(input, request, json ?? {}, '');
    else if (body && json !== undefined)
      mergeBody(input, request, { [body.jsonName]: json }, `${body.jsonName}.`);
    mergeQuery(input, request, query, fields);
    if (mask && body?.message && !query.has(mask.name) && !query.has('update_mask')) {
      const bound = new Set([...variables.keys()].map((path) => path.slice(body.name.length + 1)));
      const paths = givenFields(body.message, (json ?? {}) as JsonObject).filter((path) => !bound.has(path));
      mergeFromJson(input, request, nested(mask.path, paths.map(protoCamelCase).join(',')));
    }
    for (const [name, text] of variablesOf(rule.template, segments))
      mergePathVariable(input, request, variables.get(name)!, text);
    return request;
  };
}

const isObject = (json: JsonValue | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

function invalid(reason: string, field: string, description: string): DomainError {
  return new DomainError('invalid', reason, `${field}: ${description}`, {
    metadata: { field },
    violations: [{ field, description }],
  });
}

function refuseBody(json: JsonValue | undefined): void {
  if (json === undefined || (isObject(json) && Object.keys(json).length === 0)) return;
  throw new DomainError('invalid', 'BODY_UNEXPECTED', 'this request takes no body; use the query instead');
}

/** `prefix` stands before every field in the request's JSON, not in the body that the client wrote. */
function mergeBody(input: DescMessage, request: Message, json: JsonValue, prefix: string): void {
  try {
    mergeFromJson(input, request, json);
  } catch (error) {
    const found = fault(input, json, '');
    if (!found) throw new DomainError('invalid', 'INVALID_BODY', (error as Error).message, { cause: error });
    const field = found.field.startsWith(prefix) ? found.field.slice(prefix.length) : '(body)';
    throw invalid(found.reason, field === '' ? '(body)' : field, found.description);
  }
}

/** Where a body is wrong: only asked when the decoder has refused it. */
function fault(
  message: DescMessage,
  json: JsonValue,
  at: string,
): { reason: string; field: string; description: string } | undefined {
  if (!isObject(json))
    return { reason: 'INVALID_BODY', field: at.slice(0, -1), description: 'must be a JSON object' };
  const seen = new Set<DescField>();
  for (const [key, value] of Object.entries(json)) {
    const field = message.fields.find(({ name, jsonName }) => key === jsonName || key === name);
    const path = `${at}${key}`;
    if (!field) {
      const description = unknown(
        'field',
        key,
        message.fields.map(({ jsonName }) => jsonName),
      );
      return { reason: 'UNKNOWN_FIELD', field: path, description };
    }
    if (seen.has(field)) return { reason: 'INVALID_BODY', field: path, description: 'is given twice' };
    const rival = field.oneof?.fields.find((other) => seen.has(other));
    if (rival)
      return {
        reason: 'INVALID_BODY',
        field: path,
        description: `cannot be given together with ${rival.jsonName}`,
      };
    if (value !== null) seen.add(field);
    const inner = faultOfField(message, field, value, path);
    if (inner) return inner;
  }
  return undefined;
}

function faultOfField(
  message: DescMessage,
  field: DescField,
  value: JsonValue,
  path: string,
): ReturnType<typeof fault> {
  if (value === null) return undefined;
  if ('message' in field && field.message && !hasCustomJsonRepresentation(field.message)) {
    const inner = field.message;
    if (field.fieldKind === 'message') return fault(inner, value, `${path}.`);
    const parts = typeof value === 'object' ? Object.entries(value) : [];
    for (const [key, part] of parts) {
      const found = fault(inner, part as JsonValue, `${path}.${key}.`);
      if (found) return found;
    }
  }
  try {
    fromJson(message, { [field.jsonName]: value });
    return undefined;
  } catch (error) {
    return { reason: 'INVALID_BODY', field: path, description: complaint(error, field, value) };
  }
}

/** What the decoder says, without the names of its types; of an enum, what it might have been. */
function complaint(error: unknown, field?: DescField, value?: JsonValue): string {
  if (field?.fieldKind === 'enum' && typeof value === 'string')
    return unknown(
      'value',
      value,
      field.enum.values.filter(({ number }) => number !== 0).map(({ name }) => name),
    );
  const { message, cause } = error as Error;
  const text = (cause instanceof Error ? cause.message : message).replace(
    /^cannot decode .+? from JSON:? ?/,
    '',
  );
  if (text.includes('RFC 3339')) return `${text}; write it as 2026-05-01T00:00:00Z`;
  // Of well-known types it only names what it got.
  return text.includes(' ') ? text : `cannot be read from ${text || 'this'}`;
}

function unknown(what: string, name: string, known: string[]): string {
  const meant = nearest(name, known);
  if (meant !== undefined) return `there is no such ${what}; did you mean ${meant}?`;
  return known.length > 0
    ? `there is no such ${what}; there are ${known.join(', ')}`
    : `there is no such ${what}, nor any other`;
}

function mergeQuery(
  input: DescMessage,
  request: Message,
  query: URLSearchParams,
  fields: QueryField[],
): void {
  for (const key of new Set(query.keys())) {
    const field = fields.find(
      ({ name, path }) => key === name || key === path.map((part) => part.name).join('.'),
    );
    if (!field) {
      const description = unknown(
        'query parameter',
        key,
        fields.map(({ name }) => name),
      );
      throw invalid('UNKNOWN_PARAMETER', key, description);
    }
    const leaf = field.path.at(-1)!;
    const words = query.getAll(key);
    if (words.length > 1 && leaf.fieldKind !== 'list')
      throw invalid('INVALID_PARAMETER', key, 'is given more than once');
    const values = words.map((word) => jsonOfWord(leaf, word));
    try {
      mergeFromJson(input, request, nested(field.path, leaf.fieldKind === 'list' ? values : values[0]!));
    } catch (error) {
      throw invalid('INVALID_PARAMETER', key, complaint(error, leaf, words.at(-1)));
    }
  }
}

/** The path decides; a body that says otherwise is a mistake to be told. */
function mergePathVariable(input: DescMessage, request: Message, path: DescField[], text: string): void {
  const name = path.map(({ jsonName }) => jsonName).join('.');
  const leaf = path.at(-1)!;
  const before = valueAt(reflect(input, request), path);
  try {
    mergeFromJson(input, request, nested(path, jsonOfWord(leaf, text)));
  } catch (error) {
    throw invalid('INVALID_PARAMETER', name, complaint(error));
  }
  if (before !== undefined && before !== valueAt(reflect(input, request), path))
    throw invalid('PATH_CONFLICT', name, 'the body says something else than the path');
}

function valueAt(message: ReflectMessage, path: DescField[]): unknown {
  const [field, ...below] = path;
  if (!field || !message.isSet(field)) return undefined;
  return below.length === 0
    ? (message.get(field) as unknown)
    : valueAt(message.get(field) as unknown as ReflectMessage, below);
}

/** The fields that a body gives, as a mask: down into messages, but lists, maps and well-known types are whole. */
function givenFields(message: DescMessage, json: JsonObject, above = ''): string[] {
  return Object.entries(json).flatMap(([key, value]) => {
    const field = message.fields.find(({ name, jsonName }) => key === jsonName || key === name);
    if (!field) return [];
    const path = `${above}${field.name}`;
    const whole = field.fieldKind !== 'message' || hasCustomJsonRepresentation(field.message);
    return whole || !isObject(value) || Object.keys(value).length === 0
      ? [path]
      : givenFields(field.message, value, `${path}.`);
  });
}
