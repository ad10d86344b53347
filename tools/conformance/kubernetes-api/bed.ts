import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import {
  rawKubernetes,
  type RawBody,
  type RawKubernetes,
  type RawOptions,
  type RawWatch,
} from './raw-kubernetes.ts';

/** The server under test, and a namespace of its own there. */
export interface Bed {
  api: RawKubernetes;
  namespace: string;
  group: string;
  /** Sends a request that has to succeed; returns the body. */
  ok(method: string, path: string, body?: unknown, options?: RawOptions): Promise<RawBody>;
  /** Sends a request that has to be refused so; returns the Status. */
  refused(
    expected: { code: number; reason?: string },
    method: string,
    path: string,
    body?: unknown,
    options?: RawOptions,
  ): Promise<RawBody>;
  watch(path: string, options?: RawOptions): RawWatch;
  /** The path of a namespaced collection of the core. */
  core(plural: string): string;
  close(): Promise<void>;
}

/** Connects to a server and makes the namespace. */
export async function prepareBed(kubeconfig: string): Promise<Bed> {
  const api = rawKubernetes(kubeconfig);
  const id = randomBytes(4).toString('hex');
  const namespace = `conformance-${id}`;
  const watches: RawWatch[] = [];
  const request = (method: string, path: string, body: unknown, options: RawOptions = {}) =>
    api.request(method, path, { ...options, ...(body !== undefined && { body }) });
  const bed: Bed = {
    api,
    namespace,
    group: `g${id}.example.com`,
    async ok(method, path, body, options) {
      const answer = await request(method, path, body, options);
      expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
      return answer.body;
    },
    async refused({ code, reason }, method, path, body, options) {
      const answer = await request(method, path, body, options);
      expect(answer.body, `${method} ${path}`).toMatchObject({
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        code,
        ...(reason && { reason }),
      });
      expect(answer.status).toBe(code);
      return answer.body;
    },
    watch(path, options) {
      const watch = api.watch(path, options);
      watches.push(watch);
      return watch;
    },
    core: (plural) => `/api/v1/namespaces/${namespace}/${plural}`,
    async close() {
      for (const watch of watches) watch.stop();
      await api.request('DELETE', `/api/v1/namespaces/${namespace}`);
      api.close();
    },
  };
  await bed.ok('POST', '/api/v1/namespaces', aNamespace(namespace));
  // The real one furnishes it; a list that should hold two things must not hold three.
  await eventually(async () => {
    await bed.ok('GET', `${bed.core('configmaps')}/kube-root-ca.crt`);
    await bed.ok('GET', `${bed.core('serviceaccounts')}/default`);
  });
  return bed;
}

export async function eventually(
  expectation: () => Promise<unknown> | void,
  timeoutMs = 20_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    try {
      await expectation();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(50);
    }
  }
}

export const aNamespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

let counter = 0;
export const uniqueName = (prefix = 'x'): string => `${prefix}-${++counter}`;

export const aConfigMap = (name: string, data?: Record<string, string>, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  ...(data && { data }),
});

/** Waits until an object is gone. */
export const gone = (bed: Bed, path: string): Promise<void> =>
  eventually(async () => {
    expect((await bed.api.request('GET', path)).status).toBe(404);
  });

/** Who owns what, without times: `manager/operation[/subresource]` → FieldsV1. */
export function ownersOf(object: RawBody): Record<string, unknown> {
  const entries = object['metadata']?.['managedFields'] ?? [];
  return Object.fromEntries(
    [...entries].map((entry) => [
      [entry['manager'], entry['operation'], entry['subresource']].filter(Boolean).join('/'),
      entry['fieldsV1'],
    ]),
  );
}

/** The causes of a Status as `field: reason`, in an order that says nothing. */
export const causesOf = (status: RawBody): string[] =>
  [...(status['details']?.['causes'] ?? [])]
    .map((cause) => `${String(cause['field'])}: ${String(cause['reason'])}`)
    .toSorted();
