import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { apiTokenPrefix } from '@scs/service';

const form = new RegExp(`^${apiTokenPrefix}([0-9a-f]{32})_[A-Za-z0-9_-]{43}$`);

/** `scscp_<id>_<256 random bits>`: the id finds the row, the rest proves it. */
export function newBearer(id: string): { secret: string; hash: Buffer } {
  const secret = `${apiTokenPrefix}${id.replaceAll('-', '')}_${randomBytes(32).toString('base64url')}`;
  return { secret, hash: hashOf(secret) };
}

/** The id that a bearer token names, or null when it has not the form of one. */
export function idOfBearer(token: string): string | null {
  const hex = form.exec(token)?.[1];
  return hex?.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') ?? null;
}

/** Takes the same time wherever the difference is. */
export const proves = (token: string, hash: Buffer): boolean => timingSafeEqual(hashOf(token), hash);

// The secret is random, not a password: a slow hash would protect nothing.
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
