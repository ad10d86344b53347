/** The fields of a section, in the order in which an explanation names them. */
export const fields = [
  'id',
  'title',
  'heading',
  'trail',
  'description',
  'path',
  'testcases',
  'text',
  'code',
] as const;
export type Field = (typeof fields)[number];

/** All numbers of the ranking. Found on one half of the judged queries, checked on the other: see README. */
export interface Tuning {
  /** How much one occurrence in a field counts, and how much a long field is held against it (0 not at all, 1 fully). */
  weight: Record<Field, number>;
  length: Record<Field, number>;
  /** How many terms a field has where it has any, in sections and in whole pages: measured once, so that no page moves another. */
  averageLength: Record<Field, number>;
  averagePageLength: Record<Field, number>;
  /** How fast more occurrences of the same word stop to matter. */
  saturation: number;
  /** What the whole page adds to each of its sections. */
  page: number;
  /** What it adds that title and headings name all that is asked for. */
  named: number;
  /** How much worse a section is that lacks words of the query: an exponent of the part that it has. */
  coverage: number;
  /** Two words of the query that stand side by side. */
  phrase: number;
  synonym: number;
  correction: number;
  prefix: number;
  /** The parts of a name (`hw_rng_model`) that is known as a whole. */
  namePart: number;
  /** Factors by what a page is. */
  deprecated: number;
  draft: number;
  supplement: number;
  archive: number;
  readme: number;
  /** Sections that decide in a standard, and those that only point elsewhere. */
  decision: number;
  pointers: number;
  /** The name of a flavor is mostly a value in a message, not what is asked for. */
  flavorName: number;
  /** Release notes and change logs tell what was, not how to do it. */
  news: number;
  template: number;
}

export const tuning: Tuning = {
  weight: {
    id: 6,
    title: 4,
    heading: 5,
    trail: 2,
    description: 1,
    path: 1,
    testcases: 2,
    text: 1,
    code: 0.7,
  },
  length: {
    id: 0,
    title: 0.3,
    heading: 0.3,
    trail: 0.3,
    description: 0.3,
    path: 0.2,
    testcases: 0,
    text: 0.6,
    code: 0.5,
  },
  averageLength: {
    id: 2,
    title: 7.5,
    heading: 4.8,
    trail: 6.3,
    description: 73,
    path: 10,
    testcases: 127,
    text: 159,
    code: 165,
  },
  averagePageLength: {
    id: 2,
    title: 7,
    heading: 38,
    trail: 46,
    description: 67,
    path: 10,
    testcases: 135,
    text: 1057,
    code: 450,
  },
  saturation: 1.3,
  page: 0.7,
  named: 0.75,
  coverage: 0.5,
  phrase: 0.45,
  synonym: 0.5,
  correction: 0.9,
  prefix: 0.7,
  namePart: 0.3,
  deprecated: 0.55,
  draft: 0.85,
  supplement: 0.85,
  archive: 0.7,
  readme: 0.9,
  decision: 1.6,
  pointers: 0.6,
  flavorName: 0.5,
  news: 0.9,
  template: 0.2,
};
