import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const shared = fileURLToPath(new URL('../../../../shared/', import.meta.url));
const server = join(shared, 'testbed/mock-openstack/server.py');

/** Golden verdicts of the recorded clouds: the baseline of the good one, and what differs for the others. */
export const vectors = join(shared, 'vectors/certification');

/** Why the recorded clouds cannot be served here, or null. */
export const mockMissing: string | null = !existsSync(server)
  ? `no ${server}`
  : spawnSync('python3', ['--version']).status !== 0
    ? 'no python3'
    : null;

export interface MockCloud {
  authUrl: string;
  /** Requests that it has answered. */
  requests(): string[];
  stop(): void;
}

/** Serves one recorded cloud over HTTP on a free port. */
export async function startMockCloud(cloud: string): Promise<MockCloud> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'scs-mock-'));
  const log = join(folder, 'requests.log');
  const child = spawn('python3', [server, String(port), join(vectors, 'clouds', `${cloud}.json`), log], {
    stdio: 'ignore',
  });
  await listening(port);
  return {
    authUrl: `http://127.0.0.1:${port}/identity/v3`,
    requests: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => /^[A-Z]/.test(line)),
    stop: () => {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await sleep(25);
  }
  throw new Error(`nothing listens on port ${port} after 5 s`);
}

/** Objects that the probes made: servers, volumes (a restored one too), backups, networks, secrets, groups. */
export const created = (requests: string[]): number =>
  requests.filter((line) =>
    /^POST \S+\/(servers|volumes|backups|networks|subnets|routers|secrets|security-groups|restore) /.test(
      line,
    ),
  ).length;
/** Objects that were removed again. */
export const removed = (requests: string[]): number =>
  requests.filter((line) =>
    /^DELETE \S+\/(servers|volumes|backups|networks|subnets|routers|secrets|security-groups)\//.test(line),
  ).length;
