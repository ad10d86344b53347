import { sectionFields, type DocIndex, type Entry } from './build-index.ts';
import { allTerms } from './postings.ts';
import type { Alternative, Reason, Wish } from './query.ts';
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
    const pointsOf = (alternatives: readonly Alternative[]): number =>
      score([{ ...wish, alternatives: [...alternatives] }], index.sections, { ...index.tuning, coverage: 0 })
        .scores[number]!;
    const points = pointsOf(wish.alternatives);
    if (points === 0) return [];
    // The best alternative is the first with which no more is missing.
    const enough = wish.alternatives.findIndex(
      (_, at) => pointsOf(wish.alternatives.slice(0, at + 1)) >= points,
    );
    const { terms, reason } = wish.alternatives[enough]!;
    const where = termsByField.filter((field) => terms.some((term) => field.terms.has(term)));
    return [{ word: wish.word, terms, reason, score: points, fields: where.map(({ field }) => field) }];
  });
}
