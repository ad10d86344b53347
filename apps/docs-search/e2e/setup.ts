import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { grpcClient } from '@scs/grpc';
import { AnalyticsService } from '@scs/proto/scs/docs/v1/analytics_pb';
import { SearchService } from '@scs/proto/scs/docs/v1/search_pb';
import { Source_State, SourceService, type Source } from '@scs/proto/scs/docs/v1/source_pb';
import { createLogger, loadConfig } from '@scs/service';
import { createTestDatabase, freePort, startTestIssuer } from '@scs/testing';
import { expect } from 'vitest';
import { configSchema, startDocsSearch } from '../src/index.ts';

/** Texts by path. */
export type Files = Record<string, string>;

/** The real service on a database and folders of its own; asked over real gRPC. */
export async function setup({
  clock = () => new Date(),
  log,
  env: more = {},
}: {
  clock?: () => Date;
  /** Is given each line of the log. */
  log?: (line: string) => void;
  env?: Record<string, string>;
} = {}) {
  const [issuer, databaseUrl, port] = await Promise.all([
    startTestIssuer(),
    createTestDatabase(),
    freePort(),
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'scs-docs-search-'));
  const env: Record<string, string> = {
    DATABASE_URL: databaseUrl,
    GRPC_ADDRESS: `127.0.0.1:${port}`,
    ISSUERS: JSON.stringify([issuer.settings]),
    SOURCES_DIR: join(folder, 'sources'),
    CREDENTIALS_DIR: join(folder, 'credentials'),
    SNAPSHOT_DIR: join(folder, 'snapshot'),
    CACHE_DIR: join(folder, 'cache'),
    ...more,
  };
  await mkdir(env['SOURCES_DIR']!, { recursive: true });
  const start = (change: Record<string, string> = {}) =>
    startDocsSearch(
      loadConfig(configSchema, { ...env, ...change }),
      log
        ? createLogger({ name: 'test', version: '0' }, 'info', { write: log })
        : createLogger({ name: 'test', version: '0' }, 'silent'),
      clock,
    );
  let service: Awaited<ReturnType<typeof start>> | undefined = await start();
  const address = env['GRPC_ADDRESS']!;
  const sources = grpcClient(SourceService, address);
  const search = grpcClient(SearchService, address);
  const analytics = grpcClient(AnalyticsService, address);
  const as = async (role: string, tenant?: string) => ({
    token: await issuer.token({
      subject: role || 'somebody',
      roles: role === '' ? [] : [role],
      ...(tenant !== undefined && { tenant }),
    }),
  });
  const operator = await as('operator');
  const write = async (source: string, files: Files): Promise<void> => {
    for (const [path, text] of Object.entries(files)) {
      const file = join(env['SOURCES_DIR']!, source, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  };
  /** A source once its reading has ended. */
  const ended = async (id: string): Promise<Source> => {
    let last: Source | undefined;
    for await (const source of sources.watchSource({ name: `sources/${id}` }, operator)) last = source;
    return last!;
  };
  const synced = async (id: string): Promise<Source> => {
    const source = await ended(id);
    expect([Source_State[source.state], source.error], databaseUrl).toEqual(['READY', '']);
    return source;
  };
  return {
    env,
    folder,
    databaseUrl,
    sources,
    search,
    analytics,
    as,
    operator,
    write,
    ended,
    synced,
    /** Registers a directory with these files, and waits until it is read. */
    async addSource(id: string, files: Files, fields: Record<string, unknown> = {}): Promise<Source> {
      await write(id, files);
      await sources.createSource(
        { sourceId: id, source: { location: { case: 'directory', value: id }, ...fields } },
        operator,
      );
      return synced(id);
    },
    /** Reads a source again, and waits until that is done. */
    async resync(id: string): Promise<Source> {
      await sources.syncSource({ name: `sources/${id}` }, operator);
      return ended(id);
    },
    /** Pages of the hits for a query, best first. */
    async pages(query: string, caller: { token?: string } = {}): Promise<string[]> {
      const { hits } = await search.search({ query, typing: true }, caller);
      return [...new Set(hits.map(({ page }) => page))];
    },
    /** Another process on the same database. */
    async replica(change: Record<string, string> = {}) {
      const other = `127.0.0.1:${await freePort()}`;
      const running = await start({ GRPC_ADDRESS: other, ...change });
      const client = grpcClient(SearchService, other);
      return {
        search: client,
        async close() {
          client.close();
          await running.close();
        },
      };
    },
    async stop() {
      await service?.close();
      service = undefined;
    },
    async restart(change: Record<string, string> = {}) {
      await this.stop();
      Object.assign(env, change);
      service = await start();
    },
    async close() {
      for (const client of [sources, search, analytics]) client.close();
      await this.stop();
      issuer.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type Setup = Awaited<ReturnType<typeof setup>>;

/** A standard as its repository has it. */
export const standard = (fields: Record<string, string>, body: string): string =>
  `---\n${Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n')}\n---\n\n${body}`;
