import { createTestDatabase } from '@scs/testing';
import { expect, it } from 'vitest';
import { migrate } from './data-source.ts';

it('names host and remedy, and no password, where Postgres does not answer', async () => {
  const url = 'postgres://u:s3cret@127.0.0.1:1/db';
  const asked = migrate({ url, schema: 's', entities: [], migrations: [] });
  await expect(asked).rejects.toThrow(
    /^Postgres at 127\.0\.0\.1:1\/db cannot be used \(ECONNREFUSED\); check DATABASE_URL/,
  );
});

it('lets processes that start at once migrate one after the other', async () => {
  class MakeThing1700000000000 {
    name = 'MakeThing1700000000000';
    async up(runner: { query(sql: string): Promise<unknown> }) {
      await runner.query('CREATE TABLE thing (id int); SELECT pg_sleep(0.2)');
    }
    async down() {}
  }
  const database = {
    url: await createTestDatabase(),
    schema: 's',
    entities: [],
    migrations: [MakeThing1700000000000],
  };
  await expect(Promise.all([migrate(database), migrate(database), migrate(database)])).resolves.toHaveLength(
    3,
  );
});
