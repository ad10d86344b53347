import { DatabaseSync } from 'node:sqlite';
import type { Page } from '@scs/doc-index';
import MiniSearch from 'minisearch';

/** Something that ranks sections for a query. */
export interface Engine {
  name: string;
  search: (query: string) => { page: string; anchor: string }[];
}

interface Row {
  id: number;
  page: string;
  anchor: string;
  title: string;
  heading: string;
  trail: string;
  description: string;
  path: string;
  text: string;
}

/** Well-kept libraries on the same sections, with the settings that serve them best. */
export function peers(pages: readonly Page[]): (Engine & { indexMs: number })[] {
  const rows = pages.flatMap((page) =>
    page.sections.map((section) => ({
      page: page.id,
      anchor: section.anchor,
      title: page.title,
      heading: section.heading,
      trail: section.trail.join('\n'),
      description: page.description,
      path: page.path,
      text: `${section.text}\n${section.code}\n${section.testcases.map(({ id, description }) => `${id} ${description}`).join('\n')}`,
    })),
  );
  const numbered = rows.map((row, id): Row => ({ id, ...row }));
  return [miniSearch, sqlite].map((make) => {
    const start = performance.now();
    const engine = make(numbered);
    return { ...engine, indexMs: Math.round(performance.now() - start) };
  });
}

const weights = { title: 4, heading: 5, trail: 2, description: 2, path: 2, text: 1 };
const fields = Object.keys(weights) as (keyof typeof weights)[];

function miniSearch(rows: readonly Row[]): Engine {
  const index = new MiniSearch<Row>({ fields, storeFields: ['page', 'anchor'] });
  index.addAll(rows);
  return {
    name: 'MiniSearch, prefix and fuzzy',
    search: (query) =>
      index
        .search(query, { boost: weights, prefix: true, fuzzy: 0.2 })
        .slice(0, 20)
        .map(({ page, anchor }) => ({ page: String(page), anchor: String(anchor) })),
  };
}

function sqlite(rows: readonly Row[]): Engine {
  const database = new DatabaseSync(':memory:');
  database.exec(
    `CREATE VIRTUAL TABLE section USING fts5(page UNINDEXED, anchor UNINDEXED, ${fields.join(', ')}, tokenize = 'porter unicode61')`,
  );
  const insert = database.prepare(
    `INSERT INTO section (page, anchor, ${fields.join(', ')}) VALUES (?, ?, ${fields.map(() => '?').join(', ')})`,
  );
  database.exec('BEGIN');
  for (const row of rows) insert.run(row.page, row.anchor, ...fields.map((field) => row[field]));
  database.exec('COMMIT');
  const select = database.prepare(
    `SELECT page, anchor FROM section WHERE section MATCH ? ORDER BY bm25(section, 0, 0, ${Object.values(weights).join(', ')}) LIMIT 20`,
  );
  return {
    name: 'SQLite FTS5, porter, all words then any',
    search(query) {
      const words = (query.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `"${word}"`);
      if (words.length === 0) return [];
      const found = ['AND', 'OR'].map((way) => () => select.all(words.join(` ${way} `)));
      const hits = found[0]!();
      return (hits.length > 0 ? hits : found[1]!()) as { page: string; anchor: string }[];
    },
  };
}
