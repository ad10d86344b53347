import type { Page, Section } from './page.ts';
import { invert, type Fields, type Postings } from './postings.ts';
import { lettersOf, type Vocabulary } from './spelling.ts';
import { emphasis, placing } from './standing.ts';
import { stem, termsOf, words } from './tokens.ts';
import { tuning as ours, type Tuning } from './tuning.ts';

/** A section and the page that it stands on: what a hit points to. */
export interface Entry {
  page: Page;
  pageNumber: number;
  section: Section;
  /** A factor for what the section is: see `emphasis`. */
  emphasis: number;
}

/** What is searched. Built once, never changed: a newer one takes its place whole. */
export interface DocIndex {
  pages: readonly Page[];
  entries: readonly Entry[];
  sections: Postings;
  /** Sections by their names alone: title, headings, path, id. */
  names: Postings;
  wholePages: Postings;
  /** By page number, a factor for where the page lies: see `placing`. */
  placings: readonly number[];
  /** The words as they are written, in lower case, and how often: for corrections and completions. */
  vocabulary: Vocabulary;
  tuning: Tuning;
}

export function buildIndex(pages: readonly Page[], tuning: Tuning = ours): DocIndex {
  const entries = pages.flatMap((page, pageNumber) =>
    page.sections.map((section) => ({
      page,
      pageNumber,
      section,
      emphasis: emphasis(page, section, tuning),
    })),
  );
  return {
    pages,
    entries,
    sections: invert(
      entries.map(({ page, section }) => sectionFields(page, section)),
      tuning,
    ),
    names: invert(
      entries.map(({ page, section }) => ({
        ...sectionFields(page, section),
        text: '',
        code: '',
        testcases: '',
        description: '',
      })),
      tuning,
    ),
    wholePages: invert(pages.map(pageFields), tuning),
    placings: pages.map((page) => placing(page, tuning)),
    vocabulary: countWords(pages),
    tuning,
  };
}

/** What is indexed for a section. It carries its page's title: 74 sections of the SCS documentation are called "Introduction". */
export function sectionFields(page: Page, section: Section): Fields {
  return {
    ...sharedFields(page),
    heading: section.heading,
    trail: section.trail.join('\n'),
    testcases: testcaseText(section),
    text: section.text,
    code: section.code,
  };
}

function pageFields(page: Page): Fields {
  const all = (pick: (section: Section) => string): string => page.sections.map(pick).join('\n');
  return {
    ...sharedFields(page),
    heading: all(({ heading }) => heading),
    testcases: all(testcaseText),
    text: all(({ text }) => text),
    code: all(({ code }) => code),
  };
}

const testcaseText = ({ testcases }: Section): string =>
  testcases.map(({ id, description }) => `${id} ${description}`).join('\n');

function sharedFields({ title, description, path, standard }: Page): Fields {
  return { id: standard?.id ?? '', title, description, path: path.replace(/\.mdx?$/, '') };
}

function countWords(pages: readonly Page[]): Vocabulary {
  const vocabulary = new Map<string, { count: number; letters: number }>();
  const add = (text: string): void => {
    for (const { text: word } of words(text)) {
      if (termsOf(word).ids.length > 0) continue;
      for (const part of word.toLowerCase().match(/\p{L}{3,}/gu) ?? []) {
        const known = vocabulary.get(part);
        if (known) known.count += 1;
        else vocabulary.set(part, { count: 1, letters: lettersOf(part) });
      }
    }
  };
  for (const { title, description, sections } of pages) {
    add(title);
    add(description);
    for (const { heading, text } of sections) {
      add(heading);
      add(text);
    }
  }
  return vocabulary;
}

/** Whether a word occurs anywhere, in any of its forms. */
export function isKnown(word: string, { sections }: DocIndex): boolean {
  return sections.terms.has(stem(word));
}

/** The pages that an index holds. */
export const pagesOf = (index: DocIndex): readonly Page[] => index.pages;

/** By `repo:path`. */
export const pageOf = (index: DocIndex, id: string): Page | undefined =>
  index.pages.find((page) => page.id === id);

/** A newer index: without the pages of these ids, and with these in their place or besides. */
export function replacePages(
  index: DocIndex,
  changed: readonly Page[],
  removed: readonly string[] = [],
): DocIndex {
  const gone = new Set([...removed, ...changed.map(({ id }) => id)]);
  return buildIndex([...index.pages.filter(({ id }) => !gone.has(id)), ...changed], index.tuning);
}

/** What callers may see who have these access labels, as if there were nothing else. */
export function visibleTo(index: DocIndex, access: ReadonlySet<string>): DocIndex {
  return buildIndex(
    index.pages.filter(({ labels }) => access.has(labels.access)),
    index.tuning,
  );
}
