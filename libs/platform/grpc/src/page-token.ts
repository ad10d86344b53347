import { DomainError } from '@scs/service';

/** A page token holds the key of the last row of the page before; callers must not look inside. */
const toPageToken = (key: string): string => Buffer.from(key, 'utf8').toString('base64url');

/** Null for the first page. Throws `invalid` for what no answer ever gave. */
export function fromPageToken(token: string, shape: RegExp): string | null {
  if (token === '') return null;
  const key = Buffer.from(token, 'base64url').toString('utf8');
  if (shape.test(key)) return key;
  throw new DomainError(
    'invalid',
    'PAGE_TOKEN_INVALID',
    'page_token: is none that this list gave; begin anew without it',
    {
      violations: [
        { field: 'page_token', description: 'is none that this list gave; begin anew without it' },
      ],
    },
  );
}

/** Splits rows of which one more than a page was asked for. */
export function toPage<T>(
  rows: T[],
  size: number,
  keyOf: (row: T) => string,
): { rows: T[]; nextPageToken: string } {
  const page = rows.slice(0, size);
  const last = page.at(-1);
  return {
    rows: page,
    nextPageToken: rows.length > size && last !== undefined ? toPageToken(keyOf(last)) : '',
  };
}

export const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
