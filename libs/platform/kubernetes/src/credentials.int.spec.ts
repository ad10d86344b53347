import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectKubernetes } from './connect.ts';
import {
  aConfigMap,
  configMaps,
  kubeconfigOf,
  refuse,
  type ScriptedServer,
  startScriptedServer,
} from './scripted-server.ts';

// Not covered: client certificates, which tools/conformance/kubernetes-client.spec.ts uses.

const key = { ...configMaps, namespace: 'x', name: 'a' };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'credentials-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function clientOf(server: ScriptedServer, user: object) {
  const file = join(folder, 'kubeconfig');
  writeFileSync(file, kubeconfigOf(server.url, user));
  return connectKubernetes({ kubeconfig: { file }, userAgent: 'spec' });
}
const authorizations = (server: ScriptedServer) =>
  server.exchanges.map(({ headers }) => headers.authorization);

/** A program that prints credentials, and writes a line for each run. */
function program(status: object): { exec: object; runs: () => number } {
  const log = join(folder, 'runs');
  writeFileSync(log, '');
  const script = `
    require('node:fs').appendFileSync(${JSON.stringify(log)}, 'x');
    const { apiVersion, kind } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
    console.log(JSON.stringify({ apiVersion, kind, status: ${JSON.stringify(status)} }));`;
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: ['-e', script],
  };
  return { exec, runs: () => readFileSync(log, 'utf8').length };
}

describe('a request', () => {
  it.each([
    ['a token', { token: 't' }, 'Bearer t'],
    ['a name and a password', { username: 'u', password: 'p' }, `Basic ${btoa('u:p')}`],
    [
      'what an old auth-provider remembers',
      { 'auth-provider': { name: 'gcp', config: { 'access-token': 'old', expiry: '2999-01-01T00:00:00Z' } } },
      'Bearer old',
    ],
    ['nothing, where the user has nothing', {}, undefined],
  ])('carries %s', async (_, user, expected) => {
    await using server = await startScriptedServer(() => aConfigMap('a', 1));
    await clientOf(server, user).get(key);
    expect(authorizations(server)).toEqual([expected]);
  });

  it('says for whom it asks', async () => {
    await using server = await startScriptedServer(() => aConfigMap('a', 1));
    await clientOf(server, { token: 't', as: 'somebody', 'as-groups': ['g'] }).get(key);
    expect(server.exchanges[0]?.headers).toMatchObject({
      'impersonate-user': 'somebody',
      'impersonate-group': 'g',
    });
  });
});

describe('a token in a file', () => {
  it('is read again when the server does not take it any more, for a write too', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'old\n');
    await using server = await startScriptedServer((exchange) =>
      exchange.headers.authorization === 'Bearer new'
        ? aConfigMap('a', 1)
        : refuse(exchange, 401, 'Unauthorized'),
    );
    const client = clientOf(server, { tokenFile });
    await expect(client.get(key)).rejects.toMatchObject({ status: 401 });
    writeFileSync(tokenFile, 'new\n');
    await client.create(aConfigMap('a', 1));
    expect(authorizations(server)).toEqual(['Bearer old', 'Bearer old', 'Bearer old', 'Bearer new']);
  });

  it('is read again after a minute', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'old');
    await using server = await startScriptedServer(() => aConfigMap('a', 1));
    const client = clientOf(server, { tokenFile });
    vi.useFakeTimers({ toFake: ['Date'] });
    await client.get(key);
    writeFileSync(tokenFile, 'new');
    await client.get(key);
    vi.setSystemTime(Date.now() + 60_000);
    await client.get(key);
    expect(authorizations(server)).toEqual(['Bearer old', 'Bearer old', 'Bearer new']);
  });

  it('that is missing is named', async () => {
    await using server = await startScriptedServer(() => aConfigMap('a', 1));
    await expect(clientOf(server, { tokenFile: join(folder, 'none') }).get(key)).rejects.toThrow(
      /none, which the kubeconfig names, cannot be read; check the file$/,
    );
  });
});

describe('a program that signs in', () => {
  it('runs once for many requests', async () => {
    const { exec, runs } = program({ token: 'printed' });
    await using server = await startScriptedServer(() => aConfigMap('a', 1));
    const client = clientOf(server, { exec });
    await Promise.all([client.get(key), client.get(key)]);
    await client.get(key);
    expect(new Set(authorizations(server))).toEqual(new Set(['Bearer printed']));
    expect(runs()).toBe(1);
  });

  it('runs again when its credentials have expired, and when the server does not take them', async () => {
    const { exec, runs } = program({ token: 'printed', expirationTimestamp: '2001-01-01T00:00:00Z' });
    await using server = await startScriptedServer(() => aConfigMap('a', 1));
    const client = clientOf(server, { exec });
    await client.get(key);
    const before = runs();
    await client.get(key);
    expect(runs()).toBe(before + 1);

    const lasting = program({ token: 'printed' });
    await using strict = await startScriptedServer((exchange) => refuse(exchange, 401, 'Unauthorized'));
    await expect(clientOf(strict, { exec: lasting.exec }).version()).rejects.toMatchObject({ status: 401 });
    expect(lasting.runs()).toBe(2);
  });

  it.each([
    [
      'cannot be found',
      { command: '/nowhere/sign-in', installHint: 'install\n sign-in' },
      /ENOENT\); install sign-in$/,
    ],
    [
      'fails',
      { command: process.execPath, args: ['-e', 'console.error("s3cr3t"); process.exit(3)'] },
      /ends with 3; try it by hand$/,
    ],
    [
      'prints something else',
      { command: process.execPath, args: ['-e', 'console.log("s3cr3t")'] },
      /prints no ExecCredential/,
    ],
  ])('and %s is named, its output is not', async (_, exec, words) => {
    await using server = await startScriptedServer(() => aConfigMap('a', 1));
    const failure = clientOf(server, { exec }).get(key);
    await expect(failure).rejects.toMatchObject({ name: 'KubernetesError', reason: 'unauthorized' });
    await expect(failure).rejects.toThrow(words);
    await expect(failure).rejects.not.toThrow('s3cr3t');
  });
});
