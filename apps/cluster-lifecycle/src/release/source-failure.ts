import { ReleaseInvalid } from '@scs/cluster-stacks';
import { ReleaseSourceError } from '@scs/release-sources';
import { oneLine } from '../apply/failure.ts';

/**
 * What a failed look at a release means: `unavailable` passes when source, settings or network are mended; `invalid` is about the release itself.
 * Undefined: something else, that is for the log.
 */
export function judgeSourceFailure(
  error: unknown,
): { state: 'unavailable' | 'invalid'; message: string } | undefined {
  if (error instanceof ReleaseInvalid) return { state: 'invalid', message: oneLine(error.message) };
  if (!(error instanceof ReleaseSourceError)) return undefined;
  const message = oneLine(error.message);
  switch (error.reason) {
    case 'settings':
    case 'unauthorized':
    case 'forbidden':
    case 'rate-limited':
    case 'unavailable':
      return { state: 'unavailable', message };
    case 'not-found':
    case 'invalid':
    case 'digest':
    case 'too-large':
      return { state: 'invalid', message };
  }
}
