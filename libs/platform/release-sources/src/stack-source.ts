import { parseStackConfig, ReleaseInvalid, stackConfigFiles, type StackConfig } from '@scs/cluster-stacks';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { ReleaseSourceError } from './source.ts';

/** The files of a stack's sources, as they were when they were read. */
export interface StackFiles {
  /** Every file below the folder by its path with slashes, hidden ones too: all of them count for the hashes. */
  files: ReadonlyMap<string, Buffer>;
  /** Names of the folders at the top, also of empty ones. */
  folders?: readonly string[];
}

/** The sources of a stack: its files, and what csctl.yaml says. */
export interface StackSource extends StackFiles {
  folder: string;
  config: StackConfig;
}

/** Where releases are written to by default: those made from within the sources must not change what the next one is made of. */
const releaseFolder = `.release${sep}`;

const limits = { files: 10_000, bytes: 256 * 2 ** 20 };

/** Reads a stack's sources. Throws ReleaseInvalid for what is wrong with them, ReleaseSourceError for a folder that cannot be read. */
export async function readStackSource(folder: string): Promise<StackSource> {
  const { configFile, ...read } = await readFolder(folder);
  const config = parseStackConfig((read.files.get(configFile) ?? '').toString(), configFile);
  return { folder, config, ...read };
}

/** The files alone, whatever csctl.yaml says: it must only be there. Throws as {@link readStackSource}. */
export async function readStackFiles(folder: string): Promise<StackFiles> {
  const { files, folders } = await readFolder(folder);
  return { files, folders };
}

async function readFolder(folder: string): Promise<StackFiles & { configFile: string }> {
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
  const configFile = stackConfigFiles.find((name) => files.has(name));
  if (configFile === undefined)
    throw new ReleaseInvalid(folder, [
      { path: '', message: `has no ${stackConfigFiles[0]}; name the folder with the sources of one stack` },
    ]);
  const entries = await readdir(root, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return { files, folders, configFile };
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
