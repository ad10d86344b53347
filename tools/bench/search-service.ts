import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { spread } from './spread.ts';
import { startControlPlane } from './control-plane.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const perSecond = 200;
const seconds = 20;

/** The whole control plane in a process of its own, asked over HTTP through the gateway, at a pace that does not wait for answers. */
export async function benchService(archives: readonly string[], queries: readonly string[]): Promise<object> {
  execFileSync('nx', ['run', '@scs/standalone:build'], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  const folder = mkdtempSync(join(tmpdir(), 'scs-bench-'));
  chmodSync(folder, 0o711);
  mkdirSync(join(folder, 'sources'), { recursive: true });
  for (const archive of archives) cpSync(archive, join(folder, 'sources', basename(archive)));
  const plane = await startControlPlane(folder);
  try {
    const first = await readSources(plane, archives);
    const path = (query: string) => `/v1/search?query=${encodeURIComponent(query)}`;
    const paths = (queries.length > 0 ? queries : ['flavor', 'how do I certify a cloud']).map(path);
    await load(plane.url, paths, 2);
    const http = await load(plane.url, paths, seconds);
    return { sourcesRead: first, http, changedPage: await changedPage(plane, folder, archives) };
  } finally {
    await plane.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One page of a folder changes, again and again: from the start of the job until it is found, as the service's log says. */
async function changedPage(
  { url, token }: { url: string; token: string },
  folder: string,
  archives: readonly string[],
): Promise<object> {
  const standards = archives.find((archive) => basename(archive) === 'standards.tar.gz');
  if (!standards) return {};
  const place = join(folder, 'sources', 'changing');
  mkdirSync(place);
  execFileSync('tar', ['-xzf', standards, '-C', place]);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const post = (path: string, body: object) =>
    fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  await post('/v1/sources?sourceId=changing', { directory: 'changing' });
  await delay(4000);
  const pages = readdirSync(join(place, 'Standards')).filter((name) => name.startsWith('scs-0'));
  for (let change = 0; change < 30; change += 1) {
    const page = pages[(change * 7) % pages.length]!;
    appendFileSync(join(place, 'Standards', page), `\nChange number ${change}.\n`);
    await post('/v1/sources/changing:sync', {});
    await delay(300);
  }
  const log = readFileSync(join(folder, 'control-plane.log'), 'utf8').split('\n');
  const read = log.flatMap((line) => {
    const entry = line.includes('"source read"')
      ? (JSON.parse(line) as { source: string; read: number; tookMs: number })
      : undefined;
    return entry?.source === 'changing' && entry.read === 1 ? [entry.tookMs] : [];
  });
  return spread(read);
}

/** Registers every archive and waits until its pages are found. */
async function readSources(
  { url, token }: { url: string; token: string },
  archives: readonly string[],
): Promise<object> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${url}${path}`, { headers, ...init });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { state?: string; error?: string; pageCount?: number };
  };
  const start = performance.now();
  for (const archive of archives) {
    const id = basename(archive, '.tar.gz');
    const body = JSON.stringify({ archive: basename(archive) });
    await ask(`/v1/sources?sourceId=${id}`, { method: 'POST', body });
  }
  let pages = 0;
  for (const archive of archives) {
    for (;;) {
      const source = await ask(`/v1/sources/${basename(archive, '.tar.gz')}`);
      if (source.state === 'STATE_FAILED') throw new Error(`${archive}: ${source.error}`);
      if (source.state === 'STATE_READY') {
        pages += source.pageCount ?? 0;
        break;
      }
      await delay(100);
    }
  }
  return { pages, seconds: Number(((performance.now() - start) / 1000).toPrecision(3)) };
}

/** Open loop: the next request leaves when its time has come, whatever became of the others. */
async function load(url: string, paths: readonly string[], forSeconds: number): Promise<object> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const durations: number[] = [];
  let failed = 0;
  const one = async (path: string, due: number): Promise<void> => {
    const status = await get(`${url}${path}`, agent);
    // From when it was due: a late start counts as waiting.
    durations.push(performance.now() - due);
    if (status !== 200) failed += 1;
  };
  const start = performance.now();
  const running: Promise<void>[] = [];
  for (let number = 0; number < perSecond * forSeconds; number += 1) {
    const due = start + (number * 1000) / perSecond;
    const wait = due - performance.now();
    if (wait > 0) await delay(wait);
    running.push(one(paths[number % paths.length]!, Math.max(due, performance.now() - 1)));
  }
  await Promise.all(running);
  agent.destroy();
  return { perSecond, failed, ...spread(durations) };
}

function get(url: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });
}
