import { isRecord } from './read/data.ts';

/** What a good answer to a query is. Places are `repo:path` or `repo:path#anchor`; the first is the best. */
export interface Judgment {
  id: string;
  kind: string;
  query: string;
  expected: string[];
  /** Pages that must not stand above the first one expected. */
  avoid: string[];
}

/** How well a ranking answers queries; all but the counts are means between 0 and 1. */
export interface Measures {
  queries: number;
  /** Order of the first ten pages: gain 3 for the best page, 2 for the others that are expected. */
  ndcg10: number;
  mrr10: number;
  recall5: number;
  /** Queries with an expected heading among the first five sections; undefined where none expects one. */
  anchor5: number | undefined;
  noResult: number;
  deprecatedAbove: number;
}

export interface Report {
  overall: Measures;
  byKind: Record<string, Measures>;
  worst: {
    id: string;
    kind: string;
    query: string;
    ndcg10: number;
    first: string | undefined;
    best: string;
  }[];
}

/** Reads the content of a judgments file; throws a RangeError that names the entry that is none. */
export function parseJudgments(content: unknown): Judgment[] {
  if (!Array.isArray(content)) throw new RangeError('expected a list of judged queries');
  return content.map((entry: unknown, number) => {
    const { id, kind, query, expected, avoid } = isRecord(entry) ? entry : {};
    if (typeof query !== 'string' || !isTexts(expected) || expected.length === 0) {
      throw new RangeError(
        `entry ${number + 1} needs "query" and "expected": a text and a list of repo:path#anchor`,
      );
    }
    return {
      id: typeof id === 'string' ? id : `${number + 1}`,
      kind: typeof kind === 'string' ? kind : 'other',
      query,
      expected,
      avoid: isTexts(avoid) ? avoid : [],
    };
  });
}

/** Asks every query and compares what comes with what should. */
export function measure(
  judgments: readonly Judgment[],
  ask: (query: string) => { page: string; anchor: string }[],
): Report {
  const results = judgments.map((judgment) => ({ judgment, ...judge(judgment, ask(judgment.query)) }));
  const kinds = [...new Set(judgments.map(({ kind }) => kind))];
  return {
    overall: summarize(results),
    byKind: Object.fromEntries(
      kinds.map((kind) => [kind, summarize(results.filter(({ judgment }) => judgment.kind === kind))]),
    ),
    worst: results
      .toSorted((a, b) => a.ndcg10 - b.ndcg10)
      .slice(0, 10)
      .map(({ judgment: { id, kind, query, expected }, ndcg10, first }) => ({
        id,
        kind,
        query,
        ndcg10,
        first,
        best: expected[0]!,
      })),
  };
}

type Result = ReturnType<typeof judge>;

function judge({ expected, avoid }: Judgment, hits: readonly { page: string; anchor: string }[]) {
  const wanted = [...new Set(expected.map(pageOf))];
  const pages = [...new Set(hits.map(({ page }) => page))];
  const gain = (page: string): number => (page === wanted[0] ? 3 : wanted.includes(page) ? 2 : 0);
  const first = pages.slice(0, 10).findIndex((page) => gain(page) > 0);
  const anchors = new Set(expected.filter((place) => place.includes('#')));
  const firstExpected = pages.findIndex((page) => wanted.includes(page));
  const above = firstExpected < 0 ? pages : pages.slice(0, firstExpected);
  return {
    ndcg10: discounted(pages.map(gain)) / discounted(wanted.map(gain)),
    reciprocal: first < 0 ? 0 : 1 / (first + 1),
    recall5: wanted.filter((page) => pages.slice(0, 5).includes(page)).length / Math.min(5, wanted.length),
    anchor5:
      anchors.size === 0
        ? undefined
        : Number(hits.slice(0, 5).some(({ page, anchor }) => anchors.has(`${page}#${anchor}`))),
    noResult: hits.length === 0,
    deprecatedAbove: avoid.some((place) => above.includes(pageOf(place))),
    first: pages[0],
  };
}

const pageOf = (place: string): string => place.replace(/#.*$/, '');

function discounted(gains: readonly number[]): number {
  return gains.slice(0, 10).reduce((sum, gain, rank) => sum + (2 ** gain - 1) / Math.log2(rank + 2), 0);
}

function summarize(results: readonly Result[]): Measures {
  const anchored = results.flatMap(({ anchor5 }) => anchor5 ?? []);
  return {
    queries: results.length,
    ndcg10: mean(results.map(({ ndcg10 }) => ndcg10)),
    mrr10: mean(results.map(({ reciprocal }) => reciprocal)),
    recall5: mean(results.map(({ recall5 }) => recall5)),
    anchor5: anchored.length > 0 ? mean(anchored) : undefined,
    noResult: results.filter(({ noResult }) => noResult).length,
    deprecatedAbove: results.filter(({ deprecatedAbove }) => deprecatedAbove).length,
  };
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
