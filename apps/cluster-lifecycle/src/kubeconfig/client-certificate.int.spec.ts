// A client's certificate before servers that check it: one of Node, and a real kube-apiserver where TESTBED_DIR names the folder of a Kubernetes test bed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import type { AddressInfo } from 'node:net';
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { connectKubernetes, KubernetesError } from '@scs/kubernetes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAuthority, makeClient, makeServing, type KeyPair } from '../certificate/x509.ts';
import { entryOf, printKubeconfig } from './kubeconfig-file.ts';

const minute = 60_000;
const from = (ms: number) => new Date(Date.now() + ms);
const valid = { notBefore: from(-minute), notAfter: from(10 * minute) };
const identity = { user: 'anna', groups: ['kubeadm:cluster-admins', 'others'] };

/** What a server that asks for a certificate of this CA makes of a client. */
async function present(authority: KeyPair, client: KeyPair): Promise<string> {
  const serving = await makeServing(authority, ['127.0.0.1'], valid);
  const server = tls.createServer({
    ...serving,
    ca: authority.cert,
    requestCert: true,
    rejectUnauthorized: false,
  });
  try {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const verdict = new Promise<string>((resolve, reject) => {
      server.once('secureConnection', (socket) => {
        resolve(socket.authorized ? 'accepted' : String(socket.authorizationError));
        socket.destroy();
      });
      server.once('tlsClientError', reject);
    });
    const socket = tls.connect({ host: '127.0.0.1', port, ca: authority.cert, ...client });
    socket.on('error', () => undefined);
    const told = await verdict;
    socket.destroy();
    return told;
  } finally {
    server.close();
  }
}

describe('a client’s certificate', () => {
  let authority: KeyPair;
  beforeAll(async () => {
    authority = await makeAuthority('kubernetes', valid);
  });

  it('says who it is for, and in which groups', async () => {
    const { cert } = await makeClient(authority, identity, valid);
    expect(new X509Certificate(cert).subject.split('\n').toSorted()).toEqual([
      'CN=anna',
      'O=kubeadm:cluster-admins',
      'O=others',
    ]);
  });

  it.each([
    ['is accepted in its time', valid, 'accepted'],
    [
      'is refused after its end',
      { notBefore: from(-2 * minute), notAfter: from(-minute) },
      'CERT_HAS_EXPIRED',
    ],
    [
      'is refused before its beginning',
      { notBefore: from(minute), notAfter: from(2 * minute) },
      'CERT_NOT_YET_VALID',
    ],
  ])('%s', async (_, validity, verdict) => {
    expect(await present(authority, await makeClient(authority, identity, validity))).toBe(verdict);
  });

  it('is refused when another CA of the same name has signed it', async () => {
    const other = await makeAuthority('kubernetes', valid);
    expect(await present(authority, await makeClient(other, identity, valid))).not.toBe('accepted');
  });

  it('is signed by RSA keys too, as kubeadm’s CA has one', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const signed = await makeClient({ cert: authority.cert, key }, identity, valid);
    // The CA's certificate has another key; what counts is that the signature is the RSA key's.
    expect(new X509Certificate(signed.cert).verify(createPublicKey(key))).toBe(true);
  });
});

const testbed = process.env['TESTBED_DIR'];
if (!testbed) console.log('skipped: a real kube-apiserver, as TESTBED_DIR names no test bed');

describe.skipIf(!testbed)('a real kube-apiserver', () => {
  const file = (path: string) => readFileSync(join(testbed ?? '', path), 'utf8');
  const clients: { close(): void }[] = [];
  afterAll(() => clients.forEach((client) => client.close()));

  async function connect(validity: { notBefore: Date; notAfter: Date }, groups: string[]) {
    const authority = { cert: file('pki/ca.crt'), key: file('pki/ca.key') };
    const client = await makeClient(authority, { user: 'anna', groups }, validity);
    const text = printKubeconfig('demo', entryOf(file('admin.kubeconfig')), client, 'admin');
    const connected = connectKubernetes({ kubeconfig: { text }, userAgent: 'e2e' });
    clients.push(connected);
    return connected;
  }
  const review = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'SelfSubjectReview',
    metadata: { name: '' },
  };

  it('knows the caller and the groups', async () => {
    const client = await connect(valid, ['system:masters', 'lifecycle.scs.community:viewers']);
    expect(await client.create(review)).toMatchObject({
      status: {
        userInfo: {
          username: 'anna',
          groups: expect.arrayContaining(['system:masters', 'lifecycle.scs.community:viewers']) as string[],
        },
      },
    });
  });

  it('refuses the caller after the end', async () => {
    const client = await connect({ notBefore: from(-2 * minute), notAfter: from(-minute) }, [
      'system:masters',
    ]);
    const error = await client.create(review).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error instanceof KubernetesError ? error.reason : (error as { status?: number }).status).toSatisfy(
      (value) => value === 'unreachable' || value === 401,
    );
  });
});
