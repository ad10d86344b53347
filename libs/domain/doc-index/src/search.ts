import { asOfDay } from './as-of.ts';
import type { DocIndex } from './build-index.ts';
import { explainWords, type WordExplanation } from './explain.ts';
import type { Facet, Filter } from './facet.ts';
import { createTranslator, type Translator } from './german.ts';
import type { State } from './page.ts';
import { readQuery, type Query, type Wish } from './query.ts';
import { rank, type Factors, type Ranked, type Ranking } from './rank.ts';
import { cutSnippet, wantedTerms, type Wanted } from './snippet.ts';
import { nearest } from './spelling.ts';
import { startPages } from './start.ts';
import { stopWords } from './synonyms.ts';

export interface SearchOptions {
  /** The day (`2026-11-24`) that decides what is effective. */
  asOf: string;
  /** Of one facet any value fits, of several all must. */
  filter?: Filter;
  translator?: Translator;
  /** How many sections at most (default 20), and how many before them are left out. */
  limit?: number;
  offset?: number;
  /** The last word is still being typed: what it may become counts too. */
  typing?: boolean;
  /** Whether hits say why they stand where they stand. */
  explain?: boolean;
}

export interface Hit {
  /** `repo:path`. */
  page: string;
  anchor: string;
  title: string;
  /** From the outermost heading to the section's own. */
  trail: string[];
  state: State | undefined;
  snippet: string;
  highlights: [start: number, end: number][];
  score: number;
  explanation: Explanation | undefined;
}

/**
 * Why a hit stands where it stands: `score = (Σ words × missing × emphasis + page) × names × standing`, but a deprecated standard is held
 * just below the version in force.
 */
export interface Explanation extends Factors {
  words: WordExplanation[];
}

export interface SearchResult {
  hits: Hit[];
  /** What the hits are; `search` never gives an empty list while there are pages. */
  match: Match;
  didYouMean: string | undefined;
  /** On how many pages there are hits. */
  totalPages: number;
  /** Share of what the query asks for that the best hit has, 0 to 1. */
  coverage: number;
  facets: Facet[];
}

/**
 * `words`: they have words of the query. `nearest`: nothing has; they have those of `didYouMean`. `outside-filters`: nothing under the
 * filters; they are what there is without. `start`: nothing at all; they are pages to start from.
 */
export type Match = 'words' | 'nearest' | 'outside-filters' | 'start';

const plainTranslator = createTranslator();

/** The best sections for a query, best first; of one page no more than three. */
export function search(index: DocIndex, text: string, options: SearchOptions): SearchResult {
  const { asOf, filter = {}, limit = 20, offset = 0 } = options;
  const most = offset + limit;
  for (const { query, match, didYouMean, within } of attempts(text, index, options)) {
    const ranking = rank(query, index, asOf, within, most);
    if (ranking.totalPages > 0) return present(ranking, query.wishes, { match, didYouMean }, index, options);
  }
  const start = startPages(index, asOf, filter, most);
  return present(start, [], { match: 'start', didYouMean: undefined }, index, options);
}

interface Attempt {
  query: Query;
  match: Match;
  didYouMean: string | undefined;
  within: Filter;
}

/** What to look for, the next one only where those before found nothing. */
function* attempts(text: string, index: DocIndex, options: SearchOptions): Generator<Attempt> {
  const { translator = plainTranslator, typing = false, filter = {} } = options;
  const read = (words: string): Query => readQuery(words, index, { translator, typing });
  const query = read(text);
  yield { query, match: 'words', didYouMean: query.corrected, within: filter };
  const filtered = Object.keys(filter).length > 0;
  if (filtered) yield { query, match: 'outside-filters', didYouMean: query.corrected, within: {} };
  const didYouMean = nearestWords(text, index);
  if (didYouMean === undefined) return;
  const other = { query: read(didYouMean), didYouMean };
  yield { ...other, match: 'nearest', within: filter };
  if (filtered) yield { ...other, match: 'outside-filters', within: {} };
}

const mostNearest = 4;

/** For a query that nothing answers: of its longest words the nearest that exist, however far. */
function nearestWords(text: string, index: DocIndex): string | undefined {
  const given =
    text
      .slice(0, 200)
      .toLowerCase()
      .match(/\p{L}{3,}/gu) ?? [];
  const longest = new Set(given.toSorted((a, b) => b.length - a.length).slice(0, mostNearest));
  const found = [...new Set(given)]
    .filter((word) => longest.has(word))
    .flatMap((word) => nearest(word, index) ?? []);
  return found.length > 0 ? found.join(' ') : undefined;
}

function present(
  { sections, totalPages, coverage, facets }: Ranking,
  wishes: readonly Wish[],
  how: Pick<SearchResult, 'match' | 'didYouMean'>,
  index: DocIndex,
  { asOf, offset = 0, explain = false }: SearchOptions,
): SearchResult {
  const { states } = asOfDay(index, asOf);
  const terms = wishes.flatMap(({ alternatives }) => alternatives.flatMap((one) => one.terms));
  // The `a` of `a cloud` is marked only where there is nothing else to mark.
  const telling = terms.filter((term) => !stopWords.has(term));
  const wanted = wantedTerms(telling.length > 0 ? telling : terms);
  const hits = sections.slice(offset).map((one) => ({
    ...toHit(one, wanted),
    state: states.get(one.page.id),
    explanation: explain ? explainHit(one, wishes, index) : undefined,
  }));
  return { hits, ...how, totalPages, coverage, facets };
}

function toHit({ page, section, score }: Ranked, wanted: Wanted): Omit<Hit, 'state' | 'explanation'> {
  const text = section.text || section.code || page.description || section.heading;
  const { text: snippet, highlights } = cutSnippet(text, wanted);
  return {
    page: page.id,
    anchor: section.anchor,
    title: page.title,
    trail: [...section.trail, section.heading].filter((heading) => heading !== ''),
    snippet,
    highlights,
    score: Math.round(score * 1000) / 1000,
  };
}

function explainHit(
  { number, page, section, factors }: Ranked,
  wishes: readonly Wish[],
  index: DocIndex,
): Explanation {
  return { words: explainWords(number, page, section, wishes, index), ...factors };
}
