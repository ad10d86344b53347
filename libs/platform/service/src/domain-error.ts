/** What went wrong, in the words that edges translate into gRPC codes, HTTP statuses and job retries. */
export type ErrorKind =
  | 'invalid'
  | 'not-found'
  | 'exists'
  | 'wrong-state'
  | 'conflict'
  | 'exhausted'
  | 'unavailable'
  | 'unauthenticated'
  | 'forbidden';

interface Details {
  /** Every value of the message, for programs. */
  metadata?: Record<string, string>;
  /** Which fields of a request are wrong, and why. */
  violations?: { field: string; description: string }[];
  cause?: unknown;
}

/** An error that a caller can do something about. The reason is UPPER_SNAKE and stable (AIP-193). */
export class DomainError extends Error {
  override name = 'DomainError';
  readonly kind: ErrorKind;
  readonly reason: string;
  readonly metadata: Record<string, string>;
  readonly violations: { field: string; description: string }[];

  constructor(
    kind: ErrorKind,
    reason: string,
    message: string,
    { metadata = {}, violations = [], cause }: Details = {},
  ) {
    super(message, { cause });
    this.kind = kind;
    this.reason = reason;
    this.metadata = metadata;
    this.violations = violations;
  }
}
