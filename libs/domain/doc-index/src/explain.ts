import type { DocIndex } from './build-index.ts';
import type { Page, Section } from './page.ts';
import type { Reason, Wish } from './query.ts';
import { bestAlternative } from './score.ts';
import { allTerms, sectionFields } from './segment.ts';
import { fields, type Field } from './tuning.ts';

/** What one word of the query found in a section, and where. */
export interface WordExplanation {
  word: string;
  terms: string[];
  reason: Reason;
  score: number;
  fields: Field[];
}

/** What each word found in the section with this number. Reads its text again: only for the few hits that are shown. */
export function explainWords(
  number: number,
  page: Page,
  section: Section,
  wishes: readonly Wish[],
  index: DocIndex,
): WordExplanation[] {
  const content = sectionFields(page, section);
  const termsByField = fields.map((field) => ({ field, terms: new Set(allTerms(content[field] ?? '')) }));
  return wishes.flatMap((wish) => {
    const best = bestAlternative(wish, number, index, 'sections', index.tuning.saturation);
    if (!best) return [];
    const { terms, reason } = best.alternative;
    const where = termsByField.filter((field) => terms.some((term) => field.terms.has(term)));
    return [{ word: wish.word, terms, reason, score: best.points, fields: where.map(({ field }) => field) }];
  });
}
