import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDocument } from '@scs/doc-index';
import { DomainError } from '@scs/service';
import { openArchive, openDirectory, openGit, SourceError, type Options, type Tree } from '@scs/source-files';
import type { Config } from '../config.ts';
import { SourceLocations } from './source-location.ts';
import type { SourceEntity } from './source.entity.ts';

/** Opens what sources point to. */
export class SourceTrees {
  readonly #locations: SourceLocations;
  readonly #cache: string;
  readonly #addresses: Config['GIT_ADDRESSES'];
  constructor(locations: SourceLocations, cache: string, addresses: Config['GIT_ADDRESSES']) {
    this.#locations = locations;
    this.#cache = cache;
    this.#addresses = addresses;
  }

  /** Throws a DomainError; `unavailable` is worth trying again. */
  async open(
    source: SourceEntity,
    signal: AbortSignal,
    report: (step: string, done: number, total: number) => void,
  ): Promise<Tree> {
    await this.#locations.check(source);
    const options: Options = {
      accepts: isDocument,
      folders: source.folders,
      signal,
      onProgress: (step) => report(step, 0, 0),
    };
    return this.#open(source, options).catch((error: unknown) => {
      throw toDomainError(error);
    });
  }

  /** Callers know where it lies in the folder of sources, and need not know where that is. */
  async #openAt(source: SourceEntity, open: (path: string) => Promise<Tree>): Promise<Tree> {
    const path = await this.#locations.path(source);
    return open(path).catch((error: unknown) => {
      if (!(error instanceof SourceError)) throw error;
      const message = error.message.replaceAll(path, source.location || source.id);
      throw new SourceError(error.kind, message, { cause: error });
    });
  }

  /** What is kept of a source that is gone. */
  async forget(id: string): Promise<void> {
    await rm(this.#folderOf(id), { recursive: true, force: true });
  }

  async #open(source: SourceEntity, options: Options): Promise<Tree> {
    const { id, kind, location: url, revision, credential } = source;
    switch (kind) {
      case 'directory':
        return this.#openAt(source, (path) => openDirectory(path, options));
      case 'archive':
        return this.#openAt(source, (path) => openArchive(path, options));
      case 'git': {
        const cacheFolder = this.#folderOf(id);
        await mkdir(cacheFolder, { recursive: true });
        const token = credential === '' ? {} : { token: await this.#locations.token(credential) };
        return openGit({ url, revision, ...token, cacheFolder, addresses: this.#addresses }, options);
      }
    }
  }

  #folderOf(id: string): string {
    return join(this.#cache, id);
  }
}

export function toDomainError(error: unknown): unknown {
  return error instanceof SourceError
    ? new DomainError(error.kind, 'SOURCE_UNREADABLE', error.message, { cause: error })
    : error;
}
