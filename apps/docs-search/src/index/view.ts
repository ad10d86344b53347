import {
  assemble,
  buildIndex,
  pagesOf,
  replacePages,
  type DocIndex,
  type Page,
  type ParsedFile,
} from '@scs/doc-index';

/** What callers of the same rights may see, as if there were nothing else. Never changed: a newer one takes its place whole. */
export interface View {
  index: DocIndex;
  pages: ReadonlyMap<string, Page>;
  /** By the id of a standard, which other standards say that they take its place, or supplement it. */
  replacedBy: ReadonlyMap<string, readonly string[]>;
  supplementedBy: ReadonlyMap<string, readonly string[]>;
}

/** From the files that may be seen. What is said of test cases in files that may not has no part in it. */
export function buildView(files: readonly ParsedFile[]): View {
  return viewOf(buildIndex(assemble(files)));
}

/** The view that these files make, out of an older one: only what differs is indexed. */
export function renewView(older: View, files: readonly ParsedFile[]): View {
  const pages = new Map(assemble(files).map((page) => [page.id, page]));
  const changed = [...pages.values()].filter((page) => !isSame(page, older.pages.get(page.id)));
  const removed = [...older.pages.keys()].filter((id) => !pages.has(id));
  if (changed.length === 0 && removed.length === 0) return older;
  return viewOf(replacePages(older.index, changed, removed));
}

/** Pages with test cases are put together anew each time. */
const isSame = (page: Page, older: Page | undefined): boolean =>
  page === older || (older !== undefined && JSON.stringify(page) === JSON.stringify(older));

export function viewOf(index: DocIndex): View {
  const pages = pagesOf(index);
  const replacedBy = new Map<string, string[]>();
  const supplementedBy = new Map<string, string[]>();
  const add = (relation: Map<string, string[]>, to: string, from: string): void => {
    const known = relation.get(to) ?? [];
    if (!known.includes(from)) relation.set(to, [...known, from]);
  };
  for (const { standard } of pages) {
    if (!standard) continue;
    for (const id of standard.replaces) add(replacedBy, id, standard.id);
    for (const id of standard.supplements) add(supplementedBy, id, standard.id);
  }
  return { index, pages: new Map(pages.map((page) => [page.id, page])), replacedBy, supplementedBy };
}
