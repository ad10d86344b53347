/** Most that is taken of a release or an archive. */
export interface ArchiveLimits {
  /** Of all files together, unpacked; 256 MiB. */
  bytes: number;
  /** Of one file; 64 MiB. */
  fileBytes: number;
  /** With folders; 10,000. */
  files: number;
}

const MiB = 2 ** 20;

export function limitsOf(limits: Partial<ArchiveLimits> = {}): ArchiveLimits {
  return { bytes: 256 * MiB, fileBytes: 64 * MiB, files: 10_000, ...limits };
}

/** Bytes for people. */
export function inWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < MiB ? `${Math.round(bytes / 1024)} KiB` : `${Math.round(bytes / MiB)} MiB`;
}
