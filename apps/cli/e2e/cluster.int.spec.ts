// `scs certify --scope kaas` against a Kubernetes API of two paths. A real API server is met in the conformance suite.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from './mock-cloud.ts';
import { buildScs, start, temporaryFile, type Run } from './scs.ts';

let scs: Awaited<ReturnType<typeof buildScs>>;
let server: Server;
beforeAll(async () => {
  scs = await buildScs();
  server = createServer((request, response) => {
    if (request.url?.startsWith('/silent/')) return;
    response.setHeader('content-type', 'application/json');
    response.end(
      request.url?.startsWith('/version')
        ? JSON.stringify({ major: '1', minor: '34', gitVersion: 'v1.34.1+rke2r1' })
        : JSON.stringify({
            kind: 'NodeList',
            apiVersion: 'v1',
            metadata: {},
            items: [{ metadata: { name: 'a', labels: {} } }],
          }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  scs.remove();
});

const kubeconfig = (address: string): string =>
  temporaryFile(
    'mycluster.yaml',
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: address, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'u', user: { token: 's3cr3t' } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
  );
const served = (path = ''): string =>
  kubeconfig(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
const certify = (...args: string[]): Promise<Run> =>
  start(scs.bin, ['certify', '--scope', 'kaas', ...args]).done;

describe('certifying a cluster', () => {
  it('fails when its Kubernetes is no longer supported', async () => {
    const { stdout, stderr, code } = await certify(
      '--kubeconfig',
      served(),
      '--version',
      'v1',
      '--at',
      '2026-11-24',
      '--output',
      'json',
    );
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      scope: 'kaas',
      version: 'v1',
      subject: 'mycluster',
      result: 'FAIL',
      testcases: {
        'version-policy-check': 'FAIL',
        'cncf-k8s-conformance': 'MISS',
        'kaas-networking-check': 'MISS',
      },
    });
    expect(code).toBe(1);
  });

  it.each<[string, () => Promise<string[]>, number, RegExp]>([
    ['without a kubeconfig', async () => [], 64, /--kubeconfig or KUBECONFIG/],
    [
      'with a kubeconfig that is not there',
      async () => ['--kubeconfig', '/nonexistent/k.yaml'],
      64,
      /does not exist/,
    ],
    [
      'with a file that is no kubeconfig',
      async () => ['--kubeconfig', temporaryFile('k.yaml', 'a: [')],
      64,
      /kubeconfig/,
    ],
    [
      'with a Sonobuoy archive that is not there',
      async () => ['--kubeconfig', served(), '--sonobuoy', '/nonexistent/r.tar.gz'],
      64,
      /does not exist; name the archive/,
    ],
    [
      'with two Sonobuoy archives for one test case',
      async () => ['--kubeconfig', served(), '--sonobuoy', 'a.tar.gz', '--sonobuoy', 'b.tar.gz'],
      64,
      /two archives for cncf-k8s-conformance/,
    ],
    [
      'with facts about Kubernetes that are none',
      async () => ['--kubeconfig', served(), '--kubernetes-data', temporaryFile('k.json', '[]')],
      64,
      /lacks asOf/,
    ],
    [
      'with releases that have no date',
      async () => [
        '--kubeconfig',
        served(),
        '--kubernetes-data',
        temporaryFile('k.json', '{"asOf": "2026-11-24", "endOfLife": {}, "releases": [{"tag": "v1.35.0"}]}'),
      ],
      64,
      /releases without tag or publishedAt/,
    ],
    [
      'that is down',
      async () => ['--kubeconfig', kubeconfig(`http://127.0.0.1:${await freePort()}`)],
      69,
      /127\.0\.0\.1/,
    ],
    [
      'that never answers',
      async () => ['--kubeconfig', served('/silent'), '--timeout', '2'],
      69,
      /within 2 s/,
    ],
  ])('%s ends with one line', async (_, args, exitCode, message) => {
    const { stdout, stderr, code } = await certify(...(await args()));
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^scs: [^\n]+\n$/);
    expect(stdout + stderr).not.toContain('s3cr3t');
    expect(code).toBe(exitCode);
  });
});
