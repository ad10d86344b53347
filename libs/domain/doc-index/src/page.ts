/** One file of a source: `repo` is the name of the repository or archive, `path` its place inside, with slashes. */
export interface SourceFile {
  repo: string;
  path: string;
  text: string;
}

/** Where a standard stands on a day; undefined for pages that are no standards. */
export type State = 'effective' | 'draft' | 'deprecated';

/** What the front matter of a standard says. Supplements have no dates of their own. */
export interface Standard {
  /** E.g. `scs-0100-v3`. */
  id: string;
  /** E.g. `scs-0100`: what all its versions and supplements share. */
  family: string;
  type: string;
  track: string;
  stabilizedAt: string | undefined;
  deprecatedAt: string | undefined;
  /** Ids of the standards that this one supplements. */
  supplements: string[];
}

/** The text under one heading, up to the next heading of any level. */
export interface Section {
  /** The part of the address behind `#`; empty for what stands before the first heading. */
  anchor: string;
  heading: string;
  /** The headings above it, outermost first, without the title of the page. */
  trail: string[];
  text: string;
  code: string;
  /** Ids and descriptions of the test cases that a scope links to this section. */
  testcases: string;
}

export interface Page {
  /** `repo:path`. */
  id: string;
  repo: string;
  path: string;
  title: string;
  description: string;
  standard: Standard | undefined;
  sections: Section[];
}

/** A file that could not be read as it is meant to be; the others are indexed all the same. */
export interface Problem {
  file: string;
  message: string;
}
