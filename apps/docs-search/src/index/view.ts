import { pagesOf, visibleTo, type DocIndex, type Page } from '@scs/doc-index';

/** What callers of the same rights may see, as if there were nothing else. */
export interface View {
  index: DocIndex;
  pages: ReadonlyMap<string, Page>;
  /** By the id of a standard, which other standards say that they take its place, or supplement it. */
  replacedBy: ReadonlyMap<string, readonly string[]>;
  supplementedBy: ReadonlyMap<string, readonly string[]>;
}

export function viewOf(whole: DocIndex, labels: readonly string[]): View {
  const index = visibleTo(whole, new Set(labels));
  const pages = pagesOf(index);
  const replacedBy = new Map<string, string[]>();
  const supplementedBy = new Map<string, string[]>();
  const add = (relation: Map<string, string[]>, to: string, from: string): void => {
    const known = relation.get(to) ?? [];
    if (!known.includes(from)) relation.set(to, [...known, from].toSorted());
  };
  for (const { standard } of pages) {
    if (!standard) continue;
    for (const id of standard.replaces) add(replacedBy, id, standard.id);
    for (const id of standard.supplements) add(supplementedBy, id, standard.id);
  }
  return { index, pages: new Map(pages.map((page) => [page.id, page])), replacedBy, supplementedBy };
}
