import type { Page } from './page.ts';

export interface SectionChange {
  kind: 'added' | 'removed' | 'changed' | 'renamed';
  from: { anchor: string; heading: string } | undefined;
  to: { anchor: string; heading: string } | undefined;
  /** Lines that stand in one version only, hunk by hunk. */
  changes: { removed: string[]; added: string[] }[];
}

export interface StandardDiff {
  /** Those that changed, in the order of the newer version. */
  sections: SectionChange[];
  unchanged: number;
}

/** What changed between two versions of a standard, section by section. */
export function diffStandard(_from: Page, _to: Page): StandardDiff {
  return { sections: [], unchanged: 0 };
}
