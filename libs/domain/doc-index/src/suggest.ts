import { asOfDay, type AsOf } from './as-of.ts';
import type { DocIndex } from './build-index.ts';
import type { Page, State } from './page.ts';
import { insert } from './shortlist.ts';
import { completions, editDistance, firstFrom, oneSlip, twoSlips } from './spelling.ts';
import type { Segment } from './segment.ts';
import { words } from './tokens.ts';

export interface Suggestion {
  /** What to search for, or the heading to go to. */
  text: string;
  kind: 'standard' | 'testcase' | 'heading' | 'word';
  /** Where it leads; undefined for words. */
  page: string | undefined;
  anchor: string;
  state: State | undefined;
}

/** What somebody may be about to type: ids, then headings, then words. Effective before draft before deprecated. */
export function suggest(
  index: DocIndex,
  text: string,
  { asOf, limit = 8 }: { asOf: string; limit?: number },
): Suggestion[] {
  const typed = text.slice(0, longestText).trim().toLowerCase();
  if (typed === '') return [];
  const day = asOfDay(index, asOf);
  const suggestions = new Map<string, Suggestion>();
  for (const suggestion of sources(typed, index, day, limit)) {
    if (suggestions.size >= limit) break;
    const key = suggestion.text.toLowerCase();
    if (!suggestions.has(key)) suggestions.set(key, suggestion);
  }
  return [...suggestions.values()];
}

const longestText = 200;
const shortestId = 3;

function* sources(typed: string, index: DocIndex, day: AsOf, limit: number): Generator<Suggestion> {
  yield* standards(typed, day);
  yield* testcases(typed, index, day, limit);
  yield* headings(typed, index, day, limit);
  yield* nextWords(typed, index, limit);
}

const order: Record<State, number> = { effective: 0, draft: 1, deprecated: 2 };
const rank = (state: State | undefined): number => (state ? order[state] : 0);

/** By number in any spelling, complete or not: `scs-01`, `SCS 103`, `0103 v`. */
function standards(typed: string, { pages, states }: AsOf): Suggestion[] {
  const [, digits = '', version = ''] =
    /^(?=scs|\d\d)(?:scs)?[-_ ]*(\d{0,4})(?:[-_ ]*(v\d*|w\d*))?$/.exec(typed) ?? [];
  if (digits === '') return [];
  return pages
    .flatMap(({ id, title, standard }) => {
      if (!standard) return [];
      const number = standard.family.replace(/^scs-/, '');
      const meant = number.startsWith(digits) || number.replace(/^0+/, '').startsWith(digits);
      if (!meant || !standard.version.startsWith(version)) return [];
      return [
        {
          text: `${standard.id} ${title}`,
          kind: 'standard' as const,
          page: id,
          anchor: '',
          state: states.get(id),
        },
      ];
    })
    .toSorted((a, b) => rank(a.state) - rank(b.state) || (a.text < b.text ? -1 : 1));
}

function testcases(typed: string, index: DocIndex, { states }: AsOf, limit: number): Suggestion[] {
  const start = typed.replace(/[\s_-]+/g, '-');
  if (start.length < shortestId || 'scs-'.startsWith(start)) return [];
  const found: Suggestion[] = [];
  for (const segment of index.segments) {
    for (const { id, page, anchor } of namesOf(segment).testcases) {
      if (!id.toLowerCase().startsWith(start)) continue;
      const one = { text: id, kind: 'testcase' as const, page: page.id, anchor, state: states.get(page.id) };
      insert(one, found, limit, (a, b) => rank(a.state) - rank(b.state) || (a.text < b.text ? -1 : 1));
    }
  }
  return found;
}

interface Candidate {
  segment: Segment;
  own: Heading;
  score: number;
  state: State | undefined;
}

/** Sections whose heading or page title has all the words, begun or complete, in any order. */
function headings(typed: string, index: DocIndex, day: AsOf, limit: number): Suggestion[] {
  const given = words(typed)
    .map(({ text }) => text)
    .slice(0, 8);
  if (given.length === 0) return [];
  const begun = given.map(
    (word) =>
      index.segments.some((segment) => isBegun(word, namesOf(segment).words)) ||
      completions(word, index, 1).length > 0,
  );
  const best = new Map<string, Candidate>();
  let pagesBefore = 0;
  for (const segment of index.segments) {
    for (const [own, points] of matches(given, begun, segment)) {
      const page = segment.pages[own.page]!;
      const worth = segment.placings[own.page]! * day.standings[pagesBefore + own.page]!;
      const score = (points / Math.sqrt(3 + own.length)) * worth;
      const known = best.get(own.key);
      const one = { segment, own, score, state: day.states.get(page.id) };
      if (!known || compare(one, known) < 0) best.set(own.key, one);
    }
    pagesBefore += segment.pages.length;
  }
  const first: Candidate[] = [];
  for (const one of best.values()) insert(one, first, limit, compare);
  return first.map(({ segment, own, state }) => ({
    text: own.text,
    kind: 'heading',
    page: segment.pages[own.page]!.id,
    anchor: own.anchor,
    state,
  }));
}

function compare(a: Candidate, b: Candidate): number {
  return b.score - a.score || (placeOf(a) < placeOf(b) ? -1 : 1);
}

const placeOf = ({ segment, own }: Candidate): string => `${segment.pages[own.page]!.id}#${own.anchor}`;

/** Points by heading: a word in the heading itself (at least one must be) counts more than one in the title of its page. */
function matches(
  given: readonly string[],
  begun: readonly boolean[],
  segment: Segment,
): Map<Heading, number> {
  const names = namesOf(segment);
  const named = new Set<Heading>();
  let found: Map<Heading, number> | undefined;
  for (const [at, word] of given.entries()) {
    const points = new Map<Heading, number>();
    for (const { name, share } of begun[at] ? begunBy(word, names.words) : mistyped(word, names.words)) {
      for (const { heading, isOwn } of names.uses.get(name)!) {
        const before = found ? found.get(heading) : 0;
        if (before === undefined) continue;
        if (isOwn) named.add(heading);
        points.set(heading, Math.max(points.get(heading) ?? 0, before + (isOwn ? share : 0.4 * share)));
      }
    }
    found = points;
    if (points.size === 0) break;
  }
  return new Map([...found!].filter(([heading]) => named.has(heading)));
}

interface Like {
  name: string;
  share: number;
}

const isBegun = (word: string, sorted: readonly string[]): boolean =>
  sorted[firstFrom(word, sorted)]?.startsWith(word) ?? false;

function begunBy(word: string, sorted: readonly string[]): Like[] {
  const begun: Like[] = [];
  for (let at = firstFrom(word, sorted); sorted[at]?.startsWith(word); at += 1) {
    begun.push({ name: sorted[at]!, share: sorted[at] === word ? 1 : 0.8 });
  }
  return begun;
}

/** Where nothing starts like this: fingers rarely miss the first letter. */
function mistyped(word: string, sorted: readonly string[]): Like[] {
  if (word.length < 4) return [];
  const near = word.length < 8 ? oneSlip : twoSlips;
  const lengths = [word.length, word.length - 1, word.length + 1];
  return begunBy(word[0]!, sorted)
    .filter(({ name }) =>
      lengths.some((length) => editDistance(word, name.slice(0, length), near) <= near.cost),
    )
    .map(({ name }) => ({ name, share: 0.5 }));
}

/** The word that is being typed, behind those that are complete. */
function nextWords(typed: string, index: DocIndex, limit: number): Suggestion[] {
  const [, before = '', begun = ''] = /^(.*\s)?(\p{L}+)$/su.exec(typed) ?? [];
  if (begun.length < 2) return [];
  return completions(begun, index, limit)
    .filter(({ word }) => word !== begun)
    .map(({ word }) => ({
      text: before + word,
      kind: 'word',
      page: undefined,
      anchor: '',
      state: undefined,
    }));
}

interface Heading {
  /** Number of its page in the segment. */
  page: number;
  anchor: string;
  text: string;
  key: string;
  /** In words. */
  length: number;
}

interface Use {
  heading: Heading;
  /** In the heading, not only in the title of its page. */
  isOwn: boolean;
}

interface Names {
  /** In order of the alphabet. */
  words: readonly string[];
  uses: ReadonlyMap<string, readonly Use[]>;
  testcases: readonly { id: string; page: Page; anchor: string }[];
}

const seen = new WeakMap<Segment, Names>();

function namesOf(segment: Segment): Names {
  const known = seen.get(segment) ?? readNames(segment);
  seen.set(segment, known);
  return known;
}

function readNames({ pages }: Segment): Names {
  const uses = new Map<string, Use[]>();
  const use = (word: string, heading: Heading, isOwn: boolean): void => {
    const others = uses.get(word);
    if (others) others.push({ heading, isOwn });
    else uses.set(word, [{ heading, isOwn }]);
  };
  for (const [number, { title, standard, sections }] of pages.entries()) {
    if (sections.length === 0) continue;
    const titleWords = wordsOf(`${standard?.id ?? ''} ${title}`);
    const top = { page: number, anchor: '', text: title, key: title.toLowerCase(), length: titleWords.size };
    for (const word of titleWords) use(word, top, title.toLowerCase().includes(word));
    for (const { anchor, heading: text } of sections) {
      const own = wordsOf(text);
      const heading = { page: number, anchor, text, key: text.toLowerCase(), length: own.size };
      for (const word of own) use(word, heading, true);
      for (const word of titleWords) if (own.size > 0 && !own.has(word)) use(word, heading, false);
    }
  }
  const testcases = pages.flatMap((page) =>
    page.sections.flatMap(({ anchor, testcases: own }) => own.map(({ id }) => ({ id, page, anchor }))),
  );
  return { words: [...uses.keys()].toSorted(), uses, testcases };
}

/** In lower case, names of several parts (`hw_rng_model`) whole and by their parts. */
function wordsOf(text: string): Set<string> {
  return new Set(
    words(text.toLowerCase()).flatMap(({ text: word }) => [word, ...(word.match(/[\p{L}\p{N}]+/gu) ?? [])]),
  );
}
