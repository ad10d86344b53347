import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackArchive } from './archive.ts';
import { Drafts } from './drafts.ts';
import { safeFilePath } from './file-path.ts';
import { limitsOf, type ArchiveLimits } from './limits.ts';
import { digestOf, filesIn, looksWhole } from './release-files.ts';
import { SharedFetch } from './shared-fetch.ts';
import { causeOf, ReleaseSourceError, type ReleaseSource } from './source.ts';
import { TagPointers, type Pointer } from './tag-pointers.ts';

/** A release on disk. Its files never change. */
export interface StoredRelease {
  tag: string;
  folder: string;
  /** `sha256:…` over names and contents of all files. */
  digest: string;
  files: string[];
  /** What the source calls it, if it does: the digest of the manifest in a registry. */
  sourceDigest?: string;
}

/** Releases of a source on this disk: content-addressed, fetched once, atomic (a killed process leaves nothing half). */
export interface ReleaseStore {
  /** What the source has. */
  list(signal?: AbortSignal): Promise<string[]>;
  /** What is there already, without any request and without a look at the source. Damaged content counts as missing. */
  have(tag: string): Promise<StoredRelease | undefined>;
  /** Fetches at most once at a time; callers of the same tag share it. Throws ReleaseSourceError. */
  ensure(tag: string, signal?: AbortSignal): Promise<StoredRelease>;
  /** The folder that an archive of the release is unpacked in, once; safe against `..`, links, devices and bombs. */
  unpacked(release: StoredRelease, file: string): Promise<string>;
  /** Drops what is not in use. */
  forget(tag: string): Promise<void>;
}

/**
 * Opens a store in a folder, which several processes may share.
 *
 *     tags/…              one small file a tag: digest, files with their hashes
 *     content/<digest>/   files/ of a release, and unpacked/<archive>/ of its archives
 *     drafts/…            in the making; renamed when whole
 */
export async function openReleaseStore(options: {
  source: ReleaseSource;
  folder: string;
  limits?: Partial<ArchiveLimits>;
}): Promise<ReleaseStore> {
  const { source, folder } = options;
  try {
    for (const part of ['tags', 'content', 'drafts']) await mkdir(join(folder, part), { recursive: true });
    const store = new DiskStore(source, folder, limitsOf(options.limits));
    await store.sweep();
    return store;
  } catch (error) {
    throw diskError(`the folder for releases, ${folder}, cannot be used`, error);
  }
}

class DiskStore implements ReleaseStore {
  readonly #source: ReleaseSource;
  readonly #limits: ArchiveLimits;
  readonly #content: string;
  readonly #tags: TagPointers;
  readonly #drafts: Drafts;
  readonly #fetches = new SharedFetch<StoredRelease>();
  readonly #unpacking = new SharedFetch<string>();
  /** Digests whose content was read and found right since this process started. */
  readonly #verified = new Set<string>();

  constructor(source: ReleaseSource, folder: string, limits: ArchiveLimits) {
    this.#source = source;
    this.#limits = limits;
    this.#content = join(folder, 'content');
    this.#tags = new TagPointers(join(folder, 'tags'));
    this.#drafts = new Drafts(join(folder, 'drafts'));
  }

  /** Removes drafts of killed processes, and content that no tag has pointed to for an hour. */
  async sweep(): Promise<void> {
    await this.#drafts.sweep();
    const used = new Set((await this.#tags.all()).map(({ digest }) => folderName(digest)));
    await this.#drafts.removeOld(this.#content, (name) => !used.has(name));
  }

  list(signal?: AbortSignal): Promise<string[]> {
    return this.#source.list(signal);
  }

  async have(tag: string): Promise<StoredRelease | undefined> {
    const pointer = await this.#tags.read(tag);
    return pointer && (await this.#isWhole(pointer)) ? this.#stored(tag, pointer) : undefined;
  }

  async ensure(tag: string, signal?: AbortSignal): Promise<StoredRelease> {
    return this.#fetches.get(tag, (shared) => this.#ensure(tag, shared), signal);
  }

  async #ensure(tag: string, signal: AbortSignal): Promise<StoredRelease> {
    const pointer = await this.#tags.read(tag);
    const whole = pointer !== undefined && (await this.#isWhole(pointer));
    const mark = await this.#source.markOf?.(tag);
    // A release that is gone from its source may still be in use.
    const current = mark === undefined || mark === pointer?.mark;
    if (whole && current) return this.#stored(tag, pointer);
    try {
      return await this.#fetch(tag, mark, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw diskError(`release ${tag} cannot be stored`, error);
    }
  }

  async #fetch(tag: string, mark: string | undefined, signal: AbortSignal): Promise<StoredRelease> {
    return this.#drafts.use(async (draft) => {
      const folder = join(draft, 'files');
      await mkdir(folder);
      const { digest: sourceDigest } = await this.#source.fetch(tag, folder, signal);
      const files = await filesIn(folder, this.#limits);
      if (files.length === 0)
        throw new ReleaseSourceError('invalid', `release ${tag} has no files; publish it again`);
      const digest = digestOf(files);
      const pointer = { tag, digest, files, mark, sourceDigest };
      if (!(await this.#isWhole(pointer))) {
        this.#verified.delete(digest);
        const target = join(this.#content, folderName(digest));
        await this.#drafts.keep(draft, target, () => this.#isWhole(pointer));
        this.#verified.add(digest);
      }
      await this.#drafts.write(this.#tags.fileOf(tag), JSON.stringify(pointer));
      return this.#stored(tag, pointer);
    });
  }

  unpacked(release: StoredRelease, file: string): Promise<string> {
    const path = safeFilePath(file);
    if (path === undefined || !release.files.includes(path)) {
      const message = `release ${release.tag} has no file ${JSON.stringify(file)}; check its metadata`;
      return Promise.reject(new ReleaseSourceError('not-found', message));
    }
    const name = createHash('sha256').update(path).digest('hex').slice(0, 16);
    const target = join(this.#content, folderName(release.digest), 'unpacked', name);
    return this.#unpacking.get(target, (signal) => this.#unpack(join(release.folder, path), target, signal));
  }

  async #unpack(archive: string, target: string, signal: AbortSignal): Promise<string> {
    if (await this.#drafts.isKept(target)) return target;
    await this.#drafts.use(async (draft) => {
      await unpackArchive(archive, draft, this.#limits, signal);
      await this.#drafts.keep(draft, target, () => this.#drafts.isKept(target));
    });
    return target;
  }

  async forget(tag: string): Promise<void> {
    const pointer = await this.#tags.read(tag);
    await this.#tags.remove(tag);
    if (!pointer) return;
    const others = await this.#tags.all();
    if (others.some(({ digest }) => digest === pointer.digest)) return;
    this.#verified.delete(pointer.digest);
    await this.#drafts.remove(join(this.#content, folderName(pointer.digest)));
  }

  /** Contents are read once per process, sizes are looked at each time. */
  async #isWhole({ digest, files }: Pick<Pointer, 'digest' | 'files'>): Promise<boolean> {
    const folder = this.#filesFolder(digest);
    if (!(await looksWhole(folder, files))) return false;
    if (this.#verified.has(digest)) return true;
    const found = await filesIn(folder, this.#limits).catch(() => []);
    if (digestOf(found) !== digest) return false;
    this.#verified.add(digest);
    return true;
  }

  #filesFolder(digest: string): string {
    return join(this.#content, folderName(digest), 'files');
  }

  #stored(tag: string, { digest, files, sourceDigest }: Pointer): StoredRelease {
    return {
      tag,
      folder: this.#filesFolder(digest),
      digest,
      files: files.map(({ path }) => path),
      ...(sourceDigest !== undefined && { sourceDigest }),
    };
  }
}

const folderName = (digest: string) => digest.replace(':', '-');

function diskError(what: string, error: unknown): ReleaseSourceError {
  if (error instanceof ReleaseSourceError) return error;
  const message = `${what} (${causeOf(error)}); check the disk, its space and its rights`;
  return new ReleaseSourceError('unavailable', message, { cause: error });
}
