// What `npm start` runs: the bundle, as a process.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@scs/testing';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import config from '../../../rolldown.config.ts';
import { dataFolder } from './setup.ts';

const project = fileURLToPath(new URL('..', import.meta.url));

describe('npm start', () => {
  let bundle: string;
  let data: Awaited<ReturnType<typeof dataFolder>>;
  beforeAll(async () => {
    mkdirSync(join(project, 'node_modules'), { recursive: true });
    bundle = mkdtempSync(join(project, 'node_modules', '.e2e-'));
    const built = await rolldown({ ...config, cwd: project });
    await built.write({ format: 'esm', dir: bundle });
    await built.close();
    data = await dataFolder();
  });
  afterAll(async () => {
    rmSync(bundle, { recursive: true, force: true });
    await data.remove();
  });

  function start() {
    const child = spawn(process.execPath, [join(bundle, 'main.js')], {
      env: {
        PATH: process.env['PATH'] ?? '',
        DATA_DIR: data.folder,
        DOCS_DIR: fileURLToPath(new URL('../../../docs', import.meta.url)),
        ...Object.fromEntries(
          ['HTTP_PORT', 'SIGN_IN_PORT', 'CERTIFICATION_PORT', 'DOCS_SEARCH_PORT', 'IAM_PORT', 'OPS_PORT'].map(
            (key) => [key, '0'],
          ),
        ),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const exit = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
    return { child, exit, out: () => out, err: () => err };
  }
  const isAlive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };

  it('prints the URLs, the sign-in and the sandbox’s certification result, and stops without leaving Postgres', async () => {
    const first = start();
    await eventually(async () => expect(first.out(), first.err()).toContain('Ready.'), 60_000);
    const out = first.out();
    expect(out).toMatch(/\* v5\.1 +PASS +54 of 54 test cases pass/);
    expect(out).toMatch(/admin +\S{12} +platform-admin/);
    const url = /documentation +(\S+)\/docs/.exec(out)![1]!;
    const token = /(scscp_\S+)/.exec(out)![1]!;
    expect((await fetch(`${url}/docs`)).status).toBe(200);
    const status = await fetch(`${url}/v1/subjects/sandbox/status`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await status.json()).toMatchObject({ version: 'v5.1', result: 'RESULT_PASS' });
    // Its own documentation, for everybody.
    const found = await fetch(`${url}/v1/search?query=certify+a+cloud`);
    const { match, hits } = (await found.json()) as { match: string; hits: { component: string }[] };
    expect([match, hits[0]?.component]).toEqual(['MATCH_WORDS', 'control-plane']);

    const postgres = Number(
      readFileSync(join(data.folder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0],
    );
    expect(isAlive(postgres)).toBe(true);
    first.child.kill('SIGINT');
    expect(await first.exit).toBe(0);
    expect(isAlive(postgres)).toBe(false);
    const log = readFileSync(join(data.folder, 'control-plane.log'), 'utf8');
    expect(log).not.toContain(token);
  });

  it('keeps its data, also when it was killed', async () => {
    const second = start();
    await eventually(async () => expect(second.out(), second.err()).toContain('Ready.'), 60_000);
    const url = /documentation +(\S+)\/docs/.exec(second.out())![1]!;
    const token = /(scscp_\S+)/.exec(second.out())![1]!;
    const list = async () => {
      const response = await fetch(`${url}/v1/subjects/sandbox/evaluations`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return ((await response.json()) as { evaluations: unknown[] }).evaluations;
    };
    expect(await list()).toHaveLength(2);
    second.child.kill('SIGKILL');
    await second.exit;
    const third = start();
    await eventually(async () => expect(third.out(), third.err()).toContain('Ready.'), 60_000);
    third.child.kill('SIGTERM');
    expect(await third.exit).toBe(0);
  });

  it('says that it is unavailable when Postgres was killed, still stops in order, and has lost nothing', async () => {
    const first = start();
    await eventually(async () => expect(first.out(), first.err()).toContain('Ready.'), 60_000);
    const url = /documentation +(\S+)\/docs/.exec(first.out())![1]!;
    const headers = { authorization: `Bearer ${/(scscp_\S+)/.exec(first.out())![1]!}` };
    process.kill(
      Number(readFileSync(join(data.folder, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]),
      'SIGKILL',
    );
    await eventually(async () => {
      const response = await fetch(`${url}/v1/subjects`, { headers });
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).not.toBeNull();
    });
    expect(first.err()).toBe('');
    first.child.kill('SIGTERM');
    expect(await first.exit).toBe(0);
    const second = start();
    await eventually(async () => expect(second.out(), second.err()).toContain('Ready.'), 60_000);
    second.child.kill('SIGTERM');
    expect(await second.exit).toBe(0);
    // The workers of each service try for a while to hand their jobs back.
  }, 120_000);

  it('says in one line what is wrong with its clouds.yaml, without what stands in it', async () => {
    const file = join(data.folder, 'clouds.yaml');
    writeFileSync(file, 'clouds:\n  mine: {auth: {password: s3cret, ]}\n');
    const broken = start();
    expect(await broken.exit).toBe(1);
    expect(broken.err()).toMatch(
      /^scs-control-plane: .*clouds\.yaml is no clouds\.yaml \(line 2\); mend or remove it\n$/,
    );
  });
});
