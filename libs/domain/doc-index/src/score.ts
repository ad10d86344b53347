import { rarityOf, sizeAt, type DocIndex } from './build-index.ts';
import type { Postings } from './postings.ts';
import type { Alternative, Wish } from './query.ts';
import type { Level } from './segment.ts';
import type { Tuning } from './tuning.ts';

/** By the number of a section or page, counted through all segments. */
export interface Scores {
  scores: Float64Array;
  /** The part of what is asked for that a document has. */
  coverage: Float64Array;
}

/** BM25F for every document, lowered where words of the query are missing. */
export function score(
  wishes: readonly Wish[],
  index: DocIndex,
  level: Level,
  { saturation, coverage: exponent }: Pick<Tuning, 'saturation' | 'coverage'>,
): Scores {
  const size = sizeAt(level, index);
  const scores = new Float64Array(size);
  const coverage = new Float64Array(size);
  const best = new Float64Array(size);
  const points = new Float64Array(size);
  const touched: number[] = [];
  let possible = 0;
  for (const wish of wishes) {
    let value = 0;
    for (const { share, worth, runs } of worthOf(wish, index, level, size)) {
      value = Math.max(value, worth);
      const start = touched.length;
      for (const run of runs) addPoints(run, points, touched, saturation);
      for (let at = start; at < touched.length; at += 1) {
        const document = touched[at]!;
        const own = points[document]! * share;
        if (own > best[document]!) best[document] = own;
        points[document] = 0;
      }
    }
    // Words that stand side by side are welcome, but nothing is missing where they do not.
    const countsAsCovered = wish.kind === 'word' ? value : 0;
    possible += countsAsCovered;
    for (const document of touched) {
      const own = best[document]!;
      if (own === 0) continue;
      scores[document]! += own;
      coverage[document]! += Math.min(countsAsCovered, own);
      best[document] = 0;
    }
    touched.length = 0;
  }
  for (let document = 0; document < size; document += 1) {
    if (scores[document] === 0) continue;
    coverage[document]! /= possible;
    scores[document]! *= coverage[document]! ** exponent;
  }
  return { scores, coverage };
}

/** Where a term stands in one segment. */
interface Run {
  postings: Postings;
  from: number;
  to: number;
  /** Number of the segment's first document among all. */
  offset: number;
  rare: number;
}

/** BM25 of one term. */
function addPoints(
  { postings: { documents, frequencies }, from, to, offset, rare }: Run,
  points: Float64Array,
  touched: number[],
  saturation: number,
): void {
  const most = rare * (saturation + 1);
  for (let at = from; at < to; at += 1) {
    const document = offset + documents[at]!;
    const frequency = frequencies[at]!;
    if (points[document] === 0) touched.push(document);
    points[document]! += (most * frequency) / (frequency + saturation);
  }
}

/** What each alternative of a wish that somebody has is worth, what part of its terms' points counts, and where these stand. */
function* worthOf(
  wish: Wish,
  index: DocIndex,
  level: Level,
  size: number,
): Generator<{ alternative: Alternative; worth: number; share: number; runs: Run[] }> {
  let given: number | undefined;
  for (const alternative of wish.alternatives) {
    const { terms, weight } = alternative;
    const runs: Run[] = [];
    let sum = 0;
    for (const term of terms) sum += findRuns(term, index, level, size, runs);
    const rare = sum / terms.length;
    if (rare === 0) continue;
    // A rare synonym must not outweigh the word that was given.
    given ??= rare;
    const worth = wish.weight * weight * Math.min(rare, given);
    yield { alternative, worth, share: worth / (rare * terms.length), runs };
  }
}

/** Adds where a term stands to `runs`; returns how rare it is. */
function findRuns(term: string, { segments }: DocIndex, level: Level, size: number, runs: Run[]): number {
  const first = runs.length;
  let [offset, count] = [0, 0];
  for (const { terms, pages, emphases, [level]: postings } of segments) {
    const number = terms.get(term);
    if (number !== undefined) {
      const [from, to] = [postings.starts[number]!, postings.starts[number + 1]!];
      if (from < to) runs.push({ postings, from, to, offset, rare: 0 });
      count += to - from;
    }
    offset += level === 'wholePages' ? pages.length : emphases.length;
  }
  const rare = rarityOf(count, size);
  for (let at = first; at < runs.length; at += 1) runs[at]!.rare = rare;
  return rare;
}

/** The points of a wish in one document, and the alternative that gave them; undefined where it has none. */
export function bestAlternative(
  wish: Wish,
  document: number,
  index: DocIndex,
  level: Level,
  saturation: number,
): { alternative: Alternative; points: number } | undefined {
  let best: { alternative: Alternative; points: number } | undefined;
  for (const { alternative, share, runs } of worthOf(wish, index, level, sizeAt(level, index))) {
    let sum = 0;
    for (const { postings, from, to, offset, rare } of runs) {
      const at = postings.documents.subarray(from, to).indexOf(document - offset);
      if (at < 0) continue;
      const frequency = postings.frequencies[from + at]!;
      sum += (rare * (saturation + 1) * frequency) / (frequency + saturation);
    }
    if (sum * share > (best?.points ?? 0)) best = { alternative, points: sum * share };
  }
  return best;
}
