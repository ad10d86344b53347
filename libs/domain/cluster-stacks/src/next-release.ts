import { hashVersion, type StackHashes } from './directory-hash.ts';
import type { ReleaseMetadata } from './metadata.ts';
import { parseReleaseName, printReleaseName, stackPrefix, type ReleaseName } from './release-name.ts';
import { stackOf, type StackConfig } from './stack-config.ts';
import { compareVersions, parseVersion, printVersion } from './version.ts';

/** The release that sources become next. */
export type NextRelease =
  | { metadata: ReleaseMetadata }
  /** Nothing differs from the release that is there. */
  | { unchangedSince: string };

/** The newest stable release of the sources' stack among all tags of a source. Tags that are no release names are passed over. */
export function latestStable(config: StackConfig, tags: readonly string[]): ReleaseName | undefined {
  const prefix = stackPrefix(stackOf(config));
  return tags
    .map(parseReleaseName)
    .filter((name): name is ReleaseName => typeof name !== 'string')
    .filter((name) => stackPrefix(name) === prefix && name.version.channel === 'stable')
    .toSorted((a, b) => compareVersions(a.version, b.version))
    .at(-1);
}

/**
 * Mode `stable`: each part that changed gets the next number, the stack always. A change in the cluster class alone is a release too, which
 * csctl refuses.
 */
export function nextStable(
  config: StackConfig,
  hashes: StackHashes,
  latest: { name: ReleaseName; metadata: ReleaseMetadata; hashes: StackHashes } | undefined,
): NextRelease {
  const kubernetes = config.kubernetesVersion;
  if (!latest) return { metadata: { clusterStack: 'v1', kubernetes, clusterAddon: 'v1', nodeImage: 'v1' } };
  if (latest.hashes.clusterStack === hashes.clusterStack)
    return { unchangedSince: printReleaseName(latest.name) };

  const { clusterStack, clusterAddon, nodeImage } = latest.metadata;
  const addonChanged =
    hashes.clusterAddonDir !== latest.hashes.clusterAddonDir ||
    hashes.clusterAddonValues !== latest.hashes.clusterAddonValues;
  return {
    metadata: {
      clusterStack: bumpVersion(clusterStack),
      kubernetes,
      clusterAddon: addonChanged ? bumpVersion(clusterAddon) : clusterAddon,
      nodeImage: imagesChanged(hashes, latest.hashes) ? bumpVersion(nodeImage || 'v0') : nodeImage,
    },
  };
}

/** A release that csctl made says nothing of `node-images`: then that folder counts as unchanged, as csctl would have it. */
const imagesChanged = (now: StackHashes, before: StackHashes): boolean =>
  now.nodeImageDir !== before.nodeImageDir ||
  (before.nodeImagesDir !== undefined && now.nodeImagesDir !== before.nodeImagesDir);

/** Mode `hash`: one version for all parts, which says what is in them. */
export function hashRelease(config: StackConfig, hashes: StackHashes): ReleaseMetadata {
  const version = hashVersion(hashes);
  return {
    clusterStack: version,
    kubernetes: config.kubernetesVersion,
    clusterAddon: version,
    nodeImage: version,
  };
}

/** Mode `custom`: versions as given, in dot form. A text is what is wrong with them. */
export function customRelease(
  config: StackConfig,
  versions: { clusterStack: string; clusterAddon: string; nodeImage: string },
): ReleaseMetadata | string {
  for (const [part, text] of Object.entries(versions)) {
    const version = parseVersion(text);
    if (!version) return `the version of ${part} is "${text}"; write it like v1 or v0-git.1a2b3c4`;
    if (printVersion(version) !== text)
      return `the version of ${part} is "${text}"; write it as ${printVersion(version)}`;
  }
  const { clusterStack, clusterAddon, nodeImage } = versions;
  return { clusterStack, kubernetes: config.kubernetesVersion, clusterAddon, nodeImage };
}

/** The next version, as csctl counts: every group of digits becomes the first one plus one (`v1-alpha.0` → `v2-alpha.2`). */
export function bumpVersion(version: string): string {
  const [first] = /\d+/.exec(version) ?? [];
  return first === undefined ? version : version.replace(/\d+/g, String(BigInt(first) + 1n));
}

/** The tag of a release of these sources. Undefined for a version that cannot be read. */
export function releaseNameOf(config: StackConfig, metadata: ReleaseMetadata): ReleaseName | undefined {
  const version = parseVersion(metadata.clusterStack);
  return version && { ...stackOf(config), version };
}
