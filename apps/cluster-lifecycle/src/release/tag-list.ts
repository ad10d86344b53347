import { ReleaseSourceError } from '@scs/release-sources';
import type { Releases } from './releases.ts';

/** How often a source is asked for new releases; upstream's interval. */
export const pollMs = 5 * 60_000;
const firstPauseMs = 30_000;
const longestPauseMs = 30 * 60_000;

/** What is known of the tags at the source. */
export interface KnownTags {
  /** Of the last answer; undefined where there was none yet. */
  tags: readonly string[] | undefined;
  /** Why the last question was not answered. */
  error: unknown;
  /** When it is worth asking again. */
  nextAt: Date;
}

/** One list of tags for all ClusterStacks: asked for every five minutes, later where the source wants to be left alone. */
export interface TagList {
  current(signal?: AbortSignal): Promise<KnownTags>;
}

export function createTagList(releases: Pick<Releases, 'list'>, clock: () => Date): TagList {
  let known: KnownTags | undefined;
  let failures = 0;
  let asking: Promise<KnownTags> | undefined;

  async function ask(signal: AbortSignal | undefined): Promise<KnownTags> {
    try {
      const tags = await releases.list(signal);
      failures = 0;
      known = { tags, error: undefined, nextAt: in_(pollMs) };
    } catch (error) {
      signal?.throwIfAborted();
      const pauseMs = Math.min(firstPauseMs * 2 ** failures++, longestPauseMs);
      known = { tags: known?.tags, error, nextAt: in_(Math.max(pauseMs, retryAfterMs(error))) };
    }
    return known;
  }
  const in_ = (ms: number): Date => new Date(clock().getTime() + ms);

  return {
    async current(signal) {
      if (known && clock() < known.nextAt) return known;
      asking ??= ask(signal).finally(() => {
        asking = undefined;
      });
      return asking;
    },
  };
}

/** Where the source says when to come again. */
export const retryAfterMs = (error: unknown): number =>
  error instanceof ReleaseSourceError && error.retryAfter !== undefined ? error.retryAfter * 1000 : 0;
