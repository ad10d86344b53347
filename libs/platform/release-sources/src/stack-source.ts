import { parseStackConfig, ReleaseInvalid, stackConfigFiles, type StackConfig } from '@scs/cluster-stacks';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { ReleaseSourceError } from './source.ts';

/** The sources of a stack, as they were when they were read. */
export interface StackSource {
  folder: string;
  config: StackConfig;
  /** Every file below the folder by its path with slashes, hidden ones too: all of them count for the hashes. */
  files: ReadonlyMap<string, Buffer>;
}

/** Where releases are written to by default: those made from within the sources must not change what the next one is made of. */
const releaseFolder = `.release${sep}`;

const limits = { files: 10_000, bytes: 256 * 2 ** 20 };

/** Reads a stack's sources. Throws ReleaseInvalid for what is wrong with them, ReleaseSourceError for a folder that cannot be read. */
export async function readStackSource(folder: string): Promise<StackSource> {
  const files = await readFolder(folder);
  const configFile = stackConfigFiles.find((name) => files.has(name));
  if (configFile === undefined)
    throw new ReleaseInvalid(folder, [
      { path: '', message: `has no ${stackConfigFiles[0]}; name the folder with the sources of one stack` },
    ]);
  return { folder, config: parseStackConfig((files.get(configFile) ?? '').toString(), configFile), files };
}

async function readFolder(folder: string): Promise<Map<string, Buffer>> {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw new ReleaseSourceError('not-found', `${folder} cannot be read; name a folder that exists`, {
      cause,
    });
  });
  const files = new Map<string, Buffer>();
  let bytes = 0;
  for (const path of (await listFiles(root, '')).toSorted()) {
    if (path.startsWith(releaseFolder)) continue;
    const content = await readFile(join(root, path));
    bytes += content.length;
    files.set(path.split(sep).join('/'), content);
    if (files.size > limits.files || bytes > limits.bytes)
      throw new ReleaseSourceError(
        'too-large',
        `${folder} has more than ${limits.files} files or 256 MiB; keep there what belongs to the stack alone`,
      );
  }
  return files;
}

/** Paths of all files. A link counts as the file that it leads to, if that lies in the folder. */
async function listFiles(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((cause: unknown) => {
    throw new ReleaseSourceError('not-found', `${join(root, folder)} is no folder that can be read`, {
      cause,
    });
  });
  const lists = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listFiles(root, path);
    if (entry.isFile()) return [path];
    if (entry.isSymbolicLink() && (await leadsToFile(root, path))) return [path];
    throw new ReleaseInvalid(path, [
      { path: '', message: 'is no file, and no link to a file of the stack; put a copy of the file there' },
    ]);
  });
  return (await Promise.all(lists)).flat();
}

async function leadsToFile(root: string, path: string): Promise<boolean> {
  try {
    const target = await realpath(join(root, path));
    const inside = relative(root, target);
    return !inside.startsWith('..') && !isAbsolute(inside) && (await stat(target)).isFile();
  } catch {
    return false;
  }
}
