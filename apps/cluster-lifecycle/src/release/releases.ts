import type { ReleaseName } from '@scs/cluster-stacks';
import type { StoredRelease } from '@scs/release-sources';

/** A release that was fetched, read and found good. */
export interface LoadedRelease {
  name: ReleaseName;
  stored: StoredRelease;
  /** metadata.yaml, validated. */
  metadata: { clusterStack: string; kubernetes: string; clusterAddon: string; nodeImage: string };
  /** Paths of the charts' archives. */
  classChart: string;
  addonArchive: string;
}

/** Releases of the configured source. `load` fetches where needed; throws ReleaseSourceError, or ReleaseInvalid with what is wrong and in which file. */
export interface Releases {
  list(signal?: AbortSignal): Promise<string[]>;
  load(tag: string, signal?: AbortSignal): Promise<LoadedRelease>;
}
