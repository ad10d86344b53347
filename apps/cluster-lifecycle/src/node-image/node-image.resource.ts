import { infrastructureGroup, type OpenStackNodeImageRelease } from '@scs/cluster-stacks';
import type { Addresses } from '@scs/source-files';

export const nodeImageType = { apiVersion: infrastructureGroup, kind: 'OpenStackNodeImageRelease' } as const;

export interface NodeImageSettings {
  /** Milliseconds; 0: imports may take for ever. */
  importTimeoutMs: number;
  /** Images that nobody needs any more: they stay, as upstream has it, or go after a grace period (milliseconds). */
  retention: 'keep' | { graceMs: number };
  /** Is the checksum of an image looked for beside it, where its release names none? */
  checksumBesideUrl: boolean;
  /** Hosts that checksums may be fetched from. */
  checksumAddresses: Addresses;
  concurrency?: number;
}

/** `<namespace>/<name>`: written on images that are created for it. */
export const ownerOf = ({ metadata }: OpenStackNodeImageRelease): string =>
  `${metadata.namespace}/${metadata.name}`;
