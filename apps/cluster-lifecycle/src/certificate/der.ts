/** The few parts of DER (X.690) that a certificate is written with. */

const tlv = (tag: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

export const sequence = (...parts: Buffer[]): Buffer => tlv(0x30, Buffer.concat(parts));
export const set = (...parts: Buffer[]): Buffer => tlv(0x31, Buffer.concat(parts));
export const octetString = (content: Buffer): Buffer => tlv(0x04, content);
/** Whole octets; no bits left over. */
export const bitString = (content: Buffer): Buffer => tlv(0x03, Buffer.concat([Buffer.of(0), content]));
/** The first `count` bits of one octet. */
export const bits = (octet: number, count: number): Buffer => tlv(0x03, Buffer.of(8 - count, octet));
export const boolean = (value: boolean): Buffer => tlv(0x01, Buffer.of(value ? 0xff : 0));
export const nothing: Buffer = tlv(0x05, Buffer.alloc(0));
export const utf8String = (text: string): Buffer => tlv(0x0c, Buffer.from(text, 'utf8'));
/** `[number]`, explicit: around another value. */
export const explicit = (number: number, content: Buffer): Buffer => tlv(0xa0 | number, content);
/** `[number]`, implicit: in the place of a primitive tag. */
export const implicit = (number: number, content: Buffer): Buffer => tlv(0x80 | number, content);

/** Not negative, big-endian. */
export function integer(magnitude: Buffer): Buffer {
  const first = magnitude.findIndex((byte) => byte !== 0);
  const bytes = first === -1 ? Buffer.of(0) : magnitude.subarray(first);
  return tlv(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}

/** To the second; RFC 5280 wants two digits for years before 2050, and four after. */
export function time(date: Date): Buffer {
  const digits = date
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:T]/g, '');
  return date.getUTCFullYear() < 2050
    ? tlv(0x17, Buffer.from(digits.slice(2), 'ascii'))
    : tlv(0x18, Buffer.from(digits, 'ascii'));
}

/** The subject of a certificate as it stands there, for those that it signs: names must be the same to the octet. */
export function subjectOf(certificate: Buffer): Buffer {
  const toBeSigned = contentOf(contentOf(certificate));
  let at = toBeSigned[0] === 0xa0 ? endOf(toBeSigned, 0) : 0;
  // Serial number, algorithm, issuer, validity.
  for (let passed = 0; passed < 4; passed++) at = endOf(toBeSigned, at);
  return toBeSigned.subarray(at, endOf(toBeSigned, at));
}

/** Where the content of the value at a place begins, and where it ends. */
function extentOf(bytes: Buffer, at: number): { start: number; end: number } {
  const first = bytes[at + 1] ?? 0;
  if (first < 0x80) return { start: at + 2, end: at + 2 + first };
  const count = first & 0x7f;
  const start = at + 2 + count;
  return { start, end: start + bytes.readUIntBE(at + 2, count) };
}

const endOf = (bytes: Buffer, at: number): number => extentOf(bytes, at).end;

function contentOf(bytes: Buffer): Buffer {
  const { start, end } = extentOf(bytes, 0);
  return bytes.subarray(start, end);
}
