import { createHash, type Hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { HttpAnswer } from './http.ts';
import { inWords } from './limits.ts';
import { ReleaseSourceError } from './source.ts';

export interface Expected {
  /** For messages. */
  what: string;
  /** Bytes, exactly. */
  size?: number | undefined;
  /** `sha256:…` or `sha512:…`. */
  digest?: string | undefined;
  /** Bytes, at most. */
  most: number;
}

/** Writes the body of an answer to a new file and checks it on the way; a partial file may stay when it throws. How many bytes it has. */
export async function download(answer: HttpAnswer, file: string, expected: Expected): Promise<number> {
  try {
    return await save(answer, file, expected);
  } finally {
    // Where it was not read to its end.
    await answer.discard();
  }
}

async function save(answer: HttpAnswer, file: string, expected: Expected): Promise<number> {
  const { what, size: wanted, digest, most } = expected;
  if ((wanted ?? 0) > most) throw tooLarge(expected);
  const hash = digest === undefined ? undefined : hashFor(digest, what);
  await using target = await open(file, 'wx');
  let size = 0;
  for await (const chunk of answer.chunks()) {
    size += chunk.length;
    if (size > most) throw tooLarge(expected);
    if (wanted !== undefined && size > wanted) throw wrong(`${what} is longer than stated`);
    hash?.update(chunk);
    await target.writeFile(chunk);
  }
  if (wanted !== undefined && size < wanted) {
    throw new ReleaseSourceError('unavailable', `${what} ended after ${size} of ${wanted} bytes; try again`);
  }
  if (hash && digest !== `${digest?.split(':')[0]}:${hash.digest('hex')}`)
    throw wrong(`${what} has another digest than stated`);
  return size;
}

function hashFor(digest: string, what: string): Hash {
  const algorithm = /^(?:(sha256):[\da-f]{64}|(sha512):[\da-f]{128})$/.exec(digest);
  if (algorithm) return createHash(algorithm[1] ?? 'sha512');
  throw new ReleaseSourceError(
    'invalid',
    `${what} has a digest that is no sha256 or sha512; publish it again`,
  );
}

const wrong = (message: string) =>
  new ReleaseSourceError(
    'digest',
    `${message}; it was changed or damaged on its way: try again, or publish it again`,
  );

const tooLarge = ({ what, most }: Expected) =>
  new ReleaseSourceError(
    'too-large',
    `${what} is larger than ${inWords(most)}; leave out what is not needed`,
  );
