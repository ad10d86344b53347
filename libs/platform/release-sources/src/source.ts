/** Why a release could not be listed, fetched or unpacked: one line with cause and remedy, never a secret. */
export class ReleaseSourceError extends Error {
  override name = 'ReleaseSourceError';
  readonly reason:
    | 'settings'
    | 'unauthorized'
    | 'forbidden'
    | 'rate-limited'
    | 'not-found'
    | 'unavailable'
    | 'invalid'
    | 'digest'
    | 'too-large';
  /** Seconds until it is worth asking again, where the source says so. */
  readonly retryAfter: number | undefined;
  constructor(
    reason: ReleaseSourceError['reason'],
    message: string,
    options: { cause?: unknown; retryAfter?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.retryAfter = options.retryAfter;
  }
}

/** A place with releases: an OCI repository, the releases of a GitHub repository, a web folder, a directory. */
export interface ReleaseSource {
  /** For people: `oci registry.example/kaas/cluster-stacks`. */
  readonly description: string;
  /** All tags, whatever they look like. */
  list(signal?: AbortSignal): Promise<string[]>;
  /** Writes the files of a release into an empty folder. Digests that the source names are checked. */
  fetch(tag: string, folder: string, signal?: AbortSignal): Promise<{ digest?: string }>;
  /**
   * A mark of a release that is cheap to get and changes with its content, or with what it is checked against; undefined where the release is
   * gone. Sources whose releases never change have no such thing.
   */
  markOf?(tag: string): Promise<string | undefined>;
}

/** A system or network error in few words: its code where it has one, never an address or a path. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause instanceof Error ? causeOf(error.cause) : error.message;
}
