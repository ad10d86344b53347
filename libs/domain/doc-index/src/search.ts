import type { DocIndex, Entry } from './build-index.ts';
import { explainWords, type WordExplanation } from './explain.ts';
import { createTranslator, type Translator } from './german.ts';
import type { Page, State } from './page.ts';
import { readQuery, type Query, type Wish } from './query.ts';
import { score } from './score.ts';
import { cutSnippet } from './snippet.ts';
import { correct } from './spelling.ts';
import { effectiveFirst, standing } from './standing.ts';
import { statesOn } from './state.ts';

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
export interface Explanation {
  words: WordExplanation[];
  /** The factor for words of the query that the section lacks; 1 when it has all. */
  missing: number;
  /** The factor for what the section is: a decision, a list of links. */
  emphasis: number;
  /** What the whole page adds. */
  page: number;
  /** The factor for how much of the query title and headings name. */
  names: number;
  /** The factor for what the page is and in which state. */
  standing: number;
}

export const facetNames = ['component', 'track', 'state', 'version', 'audience', 'language'] as const;
export type FacetName = (typeof facetNames)[number];
export type Filter = Partial<Record<FacetName, readonly string[]>>;

export interface Facet {
  name: FacetName;
  /** Most pages first; how many pages have it under the filters of the other facets. */
  values: { value: string; pages: number }[];
}

export interface SearchResult {
  hits: Hit[];
  /** What the hits are; `search` never gives an empty list while there are pages. */
  match: Match;
  didYouMean: string | undefined;
  facets: Facet[];
  /** Pages with words of the query, under the filter. */
  totalPages: number;
  /** Share of what the query asks for that the best hit has, 0 to 1. */
  coverage: number;
}

/**
 * `words`: they have words of the query. `nearest`: nothing has; they have those of `didYouMean`. `outside-filters`: nothing under the
 * filters; they are what there is without. `start`: nothing at all; they are pages to start from.
 */
export type Match = 'words' | 'nearest' | 'outside-filters' | 'start';

const plainTranslator = createTranslator();
const mostSectionsOfAPage = 3;

/** The best sections for a query, best first; of one page no more than three. */
export function search(index: DocIndex, text: string, options: SearchOptions): SearchResult {
  const translator = options.translator ?? plainTranslator;
  const query = readQuery(text, index, translator);
  const hits = rank(query, index, options);
  const rest = { facets: [], totalPages: 0, coverage: 0 };
  if (hits.length > 0) return { hits, match: 'words', didYouMean: query.corrected, ...rest };
  const other = nearestWords(text, index);
  if (other === undefined) return { hits: [], match: 'start', didYouMean: undefined, ...rest };
  return {
    hits: rank(readQuery(other, index, translator), index, options),
    didYouMean: other,
    match: 'nearest',
    ...rest,
  };
}

/** For a query that nothing answers: of each word the nearest that exists, however far. */
function nearestWords(text: string, { vocabulary }: DocIndex): string | undefined {
  const given =
    text
      .slice(0, 200)
      .toLowerCase()
      .match(/\p{L}{3,}/gu) ?? [];
  const found = given.flatMap((word) => correct(word, vocabulary, 2).slice(0, 1));
  return found.length > 0 ? found.join(' ') : undefined;
}

interface Scored {
  number: number;
  page: Page;
  entry: Entry;
  score: number;
  factors: Omit<Explanation, 'words'>;
}

function rank(query: Query, index: DocIndex, options: SearchOptions): Hit[] {
  const { wishes } = query;
  const { tuning } = index;
  const sections = score(wishes, index.sections, tuning);
  const pages = score(wishes, index.wholePages, tuning);
  const names = score(wishes, index.names, tuning);
  const states = statesOn(index.pages, options.asOf);
  const standings = index.pages.map(
    (page, number) => index.placings[number]! * standing(page, states.get(page.id), query, tuning),
  );
  const scored: Scored[] = [];
  for (const [number, entry] of index.entries.entries()) {
    if (sections.scores[number] === 0) continue;
    if (options.filter?.component && !options.filter.component.includes(entry.page.labels.component))
      continue;
    const factors = {
      missing: sections.coverage[number]! ** tuning.coverage,
      emphasis: entry.emphasis,
      page: tuning.page * pages.scores[entry.pageNumber]!,
      names: 1 + tuning.named * names.coverage[number]! ** 2,
      standing: standings[entry.pageNumber]!,
    };
    // The words times what is missing.
    const own = sections.scores[number]!;
    const total = (own * factors.emphasis + factors.page) * factors.names * factors.standing;
    scored.push({ number, page: entry.page, entry, score: total, factors });
  }
  scored.sort((a, b) => b.score - a.score || a.number - b.number);
  const ordered = effectiveFirst(scored, states, query);
  const seen = new Map<string, number>();
  const shown = ordered.filter(({ entry }) => {
    const count = (seen.get(entry.page.id) ?? 0) + 1;
    seen.set(entry.page.id, count);
    return count <= mostSectionsOfAPage;
  });
  return shown
    .slice(0, options.limit ?? 20)
    .map((one) => toHit(one, states, wishes, index, options.explain ?? false));
}

function toHit(
  { entry, score: total, factors, number }: Scored,
  states: ReadonlyMap<string, State>,
  wishes: readonly Wish[],
  index: DocIndex,
  explain: boolean,
): Hit {
  const { page, section } = entry;
  const wanted = new Set(wishes.flatMap(({ alternatives }) => alternatives.flatMap(({ terms }) => terms)));
  const { text, highlights } = cutSnippet(
    section.text || section.code || page.description || section.heading,
    wanted,
  );
  return {
    page: page.id,
    anchor: section.anchor,
    title: page.title,
    trail: [...section.trail, section.heading].filter((heading) => heading !== ''),
    state: states.get(page.id),
    snippet: text,
    highlights,
    score: Math.round(total * 1000) / 1000,
    explanation: explain ? { words: explainWords(number, entry, wishes, index), ...factors } : undefined,
  };
}
