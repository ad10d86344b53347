import { isFalse, isTrue, type ConditionState } from './condition.ts';
import { checksumAnnotation } from './node-image.ts';
import { osnirName, type ReleaseNodeImage } from './node-images.ts';
import type { ReleaseName } from './release-name.ts';
import {
  infrastructureGroup,
  type IdentityRef,
  type OpenStackNodeImageRelease,
  type OwnerReference,
} from './resources.ts';

/** Types of the conditions of an OpenStackClusterStackRelease; the first is not called as the ClusterStackRelease's is. */
export const openStackReleaseConditions = {
  assets: 'ClusterStackReleaseAssetsReady',
  assetsClient: 'AssetsClientAPIAvailable',
  images: 'OpenStackNodeImageReleasesReady',
} as const;
const types = openStackReleaseConditions;

/** What the API server gives where no identity is named. */
export const defaultIdentity: IdentityRef = { kind: 'Secret', name: 'openstack' };

export interface OpenStackReleaseFacts {
  assets:
    | { state: 'loaded' }
    /** The source cannot be used, or does not answer. */
    | { state: 'unavailable'; message: string }
    /** There, but no good. */
    | { state: 'invalid'; message: string };
  /** Of each image of the release; only where it was loaded. */
  images?: readonly { name: string; ready: boolean; message?: string | undefined }[];
}

/** What the status says: ready while all images are, and no longer. */
export function judgeOpenStackRelease({ assets, images = [] }: OpenStackReleaseFacts): {
  ready: boolean;
  conditions: ConditionState[];
} {
  switch (assets.state) {
    case 'unavailable':
      return {
        ready: false,
        conditions: [
          isFalse(types.assetsClient, 'FailedCreateAssetsClient', 'Error', assets.message),
          isFalse(
            types.assets,
            'ReleaseAssetsNotDownloadedYet',
            'Info',
            'the source of releases does not answer',
          ),
        ],
      };
    case 'invalid':
      return {
        ready: false,
        conditions: [
          isTrue(types.assetsClient),
          isFalse(types.assets, 'IssueWithReleaseAssets', 'Error', assets.message),
        ],
      };
    case 'loaded': {
      const ready = images.length > 0 && images.every((image) => image.ready);
      const state = ready
        ? isTrue(types.images)
        : isFalse(types.images, 'ProcessOngoing', 'Info', explainImages(images));
      return { ready, conditions: [isTrue(types.assetsClient), isTrue(types.assets), state] };
    }
  }
}

function explainImages(images: NonNullable<OpenStackReleaseFacts['images']>): string {
  const [first, ...others] = images.filter(({ ready }) => !ready);
  if (!first) return 'the release names no images; set noProvider in the ClusterStack if it needs none';
  const more = others.length > 0 ? `; and ${others.length} more are not ready` : '';
  return `${first.name}: ${first.message ?? 'was not looked at yet'}${more}`;
}

/** The OpenStackNodeImageRelease for an image of a release. Releases of one stack with the same image share it. */
export function nodeImageRelease(
  release: ReleaseName,
  nodeImageVersion: string,
  { checksum, ...image }: ReleaseNodeImage,
  place: { namespace: string; identityRef: IdentityRef; owner: OwnerReference },
): OpenStackNodeImageRelease {
  return {
    apiVersion: infrastructureGroup,
    kind: 'OpenStackNodeImageRelease',
    metadata: {
      name: osnirName(release, image.createOpts.name, nodeImageVersion),
      namespace: place.namespace,
      ownerReferences: [place.owner],
      ...(checksum && { annotations: { [checksumAnnotation]: checksum } }),
    },
    spec: { identityRef: place.identityRef, image },
  };
}

/**
 * A shared OpenStackNodeImageRelease with what it must still get; undefined: it has all. `othersAgree`: its other owners name the same identity. The
 * image itself is changed by a sole owner only: what several releases share is no single one's.
 */
export function nodeImageChanges(
  existing: OpenStackNodeImageRelease,
  wanted: OpenStackNodeImageRelease,
  othersAgree: boolean,
): OpenStackNodeImageRelease | undefined {
  const [owner] = wanted.metadata.ownerReferences ?? [];
  const owners = existing.metadata.ownerReferences ?? [];
  const isOwned = owners.some(({ uid }) => uid === owner?.uid);
  // One of the same name was deleted and made again.
  const others = owners.filter(
    ({ kind, name, uid }) => uid !== owner?.uid && !(kind === owner?.kind && name === owner.name),
  );
  const spec = {
    identityRef: othersAgree ? wanted.spec.identityRef : existing.spec.identityRef,
    image: others.length === 0 ? wanted.spec.image : existing.spec.image,
  };
  const hasSpec = isSameJson(existing.spec, spec);
  const checksum = wanted.metadata.annotations?.[checksumAnnotation];
  const hasChecksum =
    checksum === undefined || existing.metadata.annotations?.[checksumAnnotation] === checksum;
  if (isOwned && hasChecksum && hasSpec) return undefined;
  const annotations = {
    ...existing.metadata.annotations,
    ...(checksum && { [checksumAnnotation]: checksum }),
  };
  return {
    ...existing,
    metadata: {
      ...existing.metadata,
      ...(!isOwned && { ownerReferences: [...others, ...(owner ? [owner] : [])] }),
      ...(!hasChecksum && { annotations }),
    },
    spec,
  };
}

/** The order of keys does not count. */
function isSameJson(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => isSameJson(item, other[index]));
  if (!isFields(one) || !isFields(other)) return one === other;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => isSameJson(one[key], other[key]));
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
