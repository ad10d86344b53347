import type { Page, Section } from '../page.ts';

/** What a reader finds of a page; place and labels are those of its file. */
export interface Outline extends Pick<Page, 'kind' | 'title' | 'description' | 'sections'> {
  /** Tells the pages of one file apart; empty for a page that is the whole file. */
  name: string;
}

/** A section with what it may lack left empty. */
export function aSection(section: Partial<Section>): Section {
  return { anchor: '', heading: '', trail: [], text: '', code: '', testcases: [], ...section };
}

/** Texts that are not empty, one a line. */
export const lines = (...texts: readonly (string | readonly string[])[]): string =>
  texts
    .flat()
    .filter((text) => text !== '')
    .join('\n');
