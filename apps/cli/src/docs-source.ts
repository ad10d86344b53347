import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { isDocument, type Problem, type SourceFile } from '@scs/doc-index';
import { Failure, oneLine, usage } from './failure.ts';

/** A page of documentation is some hundred kB at most. */
const largestFile = 2 * 2 ** 20;
const largestArchive = 256 * 2 ** 20;
const mostFiles = 20_000;
const ignored = new Set(['.git', 'node_modules']);

export interface Source {
  files: SourceFile[];
  problems: Problem[];
}

/** The documents of directories and `.tar.gz` archives. The name of each, without its ending, is the component of its pages. */
export async function readSources(paths: readonly string[] | undefined): Promise<Source> {
  if (!paths) {
    throw usage('nothing to search in; name a directory or a .tar.gz archive with --source PATH');
  }
  const source: Source = { files: [], problems: [] };
  for (const path of new Set(paths.map((one) => resolve(one)))) {
    const facts = await stat(path).catch((error: unknown) => {
      throw usage(`cannot read ${path} (${oneLine(error)}); check --source`);
    });
    if (facts.isDirectory()) await readDirectory(path, source);
    else await readArchive(path, source);
  }
  if (source.files.length === 0) {
    throw usage(`no Markdown below ${paths.join(', ')}; check --source`);
  }
  return source;
}

/** Links are not followed: what they point to may lie outside. */
async function readDirectory(root: string, source: Source): Promise<void> {
  const repo = basename(root);
  const walk = async (folder: string): Promise<void> => {
    const path = join(root, folder);
    const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
      source.problems.push({ file: `${repo}:${folder}`, message: oneLine(error) });
      return [];
    });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const place = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !ignored.has(entry.name)) await walk(place);
      else if (entry.isFile() && isDocument(place)) await readDocument(root, repo, place, source);
    }
  };
  await walk('');
}

async function readDocument(root: string, repo: string, path: string, source: Source): Promise<void> {
  const report = (message: string) => source.problems.push({ file: `${repo}:${path}`, message });
  try {
    const { size } = await stat(join(root, path));
    if (size > largestFile) report('larger than 2 MiB, left out');
    else add(source, { repo, path, text: await readFile(join(root, path), 'utf8') });
  } catch (error) {
    if (error instanceof Failure) throw error;
    report(oneLine(error));
  }
}

async function readArchive(archive: string, source: Source): Promise<void> {
  if (!/\.(tar\.gz|tgz)$/.test(archive)) {
    throw usage(`${archive} is neither a directory nor a .tar.gz archive; check --source`);
  }
  const repo = basename(archive).replace(/\.(tar\.gz|tgz)$/, '');
  const { extract } = await import('tar-stream');
  const tar = extract();
  let bytes = 0;
  const reading = (async () => {
    for await (const entry of tar) {
      const path = entry.header.name.replace(/^(\.\/)+/, '');
      const report = (message: string) => source.problems.push({ file: `${repo}:${path}`, message });
      const chunks: Buffer[] = [];
      let wanted = entry.header.type === 'file' && isDocument(path);
      if (wanted && (entry.header.size ?? 0) > largestFile) {
        report('larger than 2 MiB, left out');
        wanted = false;
      } else if (wanted && (path.startsWith('/') || path.split('/').includes('..'))) {
        report('points out of the archive, left out');
        wanted = false;
      }
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > largestArchive)
          throw usage(`${archive} unpacks to more than 256 MiB; take a smaller one`);
        if (wanted) chunks.push(chunk);
      }
      if (wanted) add(source, { repo, path, text: Buffer.concat(chunks).toString('utf8') });
    }
  })();
  try {
    await Promise.all([pipeline(createReadStream(archive), createGunzip(), tar), reading]);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw usage(`${archive} is no whole .tar.gz archive (${oneLine(error)}); fetch it again`);
  }
}

function add({ files }: Source, file: SourceFile): void {
  files.push(file);
  if (files.length > mostFiles) {
    throw usage(`more than ${mostFiles} documents; name the folders that are meant with --source`);
  }
}
