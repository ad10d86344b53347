import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aConfigMap, eventually, uniqueName, type Bed } from './bed.ts';
import { mergePatch, type RawBody } from './raw-kubernetes.ts';

type Answer = (request: RawBody) => object | Promise<object>;

/** A certificate for 127.0.0.1; undefined where there is no openssl. */
function makeCertificate(): { cert: string; key: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const what = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=127.0.0.1',
  ];
  try {
    execFileSync(
      'openssl',
      ['req', '-x509', ...what, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
      { stdio: 'ignore' },
    );
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Admission webhooks. A real server calls nothing but HTTPS, so without openssl only the sandbox is tested. */
export function describeAdmission(bed: () => Bed, isReal: boolean): void {
  const certificate = makeCertificate();
  if (!certificate && isReal)
    console.log('skipped: admission webhooks of a real API server need openssl for a certificate');

  describe.skipIf(!certificate && isReal)('admission webhooks', () => {
    let server: http.Server;
    let url = '';
    let answer: Answer = () => ({ allowed: true });
    const seen: RawBody[] = [];
    const configured: string[] = [];

    beforeAll(async () => {
      const listener: http.RequestListener = (message, response) => {
        const chunks: Buffer[] = [];
        message
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('end', () => {
            const review = JSON.parse(Buffer.concat(chunks).toString()) as RawBody;
            seen.push(review);
            void Promise.resolve(answer(review['request']!)).then((said) => {
              response.writeHead(200, { 'content-type': 'application/json' }).end(
                JSON.stringify({
                  apiVersion: 'admission.k8s.io/v1',
                  kind: 'AdmissionReview',
                  response: { uid: review['request']!['uid'], ...said },
                }),
              );
            });
          });
      };
      server = certificate ? https.createServer(certificate, listener) : http.createServer(listener);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `${certificate ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/review`;
    });
    afterEach(async () => {
      seen.length = 0;
      answer = () => ({ allowed: true });
      for (const path of configured.splice(0)) await bed().ok('DELETE', path);
    });
    afterAll(() => {
      server.close();
      server.closeAllConnections();
    });

    const path = () => bed().core('configmaps');
    const collection = (kind: string) => `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations`;

    /** Configures a webhook for objects with the label `hook: <name>`, and waits until the server asks it. */
    async function hook(more: object = {}, kind: 'validating' | 'mutating' = 'validating'): Promise<string> {
      const name = `${bed().namespace}-${uniqueName('hook')}`;
      const title = kind === 'validating' ? 'Validating' : 'Mutating';
      await bed().ok('POST', collection(kind), {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: `${title}WebhookConfiguration`,
        metadata: { name },
        webhooks: [
          {
            name: 'hook.example.com',
            clientConfig: {
              url,
              ...(certificate && { caBundle: Buffer.from(certificate.cert).toString('base64') }),
            },
            rules: [{ operations: ['*'], apiGroups: [''], apiVersions: ['*'], resources: ['configmaps'] }],
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
            objectSelector: { matchLabels: { hook: name } },
            ...more,
          },
        ],
      });
      configured.push(`${collection(kind)}/${name}`);
      return name;
    }

    /** Sends until the webhook is in force, which takes a moment. */
    async function refusedBy(hookName: string, data: Record<string, string> = {}): Promise<RawBody> {
      let status: RawBody | undefined;
      await eventually(async () => {
        const body = aConfigMap(uniqueName('hooked'), data, { labels: { hook: hookName } });
        const sent = await bed().api.request('POST', path(), { body });
        expect(sent.status).toBeGreaterThanOrEqual(400);
        status = sent.body;
      });
      return status!;
    }

    it('are asked with an AdmissionReview, and their refusal is told with their name', async () => {
      answer = () => ({ allowed: false, status: { message: 'not on Sundays' } });
      const status = await refusedBy(await hook());
      expect(status).toMatchObject({
        kind: 'Status',
        status: 'Failure',
        message: 'admission webhook "hook.example.com" denied the request: not on Sundays',
        code: 400,
      });
      expect(seen.at(-1)).toMatchObject({
        kind: 'AdmissionReview',
        apiVersion: 'admission.k8s.io/v1',
        request: {
          uid: expect.any(String) as string,
          operation: 'CREATE',
          kind: { group: '', version: 'v1', kind: 'ConfigMap' },
          resource: { group: '', version: 'v1', resource: 'configmaps' },
          namespace: bed().namespace,
          name: expect.stringMatching(/^hooked/) as string,
          object: { kind: 'ConfigMap', metadata: { uid: expect.any(String) as string } },
          oldObject: null,
          dryRun: false,
        },
      });
    });

    it('may say a code and a reason of their own', async () => {
      answer = () => ({ allowed: false, status: { message: 'too much', code: 422, reason: 'Invalid' } });
      expect(await refusedBy(await hook())).toMatchObject({
        message: 'admission webhook "hook.example.com" denied the request: too much',
        code: 422,
        reason: 'Invalid',
      });
    });

    it('see the old object of an update and of a deletion, and warn', async () => {
      answer = ({ operation }) =>
        operation === 'CREATE'
          ? { allowed: true, warnings: ['mind the gap'] }
          : { allowed: false, status: { message: `no ${String(operation)}` } };
      const name = await hook();
      let made: RawBody | undefined;
      await eventually(async () => {
        const body = aConfigMap(uniqueName('hooked'), { a: '1' }, { labels: { hook: name } });
        const sent = await bed().api.request('POST', path(), { body });
        expect(sent.headers['warning']).toBe('299 - "mind the gap"');
        made = sent.body;
      });
      const object = `${path()}/${String(made!['metadata']!['name'])}`;
      const update = await bed().refused(
        { code: 400 },
        'PATCH',
        object,
        { data: { a: '2' } },
        { type: mergePatch },
      );
      expect(update['message']).toBe('admission webhook "hook.example.com" denied the request: no UPDATE');
      expect(seen.at(-1)!['request']).toMatchObject({
        object: { data: { a: '2' } },
        oldObject: { data: { a: '1' } },
      });
      await bed().refused({ code: 400 }, 'DELETE', object);
      expect(seen.at(-1)!['request']).toMatchObject({
        operation: 'DELETE',
        object: null,
        oldObject: { data: { a: '1' } },
      });
    });

    it('that cannot be reached fail the request, or are ignored', async () => {
      const clientConfig = { url: 'https://127.0.0.1:1/review' };
      const status = await refusedBy(await hook({ clientConfig }));
      expect(status).toMatchObject({ code: 500, reason: 'InternalError' });
      expect(status['message']).toMatch(
        /^Internal error occurred: failed calling webhook "hook\.example\.com": failed to call webhook: Post "https:\/\/127\.0\.0\.1:1\/review/,
      );
      const ignored = await hook({ clientConfig, failurePolicy: 'Ignore' });
      await bed().ok('POST', path(), aConfigMap(uniqueName('hooked'), {}, { labels: { hook: ignored } }));
    });

    it('that change objects do so before the validating ones are asked', async () => {
      const patch = [{ op: 'add', path: '/data/added', value: 'yes' }];
      answer = ({ object }) =>
        object?.['data']?.['added']
          ? { allowed: false, status: { message: 'seen it' } }
          : {
              allowed: true,
              patchType: 'JSONPatch',
              patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
            };
      const mutating = await hook({}, 'mutating');
      await eventually(async () => {
        const body = aConfigMap(uniqueName('hooked'), { a: '1' }, { labels: { hook: mutating } });
        expect((await bed().ok('POST', path(), body))['data']).toEqual({ a: '1', added: 'yes' });
      });
      await hook({
        objectSelector: { matchExpressions: [{ key: 'hook', operator: 'In', values: [mutating] }] },
      });
      expect((await refusedBy(mutating, { a: '1' }))['message']).toContain('seen it');
    });
  });
}
