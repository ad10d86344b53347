/** A value, or why it could not be read. A check whose input has an error aborts with that reason; others go on. */
export type Input<T> = { value: T } | { error: InputError };

export interface InputError {
  /** The cause in one word; the message names cause and remedy in one line and never holds a secret. */
  reason:
    | 'unreachable'
    | 'timeout'
    | 'unauthorized'
    | 'forbidden'
    | 'not-found'
    | 'malformed'
    | 'server-error'
    | 'failed';
  message: string;
}
