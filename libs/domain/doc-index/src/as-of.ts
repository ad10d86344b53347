import { pagesOf, type DocIndex } from './build-index.ts';
import { facetColumns, type FacetColumn } from './facet.ts';
import type { Page, State } from './page.ts';
import { standing } from './standing.ts';
import { statesOn } from './state.ts';

/** What depends on the day, for all pages of an index by their number. */
export interface AsOf {
  pages: readonly Page[];
  states: ReadonlyMap<string, State>;
  /** What a page is worth by its state, where it was not asked for by its number. */
  standings: Float64Array;
  facets: readonly FacetColumn[];
}

const seen = new WeakMap<DocIndex, Map<string, AsOf>>();
/** Nearly everybody asks for today; few for some other day. */
const mostDays = 4;

/** Kept as long as the index, for the days asked for last. */
export function asOfDay(index: DocIndex, day: string): AsOf {
  const days = seen.get(index) ?? new Map<string, AsOf>();
  seen.set(index, days);
  const known = days.get(day);
  if (known) return known;
  const pages = pagesOf(index);
  const states = statesOn(pages, day);
  const asOf = {
    pages,
    states,
    standings: Float64Array.from(pages, (page) => standing(page, states.get(page.id), index.tuning)),
    facets: facetColumns(pages, states),
  };
  if (days.size >= mostDays) days.delete(days.keys().next().value!);
  days.set(day, asOf);
  return asOf;
}
