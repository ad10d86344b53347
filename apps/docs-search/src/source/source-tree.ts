import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDocument, type Problem } from '@scs/doc-index';
import { DomainError } from '@scs/service';
import { SourceLocations } from './source-location.ts';
import type { SourceEntity } from './source.entity.ts';

export interface TreeFile {
  path: string;
  size: number;
  hash: string;
}
export interface Tree {
  commit: string;
  files: TreeFile[];
  problems: Problem[];
  read(file: TreeFile): Promise<string>;
  close(): Promise<void>;
}

/** Opens what a source points to. */
export class SourceTrees {
  readonly #locations: SourceLocations;
  constructor(locations: SourceLocations) {
    this.#locations = locations;
  }

  async open(source: SourceEntity, signal: AbortSignal, _report: unknown): Promise<Tree> {
    await this.#locations.check(source);
    if (source.kind !== 'directory')
      throw new DomainError('invalid', 'KIND', `${source.kind} cannot be read yet`);
    const root = await this.#locations.path(source);
    const files: TreeFile[] = [];
    const walk = async (folder: string): Promise<void> => {
      for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        signal.throwIfAborted();
        if (entry.isDirectory()) await walk(path);
        else if (entry.isFile() && isDocument(path)) {
          const text = await readFile(join(root, path));
          const { size } = await stat(join(root, path));
          files.push({ path, size, hash: createHash('sha256').update(text).digest('hex') });
        }
      }
    };
    await walk('');
    return {
      commit: '',
      files,
      problems: [],
      read: ({ path }) => readFile(join(root, path), 'utf8'),
      close: async () => {},
    };
  }
}
