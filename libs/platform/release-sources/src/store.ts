import type { ArchiveLimits } from './archive.ts';
import type { ReleaseSource } from './source.ts';

/** A release on disk. Its files never change. */
export interface StoredRelease {
  tag: string;
  folder: string;
  /** `sha256:…` over names and contents of all files. */
  digest: string;
  files: string[];
}

/** Releases of a source on this disk: content-addressed, fetched once, atomic (a killed process leaves nothing half). */
export interface ReleaseStore {
  list(signal?: AbortSignal): Promise<string[]>;
  /** What is there already, without any request. */
  have(tag: string): Promise<StoredRelease | undefined>;
  /** Fetches at most once at a time; callers of the same tag share it. Throws ReleaseSourceError. */
  ensure(tag: string, signal?: AbortSignal): Promise<StoredRelease>;
  /** The folder that an archive of the release is unpacked in, once; safe against `..`, links, devices and bombs. */
  unpacked(release: StoredRelease, file: string): Promise<string>;
  /** Drops what is not in use. */
  forget(tag: string): Promise<void>;
}

export function openReleaseStore(_options: {
  source: ReleaseSource;
  folder: string;
  limits?: Partial<ArchiveLimits>;
}): Promise<ReleaseStore> {
  throw new Error('to be written');
}
