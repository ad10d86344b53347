import https from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { AdmissionLookup, KubernetesObject } from '@scs/cluster-stacks';
import { createLogger } from '@scs/service';
import { afterEach, describe, expect, it } from 'vitest';
import { bundleOf, rotate, type CertificateSet } from '../certificate/rotation.ts';
import { admissionLookup } from './admission-lookup.ts';
import { startAdmissionServer } from './admission-server.ts';

// Not here: what is allowed, which @scs/cluster-stacks decides and tests; and a real API server asking, see the conformance suite.

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const logger = createLogger({ name: 'test', version: '0' }, 'silent');
const emptyWorld: AdmissionLookup = { clusters: () => [], release: () => undefined };

async function start(lookup = emptyWorld) {
  const made = await rotate(undefined, ['127.0.0.1'], new Date());
  const { certificate, replace } = changing(made);
  const server = await startAdmissionServer({ host: '127.0.0.1', port: 0, certificate, lookup, logger });
  closing.push(() => server.close());
  return { url: server.url, ca: bundleOf(made), replace };
}

/** A certificate that a test changes. */
function changing(first: CertificateSet) {
  let { serving } = first;
  const handlers = new Set<() => void>();
  return {
    certificate: {
      get cert() {
        return serving.cert;
      },
      get key() {
        return serving.key;
      },
      onChange(handler: () => void) {
        handlers.add(handler);
        return () => void handlers.delete(handler);
      },
    },
    replace: (pair: CertificateSet['serving']) => {
      serving = pair;
      for (const handler of handlers) handler();
    },
  };
}

interface Reply {
  status: number;
  body: string;
  /** SHA-256 of the certificate that was shown. */
  shown: string;
}

function send(url: string, ca: string, body?: string, method = 'POST'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = https.request(url, { method, ca, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      // The socket is gone once everything is read.
      const shown = (response.socket as TLSSocket).getPeerCertificate().fingerprint256;
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8'), shown }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

const stackPath = '/validate-clusterstack-x-k8s-io-v1alpha1-clusterstack';
const stack = (spec: object): KubernetesObject => ({
  apiVersion: 'clusterstack.x-k8s.io/v1alpha1',
  kind: 'ClusterStack',
  metadata: { name: 'ferrol', namespace: 'team' },
  spec: { provider: 'docker', name: 'ferrol', kubernetesVersion: '1.27', channel: 'stable', ...spec },
});
const review = (request: object) =>
  JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind: { group: 'clusterstack.x-k8s.io', version: 'v1alpha1', kind: 'ClusterStack' },
      operation: 'CREATE',
      namespace: 'team',
      name: 'ferrol',
      userInfo: { username: 'admin' },
      ...request,
    },
  });

describe('an AdmissionReview', () => {
  it('is answered with its uid', async () => {
    const { url, ca } = await start();
    const { status, body } = await send(url + stackPath, ca, review({ object: stack({ noProvider: true }) }));
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: '705ab4f5-6393-11e8-b7cc-42010a800002', allowed: true },
    });
  });

  it('that is refused says why, for people', async () => {
    const { url, ca } = await start();
    const object = stack({ noProvider: true, versions: ['v0-sha-hipstsw'] });
    const { response } = JSON.parse((await send(url + stackPath, ca, review({ object }))).body) as {
      response: unknown;
    };
    expect(response).toMatchObject({
      allowed: false,
      status: { code: 422, reason: 'Invalid', message: expect.stringContaining('spec.versions') as string },
    });
  });

  it('is answered, with a warning, while the Kubernetes API does not answer', async () => {
    const lookup = admissionLookup(
      {
        list: () => new Promise(() => undefined),
        get: () => new Promise(() => undefined),
      },
      () => Promise.resolve('v1beta1'),
      20,
    );
    const { url, ca } = await start(lookup);
    const body = review({ operation: 'DELETE', object: null, oldObject: stack({ noProvider: true }) });
    const answer = await send(url + stackPath, ca, body);
    expect(JSON.parse(answer.body)).toMatchObject({
      response: { allowed: true, warnings: [expect.stringContaining('did not answer') as string] },
    });
  });
});

describe('what is no AdmissionReview', () => {
  it.each([
    ['no JSON', 'name: ferrol', /no JSON/],
    ['nothing', '', /no JSON/],
    ['another object', JSON.stringify({ apiVersion: 'v1', kind: 'Pod' }), /apiVersion/],
    ['an older version', review({}).replace('admission.k8s.io/v1', 'admission.k8s.io/v1beta1'), /apiVersion/],
    ['a review without a request', review({}).replace('"request"', '"response"'), /request/],
    ['a review without a uid', review({ uid: '' }), /request\.uid/],
    ['an object that is a text', review({ object: 'ferrol' }), /request\.object/],
    [
      'a review about another kind',
      review({ kind: { group: 'apps', version: 'v1', kind: 'Deployment' } }),
      /judges ClusterStack of clusterstack\.x-k8s\.io, not Deployment/,
    ],
  ])('%s gets 400 and one line', async (_, body, line) => {
    const { url, ca } = await start();
    const answer = await send(url + stackPath, ca, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatch(line);
    expect(answer.body.trimEnd().split('\n')).toHaveLength(1);
  });

  it('more than 3 MiB gets 413', async () => {
    const { url, ca } = await start();
    const answer = await send(
      url + stackPath,
      ca,
      review({ object: stack({ name: 'x'.repeat(3_200_000) }) }),
    );
    expect(answer.status).toBe(413);
  });

  it('an unknown path gets 404, another method 405', async () => {
    const { url, ca } = await start();
    expect(await send(`${url}/validate-nothing`, ca, review({}))).toMatchObject({ status: 404 });
    expect(await send(url + stackPath, ca, undefined, 'GET')).toMatchObject({ status: 405 });
  });

  it('the readiness of the server is told', async () => {
    const { url, ca } = await start();
    expect(await send(`${url}/readyz`, ca, undefined, 'GET')).toMatchObject({ status: 200, body: 'ok\n' });
  });
});

describe('the certificate', () => {
  it('is replaced while we serve, and a bad one is not taken', async () => {
    const { url, ca, replace } = await start();
    const next = await rotate(undefined, ['127.0.0.1'], new Date());
    const before = await send(`${url}/readyz`, ca, undefined, 'GET');
    replace(next.serving);
    await expect(send(`${url}/readyz`, ca, undefined, 'GET')).rejects.toThrow(/certificate/);
    const after = await send(`${url}/readyz`, bundleOf(next), undefined, 'GET');
    expect(after.shown).not.toBe(before.shown);
    replace({ cert: 'none', key: 'none' });
    expect((await send(`${url}/readyz`, bundleOf(next), undefined, 'GET')).shown).toBe(after.shown);
  });
});
