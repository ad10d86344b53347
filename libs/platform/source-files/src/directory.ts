import { constants } from 'node:fs';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { blobHash, causeOf, decode, Listing, SourceError, type Options, type Tree } from './tree.ts';

/** The wanted files below a folder. Links are not followed: what they point to may lie outside. */
export async function openDirectory(folder: string, options: Options): Promise<Tree> {
  const root = await rootOf(folder);
  const listing = new Listing(folder, options);
  await list(root, '', listing, options.signal);
  return {
    commit: '',
    ...listing.sorted(),
    read: async ({ path }) => decode(path, await readAgain(root, path, listing.limits.fileBytes)),
    close: async () => {},
  };
}

async function rootOf(folder: string): Promise<string> {
  const root = await realpath(folder).catch((error: unknown) => {
    throw new SourceError('not-found', `cannot read ${folder} (${causeOf(error)}); check the path`);
  });
  if ((await stat(root)).isDirectory()) return root;
  throw new SourceError('invalid', `${folder} is no directory; check the path`);
}

/** Files that are open at one time. */
const atOnce = 16;

async function list(
  root: string,
  folder: string,
  listing: Listing,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
    listing.leaveOut(folder, 'unreadable', `cannot be read (${causeOf(error)})`);
    return [];
  });
  const files: string[] = [];
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (listing.enters(path)) await list(root, path, listing, signal);
    } else if (listing.wants(path)) {
      if (entry.isSymbolicLink()) listing.leaveOut(path, 'link', 'a link, left out');
      else if (entry.isFile()) files.push(path);
    }
  }
  for (let from = 0; from < files.length; from += atOnce) {
    signal?.throwIfAborted();
    await Promise.all(files.slice(from, from + atOnce).map((path) => addFile(root, path, listing)));
  }
}

/** What files held when they looked so, by place: most of a folder is as it was when it is listed again. */
const seen = new Map<string, { look: string; size: number; hash: string }>();
const mostSeen = 100_000;
/** A file that was just written may be written again without looking different. */
const settledMs = 1000;

async function addFile(root: string, path: string, listing: Listing): Promise<void> {
  const place = join(root, path);
  try {
    const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = await lstat(place, { bigint: true });
    const look = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
    const known = seen.get(place);
    if (known?.look === look && known.size <= listing.limits.fileBytes) {
      listing.add({ path, size: known.size, hash: known.hash });
      return;
    }
    const content = await readPlain(place, listing.limits.fileBytes);
    if (!content) {
      listing.leaveOutLarge(path);
      return;
    }
    const found = { size: content.length, hash: blobHash(content) };
    listing.add({ path, ...found });
    if (seen.size >= mostSeen) seen.clear();
    if (Date.now() - Number(ctimeMs) > settledMs) seen.set(place, { look, ...found });
  } catch (error) {
    if (error instanceof SourceError) throw error;
    listing.leaveOut(path, 'unreadable', `cannot be read (${causeOf(error)})`);
  }
}

/** Since the listing, a folder on the way may have become a link. */
async function readAgain(root: string, path: string, mostBytes: number): Promise<Buffer> {
  const place = join(root, path);
  const content = await realpath(dirname(place))
    .then((folder) => (folder === dirname(place) ? readPlain(place, mostBytes) : undefined))
    .catch((error: unknown) => {
      throw new SourceError('not-found', `${path} is gone (${causeOf(error)}); read the source again`);
    });
  if (content) return content;
  throw new SourceError('not-found', `${path} is no small plain file any more; read the source again`);
}

/** Content of a file that is no link; undefined where it is larger. Does not wait for a writer if it turns out to be a pipe. */
async function readPlain(place: string, mostBytes: number): Promise<Buffer | undefined> {
  const file = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const facts = await file.stat();
    if (!facts.isFile() || facts.size > mostBytes) return undefined;
    return await file.readFile();
  } finally {
    await file.close();
  }
}
