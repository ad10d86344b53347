import pg from 'pg';
import {
  DataSource,
  DefaultNamingStrategy,
  type DataSourceOptions,
  type MixedList,
  type NamingStrategyInterface,
} from 'typeorm';

export interface ServiceDatabase {
  url: string;
  /** Of this service alone. */
  schema: string;
  entities: MixedList<new () => object>;
  migrations: MixedList<new () => object>;
}

const snake = (name: string) => name.replaceAll(/(?<=[a-z0-9])([A-Z])/g, '_$1').toLowerCase();

/** `createTime` → `create_time`, for tables and columns. */
class SnakeNames extends DefaultNamingStrategy implements NamingStrategyInterface {
  override tableName(target: string, given?: string): string {
    return given ?? snake(target);
  }
  override columnName(property: string, given: string | undefined, prefixes: string[]): string {
    return [...prefixes, given ?? property].map(snake).join('_');
  }
}

/** TypeORM's options of a service: own schema, migrations alone, never `synchronize`. */
export function dataSourceOptions({ url, schema, entities, migrations }: ServiceDatabase): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    schema,
    entities,
    migrations,
    migrationsTransactionMode: 'each',
    migrationsTableName: 'migration',
    namingStrategy: new SnakeNames(),
    synchronize: false,
    // Unqualified names mean the service's own schema.
    extra: { options: `-c search_path=${schema}`, max: 10 },
    logging: false,
  };
}

/** Makes the schema and runs pending migrations; one process at a time. */
export async function migrate(database: ServiceDatabase): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect().catch((error: unknown) => {
    const { host, pathname } = new URL(database.url);
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new Error(
      `Postgres at ${host}${pathname} cannot be used (${why}); check DATABASE_URL and the server`,
      {
        cause: error,
      },
    );
  });
  try {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [`migrate ${database.schema}`]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${client.escapeIdentifier(database.schema)}`);
    const source = await new DataSource(dataSourceOptions(database)).initialize();
    try {
      await source.runMigrations();
    } finally {
      await source.destroy();
    }
  } finally {
    // Ends the lock too.
    await client.end();
  }
}
