import { sectionFields, type DocIndex, type Entry } from './build-index.ts';
import { allTerms } from './postings.ts';
import type { Reason, Wish } from './query.ts';
import { score } from './score.ts';
import { fields, type Field } from './tuning.ts';

/** What one word of the query found in a section, and where. */
export interface WordExplanation {
  word: string;
  terms: string[];
  reason: Reason;
  score: number;
  fields: Field[];
}

/** Asks for each word alone: slow, and only for the few hits that are shown. */
export function explainWords(
  number: number,
  { page, section }: Entry,
  wishes: readonly Wish[],
  index: DocIndex,
): WordExplanation[] {
  const content = sectionFields(page, section);
  const termsByField = fields.map((field) => ({ field, terms: new Set(allTerms(content[field] ?? '')) }));
  return wishes.flatMap((wish) => {
    const best = wish.alternatives
      .map((alternative) => ({
        alternative,
        points: score([{ ...wish, alternatives: [alternative] }], index.sections, {
          ...index.tuning,
          coverage: 0,
        }).scores[number]!,
      }))
      .toSorted((a, b) => b.points - a.points)[0]!;
    if (best.points === 0) return [];
    const { terms, reason } = best.alternative;
    const where = termsByField.filter((field) => terms.some((term) => field.terms.has(term)));
    return [{ word: wish.word, terms, reason, score: best.points, fields: where.map(({ field }) => field) }];
  });
}
