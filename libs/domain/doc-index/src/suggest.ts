import type { DocIndex } from './build-index.ts';
import type { State } from './page.ts';

export interface Suggestion {
  /** What to search for, or the heading to go to. */
  text: string;
  kind: 'standard' | 'testcase' | 'heading' | 'word';
  /** Where it leads; undefined for words. */
  page: string | undefined;
  anchor: string;
  state: State | undefined;
}

/** What somebody may be about to type: ids, headings, words. */
export function suggest(
  _index: DocIndex,
  _text: string,
  _options: { asOf: string; limit?: number },
): Suggestion[] {
  return [];
}
