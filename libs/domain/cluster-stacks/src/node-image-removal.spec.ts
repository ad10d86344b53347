import { describe, expect, it } from 'vitest';
import type { ImageFacts } from './node-image.ts';
import { planImageRemoval, type ImageRemovalFacts } from './node-image-removal.ts';

const now = new Date('2026-03-01T12:00:00Z');
const hours = (count: number): number => count * 3_600_000;
const image: ImageFacts = {
  id: '1',
  name: 'a',
  status: 'active',
  visibility: 'private',
  protected: false,
  updatedAt: now,
  importing: false,
};
const planOf = (facts: Partial<ImageRemovalFacts>) =>
  planImageRemoval(
    {
      retention: { graceMs: hours(24) },
      deletedAt: new Date(now.getTime() - hours(25)),
      wantedAgain: false,
      images: [image],
      otherReleases: [],
      doubtfulReleases: [],
      servers: 0,
      ...facts,
    },
    now,
  );

describe('an image that nobody needs (CSPO gap: images are never deleted)', () => {
  it('is deleted after the grace period', () => {
    expect(planOf({})).toEqual({ do: 'delete', imageIds: ['1'] });
  });

  it.each<[string, Partial<ImageRemovalFacts>]>([
    ['stays where the operator keeps images, as upstream does', { retention: 'keep' }],
    ['stays when a release wants it again', { wantedAgain: true }],
    ['stays for another release', { otherReleases: ['team/b'] }],
    ['stays when it is protected', { images: [{ ...image, protected: true }] }],
    ['stays when it is public: others may use it', { images: [{ ...image, visibility: 'public' }] }],
    ['stays when the credentials are gone', { images: undefined }],
    ['is gone already', { images: [] }],
  ])('%s, and the release goes', (_, facts) => {
    expect(planOf(facts)).toMatchObject({ do: 'let-go' });
  });

  it.each<[string, Partial<ImageRemovalFacts>, RegExp]>([
    ['in the grace period', { deletedAt: new Date(now.getTime() - hours(23)) }, /grace/],
    ['while servers use it', { servers: 2 }, /servers that were made of the image: 2/],
    [
      'while the cloud of another release does not answer, which may have the same',
      { doubtfulReleases: ['a', 'b', 'c', 'd'] },
      /a, b, c and 1 more/,
    ],
    ['while Nova does not say whether servers use it', { servers: undefined }, /Nova/],
  ])('stays %s', (_, facts, message) => {
    expect(planOf(facts)).toMatchObject({ do: 'wait', message: expect.stringMatching(message) as string });
  });
});
