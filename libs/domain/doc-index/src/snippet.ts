import { stem, termsOf, words } from './tokens.ts';

export interface Snippet {
  text: string;
  /** Where the words of the query stand in it: start and end of each. */
  highlights: [start: number, end: number][];
}

const longest = 240;
/** What stands further down in a section of 20,000 characters is not looked at: each hit is cut while somebody waits. */
const mostRead = 4000;

/** The stretch of a text where most of the words stand that were asked for, cut at words. */
export function cutSnippet(text: string, wanted: ReadonlySet<string>): Snippet {
  const line = text.slice(0, mostRead).replace(/\s+/g, ' ').trim();
  const all = words(line);
  const matches = all.filter((word) => isWanted(word.text, wanted));
  const start = bestStart(
    matches.map(({ start: at, end, text: word }) => ({ at, end, term: stem(word) })),
    line.length,
  );
  const from = all.findLast((word) => word.start <= start)?.start ?? 0;
  const to =
    from + longest >= line.length
      ? line.length
      : (all.findLast((word) => word.end <= from + longest)?.end ?? from + longest);
  const [before, after] = [from > 0 ? '… ' : '', to < line.length ? ' …' : ''];
  const shift = before.length - from;
  return {
    text: before + line.slice(from, to) + after,
    highlights: matches
      .filter((word) => word.start >= from && word.end <= to)
      .map((word) => [word.start + shift, word.end + shift]),
  };
}

function bestStart(matches: readonly { at: number; end: number; term: string }[], length: number): number {
  let best = { start: 0, found: 0 };
  for (const { at } of matches) {
    const start = Math.max(0, Math.min(at - 40, length - longest));
    const inside = matches.filter((match) => match.at >= start && match.end <= start + longest);
    const found = new Set(inside.map(({ term }) => term)).size + inside.length / 100;
    if (found > best.found) best = { start, found };
  }
  return best.start;
}

function isWanted(word: string, wanted: ReadonlySet<string>): boolean {
  const { ids, whole, parts } = termsOf(word);
  const has = (term: string): boolean => wanted.has(term);
  return parts.some(has) || ids.some(has) || (whole !== undefined && has(whole));
}
