import { asOfDay } from './as-of.ts';
import type { DocIndex } from './build-index.ts';
import { FacetFilter, type Filter } from './facet.ts';
import { firstOf, type Ranking } from './rank.ts';

/** Pages to start from, for whoever asked for nothing that there is: overviews near the top, under the filter where it leaves any. */
export function startPages(index: DocIndex, day: string, filter: Filter, most: number): Ranking {
  const { standings, facets: columns } = asOfDay(index, day);
  const facets = new FacetFilter(columns, filter);
  let [number, firstSection] = [0, 0];
  const pages = index.segments.flatMap(({ pages: own, placings }) =>
    own.flatMap((page, at) => {
      const standing = placings[at]! * standings[number]!;
      const [section] = page.sections;
      const fits = section && facets.admit(number);
      const score = standing * entrance(page.path);
      const factors = { missing: 1, emphasis: 1, page: 0, names: 1, standing };
      const found = fits
        ? [{ page, sections: [{ page, section, number: firstSection, score, factors }] }]
        : [];
      number += 1;
      firstSection += page.sections.length;
      return found;
    }),
  );
  if (pages.length === 0 && Object.keys(filter).length > 0) return startPages(index, day, {}, most);
  return { sections: firstOf(pages, most), totalPages: pages.length, coverage: 0, facets: facets.facets() };
}

/** How likely a page leads to the others: 1 for an overview at the top of its source, less for each folder above it. */
function entrance(path: string): number {
  const depth = path.split('/').length;
  return (/(^|\/)(overview|introduction|index|readme)\.mdx?$/i.test(path) ? 1 : 0.1) / depth;
}
