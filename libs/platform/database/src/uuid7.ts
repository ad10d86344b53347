import { randomBytes } from 'node:crypto';

let last = { ms: 0, count: 0 };

/**
 * A UUID that sorts by the time it was made (RFC 9562, version 7). Those of one process and one millisecond sort by their order too:
 * the 12 bits behind the time count.
 */
export function uuid7(now: number = Date.now()): string {
  const count = now === last.ms ? last.count + 1 : 0;
  // Beyond 4,096 in a millisecond the order among them is given up, not the time.
  last = { ms: now, count: count & 0xfff };
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.writeUInt16BE(0x7000 | last.count, 6);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
