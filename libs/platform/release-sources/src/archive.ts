import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Extract, Header } from 'tar-stream';
import { quote, safePath } from './file-path.ts';
import { inWords, limitsOf, type ArchiveLimits } from './limits.ts';
import { causeOf, ReleaseSourceError } from './source.ts';

/**
 * Unpacks a `.tgz` into an empty folder. Links, devices, paths that lead out and paths that come twice are refused. Throws ReleaseSourceError
 * `invalid` or `too-large`, and leaves nothing behind.
 */
export async function unpackArchive(
  file: string,
  folder: string,
  limits?: Partial<ArchiveLimits>,
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  try {
    await unpack(file, folder, limitsOf(limits), signal);
  } catch (error) {
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
    signal?.throwIfAborted();
    throw describe(error, basename(file));
  }
}

async function unpack(
  file: string,
  folder: string,
  limits: ArchiveLimits,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { extract } = await import('tar-stream');
  const tar = extract();
  const most = limits.bytes + limits.files * blocksOfHeader;
  // Counted before tar reads it: its headers are kept in memory, and may be as large as they like.
  const counted = async function* (chunks: AsyncIterable<Buffer>) {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > most) throw tooLarge(file, `unpacks to more than ${inWords(limits.bytes)}`);
      yield chunk;
    }
  };
  const unpacked = pipeline(createReadStream(file), createGunzip(), counted, tar, { signal });
  // Both have ended before anybody cleans up; the writer has the true cause if both fail.
  const ends = await Promise.allSettled([writeEntries(tar, basename(file), folder, limits), unpacked]);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** Header, extended header and padding of an entry. */
const blocksOfHeader = 4 * 512;

async function writeEntries(
  tar: Extract,
  name: string,
  folder: string,
  limits: ArchiveLimits,
): Promise<void> {
  let count = 0;
  let bytes = 0;
  for await (const entry of tar) {
    const { header } = entry;
    if (++count > limits.files) throw tooLarge(name, `has more than ${limits.files} files`);
    const size = header.size ?? 0;
    bytes += size;
    if (size > limits.fileBytes || bytes > limits.bytes) {
      throw tooLarge(name, `${quote(header.name)} in it is larger than ${inWords(limits.fileBytes)}`);
    }
    const path = pathOf(header, name);
    if (path === undefined) entry.resume();
    else if (header.type === 'directory') {
      await mkdir(join(folder, path), { recursive: true });
      entry.resume();
    } else {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      // `wx`: what comes twice is an error, and no link is followed.
      await using target = await open(join(folder, path), 'wx', 0o644);
      for await (const chunk of entry) await target.writeFile(chunk as Buffer);
    }
  }
}

/** Undefined for the top folder itself. */
function pathOf({ name, type }: Header, archive: string): string | undefined {
  if (type !== 'file' && type !== 'contiguous-file' && type !== 'directory') {
    const what = type === 'symlink' || type === 'link' ? 'a link' : `a ${type ?? 'thing'}`;
    throw new ReleaseSourceError(
      'invalid',
      `${archive} has ${what} in it, ${quote(name)}; pack plain files only`,
    );
  }
  if (type === 'directory' && /^(?:\.\/?)+$/.test(name)) return undefined;
  const path = safePath(name);
  if (path !== undefined && (type === 'directory' || !name.endsWith('/'))) return path;
  throw new ReleaseSourceError(
    'invalid',
    `${archive} has a file with the path ${quote(name)}, which is not below its top; pack it again`,
  );
}

const tooLarge = (file: string, what: string) =>
  new ReleaseSourceError('too-large', `${basename(file)}: ${what}; leave out what is not needed`);

function describe(error: unknown, name: string): ReleaseSourceError {
  if (error instanceof ReleaseSourceError) return error;
  const cause = causeOf(error);
  if (cause === 'ENOENT')
    return new ReleaseSourceError('not-found', `there is no ${name}; check the release`, { cause: error });
  if (/^(?:EEXIST|ENOTDIR|EISDIR)$/.test(cause))
    return new ReleaseSourceError('invalid', `${name} has the same path twice; pack it again`, {
      cause: error,
    });
  if (/^E(?:NOSPC|ACCES|DQUOT|ROFS|IO|MFILE|PERM)$/.test(cause))
    return new ReleaseSourceError('unavailable', `${name} cannot be unpacked (${cause}); check the disk`, {
      cause: error,
    });
  return new ReleaseSourceError(
    'invalid',
    `${name} is no whole .tgz archive (${cause}); fetch or pack it again`,
    {
      cause: error,
    },
  );
}
