import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { isDocument, type Problem, type SourceFile } from '@scs/doc-index';
import { openArchive, openDirectory, SourceError, type Tree } from '@scs/source-files';
import { oneLine, usage } from './failure.ts';

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
    try {
      await readSource(path, source);
    } catch (error) {
      throw error instanceof SourceError ? usage(error.message) : error;
    }
  }
  if (source.files.length === 0) {
    throw usage(`no Markdown below ${paths.join(', ')}; check --source`);
  }
  return source;
}

const archive = /\.(tar\.gz|tgz)$/;

async function readSource(path: string, { files, problems }: Source): Promise<void> {
  const tree = await open(path);
  const repo = basename(path).replace(archive, '');
  for (const { file, reason, message } of tree.problems) {
    // Links are common in directories, and what they point to is often there anyway.
    if (reason !== 'link') problems.push({ file: `${repo}:${file}`, message });
  }
  for (const file of tree.files) {
    try {
      files.push({ repo, path: file.path, text: await tree.read(file) });
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      problems.push({ file: `${repo}:${file.path}`, message: error.message });
    }
  }
  await tree.close();
}

async function open(path: string): Promise<Tree> {
  const facts = await stat(path).catch((error: unknown) => {
    throw usage(`cannot read ${path} (${oneLine(error)}); check --source`);
  });
  const wanted = { accepts: isDocument };
  if (facts.isDirectory()) return openDirectory(path, wanted);
  if (archive.test(path)) return openArchive(path, wanted);
  throw usage(`${path} is neither a directory nor a .tar.gz archive; check --source`);
}
