// The service as users get it, bundled and in a process of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Evaluation_State, Result } from '@scs/proto/scs/certification/v1/evaluation_pb';
import { eventually, freePort } from '@scs/testing';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import config from '../../../rolldown.config.ts';
import { setup, type Setup } from './setup.ts';

const project = fileURLToPath(new URL('..', import.meta.url));

describe('the bundled service', () => {
  let s: Setup;
  let folder: string;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    s = await setup();
    // The processes below take the place of the one in here.
    await s.stop();
    mkdirSync(join(project, 'node_modules'), { recursive: true });
    folder = mkdtempSync(join(project, 'node_modules', '.e2e-'));
    const bundle = await rolldown({ ...config, cwd: project });
    await bundle.write({ format: 'esm', dir: folder });
    await bundle.close();
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await s.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(env: Record<string, string> = {}) {
    const opsPort = await freePort();
    const child = spawn(process.execPath, [join(folder, 'main.js')], {
      env: {
        PATH: process.env['PATH'] ?? '',
        ...s.env,
        OPS_HOST: '127.0.0.1',
        OPS_PORT: String(opsPort),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const exit = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
    return { child, exit, opsUrl: `http://127.0.0.1:${opsPort}`, out: () => out, err: () => err };
  }
  const ready = (opsUrl: string) =>
    eventually(async () => expect((await fetch(`${opsUrl}/readyz`)).status).toBe(200), 30_000);

  it('takes up an evaluation whose worker was killed with -9, and leaves nothing of its probes', async () => {
    const first = await start();
    await ready(first.opsUrl);
    // Long enough at work to be killed in the middle of its probes.
    s.cloud.interfere(() => ({ delayMs: 100 }));
    await s.register('killed', { probes: true });
    const { evaluations } = await s.evaluations.listEvaluations({ parent: 'subjects/killed' }, s.certifier);
    const { name } = evaluations[0]!;
    await eventually(async () => expect(s.cloud.created().length).toBeGreaterThan(0));
    first.child.kill('SIGKILL');
    await first.exit;
    expect(s.cloud.created().length).toBeGreaterThan(0);
    s.cloud.interfere();

    const second = await start();
    await ready(second.opsUrl);
    const evaluation = await s.ended(name);
    expect([Evaluation_State[evaluation.state], Result[evaluation.result]]).toEqual(['DONE', 'PASS']);
    expect(s.cloud.created()).toEqual([]);

    // SIGTERM ends it in order.
    second.child.kill('SIGTERM');
    expect(await second.exit).toBe(0);
    expect(second.out()).toContain('"msg":"stopped"');
  });

  it('writes one JSON object a line, without any secret', async () => {
    const child = await start({ LOG_LEVEL: 'debug' });
    await ready(child.opsUrl);
    await s.register('logged');
    await s.newest('subjects/logged');
    child.child.kill('SIGTERM');
    await child.exit;
    const lines = child.out().trim().split('\n');
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ 'service.name': 'certification' });
    expect(child.out()).not.toContain(s.cloud.password);
    expect(child.out()).not.toContain(s.certifier.token);
  });

  it('serves metrics on the ops port', async () => {
    const child = await start();
    await ready(child.opsUrl);
    const text = await (await fetch(`${child.opsUrl}/metrics`)).text();
    for (const name of [
      'scs_cp_build_info',
      'rpc_server_call_duration_seconds',
      'scs_cp_jobs',
      'scs_cp_compliance_check_result',
    ])
      expect(text).toContain(`# TYPE ${name} `);
    child.child.kill('SIGTERM');
    expect(await child.exit).toBe(0);
  });

  it('names everything that is wrong with its configuration, and no stack', async () => {
    const child = await start({ DATABASE_URL: 'mysql://u:s3cret@h/db', ISSUERS: '{', OPS_PORT: 'many' });
    expect(await child.exit).toBe(1);
    expect(child.err()).toMatch(
      /certification: the configuration is incomplete or wrong; set these variables:/,
    );
    for (const name of ['DATABASE_URL', 'ISSUERS', 'OPS_PORT']) expect(child.err()).toContain(`  ${name}: `);
    expect(child.err()).not.toMatch(/s3cret|at .*\.js/);
  });
});
