import type { AskedQuery } from '@scs/doc-index';
import type { DataSource } from 'typeorm';

export interface QueryRow {
  id: string;
  time: Date;
  text: string;
  session: string | null;
  match: string;
  hits: number;
  coverage: number;
  poor: boolean;
  page: string | null;
}

export interface ClickRow {
  queryId: string;
  page: string;
  anchor: string;
  position: number;
  time: Date;
}

export async function insertQueries(database: DataSource, rows: readonly QueryRow[]): Promise<void> {
  await database.query(
    `INSERT INTO query (id, time, text, session, match, hit_count, coverage, poor, top_page)
     SELECT * FROM json_to_recordset($1) AS row(id uuid, time timestamptz, text text, session text, match text,
       hits int, coverage real, poor boolean, page text)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(rows)],
  );
}

/** Those of queries that are not known are left out. */
export async function insertClicks(database: DataSource, rows: readonly ClickRow[]): Promise<void> {
  await database.query(
    `INSERT INTO click (query_id, page, anchor, position, time)
     SELECT "queryId", page, anchor, position, row.time
       FROM json_to_recordset($1) AS row("queryId" uuid, page text, anchor text, position int, time timestamptz)
      WHERE EXISTS (SELECT FROM query WHERE id = "queryId")
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(rows)],
  );
}

export interface QueryStatistics extends AskedQuery {
  clicks: number;
}

/** By text: raw queries of the span, and what is kept of older ones for whole days that begin in it. */
export async function queriesBetween(
  database: DataSource,
  start: Date,
  end: Date,
): Promise<QueryStatistics[]> {
  const rows: { query: string; count: number; poor: number; clicks: number; page: string | null }[] =
    await database.query(
      `WITH part AS (
         SELECT text, count(*)::int AS count, count(*) FILTER (WHERE poor)::int AS poor,
                count(*) FILTER (WHERE EXISTS (SELECT FROM click WHERE query_id = query.id))::int AS clicks,
                mode() WITHIN GROUP (ORDER BY top_page) AS page
           FROM query WHERE time >= $1 AND time < $2 GROUP BY text
         UNION ALL
         SELECT text, sum(count)::int, sum(poor)::int, sum(clicks)::int, mode() WITHIN GROUP (ORDER BY top_page)
           FROM query_day WHERE day AT TIME ZONE 'UTC' >= $1 AND day AT TIME ZONE 'UTC' < $2 GROUP BY text)
       SELECT text AS query, sum(count)::int AS count, sum(poor)::int AS poor, sum(clicks)::int AS clicks,
              (array_agg(page ORDER BY count DESC) FILTER (WHERE page IS NOT NULL))[1] AS page
         FROM part GROUP BY text ORDER BY sum(count) DESC, text LIMIT 10000`,
      [start, end],
    );
  return rows.map(({ page, ...row }) => ({ ...row, topPage: page ?? undefined }));
}

/** Of one visit: what was asked next within two minutes, where nothing was opened in between. */
export async function reformulationsBetween(
  database: DataSource,
  start: Date,
  end: Date,
  limit: number,
): Promise<{ query: string; nextQuery: string; count: number }[]> {
  return database.query(
    `SELECT text AS query, next_text AS "nextQuery", count(*)::int AS count
       FROM (SELECT id, text, time, session,
                    lead(text) OVER visit AS next_text, lead(time) OVER visit AS next_time
               FROM query WHERE session IS NOT NULL AND time >= $1 AND time < $2
             WINDOW visit AS (PARTITION BY session ORDER BY time, id)) AS asked
      WHERE next_text <> text AND next_time <= asked.time + interval '2 minutes'
        AND NOT EXISTS (SELECT FROM click WHERE query_id = asked.id)
      GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT $3`,
    [start, end, limit],
  );
}

/** Counts raw queries that are older by day and text, and forgets them with their sessions and clicks. */
export async function expireQueries(database: DataSource, before: Date): Promise<void> {
  await database.query(
    `WITH gone AS (
       DELETE FROM query WHERE time < $1
       RETURNING id, time, text, poor, top_page, EXISTS (SELECT FROM click WHERE query_id = query.id) AS clicked)
     INSERT INTO query_day (day, text, count, poor, clicks, top_page)
     SELECT (time AT TIME ZONE 'UTC')::date, text, count(*), count(*) FILTER (WHERE poor),
            count(*) FILTER (WHERE clicked), mode() WITHIN GROUP (ORDER BY top_page)
       FROM gone GROUP BY 1, 2
     ON CONFLICT (day, text) DO UPDATE SET count = query_day.count + excluded.count,
       poor = query_day.poor + excluded.poor, clicks = query_day.clicks + excluded.clicks`,
    [before],
  );
}
