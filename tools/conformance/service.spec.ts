// The whole control plane as `npm start` runs it, over REST, on the real OpenStack services that OS_CLIENT_CONFIG_FILE names.
import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectListing } from './openstack-project.ts';
import { scs } from './scs.ts';

const clouds = process.env['OS_CLIENT_CONFIG_FILE'];
const present = clouds !== undefined && existsSync(clouds);
if (!present)
  console.log('skipped: the service on OpenStack needs OS_CLIENT_CONFIG_FILE of a seeded test bed');
const main = fileURLToPath(new URL('../../apps/standalone/dist/main.js', import.meta.url));

describe.skipIf(!present)('the service on a real, seeded OpenStack cloud', () => {
  let data: string;
  let child: ChildProcess;
  let url: string;
  let token: string;

  async function start(): Promise<void> {
    const ports = [
      'HTTP_PORT',
      'SIGN_IN_PORT',
      'CERTIFICATION_PORT',
      'DOCS_SEARCH_PORT',
      'IAM_PORT',
      'OPS_PORT',
    ];
    child = spawn(process.execPath, [main], {
      env: {
        PATH: process.env['PATH'] ?? '',
        DATA_DIR: data,
        ...Object.fromEntries(ports.map((port) => [port, '0'])),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout!.on('data', (chunk: Buffer) => (out += chunk.toString()));
    for (let look = 0; look < 600 && !out.includes('Ready.'); look++) await sleep(100);
    url = /documentation +(\S+)\/docs/.exec(out)![1]!;
    token = /(scscp_\S+)/.exec(out)![1]!;
  }
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    expect(response.status, await response.clone().text()).toBe(200);
    return (await response.json()) as T;
  };
  interface Evaluation {
    name: string;
    state: string;
    result: string;
    error: string;
    versions: { version: string; testcases: Record<string, string> }[];
  }
  async function ended(name: string): Promise<Evaluation> {
    for (;;) {
      const evaluation = await call<Evaluation>('GET', `/v1/${name}`);
      if (!['STATE_QUEUED', 'STATE_RUNNING'].includes(evaluation.state)) return evaluation;
      await sleep(500);
    }
  }

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'scs-conformance-'));
    await chmod(data, 0o711);
    await copyFile(clouds!, join(data, 'clouds.yaml'));
    await start();
  });
  afterAll(async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
    await rm(data, { recursive: true, force: true });
  });

  it('certifies it with probes, test case by test case as upstream’s own tests, also when killed in between', async () => {
    const before = await projectListing();
    await call('POST', '/v1/subjects?subjectId=demo', { osCloud: 'demo', probes: true });
    const { evaluations } = await call<{ evaluations: Evaluation[] }>('GET', '/v1/subjects/demo/evaluations');
    const { name } = evaluations[0]!;
    // Killed as soon as it has created something.
    for (let look = 0; look < 60; look++)
      if (JSON.stringify(await projectListing()) !== JSON.stringify(before)) break;
    child.kill('SIGKILL');
    await start();
    const evaluation = await ended(name);
    expect([evaluation.state, evaluation.result, evaluation.error]).toEqual([
      'STATE_DONE',
      'RESULT_PASS',
      '',
    ]);
    const passed = Object.fromEntries(
      evaluation.versions.map(({ version, testcases }) => [
        version,
        Object.values(testcases).filter((result) => result === 'RESULT_PASS').length,
      ]),
    );
    expect(passed).toEqual({ next: 55, 'v5.1': 54 });
    expect(await projectListing()).toEqual(before);
  });

  it('says where it stands, and draws its badge', async () => {
    const status = await call<{ version: string; result: string }>('GET', '/v1/subjects/demo/status');
    expect(status).toMatchObject({ version: 'v5.1', result: 'RESULT_PASS' });
    await call('PATCH', '/v1/subjects/demo', { public: true });
    const badge = await (await fetch(`${url}/badges/demo/iaas.svg`)).text();
    expect(badge).toContain('SCS-compatible IaaS: v5.1 passed');
  });

  it('answers from its own documentation, to `scs` and without a token', async () => {
    const { stdout, code } = await scs(['docs', 'search', 'badge', '--output', 'json'], { SCS_SERVER: url });
    expect(code).toBe(0);
    const { hits } = JSON.parse(stdout) as { hits: { page: string }[] };
    expect(hits.map(({ page }) => page)).toContain('control-plane:certification.md');
  });
});
