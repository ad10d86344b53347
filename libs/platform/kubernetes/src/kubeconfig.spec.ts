import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadTarget } from './kubeconfig.ts';
import { KubernetesError } from './kubernetes-error.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
const put = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const config = ({ cluster = '', user = '', current = 'dev' } = {}): string => `
apiVersion: v1
kind: Config
current-context: ${current}
contexts:
  - name: prod
    context: { cluster: big, user: root }
  - name: dev
    context: { cluster: small, user: me, namespace: x }
clusters:
  - name: big
    cluster: { server: "https://big.example:6443" }
  - name: small
    cluster: { server: "https://small.example:6443/"${cluster} }
users:
  - name: root
    user: { token: root-token }
  - name: me
    user: { ${user} }
`;

describe('a kubeconfig', () => {
  it('leads to the cluster and user of its current context', () => {
    const target = loadTarget({ text: config({ user: 'token: t' }) });
    expect(target).toMatchObject({
      server: 'https://small.example:6443',
      verify: true,
      user: { token: 't' },
    });
  });

  it('may be JSON, as YAML is a superset of it', () => {
    const text = JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: 'https://c.example' } }],
      contexts: [{ name: 'x', context: { cluster: 'c' } }],
      'current-context': 'x',
    });
    expect(loadTarget({ text })).toMatchObject({ server: 'https://c.example', user: { impersonate: {} } });
  });

  it.each([
    [
      'certificate-authority-data',
      { cluster: ', certificate-authority-data: aGVsbG8=' },
      { ca: { data: Buffer.from('hello') } },
    ],
    ['tls-server-name', { cluster: ', tls-server-name: api.example' }, { serverName: 'api.example' }],
    ['insecure-skip-tls-verify', { cluster: ', insecure-skip-tls-verify: true' }, { verify: false }],
    [
      'proxy-url',
      { cluster: ', proxy-url: "http://proxy.example:3128"' },
      { proxy: 'http://proxy.example:3128' },
    ],
    [
      'username and password',
      { user: 'username: u, password: p' },
      { user: { basic: { username: 'u', password: 'p' } } },
    ],
    [
      'client-key-data',
      { user: 'client-key-data: aGVsbG8=' },
      { user: { key: { data: Buffer.from('hello') } } },
    ],
    [
      'as and its groups',
      { user: 'as: somebody, as-groups: [g1, g2], as-user-extra: { scopes: [s] }' },
      {
        user: {
          impersonate: {
            'impersonate-user': 'somebody',
            'impersonate-group': ['g1', 'g2'],
            'impersonate-extra-scopes': ['s'],
          },
        },
      },
    ],
    [
      'auth-provider',
      { user: 'auth-provider: { name: gcp }' },
      { user: { legacy: { 'auth-provider': { name: 'gcp' } } } },
    ],
  ])('may say %s', (_, parts, expected) => {
    expect(loadTarget({ file: put('config', config(parts)) })).toMatchObject(expected);
  });

  it.each([
    ['exec', { user: 'exec: { command: sh }' }],
    ['auth-provider', { user: 'auth-provider: { name: gcp, config: { cmd-path: sh } }' }],
    ['tokenFile', { user: 'tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token' }],
    ['certificate-authority', { cluster: ', certificate-authority: /etc/ca.crt', user: 'token: t' }],
    ['client-certificate, client-key', { user: 'client-certificate: a, client-key: b' }],
  ])('given as a text must not use %s of this machine: anybody may have written it', (fields, parts) => {
    const load = (): unknown => loadTarget({ text: config(parts) });
    expect(load).toThrow(KubernetesError);
    expect(load).toThrow(`the kubeconfig uses ${fields}, and so files or programs of this machine`);
  });

  it('given as a text may carry the credentials themselves', () => {
    const cluster = ', certificate-authority-data: aGVsbG8=, certificate-authority: /ignored';
    const user = 'client-certificate-data: aGVsbG8=, client-key-data: aGVsbG8=, token: t';
    const hello = { data: Buffer.from('hello') };
    expect(loadTarget({ text: config({ cluster, user }) })).toMatchObject({
      ca: hello,
      user: { cert: hello, key: hello, token: 't' },
    });
  });

  it('names files from its own folder on', () => {
    const user = 'client-certificate: me.crt, client-key: /etc/me.key, tokenFile: sub/token';
    const file = put('config', config({ cluster: ', certificate-authority: ca.crt', user }));
    expect(loadTarget({ file })).toMatchObject({
      ca: { file: join(folder, 'ca.crt') },
      user: {
        cert: { file: join(folder, 'me.crt') },
        key: { file: '/etc/me.key' },
        tokenFile: join(folder, 'sub/token'),
      },
    });
  });

  it('names a program by its path from there, or by its name', () => {
    const exec = (command: string): string =>
      config({ user: `exec: { command: ${command}, args: [1], env: [{ name: A, value: b }] }` });
    expect(loadTarget({ file: put('path', exec('bin/sign-in')) }).user.exec).toMatchObject({
      command: join(folder, 'bin/sign-in'),
      args: ['1'],
      env: { A: 'b' },
    });
    expect(loadTarget({ file: put('name', exec('sign-in')) }).user.exec?.command).toBe('sign-in');
  });

  it('is looked for as kubectl does: of several files the first that says something wins, missing ones are left out', () => {
    const first = put('first', 'current-context: prod\nclusters: []');
    const second = put('second', config());
    vi.stubEnv('KUBECONFIG', [first, join(folder, 'missing'), second].join(':'));
    expect(loadTarget()).toMatchObject({ server: 'https://big.example:6443', user: { token: 'root-token' } });
  });

  it.each([
    ['is missing', () => join(folder, 'none'), 'does not exist'],
    ['is no YAML', () => put('bad', 'token: {s3cr3t'), 'is no valid kubeconfig'],
    ['is a text', () => put('text', 's3cr3t'), 'is no valid kubeconfig'],
    ['is a folder', () => folder, 'cannot be read'],
    ['has no such context', () => put('other', config({ current: 'nowhere' })), 'no current context'],
    [
      'has no address',
      () => put('bare', 'contexts: [{name: x, context: {cluster: s3cr3t}}]\ncurrent-context: x'),
      'no current context',
    ],
  ])('that %s is refused with one line that holds nothing of it', (_, file, words) => {
    const load = (): unknown => loadTarget({ file: file() });
    expect(load).toThrow(KubernetesError);
    expect(load).toThrow(words);
    expect(load).not.toThrow(/s3cr3t|\n/);
  });

  it('may be missing in a pod, not elsewhere', () => {
    vi.stubEnv('KUBECONFIG', '');
    vi.stubEnv('HOME', folder);
    vi.stubEnv('KUBERNETES_SERVICE_HOST', '');
    expect(() => loadTarget()).toThrow('there is no kubeconfig');
  });
});
