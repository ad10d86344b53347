import type { Fields } from './json.ts';

/**
 * `kubectl create namespace|configmap|secret|serviceaccount` sends protobuf and takes no refusal for an answer. So the fields that such commands set
 * are read: what is not named here is skipped. The numbers are those of Kubernetes' `generated.proto` files.
 */
type Reader = (bytes: Buffer) => unknown;

interface Field {
  name: string;
  read: Reader;
  /** How several values of one field become one: a list, or the entries of a map. */
  many?: 'list' | 'map';
}

type Message = Record<number, Field>;

const text: Reader = (bytes) => bytes.toString('utf8');
const base64: Reader = (bytes) => bytes.toString('base64');
const bool: Reader = (bytes) => bytes[0] === 1;
const message =
  (fields: Message): Reader =>
  (bytes) =>
    readMessage(bytes, fields);
const map = (name: string, value: Reader): Field => ({
  name,
  many: 'map',
  read: message({ 1: { name: 'key', read: text }, 2: { name: 'value', read: value } }),
});

const metadata: Field = {
  name: 'metadata',
  read: message({
    1: { name: 'name', read: text },
    2: { name: 'generateName', read: text },
    3: { name: 'namespace', read: text },
    11: map('labels', text),
    12: map('annotations', text),
    14: { name: 'finalizers', read: text, many: 'list' },
  }),
};

const kinds: Record<string, Message> = {
  'v1/Namespace': { 1: metadata },
  'v1/ServiceAccount': { 1: metadata },
  'v1/ConfigMap': {
    1: metadata,
    2: map('data', text),
    3: map('binaryData', base64),
    4: { name: 'immutable', read: bool },
  },
  'v1/Secret': {
    1: metadata,
    2: map('data', base64),
    3: { name: 'type', read: text },
    4: map('stringData', text),
    5: { name: 'immutable', read: bool },
  },
};

const envelope: Message = {
  1: {
    name: 'type',
    read: message({ 1: { name: 'apiVersion', read: text }, 2: { name: 'kind', read: text } }),
  },
  2: { name: 'raw', read: (bytes) => bytes },
};

const magic = Buffer.from('k8s\0');

/** The object in a protobuf body; undefined for kinds that are not read here. */
export function readProtobuf(body: Buffer): Fields | undefined {
  if (!body.subarray(0, magic.length).equals(magic)) return undefined;
  const { type, raw } = readMessage(body.subarray(magic.length), envelope) as {
    type?: { apiVersion?: string; kind?: string };
    raw?: Buffer;
  };
  const { apiVersion = '', kind = '' } = type ?? {};
  const fields = kinds[`${apiVersion}/${kind}`];
  return fields && raw ? { apiVersion, kind, ...readMessage(raw, fields) } : undefined;
}

function readMessage(bytes: Buffer, fields: Message): Fields {
  const found: Fields = {};
  for (let at = 0; at < bytes.length;) {
    const [tag, afterTag] = varint(bytes, at);
    const wire = tag & 7;
    let end = afterTag;
    let start = afterTag;
    if (wire === 0) [, end] = varint(bytes, afterTag);
    else if (wire === 1) end += 8;
    else if (wire === 5) end += 4;
    else if (wire === 2) {
      let length: number;
      [length, start] = varint(bytes, afterTag);
      end = start + length;
    } else throw new Error(`wire type ${wire} is not known`);
    const field = fields[tag >>> 3];
    if (field) add(found, field, field.read(bytes.subarray(start, end)));
    at = end;
  }
  return found;
}

function add(found: Fields, { name, many }: Field, value: unknown): void {
  if (many === 'map') {
    const { key = '', value: entry = '' } = value as { key?: string; value?: unknown };
    found[name] = { ...(found[name] as Fields | undefined), [key]: entry };
  } else if (many === 'list') found[name] = [...((found[name] as unknown[] | undefined) ?? []), value];
  else if (value !== '') found[name] = value;
}

/** The number and where the next thing begins. Larger ones than 32 bits do not occur in what is read here. */
function varint(bytes: Buffer, at: number): [value: number, next: number] {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined) throw new Error('the message ends too soon');
    if (shift < 28) value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) === 0) return [value >>> 0, at];
  }
}
