import { pagesOf, type DocIndex } from './build-index.ts';
import type { Page } from './page.ts';
import { stopWords } from './synonyms.ts';
import { termsOf, words } from './tokens.ts';

/** What the pages of an index are about, by stems. */
export interface PageWords {
  /** By page id: what stands out on the page, of length 1 together. */
  vectors: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** How rare a stem is: 0 for what is on every page; the highest for what is on none. */
  rarity: (term: string) => number;
  /** A stem as it is mostly written. */
  written: (term: string) => string;
}

const known = new WeakMap<DocIndex, PageWords>();

/** Counted once for an index. */
export function pageWords(index: DocIndex): PageWords {
  const counted = known.get(index);
  if (counted) return counted;
  const counts = pagesOf(index).map((page) => ({ page, terms: termsOfPage(page) }));
  const pages = new Map<string, number>();
  const spellings = new Map<string, Map<string, number>>();
  for (const { terms } of counts) {
    for (const [term, { spelling }] of terms) {
      pages.set(term, (pages.get(term) ?? 0) + 1);
      const written = spellings.get(term) ?? new Map<string, number>();
      spellings.set(term, written.set(spelling, (written.get(spelling) ?? 0) + 1));
    }
  }
  const rarity = (term: string): number => Math.log((counts.length + 1) / ((pages.get(term) ?? 0) + 1));
  const result: PageWords = {
    vectors: new Map(counts.map(({ page, terms }) => [page.id, toVector(terms, rarity)])),
    rarity,
    written: (term) => mostFrequent(spellings.get(term)) ?? term,
  };
  known.set(index, result);
  return result;
}

type Counts = ReadonlyMap<string, { count: number; spelling: string }>;

/** Pages outlive the index that they are first found in: most are counted once, whatever changes beside them. */
const countedPages = new WeakMap<Page, Counts>();

function termsOfPage(page: Page): Counts {
  const counted = countedPages.get(page) ?? countTerms(page);
  countedPages.set(page, counted);
  return counted;
}

const weights = { title: 4, heading: 2, text: 1 };

function countTerms({ title, description, sections }: Page): Counts {
  const terms = new Map<string, { count: number; spelling: string }>();
  const add = (text: string, weight: number): void => {
    for (const { text: word } of words(text)) {
      const { ids, parts } = termsOf(word);
      const names = word.match(/[\p{L}\p{N}]+/gu) ?? [];
      // Ids link pages, they are not what these are about; of a name its parts tell enough.
      if (ids.length > 0) continue;
      for (const [number, part] of parts.entries()) {
        if (part.length < 3 || /^\d+$/.test(part) || stopWords.has(part)) continue;
        const entry = terms.get(part) ?? { count: 0, spelling: '' };
        entry.count += weight;
        entry.spelling ||= names.length === parts.length ? names[number]!.toLowerCase() : part;
        terms.set(part, entry);
      }
    }
  };
  add(title, weights.title);
  add(description, weights.heading);
  for (const { heading, text } of sections) {
    add(heading, weights.heading);
    add(text, weights.text);
  }
  return terms;
}

/** Pages are compared by so many words: those further down say little and cost time. */
const mostTerms = 80;

function toVector(
  terms: ReadonlyMap<string, { count: number }>,
  rarity: (term: string) => number,
): Map<string, number> {
  const weighted = [...terms]
    .map(([term, { count }]): [string, number] => [term, (1 + Math.log(count)) * rarity(term)])
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, mostTerms);
  const length = Math.hypot(...weighted.map(([, weight]) => weight)) || 1;
  return new Map(weighted.map(([term, weight]) => [term, weight / length]));
}

function mostFrequent(counts: ReadonlyMap<string, number> | undefined): string | undefined {
  return [...(counts ?? [])].toSorted((a, b) => b[1] - a[1])[0]?.[0];
}
