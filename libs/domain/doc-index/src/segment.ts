import type { Page, Section } from './page.ts';
import { join, noOccurrences, pack, record, renumberDocuments, type Postings } from './postings.ts';
import { emphasis, placing } from './standing.ts';
import { stopWords } from './synonyms.ts';
import { termsOf, words } from './tokens.ts';
import { fields, type Field, type Tuning } from './tuning.ts';

/**
 * Some pages with one access label, and what is counted in them. Nothing here depends on other pages, so that segments can be left out,
 * shared and joined: what depends on all (how rare a word is) is summed up when somebody asks.
 */
export interface Segment {
  access: string;
  pages: readonly Page[];
  /** The number of each page's first section, and behind the last page that of all sections. */
  firstSections: Uint32Array;
  /** By section, a factor for what it is (see `emphasis`); by page, one for where it lies (see `placing`). */
  emphases: Float64Array;
  placings: Float64Array;
  /** Numbers of the terms in the next three. A term whose pages have gone may still stand here, with nobody who has it. */
  terms: ReadonlyMap<string, number>;
  sections: Postings;
  /** Sections by their names alone: title, headings, path, id. */
  names: Postings;
  wholePages: Postings;
  /** Words as they are written, in lower case and in order of the alphabet, by page: for corrections and completions. */
  words: ReadonlyMap<string, number>;
  writtenIn: Postings;
}

/** The three ways to look for terms. */
export type Level = 'sections' | 'names' | 'wholePages';

export type Fields = Partial<Record<Field, string>>;

const nameFields: ReadonlySet<Field> = new Set(['id', 'title', 'heading', 'trail', 'path']);

export function buildSegment(access: string, pages: readonly Page[], tuning: Tuning): Segment {
  const terms = new Map<string, number>();
  const words = new Map<string, number>();
  const [sections, names, wholePages] = [noOccurrences(), noOccurrences(), noOccurrences()];
  const writtenIn = noOccurrences();
  let number = 0;
  for (const [pageNumber, page] of pages.entries()) {
    // Nothing leads to a page without sections, so it must not count either.
    if (page.sections.length === 0) continue;
    const shared = countFields(sharedFields(page), terms);
    const whole = [...shared];
    for (const section of page.sections) {
      const counted = [...shared, ...countFields(ownFields(section), terms)];
      record(sections, number, weigh(counted, tuning.averageLength, tuning));
      record(
        names,
        number,
        weigh(
          counted.filter(({ field }) => nameFields.has(field)),
          tuning.averageLength,
          tuning,
        ),
      );
      whole.push(...counted.slice(shared.length).filter(({ field }) => field !== 'trail'));
      number += 1;
    }
    record(wholePages, pageNumber, weigh(whole, tuning.averagePageLength, tuning));
    record(writtenIn, pageNumber, countWords(page, words));
  }
  const sorted = sortKeys(words);
  return {
    access,
    ...layout(pages, tuning),
    terms,
    sections: pack(sections, terms.size),
    names: pack(names, terms.size),
    wholePages: pack(wholePages, terms.size),
    words: sorted.keys,
    writtenIn: pack({ ...writtenIn, terms: writtenIn.terms.map((word) => sorted.places[word]!) }, words.size),
  };
}

/** The segment without some of its pages. Reads no text: that of the others is counted already. */
export function withoutPages(segment: Segment, gone: ReadonlySet<string>, tuning: Tuning): Segment {
  const kept = keep(segment, gone);
  return {
    ...segment,
    ...layout(
      segment.pages.filter(({ id }) => !gone.has(id)),
      tuning,
    ),
    sections: renumberDocuments(segment.sections, kept.sections),
    names: renumberDocuments(segment.names, kept.sections),
    wholePages: renumberDocuments(segment.wholePages, kept.pages),
    writtenIn: renumberDocuments(segment.writtenIn, kept.pages),
  };
}

/** Two segments with the same access label as one, without terms that nobody has any more. */
export function joinSegments(one: Segment, other: Segment, tuning: Tuning): Segment {
  const both = [one, other];
  const terms = new Map<string, number>();
  const termNumbers = both.map((segment) => renumber(segment.terms, segment.sections, terms));
  const words = new Map<string, number>();
  const wordNumbers = both.map((segment) => renumber(segment.words, segment.writtenIn, words));
  const sorted = sortKeys(words);
  const joinLevel = (level: Level): Postings => {
    const firstDocuments = [0, level === 'wholePages' ? one.pages.length : one.emphases.length];
    const parts = both.map((segment, at) => ({
      postings: segment[level],
      terms: termNumbers[at]!,
      firstDocument: firstDocuments[at]!,
    }));
    return join(parts, terms.size);
  };
  return {
    access: one.access,
    ...layout([...one.pages, ...other.pages], tuning),
    terms,
    sections: joinLevel('sections'),
    names: joinLevel('names'),
    wholePages: joinLevel('wholePages'),
    words: sorted.keys,
    writtenIn: join(
      both.map((segment, at) => ({
        postings: segment.writtenIn,
        terms: wordNumbers[at]!.map((word) => (word < 0 ? word : sorted.places[word]!)),
        firstDocument: at === 0 ? 0 : one.pages.length,
      })),
      words.size,
    ),
  };
}

/** Without the terms and words that nobody has any more, where these are most: they cost memory, and time whenever a word is corrected. */
export function withoutUnused(segment: Segment, tuning: Tuning): Segment {
  const { starts } = segment.sections;
  let used = 0;
  for (let term = 0; term + 1 < starts.length; term += 1) if (starts[term] !== starts[term + 1]) used += 1;
  return 2 * used < segment.terms.size
    ? joinSegments(segment, buildSegment(segment.access, [], tuning), tuning)
    : segment;
}

function layout(
  pages: readonly Page[],
  tuning: Tuning,
): Pick<Segment, 'pages' | 'firstSections' | 'emphases' | 'placings'> {
  const firstSections = new Uint32Array(pages.length + 1);
  for (const [number, page] of pages.entries())
    firstSections[number + 1] = firstSections[number]! + page.sections.length;
  return {
    pages,
    firstSections,
    emphases: Float64Array.from(
      pages.flatMap((page) => page.sections.map((section) => emphasis(page, section, tuning))),
    ),
    placings: Float64Array.from(pages, (page) => placing(page, tuning)),
  };
}

/** The new numbers of pages and sections when some pages have gone; -1 for these. */
function keep({ pages, emphases }: Segment, gone: ReadonlySet<string>) {
  const kept = { pages: new Int32Array(pages.length), sections: new Int32Array(emphases.length) };
  let [page, section, at] = [0, 0, 0];
  for (const [number, { id, sections }] of pages.entries()) {
    const stays = !gone.has(id);
    kept.pages[number] = stays ? page++ : -1;
    for (let count = sections.length; count > 0; count -= 1) kept.sections[at++] = stays ? section++ : -1;
  }
  return kept;
}

/** The numbers that the keys of one segment get among those of all; -1 for those that nobody has any more. */
function renumber(
  keys: ReadonlyMap<string, number>,
  { starts }: Postings,
  all: Map<string, number>,
): Int32Array {
  const numbers = new Int32Array(keys.size).fill(-1);
  for (const [key, number] of keys) {
    if (starts[number] !== starts[number + 1]) numbers[number] = numberOf(key, all);
  }
  return numbers;
}

/** In order of the alphabet; `places` says where the key with each of the old numbers stands now. */
function sortKeys(numbers: ReadonlyMap<string, number>): {
  keys: Map<string, number>;
  places: Uint32Array;
} {
  const places = new Uint32Array(numbers.size);
  const keys = new Map([...numbers.keys()].toSorted().map((key, place) => [key, place]));
  for (const [key, number] of numbers) places[number] = keys.get(key)!;
  return { keys, places };
}

function numberOf(key: string, numbers: Map<string, number>): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}

/** What is indexed for a section. It carries its page's title: 74 sections of the SCS documentation are called "Introduction". */
export function sectionFields(page: Page, section: Section): Fields {
  return { ...sharedFields(page), ...ownFields(section) };
}

function sharedFields({ title, description, path, standard }: Page): Fields {
  return { id: standard?.id ?? '', title, description, path: path.replace(/\.mdx?$/, '') };
}

function ownFields({ heading, trail, testcases, text, code }: Section): Fields {
  return {
    heading,
    trail: trail.join('\n'),
    testcases: testcases
      .map(
        ({ id, description, messages }) => `${id} ${description} ${messages.join(' ').replaceAll('{}', ' ')}`,
      )
      .join('\n'),
    text,
    code,
  };
}

interface Counted {
  field: Field;
  terms: number[];
}

function countFields(texts: Fields, numbers: Map<string, number>): Counted[] {
  return fields.flatMap((field) => {
    const text = texts[field];
    return text ? [{ field, terms: allTerms(text).map((term) => numberOf(term, numbers)) }] : [];
  });
}

/** Every term of a text. Neighbours also count as a pair (`volume backup`), which is how phrases are found. */
export function allTerms(text: string): string[] {
  const terms: string[] = [];
  let before: string | undefined;
  for (const word of words(text)) {
    const { ids, whole, parts } = termsOf(word.text);
    terms.push(...ids);
    if (whole !== undefined) terms.push(whole);
    // One by one: what a generator wrote without blanks has more parts than a call may have arguments.
    for (const part of parts) {
      terms.push(part);
      if (stopWords.has(part)) continue;
      if (before !== undefined) terms.push(`${before} ${part}`);
      before = part;
    }
  }
  return terms;
}

/** How strongly a document has its terms. */
function weigh(
  document: readonly Counted[],
  average: Record<Field, number>,
  tuning: Tuning,
): Map<number, number> {
  const lengths = new Map<Field, number>();
  for (const { field, terms } of document) lengths.set(field, (lengths.get(field) ?? 0) + terms.length);
  const frequencies = new Map<number, number>();
  for (const { field, terms } of document) {
    const share = tuning.length[field];
    const one = tuning.weight[field] / (1 - share + (share * lengths.get(field)!) / average[field]);
    for (const term of terms) frequencies.set(term, (frequencies.get(term) ?? 0) + one);
  }
  return frequencies;
}

/** How often a page has which word, by the word's number. */
function countWords(
  { title, description, sections }: Page,
  numbers: Map<string, number>,
): Map<number, number> {
  const counts = new Map<number, number>();
  const texts = [title, description, ...sections.flatMap(({ heading, text }) => [heading, text])];
  for (const { text: word } of texts.flatMap(words)) {
    if (termsOf(word).ids.length > 0) continue;
    for (const part of lettersOnly(word.toLowerCase())) {
      const number = numberOf(part, numbers);
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
  }
  return counts;
}

/** Most words are one of plain letters. */
function lettersOnly(word: string): readonly string[] {
  if (/^[a-z]+$/.test(word)) return word.length >= 3 ? [word] : [];
  return word.match(/\p{L}{3,}/gu) ?? [];
}
