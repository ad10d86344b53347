import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { quote, safeFilePath } from './file-path.ts';
import { inWords, type ArchiveLimits } from './limits.ts';
import { ReleaseSourceError } from './source.ts';

/** A file of a release. */
export interface ReleaseFile {
  /** Below the release's folder, with slashes. */
  path: string;
  /** Bytes. */
  size: number;
  /** Hex. */
  sha256: string;
}

/** All files below a folder, sorted by path, with their hashes. Throws ReleaseSourceError for links, devices and what is beyond the limits. */
export async function filesIn(folder: string, limits: ArchiveLimits): Promise<ReleaseFile[]> {
  const found: { path: string; size: number }[] = [];
  let bytes = 0;
  const list = async (inner: string): Promise<void> => {
    for (const name of await readdir(join(folder, inner))) {
      const path = inner === '' ? name : `${inner}/${name}`;
      const facts = await lstat(join(folder, path));
      if (facts.isDirectory()) await list(path);
      else if (!facts.isFile() || safeFilePath(path) === undefined) {
        throw new ReleaseSourceError(
          'invalid',
          `${quote(path)} is no plain file; a release has plain files only`,
        );
      } else {
        bytes += facts.size;
        found.push({ path, size: facts.size });
        checkSize(path, facts.size, bytes, found.length, limits);
      }
    }
  };
  await list('');
  const files: ReleaseFile[] = [];
  for (const { path, size } of found.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    files.push({ path, size, sha256: await sha256Of(join(folder, path)) });
  }
  return files;
}

/** Throws ReleaseSourceError `too-large` where one more file would be too much. */
export function checkSize(
  path: string,
  size: number,
  total: number,
  count: number,
  { bytes, fileBytes, files }: ArchiveLimits,
): void {
  const refuse = (what: string) =>
    new ReleaseSourceError('too-large', `the release is too large: ${what}; leave out what is not needed`);
  if (count > files) throw refuse(`it has more than ${files} files`);
  if (size > fileBytes) throw refuse(`${quote(path)} is larger than ${inWords(fileBytes)}`);
  if (total > bytes) throw refuse(`its files are larger than ${inWords(bytes)} together`);
}

/** `sha256:…` over names and contents. */
export function digestOf(files: readonly ReleaseFile[]): string {
  const hash = createHash('sha256');
  for (const { path, size, sha256 } of files) hash.update(`${sha256} ${size} ${path}\n`);
  return `sha256:${hash.digest('hex')}`;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Whether these files are there with these sizes, and nothing else. Contents are not read. */
export async function looksWhole(folder: string, files: readonly ReleaseFile[]): Promise<boolean> {
  for (const { path, size } of files) {
    const facts = await lstat(join(folder, path)).catch(() => undefined);
    if (!facts?.isFile() || facts.size !== size) return false;
  }
  return true;
}
