import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Extract, Header } from 'tar-stream';
import { blobHash, causeOf, decode, leadsOut, Listing, inWords, SourceError } from './tree.ts';
import type { Options, Tree } from './tree.ts';

/** The wanted files of a `.tar.gz` or `.tgz` archive, kept in memory until the tree is closed. Nothing is unpacked to disk. */
export async function openArchive(file: string, options: Options): Promise<Tree> {
  if (!/\.(tar\.gz|tgz)$/.test(file)) {
    throw new SourceError('invalid', `${file} is no .tar.gz archive; name one that ends in .tar.gz or .tgz`);
  }
  const listing = new Listing(file, options);
  const contents = await unpack(file, listing, options.signal);
  for (const [path, content] of contents) {
    listing.add({ path, size: content.length, hash: blobHash(content) });
  }
  return {
    commit: '',
    ...listing.sorted(),
    read: async ({ path }) => {
      const content = contents.get(path);
      if (content) return decode(path, content);
      throw new SourceError('not-found', `${path} is not in ${file}, or it was closed; read it again`);
    },
    close: async () => contents.clear(),
  };
}

async function unpack(file: string, listing: Listing, signal: AbortSignal | undefined) {
  const { extract } = await import('tar-stream');
  const tar = extract();
  const most = listing.limits.unpackedBytes;
  // Counted before tar reads it: its headers are kept in memory, and may be as large as they like.
  const counted = async function* (chunks: AsyncIterable<Buffer>) {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > most) {
        const message = `${file} unpacks to more than ${inWords(most)}; take a smaller one`;
        throw new SourceError('invalid', message);
      }
      yield chunk;
    }
  };
  try {
    const unpacked = pipeline(createReadStream(file), createGunzip(), counted, tar, { signal });
    const [contents] = await Promise.all([readEntries(tar, listing), unpacked]);
    return contents;
  } catch (error) {
    signal?.throwIfAborted();
    throw describe(error, file);
  }
}

async function readEntries(tar: Extract, listing: Listing): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  for await (const entry of tar) {
    const path = entry.header.name.replace(/^(\.\/)+/, '');
    if (!isPlain(path, entry.header, listing)) entry.resume();
    else {
      // Of two files with one name, the later one counts, as when they are unpacked.
      contents.set(path, await buffer(entry));
      listing.checkCount(contents.size);
    }
  }
  return contents;
}

function isPlain(path: string, { type, size }: Header, listing: Listing): boolean {
  if (type === 'directory' || !listing.wants(path)) return false;
  if (leadsOut(path)) listing.leaveOut(path, 'outside', 'points out of the archive, left out');
  else if (type === 'symlink' || type === 'link') listing.leaveOut(path, 'link', 'a link, left out');
  else if (size > listing.limits.fileBytes) listing.leaveOutLarge(path);
  else return type === 'file' || type === 'contiguous-file';
  return false;
}

function describe(error: unknown, file: string): SourceError {
  if (error instanceof SourceError) return error;
  const cause = causeOf(error);
  if (cause === 'ENOENT') return new SourceError('not-found', `there is no ${file}; check the path`);
  if (/^(EACCES|EISDIR|EIO|EMFILE)$/.test(cause))
    return new SourceError('invalid', `cannot read ${file} (${cause}); check the path and its rights`);
  return new SourceError('invalid', `${file} is no whole .tar.gz archive (${cause}); fetch it again`);
}
