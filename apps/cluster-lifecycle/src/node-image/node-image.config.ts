import { z } from 'zod';
import type { NodeImageSettings } from './node-image.resource.ts';

const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Variables about node images, for the schema of the service. */
export const nodeImageVariables = {
  IMAGE_IMPORT_TIMEOUT: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .describe(
      'Minutes after which the import of a node image counts as failed; 0: never, as upstream has it',
    ),
  IMAGE_RETENTION: z
    .string()
    .regex(/^(?:keep|\d{1,5}[mhd])$/, 'write keep, or how long, e.g. 12h or 7d')
    .default('keep')
    .describe(
      'What becomes of imported node images that no release needs any more: `keep`, as upstream does, or deleted after so long, e.g. `7d`; only images that this operator created, and that no server uses',
    ),
  IMAGE_CHECKSUM: z
    .enum(['release', 'beside-url'])
    .default('release')
    .describe(
      'Where checksums of node images come from: `release` (those in node-images.yaml), or `beside-url`, then also from `<url>.CHECKSUM`',
    ),
  IMAGE_CHECKSUM_ADDRESSES: z
    .enum(['public', 'any'])
    .default('public')
    .describe(
      'Hosts that checksums may be fetched from: `public`, or `any`, with those of internal networks',
    ),
};

/** What the variables mean for the reconciler. */
export function nodeImageSettings(config: {
  IMAGE_IMPORT_TIMEOUT: number;
  IMAGE_RETENTION: string;
  IMAGE_CHECKSUM: 'release' | 'beside-url';
  IMAGE_CHECKSUM_ADDRESSES: 'public' | 'any';
}): NodeImageSettings {
  const [, count, unit = ''] = /^(\d+)([mhd])$/.exec(config.IMAGE_RETENTION) ?? [];
  return {
    importTimeoutMs: config.IMAGE_IMPORT_TIMEOUT * 60_000,
    retention: count === undefined ? 'keep' : { graceMs: Number(count) * (units[unit] ?? 0) },
    checksumBesideUrl: config.IMAGE_CHECKSUM === 'beside-url',
    checksumAddresses: config.IMAGE_CHECKSUM_ADDRESSES,
  };
}
