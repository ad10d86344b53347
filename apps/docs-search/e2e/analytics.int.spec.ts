// What was asked, without whom, and for how long that is kept.
import { Match } from '@scs/proto/scs/docs/v1/search_pb';
import { eventually } from '@scs/testing';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setup, type Setup } from './setup.ts';

const day = 86_400_000;
let now = new Date('2026-11-01T12:00:00Z');
let s: Setup;
let database: pg.Client;
beforeAll(async () => {
  s = await setup({ clock: () => now });
  await s.addSource('docs', {
    'routers.md': '# Routers\n\nA router connects networks.',
    'disks.md': '# Disks\n\nA disk.',
  });
  database = new pg.Client({ connectionString: s.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await s.close();
});
beforeEach(async () => {
  await database.query('DELETE FROM docs_search.query; DELETE FROM docs_search.query_day');
});

const ask = async (query: string, session = '') => (await s.search.search({ query, session })).queryId;
const analytics = (span: object = {}) => s.analytics.getSearchAnalytics(span, s.operator);
/** Once so many queries are written down. */
const written = (queryCount: number, span: object = {}) =>
  eventually(async () => {
    // Of the moment itself nothing counts yet.
    now = new Date(now.getTime() + 1);
    const found = await analytics(span);
    expect(found.queryCount).toBe(queryCount);
    return found;
  });

describe('analytics', () => {
  it('count queries, their results and what was opened', async () => {
    const queryId = await ask('router');
    await ask('router');
    await ask('zzyzx qqfrob');
    await s.search.recordClick({ queryId, page: 'docs:routers.md', position: 1 });
    await written(3);
    const { poorCount, topQueries, poorQueries } = await eventually(async () => {
      const found = await analytics();
      expect(found.topQueries[0]?.clickCount).toBe(1);
      return found;
    });
    expect(topQueries.map(({ query, count }) => [query, count])).toEqual([
      ['router', 2],
      ['zzyzx qqfrob', 1],
    ]);
    expect(topQueries[0]).toMatchObject({ poorCount: 0, topPage: 'docs:routers.md' });
    expect(poorCount).toBe(1);
    expect(poorQueries[0]?.query).toBe('zzyzx qqfrob');
  });

  it('tell what was asked instead, within one visit, unless something was opened', async () => {
    const opened = await ask('disk', 'a');
    await s.search.recordClick({ queryId: opened, page: 'docs:disks.md' });
    await ask('router', 'a');
    await ask('ruoter', 'b');
    now = new Date(now.getTime() + 60_000);
    await ask('router', 'b');
    now = new Date(now.getTime() + 180_000);
    await ask('disk', 'b');
    await ask('other', 'c');
    await written(6);
    await eventually(async () => {
      const { reformulations } = await analytics();
      expect(reformulations.map(({ query, nextQuery, count }) => [query, nextQuery, count])).toEqual([
        ['ruoter', 'router', 1],
      ]);
    });
  });

  it('keep neither who asked nor what the client called the visit, and nothing that is being typed', async () => {
    await s.search.search(
      { query: 'router', session: 'alice@example.org' },
      await s.as('tenant-member', 'acme'),
    );
    await s.search.search({ query: 'rout', typing: true }, s.operator);
    await written(1);
    const { rows } = await database.query('SELECT row_to_json(query)::text AS row FROM docs_search.query');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toMatch(/alice|acme|tenant-member/);
  });

  it('forget raw queries after 30 days, and still know how often what was asked', async () => {
    const asked = now;
    const queryId = await ask('router', 'visit');
    await ask('router');
    await s.search.recordClick({ queryId, page: 'docs:routers.md' });
    await written(2);
    await eventually(async () => expect((await analytics()).topQueries[0]?.clickCount).toBe(1));
    now = new Date(asked.getTime() + 31 * day);
    await s.restart();
    await eventually(async () => {
      const { rows } = await database.query('SELECT FROM docs_search.query');
      expect(rows).toHaveLength(0);
    });
    const startTime = timestampFromDate(new Date(asked.getTime() - 2 * day));
    const { queryCount, topQueries } = await analytics({ startTime });
    expect(queryCount).toBe(2);
    expect(topQueries[0]).toMatchObject({
      query: 'router',
      count: 2,
      clickCount: 1,
      topPage: 'docs:routers.md',
    });
  });

  it('are written down later where they cannot be now', async () => {
    await database.query('ALTER TABLE docs_search.query RENAME TO away');
    await ask('router');
    expect((await s.search.search({ query: 'disk' })).hits[0]?.page).toBe('docs:disks.md');
    await database.query('ALTER TABLE docs_search.away RENAME TO query');
    await written(2);
  });

  it('count a click whatever strangers send besides', async () => {
    const queryId = await ask('router');
    // Longer than an index of Postgres takes, however it is packed.
    const signs = Array.from({ length: 900 }, (_, at) =>
      String.fromCodePoint(0x4e00 + ((at * 7919) % 20_000)),
    );
    const page = `docs:${signs.join('')}`;
    await written(1);
    await s.search.recordClick({ queryId, page });
    await expect(s.search.recordClick({ queryId: '-'.repeat(36), page })).rejects.toMatchObject({
      reason: 'INVALID_REQUEST',
    });
    await s.search.recordClick({ queryId, page: 'docs:routers.md', position: 1 });
    await eventually(async () => {
      const { rows } = await database.query('SELECT page FROM docs_search.click');
      expect(rows).toHaveLength(2);
    });
  });

  it('say nothing about clicks for queries that nobody knows', async () => {
    const click = { queryId: '01900000-0000-7000-8000-000000000000', page: 'docs:routers.md' };
    expect(await s.search.recordClick(click)).toMatchObject({});
    expect(Match[(await s.search.search({ query: 'router' })).match]).toBe('WORDS');
  });

  it('refuse a span that ends before it begins', async () => {
    const [startTime, endTime] = [timestampFromDate(now), timestampFromDate(new Date(now.getTime() - day))];
    await expect(analytics({ startTime, endTime })).rejects.toMatchObject({
      kind: 'invalid',
      reason: 'SPAN_INVALID',
    });
  });
});
