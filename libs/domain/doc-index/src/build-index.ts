import type { Page } from './page.ts';
import {
  buildSegment,
  joinSegments,
  withoutPages,
  withoutUnused,
  type Level,
  type Segment,
} from './segment.ts';
import { stem } from './tokens.ts';
import { tuning as ours, type Tuning } from './tuning.ts';

/**
 * What is searched: plain data, never changed. A newer one takes its place whole and shares the segments that stay as they are, so
 * whoever still reads an older one sees all of it.
 */
export interface DocIndex {
  segments: readonly Segment[];
  tuning: Tuning;
}

/** What a stored index must have been made with: raised whenever the structure or the counting changes. */
export const indexFormat = 3;

/** Sections of a segment at most (unless one page has more): taking a page out of it or joining two copies no more than that. */
const mostSections = 512;
/** That few sections have more than. */
const termsOfSection = 200;

export function buildIndex(pages: readonly Page[], tuning: Tuning = ours): DocIndex {
  const byAccess = Map.groupBy(pages, ({ labels }) => labels.access);
  const segments = [...byAccess].flatMap(([access, own]) =>
    chunks(own).map((chunk) => buildSegment(access, chunk, tuning)),
  );
  return { segments, tuning };
}

/** A newer index: without the pages of these ids, and with these in their place or besides. It ranks as one built anew. */
export function replacePages(
  index: DocIndex,
  changed: readonly Page[],
  removed: readonly string[] = [],
): DocIndex {
  const { tuning } = index;
  const gone = new Set([...removed, ...changed.map(({ id }) => id)]);
  const kept = index.segments.flatMap((segment) => {
    if (!segment.pages.some(({ id }) => gone.has(id))) return [segment];
    const rest = withoutPages(segment, gone, tuning);
    return rest.pages.length > 0 ? [withoutUnused(rest, tuning)] : [];
  });
  const byAccess = Map.groupBy([...kept, ...buildIndex(changed, tuning).segments], ({ access }) => access);
  return { segments: [...byAccess.values()].flatMap((segments) => joinSmall(segments, tuning)), tuning };
}

/** What callers may see who have these access labels, as if there were nothing else. */
export function visibleTo({ segments, tuning }: DocIndex, access: ReadonlySet<string>): DocIndex {
  return { segments: segments.filter((segment) => access.has(segment.access)), tuning };
}

/** The pages that an index holds. */
export const pagesOf = (index: DocIndex): readonly Page[] => index.segments.flatMap(({ pages }) => pages);

/** By `repo:path`. */
export function pageOf(index: DocIndex, id: string): Page | undefined {
  for (const { pages } of index.segments) {
    const page = pages.find((one) => one.id === id);
    if (page) return page;
  }
  return undefined;
}

/** Joins the smallest with the next while that is no more than twice as large: their sizes stay like powers of two. */
function joinSmall(segments: readonly Segment[], tuning: Tuning): Segment[] {
  const bySize = segments.toSorted((a, b) => sizeOf(a) - sizeOf(b));
  for (let at = 0; at + 1 < bySize.length;) {
    const [smaller, larger] = [bySize[at]!, bySize[at + 1]!];
    const together = sizeOf(smaller) + sizeOf(larger);
    if (sizeOf(larger) > 2 * sizeOf(smaller) || together > mostSections) at += 1;
    else {
      bySize.splice(at, 2, joinSegments(smaller, larger, tuning));
      bySize.sort((a, b) => sizeOf(a) - sizeOf(b));
      at = 0;
    }
  }
  return bySize;
}

/** In sections. Those of large pages have more terms than others, and the time goes with these. */
const sizeOf = ({ emphases, terms }: Segment): number =>
  Math.max(emphases.length, terms.size / termsOfSection);

function chunks(pages: readonly Page[]): Page[][] {
  const all: Page[][] = [];
  let sections = Infinity;
  for (const page of pages) {
    sections += page.sections.length;
    if (sections > mostSections) {
      all.push([]);
      sections = page.sections.length;
    }
    all.at(-1)!.push(page);
  }
  return all;
}

/** How many sections (or whole pages) have a term; `names`: in title, headings, path or id. */
export function holders(term: string, index: DocIndex, level: Level = 'sections'): number {
  let count = 0;
  for (const { terms, [level]: postings } of index.segments) {
    const number = terms.get(term);
    if (number !== undefined) count += postings.starts[number + 1]! - postings.starts[number]!;
  }
  return count;
}

/** How rare a term is; 0 for one that nobody has. */
export function rarity(term: string, index: DocIndex, level: Level): number {
  return rarityOf(holders(term, index, level), sizeAt(level, index));
}

export function rarityOf(count: number, size: number): number {
  return count === 0 ? 0 : Math.log(1 + (size - count + 0.5) / (count + 0.5));
}

export function sizeAt(level: Level, { segments }: DocIndex): number {
  let size = 0;
  for (const { pages, emphases } of segments) size += level === 'wholePages' ? pages.length : emphases.length;
  return size;
}

/** Whether a word occurs anywhere, in any of its forms. */
export function isKnown(word: string, index: DocIndex): boolean {
  return holders(stem(word), index) > 0;
}
