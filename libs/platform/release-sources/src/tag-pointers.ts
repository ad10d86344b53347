import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { safeFilePath } from './file-path.ts';
import { digestOf, type ReleaseFile } from './release-files.ts';

/** Which content a tag has. */
export interface Pointer {
  tag: string;
  digest: string;
  files: ReleaseFile[];
  mark?: string | undefined;
  sourceDigest?: string | undefined;
}

/** One small JSON file a tag. What cannot be read counts as missing. */
export class TagPointers {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Tags may be anything that a source says, so they are no file names as they are. */
  fileOf(tag: string): string {
    const readable = tag.replace(/[^\w.-]/g, '_').slice(0, 100);
    const exact = createHash('sha256').update(tag).digest('hex').slice(0, 16);
    return join(this.#folder, `${readable}-${exact}.json`);
  }

  async read(tag: string): Promise<Pointer | undefined> {
    const pointer = await this.#readFile(this.fileOf(tag));
    return pointer?.tag === tag ? pointer : undefined;
  }

  async all(): Promise<Pointer[]> {
    const names = await readdir(this.#folder);
    const pointers = await Promise.all(names.map((name) => this.#readFile(join(this.#folder, name))));
    return pointers.filter((pointer) => pointer !== undefined);
  }

  async remove(tag: string): Promise<void> {
    await rm(this.fileOf(tag), { force: true });
  }

  async #readFile(file: string): Promise<Pointer | undefined> {
    try {
      const found: unknown = JSON.parse(await readFile(file, 'utf8'));
      return isPointer(found) ? found : undefined;
    } catch {
      return undefined;
    }
  }
}

function isPointer(found: unknown): found is Pointer {
  const { tag, digest, files, mark, sourceDigest } = (found ?? {}) as Record<string, unknown>;
  return (
    typeof tag === 'string' &&
    Array.isArray(files) &&
    files.every(isFile) &&
    digest === digestOf(files) &&
    isOptionalText(mark) &&
    isOptionalText(sourceDigest)
  );
}

function isFile(found: unknown): found is ReleaseFile {
  const { path, size, sha256 } = (found ?? {}) as Record<string, unknown>;
  return (
    typeof path === 'string' &&
    safeFilePath(path) === path &&
    typeof size === 'number' &&
    typeof sha256 === 'string'
  );
}

const isOptionalText = (value: unknown) => value === undefined || typeof value === 'string';
