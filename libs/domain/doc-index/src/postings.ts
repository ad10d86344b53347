import { termsOf, words } from './tokens.ts';
import { stopWords } from './synonyms.ts';
import { fields, type Field, type Tuning } from './tuning.ts';

export type Fields = Partial<Record<Field, string>>;

/** Where a term occurs: numbers of documents, and how often, weighed over the fields (the frequency of BM25F). */
export interface Posting {
  documents: number[];
  frequencies: number[];
}

export interface Postings {
  size: number;
  terms: Map<string, Posting>;
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
  const terms = new Map<string, Posting>();
  for (const [number, document] of counted.entries()) {
    const frequencies = new Map<string, number>();
    for (const { field, terms: occurrences } of document) {
      const share = tuning.length[field];
      const one = tuning.weight[field] / (1 - share + (share * occurrences.length) / average[field]);
      for (const term of occurrences) frequencies.set(term, (frequencies.get(term) ?? 0) + one);
    }
    for (const [term, frequency] of frequencies) {
      const posting = terms.get(term);
      if (posting) {
        posting.documents.push(number);
        posting.frequencies.push(frequency);
      } else terms.set(term, { documents: [number], frequencies: [frequency] });
    }
  }
  return { size: documents.length, terms };
}

function averageLengths(documents: readonly { field: Field; terms: string[] }[][]): Record<Field, number> {
  const sum = Object.fromEntries(fields.map((field) => [field, { length: 0, count: 0 }]));
  for (const { field, terms } of documents.flat()) {
    sum[field]!.length += terms.length;
    sum[field]!.count += 1;
  }
  const averages = Object.entries(sum).map(([field, { length, count }]) => [field, length / count || 1]);
  return Object.fromEntries(averages) as Record<Field, number>;
}

/** How rare a term is; 0 for one that nobody has. */
export function rarity(term: string, { size, terms }: Postings): number {
  const count = terms.get(term)?.documents.length ?? 0;
  return count === 0 ? 0 : Math.log(1 + (size - count + 0.5) / (count + 0.5));
}
