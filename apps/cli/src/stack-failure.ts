import { EXIT, Failure, oneLine, usage } from './failure.ts';

/**
 * What the libraries about cluster stacks throw, as one line: 69 for a source or registry that does not answer or lets nobody in, 64 for the rest.
 * By name, so that a command loads only what it uses.
 */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : '';
    const isAway = /^(?:unauthorized|forbidden|rate-limited|unavailable)$/.test(reason);
    if (error.name === 'ReleaseSourceError')
      throw isAway ? new Failure(EXIT.unreachable, oneLine(error)) : usage(oneLine(error));
    if (error.name === 'ReleaseInvalid' || error.name === 'HelmError') throw usage(oneLine(error));
    throw error;
  }
}
