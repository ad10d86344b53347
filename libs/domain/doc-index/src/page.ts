/** One file of a source: `repo` is the name of the source, `path` its place inside, with slashes. */
export interface SourceFile {
  repo: string;
  path: string;
  text: string;
}

/** What a source says of all its pages. */
export interface Labels {
  /** What the pages are about, e.g. `standards`. */
  component: string;
  /** For whom they are written, e.g. `operator`; empty for everybody. */
  audience: string;
  /** Language of the text, e.g. `en`. */
  language: string;
  /** Version of the component, e.g. a tag; empty where there is one only. */
  version: string;
  /** Who may see them: `public`, or any other word that the caller's rights are compared with. */
  access: string;
}

/** Where a standard stands on a day; undefined for pages that are no standards. */
export type State = 'effective' | 'draft' | 'deprecated';

/** What the front matter of a standard says. Supplements have no dates of their own. */
export interface Standard {
  /** E.g. `scs-0100-v3`. */
  id: string;
  /** E.g. `scs-0100`: what all its versions and supplements share. */
  family: string;
  /** E.g. `v3`; `w1` for supplements. */
  version: string;
  type: string;
  track: string;
  stabilizedAt: string | undefined;
  deprecatedAt: string | undefined;
  /** Ids of the standards that this one supplements. */
  supplements: string[];
  /** Ids of the standards that this one takes the place of. */
  replaces: string[];
  /** Versions of certification scopes that ask for it, e.g. `SCS-compatible IaaS v5.1`. */
  scopes: string[];
}

/** A test case of a certification scope, and where it is explained. */
export interface Testcase {
  /** E.g. `scs-0115-default-rules`. */
  id: string;
  description: string;
  /** Of the section that explains it: a path that ends in `scs-0115-v1-…#anchor`. */
  url: string;
  /** What tests print when it is not met; `{}` stands for a value. */
  messages: string[];
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
  /** Those that this section explains. */
  testcases: Testcase[];
}

export interface Page {
  /** `repo:path`; of several pages in one file `repo:path/Name`. */
  id: string;
  repo: string;
  path: string;
  /** What kind of thing it describes: a guide, a standard, a kind of the Kubernetes API, an operation, a command, an alert. */
  kind: 'guide' | 'standard' | 'resource' | 'operation' | 'command' | 'alert';
  title: string;
  description: string;
  labels: Labels;
  standard: Standard | undefined;
  sections: Section[];
}

/** That a version of a certification scope asks for a standard. */
export interface Membership {
  /** E.g. `scs-0100-v3`. */
  standard: string;
  /** E.g. `SCS-compatible IaaS v5.1`. */
  scope: string;
}

/** What a file holds, as plain JSON: pages of its own, and what it says about pages of other files. */
export interface ParsedFile {
  pages: Page[];
  testcases: Testcase[];
  memberships?: Membership[];
  /** Standards that its own standards give way to (`replaced_by`); mostly said by the newer one instead. */
  replacements?: { standard: string; replaces: string }[];
  /** Who may see what it says about others; `public` where it is missing. */
  access?: string;
}

/** A file that could not be read as it is meant to be; the others are indexed all the same. */
export interface Problem {
  file: string;
  message: string;
}
