import type { Page, State } from './page.ts';

const facetNames = ['component', 'track', 'state', 'version', 'audience', 'language'] as const;
export type FacetName = (typeof facetNames)[number];

/** Of one facet any value fits, of several all must. */
export type Filter = Partial<Record<FacetName, readonly string[]>>;

export interface Facet {
  name: FacetName;
  /** Most pages first; how many pages have it under the filters of the other facets. */
  values: { value: string; pages: number }[];
}

/** The values of a facet and, by page number, which of them a page has; -1 for none. */
export interface FacetColumn {
  name: FacetName;
  values: readonly string[];
  byPage: Int32Array;
}

export function facetColumns(pages: readonly Page[], states: ReadonlyMap<string, State>): FacetColumn[] {
  return facetNames.map((name) => {
    const numbers = new Map<string, number>();
    const byPage = Int32Array.from(pages, (page) => {
      const value = valueOf(name, page, states);
      if (!value) return -1;
      const number = numbers.get(value) ?? numbers.size;
      numbers.set(value, number);
      return number;
    });
    return { name, values: [...numbers.keys()], byPage };
  });
}

function valueOf(
  name: FacetName,
  { id, labels, standard }: Page,
  states: ReadonlyMap<string, State>,
): string | undefined {
  switch (name) {
    case 'track':
      return standard?.track;
    case 'state':
      return states.get(id);
    case 'version':
      return standard?.version ?? labels.version;
    case 'component':
    case 'audience':
    case 'language':
      return labels[name];
  }
}

/** Lets pages through and counts the values of those that come by. */
export class FacetFilter {
  private readonly columns: { column: FacetColumn; wanted: Uint8Array | undefined; counts: Uint32Array }[];

  constructor(columns: readonly FacetColumn[], filter: Filter) {
    this.columns = columns.map((column) => {
      const wanted = filter[column.name];
      return {
        column,
        wanted:
          wanted && wanted.length > 0
            ? Uint8Array.from(column.values, (value) => (wanted.includes(value) ? 1 : 0))
            : undefined,
        counts: new Uint32Array(column.values.length),
      };
    });
  }

  /** Whether a page fits; it counts for a facet when it meets the filters of the others. */
  admit(page: number): boolean {
    let [misses, missed] = [0, -1];
    for (let at = 0; at < this.columns.length; at += 1) {
      const { column, wanted } = this.columns[at]!;
      if (!wanted || wanted[column.byPage[page]!] === 1) continue;
      misses += 1;
      missed = at;
    }
    if (misses <= 1) {
      for (let at = 0; at < this.columns.length; at += 1) {
        const { column, counts } = this.columns[at]!;
        const value = column.byPage[page]!;
        if (value >= 0 && (misses === 0 || at === missed)) counts[value]! += 1;
      }
    }
    return misses === 0;
  }

  /** Facets with at least one page. */
  facets(): Facet[] {
    return this.columns.flatMap(({ column: { name, values }, counts }) => {
      const counted = values
        .map((value, number) => ({ value, pages: counts[number]! }))
        .filter(({ pages }) => pages > 0)
        .toSorted((a, b) => b.pages - a.pages || (a.value < b.value ? -1 : 1));
      return counted.length > 0 ? [{ name, values: counted }] : [];
    });
  }
}
