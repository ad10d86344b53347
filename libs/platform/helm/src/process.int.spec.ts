// Other programs in Helm's place: what they get, and when they are stopped.
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runHelm } from './process.ts';

const home = tmpdir();
const options = { home, timeoutMs: 60_000, what: 'chart app' };
afterEach(() => vi.unstubAllEnvs());

describe('runHelm', () => {
  it('gives input, and takes output, errors and exit code', async () => {
    const run = await runHelm('/bin/sh', ['-c', 'cat; echo wrong >&2; exit 3'], {
      ...options,
      input: 'given',
    });
    expect(run).toEqual({ stdout: 'given', stderr: 'wrong\n', code: 3 });
  });

  it('gives an environment of its own, without our secrets and proxies', async () => {
    vi.stubEnv('SCS_TOKEN', 'hunter2');
    vi.stubEnv('KUBECONFIG', '/somewhere');
    vi.stubEnv('HTTPS_PROXY', 'http://proxy.example');
    const { stdout } = await runHelm('/usr/bin/env', [], options);
    const names = stdout.split('\n').map((line) => line.split('=')[0]);
    expect(stdout).not.toMatch(/hunter2|somewhere|proxy/);
    expect(stdout).toContain(`HELM_CACHE_HOME=${home}/cache`);
    expect(names).toContain('KUBECONFIG');
  });

  it('stops what prints more than 64 MiB', async () => {
    await expect(
      runHelm('/bin/sh', ['-c', 'exec cat /dev/zero'], { ...options, timeoutMs: 120_000 }).catch(
        (error: unknown) => error,
      ),
    ).resolves.toMatchObject({ reason: 'too-large' });
  });

  it('stops what takes too long, even where it reads no input', async () => {
    await expect(
      runHelm('/bin/sh', ['-c', 'exec sleep 600'], {
        ...options,
        timeoutMs: 100,
        input: 'x'.repeat(2 ** 20),
      }),
    ).rejects.toMatchObject({
      reason: 'timeout',
      message:
        'chart app: rendering took longer than 0.1 s and was stopped; look for a loop in its templates',
    });
  });

  it('limits memory', async () => {
    const { stdout } = await runHelm('/bin/sh', ['-c', 'ulimit -v'], options);
    expect(stdout).toBe('2097152\n');
  });

  it('ends with an error where there is no program', async () => {
    const run = await runHelm('/nowhere/helm', [], options).catch((error: unknown) => error);
    expect(run).toMatchObject({ code: 127 });
  });

  it('does not start when it is too late', async () => {
    const reason = new Error('too late');
    await expect(runHelm('/bin/true', [], { ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
  });
});
