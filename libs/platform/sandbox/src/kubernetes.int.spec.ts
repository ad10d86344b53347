import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { describeKubernetesApi } from '../../../../tools/conformance/kubernetes-api/suite.ts';
import { eventually } from '../../../../tools/conformance/kubernetes-api/bed.ts';
import {
  mergePatch,
  rawKubernetes,
  type RawKubernetes,
} from '../../../../tools/conformance/kubernetes-api/raw-kubernetes.ts';
import { startSandboxKubernetes, type SandboxKubernetes, type StoredWrite } from './index.ts';

// What a Kubernetes API server does is in the suite; here is what only the sandbox can.

let suiteServer: SandboxKubernetes | undefined;
afterAll(() => suiteServer?.close());
describeKubernetesApi(
  'the sandbox',
  async () => {
    suiteServer = await startSandboxKubernetes();
    return suiteServer.kubeconfig;
  },
  false,
);

const configMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data,
});
const type = { apiVersion: 'v1', kind: 'ConfigMap' };
const path = '/api/v1/namespaces/default/configmaps';

describe('the sandbox Kubernetes', () => {
  let kubernetes: SandboxKubernetes;
  let api: RawKubernetes;
  beforeEach(async () => {
    kubernetes = await startSandboxKubernetes({ history: 10 });
    api = rawKubernetes(kubernetes.kubeconfig);
  });
  afterEach(async () => {
    api.close();
    await kubernetes.close();
  });
  const post = (name: string, data?: Record<string, string>) =>
    api.request('POST', path, { body: configMap(name, data) });

  it('stores and shows objects without HTTP', async () => {
    kubernetes.store.put(configMap('direct', { a: '1' }));
    expect((await api.request('GET', `${path}/direct`)).body['data']).toEqual({ a: '1' });
    await post('wired');
    expect(kubernetes.store.get(type, 'wired', 'default')?.metadata.uid).toBeDefined();
    const names = kubernetes.store.list(type, 'default').map(({ metadata }) => metadata.name);
    expect(names).toEqual(['direct', 'kube-root-ca.crt', 'wired']);
    expect(kubernetes.store.remove(type, 'direct', 'default')).toBe(true);
    expect((await api.request('GET', `${path}/direct`)).status).toBe(404);
    expect(() => kubernetes.store.list({ apiVersion: 'x/v1', kind: 'Y' })).toThrow(
      'install its definition first',
    );
  });

  it('remembers what came in, and by whom', async () => {
    await api.request('GET', `${path}/none`, { userAgent: 'tester/1.0' });
    await eventually(() => {
      expect(kubernetes.requests.at(-1)).toMatchObject({
        verb: 'get',
        resource: 'configmaps',
        namespace: 'default',
        name: 'none',
        userAgent: 'tester/1.0',
        status: 404,
      });
    });
  });

  it('keeps several APIs at one port, apart from each other', async () => {
    const other = kubernetes.cluster('other');
    const otherApi = rawKubernetes(other.kubeconfig);
    await otherApi.request('POST', path, { body: configMap('there') });
    expect(kubernetes.store.get(type, 'there', 'default')).toBeUndefined();
    expect(kubernetes.cluster('other').store.get(type, 'there', 'default')).toBeDefined();
    const openapi = await otherApi.request('GET', '/openapi/v3');
    expect(openapi.body['paths']!['api/v1']!['serverRelativeURL']).toMatch(
      /^\/clusters\/other\/openapi\/v3\/api\/v1/,
    );
    kubernetes.removeCluster('other');
    expect((await otherApi.request('GET', path)).status).toBe(404);
    otherApi.close();
  });

  it('dates objects by the clock it was given', async () => {
    const clocked = await startSandboxKubernetes({ now: () => new Date('2031-02-03T04:05:06.789Z') });
    const made = clocked.store.put(configMap('dated'));
    expect(made.metadata.creationTimestamp).toBe('2031-02-03T04:05:06Z');
    await clocked.close();
  });

  it('says which port is taken', async () => {
    const port = Number(new URL(kubernetes.url).port);
    await expect(startSandboxKubernetes({ port })).rejects.toThrow(`port ${port} of 127.0.0.1 is taken`);
  });

  describe('history', () => {
    it('ends in a 410 for watches of versions that are forgotten', async () => {
      const version = kubernetes.store.resourceVersion;
      for (let index = 0; index < 40; index++) kubernetes.store.put(configMap(`many-${index}`));
      const watch = api.watch(`${path}?watch=1&resourceVersion=${version}`);
      await watch.ended;
      expect(watch.events).toMatchObject([
        { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } },
      ]);
    });

    it('can be forgotten on purpose, pages of lists included', async () => {
      const version = kubernetes.store.resourceVersion;
      kubernetes.store.put(configMap('a'));
      kubernetes.store.put(configMap('b'));
      const page = await api.request('GET', `${path}?limit=1`);
      kubernetes.compact();
      const more = String(page.body['metadata']!['continue']);
      const rest = await api.request('GET', `${path}?limit=1&continue=${more}`);
      expect(rest.body).toMatchObject({ code: 410, reason: 'Expired' });
      const watch = api.watch(`${path}?watch=1&resourceVersion=${version}`);
      await watch.ended;
      expect(watch.events).toMatchObject([{ type: 'ERROR', object: { code: 410 } }]);
    });
  });

  describe('interference', () => {
    it('answers with a status, and asks to come back later', async () => {
      const stop = kubernetes.interfere(({ verb, userAgent }) =>
        verb === 'create' && userAgent.startsWith('conformance')
          ? { status: 429, retryAfterSeconds: 3 }
          : undefined,
      );
      const busy = await post('a');
      expect(busy.body).toMatchObject({
        code: 429,
        reason: 'TooManyRequests',
        details: { retryAfterSeconds: 3 },
      });
      expect(busy.headers['retry-after']).toBe('3');
      stop();
      expect((await post('a')).status).toBe(201);
    });

    it('cuts the connection before a write, which is not stored then, or after, which is', async () => {
      const stop = kubernetes.interfere(({ name, verb }) =>
        verb === 'patch' ? { cut: name === 'before' ? 'before' : 'after' } : undefined,
      );
      for (const name of ['before', 'after']) {
        kubernetes.store.put(configMap(name, { a: '1' }));
        const body = { data: { a: '2' } };
        await expect(api.request('PATCH', `${path}/${name}`, { body, type: mergePatch })).rejects.toThrow(
          /hang up|ECONNRESET/,
        );
      }
      stop();
      expect(kubernetes.store.get(type, 'before', 'default')).toMatchObject({ data: { a: '1' } });
      expect(kubernetes.store.get(type, 'after', 'default')).toMatchObject({ data: { a: '2' } });
    });

    it('tells of a write when it is stored and not answered yet', async () => {
      const writes: StoredWrite[] = [];
      let answered = false;
      const stop = kubernetes.onWrite((write) => {
        expect(answered).toBe(false);
        writes.push(write);
      });
      await post('a');
      answered = true;
      stop();
      await post('b');
      expect(writes).toMatchObject([
        { verb: 'create', resource: 'configmaps', name: 'a', userAgent: 'conformance/1' },
      ]);
    });

    const names = (events: { type: string; object: { [field: string]: unknown } }[]) =>
      events.map(({ type: what, object }) =>
        `${what} ${(object['metadata'] as { name?: string }).name ?? ''}`.trim(),
      );

    it('drops, reorders, cuts and expires the events of watches', async () => {
      const watched = async (watch: object, expected: string[]) => {
        const stop = kubernetes.interfere(({ verb }) => (verb === 'watch' ? { watch } : undefined));
        const stream = api.watch(`${path}?watch=1&resourceVersion=${kubernetes.store.resourceVersion}`);
        await eventually(() => {
          expect(kubernetes.requests.at(-1)?.verb).toBe('watch');
        });
        for (const name of ['a', 'b', 'c']) kubernetes.store.put(configMap(name));
        await eventually(() => {
          expect(names(stream.events)).toEqual(expected);
        });
        stop();
        stream.stop();
        for (const name of ['a', 'b', 'c']) kubernetes.store.remove(type, name, 'default');
      };
      const isB = ({ object }: { object: { metadata: { name: string } } }) => object.metadata.name === 'b';
      await watched({ drop: isB }, ['ADDED a', 'ADDED c']);
      await watched({ reorder: 3 }, ['ADDED c', 'ADDED b', 'ADDED a']);
      await watched({ delayMs: 20 }, ['ADDED a', 'ADDED b', 'ADDED c']);
      await watched({ cutAfter: 2 }, ['ADDED a', 'ADDED b']);
      await watched({ expireAfter: 1 }, ['ADDED a', 'ERROR']);
    });

    it('is away for a while, with all that it knew when it is back', async () => {
      await post('kept');
      await kubernetes.goAway();
      await expect(api.request('GET', path)).rejects.toThrow(/ECONNREFUSED|ECONNRESET|hang up/);
      await kubernetes.comeBack();
      expect((await api.request('GET', `${path}/kept`)).status).toBe(200);
    });
  });
});

const crds = fileURLToPath(new URL('../../../../../shared/vectors/lifecycle/crds', import.meta.url));
if (!existsSync(crds)) console.log('skipped: ../shared/vectors/lifecycle/crds is not there');

describe.skipIf(!existsSync(crds))('definitions of other projects', () => {
  it('are all served', async () => {
    const files = readdirSync(crds, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.yaml'),
    );
    const objects = files
      .flatMap((file) => parseAllDocuments(readFileSync(join(crds, file), 'utf8')))
      .map((document) => document.toJS() as { kind?: string; metadata: { name: string } } | null)
      .filter((object) => object?.kind === 'CustomResourceDefinition');
    expect(objects.length).toBeGreaterThan(30);
    const kubernetes = await startSandboxKubernetes();
    const api = rawKubernetes(kubernetes.kubeconfig);
    for (const body of objects) {
      const made = await api.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
        body,
      });
      expect(made.status, JSON.stringify(made.body).slice(0, 300)).toBe(201);
    }
    await eventually(() => {
      expect(kubernetes.idle()).toBe(true);
    });
    for (const definition of kubernetes.store.list({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
    }))
      expect(definition['status'], definition.metadata.name).toMatchObject({
        conditions: [
          { type: 'NamesAccepted', status: 'True' },
          { type: 'Established', status: 'True' },
        ],
      });
    api.close();
    await kubernetes.close();
  });
});

/** The kubectl of the machine; undefined where there is none. */
function findKubectl(): string | undefined {
  try {
    return execFileSync('which', ['kubectl'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
const kubectl = findKubectl();
if (!kubectl) console.log('skipped: the sandbox is tried with kubectl where that is installed');

describe.skipIf(!kubectl)('kubectl', () => {
  it('applies, shows, explains, patches and deletes', async () => {
    const kubernetes = await startSandboxKubernetes();
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    writeFileSync(join(folder, 'kubeconfig'), kubernetes.kubeconfig);
    const { execFile } = await import('node:child_process');
    const run = (args: string, input?: object) =>
      new Promise<string>((resolve, reject) => {
        const env = { ...process.env, KUBECONFIG: join(folder, 'kubeconfig'), HOME: folder };
        const child = execFile(kubectl!, args.split(' '), { env }, (error, stdout, stderr) =>
          error ? reject(new Error(stderr)) : resolve(stdout),
        );
        child.stdin?.end(input && JSON.stringify(input));
      });
    const deployment = (image: string) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'demo' },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image }] } },
      },
    });
    await run('apply -f -', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
    expect(await run('apply -f -', deployment('i:1'))).toBe('deployment.apps/web created\n');
    expect(await run('apply -f -', deployment('i:1'))).toBe('deployment.apps/web unchanged\n');
    expect(await run('apply -f -', deployment('i:2'))).toBe('deployment.apps/web configured\n');
    expect(await run('apply --server-side --force-conflicts -f -', deployment('i:3'))).toBe(
      'deployment.apps/web serverside-applied\n',
    );
    expect(await run('get deploy -n demo -o wide')).toMatch(/^NAME +READY .*\nweb +0\/1 .* i:3 +app=web\n$/);
    expect(await run('describe deploy web -n demo')).toContain('Image:         i:3');
    expect(await run('explain deployment')).toContain('KIND:       Deployment');
    await run('scale deploy web -n demo --replicas=5');
    await run('label deploy web -n demo a=b');
    expect(await run('get deploy web -n demo -o jsonpath={.spec.replicas}{.metadata.labels.a}')).toBe('5b');
    await run('delete ns demo');
    expect(await run('get ns demo --ignore-not-found')).toBe('');
    rmSync(folder, { recursive: true });
    await kubernetes.close();
  });
});
