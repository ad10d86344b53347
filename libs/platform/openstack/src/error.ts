export type OpenStackReason =
  | 'unreachable'
  | 'timeout'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'malformed'
  | 'server-error'
  | 'failed';

/** Why an OpenStack API could not be used: one line with cause and remedy, never a secret. */
export class OpenStackError extends Error {
  override name = 'OpenStackError';
  readonly reason: OpenStackReason;
  /** HTTP status, where there was an answer. */
  readonly status: number | null;
  constructor(reason: OpenStackReason, message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.status = options.status ?? null;
  }
}
