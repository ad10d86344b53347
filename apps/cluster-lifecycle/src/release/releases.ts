import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findAssets,
  metadataFile,
  metadataProblem,
  parseMetadata,
  parseReleaseName,
  ReleaseInvalid,
  type ReleaseAssets,
  type ReleaseMetadata,
  type ReleaseName,
} from '@scs/cluster-stacks';
import type { ReleaseStore, StoredRelease } from '@scs/release-sources';

/** A release that was fetched, read and found good. */
export interface LoadedRelease {
  name: ReleaseName;
  stored: StoredRelease;
  /** metadata.yaml, validated. */
  metadata: ReleaseMetadata;
  /** Which file is what. */
  assets: ReleaseAssets;
  /** Paths of the charts' archives. */
  classChart: string;
  addonArchive: string;
}

/** Releases of the configured source. `load` fetches where needed; throws ReleaseSourceError, or ReleaseInvalid with what is wrong and in which file. */
export interface Releases {
  list(signal?: AbortSignal): Promise<string[]>;
  load(tag: string, signal?: AbortSignal): Promise<LoadedRelease>;
}

/** Reads releases out of a store; what was read is kept as long as the store has the same content. */
export function openReleases(store: ReleaseStore): Releases {
  const read = new Map<string, LoadedRelease>();
  return {
    list: (signal) => store.list(signal),
    async load(tag, signal) {
      const name = parseReleaseName(tag);
      if (typeof name === 'string')
        throw new ReleaseInvalid('release', [
          {
            path: '',
            message: `${tag} is no name of a release (${name}); write it like docker-ferrol-1-27-v1`,
          },
        ]);
      const stored = await store.ensure(tag, signal);
      const known = read.get(tag);
      if (known?.stored.digest === stored.digest) return known;
      const loaded = await readRelease(name, stored);
      read.set(tag, loaded);
      return loaded;
    },
  };
}

async function readRelease(name: ReleaseName, stored: StoredRelease): Promise<LoadedRelease> {
  if (!stored.files.includes(metadataFile))
    throw new ReleaseInvalid('release', [{ path: '', message: `${metadataFile} is missing` }]);
  const metadata = parseMetadata(await readFile(join(stored.folder, metadataFile), 'utf8'));
  const problem = metadataProblem(name, metadata);
  if (problem) throw problem;
  const assets = findAssets(name, metadata, stored.files);
  return {
    name,
    stored,
    metadata,
    assets,
    classChart: join(stored.folder, assets.classChart),
    addonArchive: join(stored.folder, assets.addonArchive),
  };
}
