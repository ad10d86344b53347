import type { ImageFacts } from './node-image.ts';

export interface ImageRemovalFacts {
  /** What becomes of images that nobody needs: they stay, as upstream has it; or they go after a grace period (milliseconds). */
  retention: 'keep' | { graceMs: number };
  deletedAt: Date;
  /** A release that exists owns the OpenStackNodeImageRelease which is being deleted. */
  wantedAgain: boolean;
  /** Those that were created for it; undefined: the cloud cannot be asked any more, since the secret is gone. */
  images: readonly ImageFacts[] | undefined;
  /** Other OpenStackNodeImageReleases that mean the same image in the same project. */
  otherReleases: readonly string[];
  /** Those that may: their cloud does not say which project it is. */
  doubtfulReleases: readonly string[];
  /** Servers that were made of it; undefined: Nova did not say. */
  servers: number | undefined;
}

export type ImageRemovalPlan =
  /** The image stays; the finalizer goes. */
  | { do: 'let-go'; message?: string }
  | { do: 'wait'; againMs: number; message: string }
  | { do: 'delete'; imageIds: string[] };

const minute = 60_000;

/** What becomes of the image of an OpenStackNodeImageRelease that is being deleted. Whatever is in doubt stays. */
export function planImageRemoval(facts: ImageRemovalFacts, now: Date): ImageRemovalPlan {
  const { retention, images, otherReleases, doubtfulReleases, servers } = facts;
  if (retention === 'keep' || facts.wantedAgain) return { do: 'let-go' };
  if (!images)
    return { do: 'let-go', message: 'the image is left in the cloud: there are no credentials any more' };
  if (images.length === 0) return { do: 'let-go' };
  if (otherReleases.length > 0)
    return { do: 'let-go', message: `the image is left for ${listOf(otherReleases)}` };
  const shared = images.find(({ visibility }) => visibility !== 'private' && visibility !== 'shared');
  if (shared)
    return {
      do: 'let-go',
      message: `image ${shared.id} is ${shared.visibility}, others may use it: it is left`,
    };
  const kept = images.find((image) => image.protected);
  if (kept) return { do: 'let-go', message: `image ${kept.id} is protected: it is left` };
  const graceMs = facts.deletedAt.getTime() + retention.graceMs - now.getTime();
  // Short pauses: what is being deleted must not keep its namespace for long.
  if (graceMs > 0)
    return { do: 'wait', againMs: Math.min(graceMs, minute), message: 'the grace period is not over' };
  const wait = (message: string): ImageRemovalPlan => ({ do: 'wait', againMs: minute, message });
  if (doubtfulReleases.length > 0)
    return wait(`the image may be that of ${listOf(doubtfulReleases)}, whose cloud does not answer`);
  if (servers === undefined) return wait('Nova does not say whether servers use the image');
  if (servers > 0) return wait(`servers that were made of the image: ${servers}`);
  return { do: 'delete', imageIds: images.map(({ id }) => id) };
}

const listOf = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
