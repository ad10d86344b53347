import { usage } from './failure.ts';

/** Of `--timeout SECONDS`; undefined leaves the library's own. */
export function readTimeoutMs(timeout: string | undefined): number | undefined {
  if (timeout === undefined) return undefined;
  const seconds = Number(timeout);
  if (!(seconds > 0 && seconds <= 3600))
    throw usage(`--timeout ${timeout} is no time; give seconds, for example --timeout 10`);
  return seconds * 1000;
}
