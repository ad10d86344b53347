import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { quote, safeFilePath } from './file-path.ts';
import { checkSize } from './release-files.ts';
import { limitsOf, type ArchiveLimits } from './limits.ts';
import { causeOf, ReleaseSourceError, type ReleaseSource } from './source.ts';

/** How often a release that changes while it is copied is tried. */
const attempts = 3;

/** A directory: each folder in it is a release, whose name is the tag. Names with a dot in front are not looked at. */
export function directorySource(root: string, limits: Partial<ArchiveLimits> = {}): ReleaseSource {
  const most = limitsOf(limits);
  const releaseIn = async (tag: string): Promise<Look> => {
    const path = safeFilePath(tag);
    if (path === undefined || path.includes('/') || isHidden(path)) throw noRelease(tag);
    try {
      return await look(await realpath(root), path, most);
    } catch (error) {
      if (error instanceof ReleaseSourceError) throw error;
      const cause = causeOf(error);
      if (cause === 'ENOENT' || cause === 'ENOTDIR') throw noRelease(tag);
      throw unreadable(root, error);
    }
  };
  return {
    description: `directory ${root}`,
    async list() {
      try {
        const tags: string[] = [];
        for (const name of await readdir(root)) {
          if (!isHidden(name) && (await stat(join(root, name)).catch(() => undefined))?.isDirectory())
            tags.push(name);
        }
        return tags.toSorted();
      } catch (error) {
        throw unreadable(root, error);
      }
    },
    async fetch(tag, folder, signal) {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const before = await releaseIn(tag);
        for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
        await copy(before, folder, signal);
        const after = await releaseIn(tag);
        if (before.mark === after.mark) return {};
      }
      throw new ReleaseSourceError(
        'unavailable',
        `release ${tag} in ${root} changes while it is read; try again later`,
      );
    },
    async markOf(tag) {
      try {
        return (await releaseIn(tag)).mark;
      } catch {
        return undefined;
      }
    },
  };
}

interface Look {
  /** Path below the release's folder, and where it really is. */
  files: Map<string, string>;
  mark: string;
}

/**
 * Names, sizes and times of the files of a release. Links inside the directory are followed, as a mounted ConfigMap is made of them; what they
 * point to must be in the directory, too.
 */
async function look(root: string, tag: string, limits: ArchiveLimits): Promise<Look> {
  const files = new Map<string, string>();
  const hash = createHash('sha256');
  let bytes = 0;
  const list = async (folder: string, inner: string, depth: number): Promise<void> => {
    if (depth > 20)
      throw new ReleaseSourceError('invalid', `release ${tag}: its folders are nested too deeply`);
    const names = await readdir(folder);
    for (const name of names.toSorted()) {
      if (isHidden(name)) continue;
      const path = inner === '' ? name : `${inner}/${name}`;
      const place = await realpath(join(folder, name));
      if (safeFilePath(path) === undefined || !place.startsWith(root + sep)) {
        throw new ReleaseSourceError('invalid', `release ${tag}: ${quote(path)} leads out of the directory`);
      }
      const facts = await stat(place, { bigint: true });
      if (facts.isDirectory()) await list(place, path, depth + 1);
      else if (facts.isFile()) {
        files.set(path, place);
        bytes += Number(facts.size);
        checkSize(path, Number(facts.size), bytes, files.size, limits);
        hash.update(`${path}\0${facts.dev} ${facts.ino} ${facts.size} ${facts.mtimeNs} ${facts.ctimeNs}\0`);
      }
    }
  };
  const top = await realpath(join(root, tag));
  if (!top.startsWith(root + sep)) throw noRelease(tag);
  await list(top, '', 0);
  return { files, mark: hash.digest('hex') };
}

async function copy({ files }: Look, folder: string, signal: AbortSignal | undefined): Promise<void> {
  for (const [path, place] of files) {
    signal?.throwIfAborted();
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(place, target, constants.COPYFILE_FICLONE);
  }
}

const isHidden = (name: string) => name.startsWith('.');

const noRelease = (tag: string) =>
  new ReleaseSourceError('not-found', `there is no release ${quote(tag)} in the directory; check its name`);

function unreadable(root: string, error: unknown): ReleaseSourceError {
  const message = `the directory ${root} cannot be read (${causeOf(error)}); check the path and its rights`;
  return new ReleaseSourceError('unavailable', message, { cause: error });
}
