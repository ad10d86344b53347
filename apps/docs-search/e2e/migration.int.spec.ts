// What the entities say is what the migrations made.
import { dataSourceOptions, migrate } from '@scs/database';
import { createTestDatabase } from '@scs/testing';
import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { databaseAt } from '../src/docs-search.ts';

it('every foreign key has an index, or removing what it points at reads the whole table', async () => {
  const database = databaseAt(await createTestDatabase());
  await migrate(database);
  const source = await new DataSource(dataSourceOptions(database)).initialize();
  try {
    const rows: { column: string }[] = await source.query(
      `SELECT key.conrelid::regclass || '.' || attribute.attname AS column
         FROM pg_constraint key
         JOIN pg_attribute attribute ON attribute.attrelid = key.conrelid AND attribute.attnum = key.conkey[1]
        WHERE key.contype = 'f' AND key.connamespace = 'docs_search'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = key.conrelid AND indkey[0] = key.conkey[1])`,
    );
    expect(rows).toEqual([]);
  } finally {
    await source.destroy();
  }
});

it('the tables are as the entities say', async () => {
  const database = databaseAt(await createTestDatabase());
  await migrate(database);
  const source = await new DataSource(dataSourceOptions(database)).initialize();
  try {
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    // Indexes, checks and foreign keys live in the migrations alone.
    const drift = upQueries
      .map(({ query }) => query)
      .filter((query) => !/DROP (?:INDEX|CONSTRAINT)/.test(query));
    expect(drift).toEqual([]);
  } finally {
    await source.destroy();
  }
});
