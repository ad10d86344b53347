import type { DocIndex } from './build-index.ts';

export interface SimilarPage {
  page: string;
  /** 0 to 1. */
  similarity: number;
  /** Words that both pages are about, strongest first. */
  sharedWords: string[];
}

/** Pages about the same things as one, nearest first; undefined where there is no such page. */
export function similarPages(
  _index: DocIndex,
  _page: string,
  _options: { asOf: string; limit?: number },
): SimilarPage[] | undefined {
  return [];
}
