// What the entities say is what the migrations made.
import { dataSourceOptions, migrate } from '@scs/database';
import { createTestDatabase } from '@scs/testing';
import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { databaseAt } from '../src/certification.ts';

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
