/** Most that is taken of an archive. */
export interface ArchiveLimits {
  /** Of all files together, unpacked; 256 MiB. */
  bytes: number;
  /** Of one file; 64 MiB. */
  fileBytes: number;
  /** 10,000 */
  files: number;
}

/** Unpacks a `.tgz` into an empty folder. Throws ReleaseSourceError `invalid` or `too-large`, and leaves nothing behind. */
export function unpackArchive(
  _file: string,
  _folder: string,
  _limits?: Partial<ArchiveLimits>,
  _signal?: AbortSignal,
): Promise<void> {
  throw new Error('to be written');
}
