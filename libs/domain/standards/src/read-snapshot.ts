import { SNAPSHOT_FORMAT, type Snapshot } from './snapshot.ts';

/** A document that is no snapshot, or not one of a format known here. The message says what to do. */
export class SnapshotError extends Error {
  override name = 'SnapshotError';
}

const parts = {
  cloud: ['cloud', 'token', 'flavors', 'images', 'volumeTypes', 'defaultSecurityGroupRules', 'probes'],
  cluster: ['version', 'nodes', 'kubernetes', 'sonobuoy'],
} as const;

/** Takes parsed JSON for a snapshot, if it is one. Throws {@link SnapshotError}. */
export function readSnapshot(document: unknown): Snapshot {
  const fields =
    typeof document === 'object' && document !== null ? (document as Record<string, unknown>) : {};
  const { format, kind } = fields;
  if (typeof format !== 'string' || !format.startsWith('scs.snapshot/')) {
    throw new SnapshotError(
      `this is no snapshot (it has no format scs.snapshot/…); make one with \`scs snapshot\``,
    );
  }
  if (format !== SNAPSHOT_FORMAT) {
    throw new SnapshotError(
      `the snapshot has the format ${format}, this program reads ${SNAPSHOT_FORMAT}; use the release that wrote it, or take a new one`,
    );
  }
  if (kind !== 'cloud' && kind !== 'cluster')
    throw new SnapshotError(`the snapshot is of the unknown kind ${String(kind)}; take a new one`);
  const missing = ['subject', 'takenAt', ...parts[kind]].filter((part) => fields[part] === undefined);
  if (missing.length > 0) throw new SnapshotError(`the snapshot lacks ${missing.join(', ')}; take a new one`);
  // Written by this program in this format: what lies deeper is as the format says.
  return document as Snapshot;
}
