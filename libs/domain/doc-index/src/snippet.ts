import { eachWord, termsOf } from './tokens.ts';

export interface Snippet {
  text: string;
  /** Where the words of the query stand in it: start and end of each. */
  highlights: [start: number, end: number][];
}

const longest = 240;
/** What stands further down in a section of 20,000 characters is not looked at: each hit is cut while somebody waits. */
const mostRead = 4000;

/** What is marked in snippets: terms, and the letters that they start with, by which most words are passed over unread. */
export interface Wanted {
  terms: ReadonlySet<string>;
  /** By character code, 1 for a letter that a term starts with; all that is not ASCII shares the first place. */
  initials: Uint8Array;
}

export function wantedTerms(terms: readonly string[]): Wanted {
  const initials = new Uint8Array(128);
  for (const term of terms) initials[initialOf(term.charCodeAt(0))] = 1;
  return { terms: new Set(terms), initials };
}

const initialOf = (code: number): number => (code >= 128 ? 0 : isUpper(code) ? code + 32 : code);
const isUpper = (code: number): boolean => code >= 65 && code <= 90;
const isLower = (code: number): boolean => code >= 97 && code <= 122;

interface Match {
  start: number;
  end: number;
  term: string;
}

/** The stretch of a text where most of the words stand that were asked for, cut at words. */
export function cutSnippet(text: string, wanted: Wanted): Snippet {
  const line = text
    .slice(0, mostRead)
    .replace(/\s\s+|[^\S ]/g, ' ')
    .trim();
  const matches: Match[] = [];
  eachWord(line, (start, end) => {
    if (!mayMatch(line, start, end, wanted.initials)) return;
    const term = matchedTerm(line.slice(start, end), wanted.terms);
    if (term !== undefined) matches.push({ start, end, term });
  });
  const start = bestStart(matches, line.length);
  const from = line.lastIndexOf(' ', start) + 1;
  const last = line.lastIndexOf(' ', from + longest);
  const to = from + longest >= line.length ? line.length : last > from ? last : from + longest;
  const [before, after] = [from > 0 ? '… ' : '', to < line.length ? ' …' : ''];
  const shift = before.length - from;
  return {
    text: before + line.slice(from, to) + after,
    highlights: matches
      .filter((match) => match.start >= from && match.end <= to)
      .map((match) => [match.start + shift, match.end + shift]),
  };
}

/** Where the stretch with the most different words starts, and with the most words where these are as many. */
function bestStart(matches: readonly Match[], length: number): number {
  let best = { start: 0, found: 0 };
  const inside = new Map<string, number>();
  let [first, next] = [0, 0];
  for (const match of matches) {
    const start = Math.max(0, Math.min(match.start - 40, length - longest));
    for (; next < matches.length && matches[next]!.end <= start + longest; next += 1) {
      const { term } = matches[next]!;
      inside.set(term, (inside.get(term) ?? 0) + 1);
    }
    for (; first < next && matches[first]!.start < start; first += 1) {
      const { term } = matches[first]!;
      const rest = inside.get(term)! - 1;
      if (rest > 0) inside.set(term, rest);
      else inside.delete(term);
    }
    const found = inside.size + (next - first) / 100;
    if (found > best.found) best = { start, found };
  }
  return best.start;
}

/** Whether some part of a word starts with one of these letters: behind a sign, a digit, or as a hump (`VolumeClaim`). */
function mayMatch(line: string, start: number, end: number, initials: Uint8Array): boolean {
  let isInside = false;
  for (let at = start; at < end; at += 1) {
    const code = line.charCodeAt(at);
    if ((!isInside || isUpper(code)) && initials[initialOf(code)] === 1) return true;
    isInside = isLower(code) || isUpper(code);
  }
  return false;
}

function matchedTerm(word: string, wanted: ReadonlySet<string>): string | undefined {
  const { ids, whole, parts } = termsOf(word);
  const has = (term: string): boolean => wanted.has(term);
  return parts.find(has) ?? ids.find(has) ?? (whole !== undefined && has(whole) ? whole : undefined);
}
