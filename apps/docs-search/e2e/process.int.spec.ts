// The bundle as a process: what an operator runs.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, eventually, freePort } from '@scs/testing';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import config from '../../../rolldown.config.ts';

const project = fileURLToPath(new URL('..', import.meta.url));

describe('the process', () => {
  let bundle: string;
  beforeAll(async () => {
    mkdirSync(join(project, 'node_modules'), { recursive: true });
    bundle = mkdtempSync(join(project, 'node_modules', '.e2e-'));
    const built = await rolldown({ ...config, cwd: project });
    await built.write({ format: 'esm', dir: bundle });
    await built.close();
  });
  afterAll(() => rmSync(bundle, { recursive: true, force: true }));

  function start(env: Record<string, string>) {
    const child = spawn(process.execPath, [join(bundle, 'main.js')], {
      env: { PATH: process.env['PATH'] ?? '', OPS_HOST: '127.0.0.1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const exit = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
    return { child, exit, out: () => out, err: () => err };
  }

  it('becomes ready with its index, is measured, and ends in order', async () => {
    const [ops, grpc, databaseUrl] = [await freePort(), await freePort(), await createTestDatabase()];
    const started = start({
      DATABASE_URL: databaseUrl,
      ISSUERS: '[]',
      GRPC_ADDRESS: `127.0.0.1:${grpc}`,
      OPS_PORT: String(ops),
      DOCS_DIR: join(project, '../../docs'),
    });
    await eventually(async () => {
      const ready = await fetch(`http://127.0.0.1:${ops}/readyz`);
      expect([ready.status, await ready.text()], started.err()).toEqual([
        200,
        'database ok\nqueue ok\nindex ok\n',
      ]);
    });
    await eventually(async () => {
      const text = await (await fetch(`http://127.0.0.1:${ops}/metrics`)).text();
      expect(text).toMatch(/scs_cp_docs_pages [1-9]/);
    });
    started.child.kill('SIGTERM');
    expect(await started.exit).toBe(0);
    expect(started.err()).toBe('');
  });

  it('says in one line what is wrong with its lexicon', async () => {
    const started = start({
      DATABASE_URL: 'postgres://localhost/none',
      ISSUERS: '[]',
      LEXICON_FILE: join(project, 'package.json'),
    });
    expect(await started.exit).toBe(1);
    expect(started.err()).toMatch(/^docs-search: LEXICON_FILE: \S+ is no lexicon: its shape is not .+\n$/);
  });
});
