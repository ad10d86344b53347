import { rangeOf, rarity, type Postings } from './postings.ts';
import type { Alternative, Wish } from './query.ts';
import type { Tuning } from './tuning.ts';

/** BM25F for every document, lowered where words of the query are missing. */
export function score(
  wishes: readonly Wish[],
  postings: Postings,
  { saturation, coverage: exponent }: Pick<Tuning, 'saturation' | 'coverage'>,
): { scores: Float64Array; coverage: Float64Array } {
  const scores = new Float64Array(postings.size);
  const coverage = new Float64Array(postings.size);
  const best = new Float64Array(postings.size);
  let possible = 0;
  for (const wish of wishes) {
    const touched: number[] = [];
    let value = 0;
    let given: number | undefined;
    for (const alternative of wish.alternatives) {
      const rare = termsValue(alternative, postings) / alternative.terms.length;
      if (rare === 0) continue;
      // A rare synonym must not outweigh the word that was given.
      given ??= rare;
      const worth = wish.weight * alternative.weight * Math.min(rare, given);
      const share = worth / (rare * alternative.terms.length);
      value = Math.max(value, worth);
      for (const [document, points] of alternativePoints(alternative, postings, saturation)) {
        if (best[document] === 0) touched.push(document);
        best[document] = Math.max(best[document]!, points * share);
      }
    }
    // Words that stand side by side are welcome, but nothing is missing where they do not.
    const countsAsCovered = wish.kind === 'word' ? value : 0;
    possible += countsAsCovered;
    for (const document of touched) {
      scores[document]! += best[document]!;
      coverage[document]! += Math.min(countsAsCovered, best[document]!);
      best[document] = 0;
    }
  }
  for (const document of scores.keys()) {
    if (scores[document] === 0) continue;
    coverage[document]! /= possible;
    scores[document]! *= coverage[document]! ** exponent;
  }
  return { scores, coverage };
}

/** BM25 of the terms together, by document. */
function alternativePoints(
  { terms }: Alternative,
  postings: Postings,
  saturation: number,
): Map<number, number> {
  const points = new Map<number, number>();
  for (const term of terms) {
    const [from, to] = rangeOf(term, postings);
    const most = rarity(term, postings) * (saturation + 1);
    for (let position = from; position < to; position += 1) {
      const document = postings.documents[position]!;
      const frequency = postings.frequencies[position]!;
      points.set(document, (points.get(document) ?? 0) + (most * frequency) / (frequency + saturation));
    }
  }
  return points;
}

function termsValue({ terms }: Alternative, postings: Postings): number {
  return terms.reduce((sum, term) => sum + rarity(term, postings), 0);
}
