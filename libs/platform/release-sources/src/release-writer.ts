import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { quote, safeFilePath } from './file-path.ts';
import { download } from './download.ts';
import type { HttpAnswer } from './http.ts';
import { limitsOf, type ArchiveLimits } from './limits.ts';
import { checkSize } from './release-files.ts';
import { ReleaseSourceError } from './source.ts';

/** A file that a source offers. */
export interface Offered {
  /** As the source calls it. */
  name: string;
  size?: number | undefined;
  digest?: string | undefined;
}

/** Writes the files of a release into a folder, within limits of paths, count and size. */
export class ReleaseWriter {
  readonly #tag: string;
  readonly #folder: string;
  readonly #limits: ArchiveLimits;
  #bytes = 0;

  constructor(tag: string, folder: string, limits: Partial<ArchiveLimits> | undefined) {
    this.#tag = tag;
    this.#folder = folder;
    this.#limits = limitsOf(limits);
  }

  /** Checks what is offered before anything is fetched: names that lead out or come twice, and what is too much. */
  check(files: readonly Offered[]): void {
    if (files.length === 0) {
      throw new ReleaseSourceError('invalid', `release ${this.#tag} has no files; publish it again`);
    }
    const paths = new Set<string>();
    let bytes = 0;
    for (const { name, size = 0 } of files) {
      const path = this.#pathOf(name);
      if (paths.has(path)) throw this.#refuse(`has two files called ${quote(path)}`);
      paths.add(path);
      bytes += size;
      checkSize(path, size, bytes, paths.size, this.#limits);
    }
  }

  async write(file: Offered, answer: HttpAnswer): Promise<void> {
    const path = this.#pathOf(file.name);
    const target = join(this.#folder, path);
    await mkdir(dirname(target), { recursive: true });
    this.#bytes += await download(answer, target, {
      what: `${path} of release ${this.#tag}`,
      size: file.size,
      digest: file.digest,
      most: Math.min(this.#limits.fileBytes, this.#limits.bytes - this.#bytes),
    });
  }

  #pathOf(name: string): string {
    const path = safeFilePath(name);
    if (path === undefined)
      throw this.#refuse(`has a file called ${quote(name)}, which is no path below its folder`);
    return path;
  }

  #refuse(what: string): ReleaseSourceError {
    return new ReleaseSourceError('invalid', `release ${this.#tag} ${what}; publish it again`);
  }
}
