import { termsOf, words } from './tokens.ts';
import { stopWords } from './synonyms.ts';
import { fields, type Field, type Tuning } from './tuning.ts';

export type Fields = Partial<Record<Field, string>>;

/**
 * Who has which term, and how strongly: its frequency weighed over the fields (that of BM25F). All terms share two arrays, because two
 * hundred thousand small ones would need three times the memory:
 *
 *     terms:       volume → 0         backup → 1    …
 *     starts:      0                  3             4
 *     documents:   [ 2    7    9   ]  [ 7   ]       …
 *     frequencies: [ 1.2  4.0  0.7 ]  [ 3.1 ]       …
 */
export interface Postings {
  size: number;
  terms: ReadonlyMap<string, number>;
  starts: Uint32Array;
  documents: Uint32Array;
  frequencies: Float32Array;
}

/** Every term of a text. Neighbours also count as a pair (`volume backup`), which is how phrases are found. */
export function allTerms(text: string): string[] {
  const terms: string[] = [];
  let before: string | undefined;
  for (const word of words(text)) {
    const { ids, whole, parts } = termsOf(word.text);
    terms.push(...ids, ...parts);
    if (whole !== undefined) terms.push(whole);
    for (const part of parts) {
      if (stopWords.has(part)) continue;
      if (before !== undefined) terms.push(`${before} ${part}`);
      before = part;
    }
  }
  return terms;
}

/** Inverts documents: for each term, who has it and how strongly. */
export function invert(documents: readonly Fields[], tuning: Tuning): Postings {
  const counted = documents.map((document) =>
    fields.flatMap((field) => {
      const text = document[field];
      return text ? [{ field, terms: allTerms(text) }] : [];
    }),
  );
  const average = averageLengths(counted);
  const occurrences = new Map<string, { documents: number[]; frequencies: number[] }>();
  for (const [number, document] of counted.entries()) {
    for (const [term, frequency] of weigh(document, average, tuning)) {
      const known = occurrences.get(term);
      if (known) {
        known.documents.push(number);
        known.frequencies.push(frequency);
      } else occurrences.set(term, { documents: [number], frequencies: [frequency] });
    }
  }
  return pack(occurrences, documents.length);
}

function weigh(
  document: readonly Counted[],
  average: Record<Field, number>,
  tuning: Tuning,
): Map<string, number> {
  const frequencies = new Map<string, number>();
  for (const { field, terms } of document) {
    const share = tuning.length[field];
    const one = tuning.weight[field] / (1 - share + (share * terms.length) / average[field]);
    for (const term of terms) frequencies.set(term, (frequencies.get(term) ?? 0) + one);
  }
  return frequencies;
}

function pack(
  occurrences: ReadonlyMap<string, { documents: number[]; frequencies: number[] }>,
  size: number,
): Postings {
  const total = [...occurrences.values()].reduce((sum, { documents }) => sum + documents.length, 0);
  const postings = {
    size,
    terms: new Map<string, number>(),
    starts: new Uint32Array(occurrences.size + 1),
    documents: new Uint32Array(total),
    frequencies: new Float32Array(total),
  };
  let start = 0;
  for (const [term, { documents, frequencies }] of occurrences) {
    postings.starts[postings.terms.size] = start;
    postings.terms.set(term, postings.terms.size);
    postings.documents.set(documents, start);
    postings.frequencies.set(frequencies, start);
    start += documents.length;
  }
  postings.starts[occurrences.size] = start;
  return postings;
}

/** Where the documents of a term stand in `documents` and `frequencies`: from, and up to but without. */
export function rangeOf(term: string, { terms, starts }: Postings): [from: number, to: number] {
  const number = terms.get(term);
  return number === undefined ? [0, 0] : [starts[number]!, starts[number + 1]!];
}

interface Counted {
  field: Field;
  terms: string[];
}

function averageLengths(documents: readonly Counted[][]): Record<Field, number> {
  const sum = Object.fromEntries(fields.map((field) => [field, { length: 0, count: 0 }]));
  for (const { field, terms } of documents.flat()) {
    sum[field]!.length += terms.length;
    sum[field]!.count += 1;
  }
  const averages = Object.entries(sum).map(([field, { length, count }]) => [field, length / count || 1]);
  return Object.fromEntries(averages) as Record<Field, number>;
}

/** How rare a term is; 0 for one that nobody has. */
export function rarity(term: string, postings: Postings): number {
  const [from, to] = rangeOf(term, postings);
  const count = to - from;
  return count === 0 ? 0 : Math.log(1 + (postings.size - count + 0.5) / (count + 0.5));
}
