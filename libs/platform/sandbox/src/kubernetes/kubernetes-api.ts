import type http from 'node:http';
import { webhookAdmission } from './admission.ts';
import {
  formOf,
  includeOf,
  listText,
  objectText,
  sendFailure,
  sendJson,
  sendText,
  warningHeaders,
} from './answers.ts';
import { timeText, type ApiObject } from './api-object.ts';
import { NoSuchPath, readBody, targetOfRequest, type KubernetesRequest } from './call.ts';
import { definitions } from './custom-resources.ts';
import { keepDefinitions, serve } from './definition-keeper.ts';
import { aggregated, coreVersions, groupList, groupOf, resourceList, versionInfo } from './discovery.ts';
import { Failure, noSuchResource } from './failure.ts';
import { collectGarbage } from './garbage-collection.ts';
import type { KubernetesInterference } from './interference.ts';
import type { Fields } from './json.ts';
import { furnish, keepNamespaces } from './namespaces.ts';
import { openapiDocument, openapiIndex } from './openapi.ts';
import { createPages } from './reads.ts';
import { createRegistry } from './registry.ts';
import { callResource } from './resource-calls.ts';
import type { State, StoredWrite } from './state.ts';
import { createStorage } from './storage.ts';
import { streamWatch } from './watch-stream.ts';

export interface KubernetesApiOptions {
  /** `gitVersion` of `/version`. */
  version: string;
  now: () => Date;
  latencyMs: number;
  /** CustomResourceDefinitions that are there from the start. */
  crds: readonly object[];
  /** How many events of each type are remembered for watches. */
  history: number;
  written: (write: StoredWrite) => void;
}

/** One API without a port of its own. */
export interface KubernetesApi {
  state: State;
  /** @param prefix the path below which the API is reached; not part of `request.path` */
  handle(
    request: KubernetesRequest,
    message: http.IncomingMessage,
    response: http.ServerResponse,
    interference: KubernetesInterference | undefined,
    prefix: string,
  ): Promise<void>;
  /** Forgets the history: watches of older versions and continued lists end in 410. */
  compact(): void;
  /** No controller of the API’s own has anything to do. */
  idle(): boolean;
  stop(): void;
}

export function createKubernetesApi(options: KubernetesApiOptions): KubernetesApi {
  const state: State = {
    storage: createStorage(options.history),
    registry: createRegistry(),
    admission: webhookAdmission,
    now: options.now,
    latencyMs: options.latencyMs,
    written: options.written,
  };
  const pages = createPages();
  const controllers = [collectGarbage(state), keepNamespaces(state), keepDefinitions(state)];
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    state.storage.put('/namespaces', namespace(name, options.now()));
    furnish(state, name);
  }
  for (const crd of options.crds) install(state, crd as ApiObject);

  return {
    state,
    async handle(request, message, response, interference, prefix) {
      const query = new URL(request.path, 'http://sandbox').searchParams;
      if (request.resource === '') {
        sendSystem(state, options.version, request, message, response, prefix);
        return;
      }
      if (request.verb === 'watch') {
        const target = targetOfRequest(state.registry, request);
        streamWatch(state, target, query, message, response, interference);
        return;
      }
      const warnings: string[] = [];
      try {
        const body = await readBody(message);
        const contentType = message.headers['content-type'] ?? '';
        const { target, outcome } = await callResource(state, pages, {
          request,
          query,
          body,
          contentType,
          warnings,
        });
        if (interference?.cut === 'after') {
          response.destroy();
          return;
        }
        const form = formOf(message.headers.accept);
        const include = includeOf(query);
        const text =
          'plain' in outcome
            ? JSON.stringify(outcome.plain)
            : 'list' in outcome
              ? listText(state, target, outcome.list, form, include)
              : objectText(state, target, outcome.object, form, include);
        sendText(response, outcome.status, text, warningHeaders(warnings));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        // A write that was refused has no other answer to lose.
        sendFailure(response, error, warningHeaders(warnings));
      }
    },
    compact() {
      state.storage.compact();
      pages.forget();
    },
    idle: () => controllers.every((one) => one.idle()),
    stop() {
      for (const one of controllers) one.stop();
    },
  };
}

const namespace = (name: string, now: Date): ApiObject => ({
  kind: 'Namespace',
  apiVersion: 'v1',
  metadata: {
    name,
    uid: crypto.randomUUID(),
    creationTimestamp: timeText(now),
    labels: { 'kubernetes.io/metadata.name': name },
  },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
});

/** Serves a definition without asking anybody. */
function install(state: State, crd: ApiObject): void {
  const stored = state.storage.put(definitions, {
    ...crd,
    metadata: {
      ...crd.metadata,
      uid: crypto.randomUUID(),
      creationTimestamp: timeText(state.now()),
      generation: 1,
    },
  });
  serve(state, stored);
}

/** Discovery, health, OpenAPI. Throws a 404 for what is not there. */
function sendSystem(
  state: State,
  version: string,
  request: KubernetesRequest,
  { headers }: http.IncomingMessage,
  response: http.ServerResponse,
  prefix: string,
): void {
  const path = request.path.replace(/\?.*$/, '').replace(/(?<=.)\/+$/, '');
  const { registry } = state;
  const wantsAll =
    /as=APIGroupDiscoveryList/.test(headers.accept ?? '') && (headers.accept ?? '').includes('v=v2');
  const [, root, group = '', name = '', more] = path.split('/');
  if (path === '/livez' || path === '/readyz' || path === '/healthz') {
    sendText(response, 200, 'ok', { 'content-type': 'text/plain; charset=utf-8' });
    return;
  }
  if ((path === '/api' || path === '/apis') && wantsAll) {
    sendJson(response, 200, aggregated(registry, path === '/api'), {
      'content-type': 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
      vary: 'Accept',
    });
    return;
  }
  const documents: Record<string, () => Fields | undefined> = {
    '/version': () => versionInfo(version),
    '/api': () => coreVersions(headers.host ?? ''),
    '/apis': () => groupList(registry),
    '/openapi/v3': () => openapiIndex(registry, prefix),
  };
  const body =
    documents[path]?.() ??
    (path.startsWith('/openapi/v3/')
      ? document(registry, path.slice('/openapi/v3/'.length))
      : root === 'api' && name === ''
        ? resourceList(registry, '', group)
        : root === 'apis' && more === undefined
          ? name === ''
            ? groupOf(registry, group)
            : resourceList(registry, group, name)
          : undefined);
  if (!body) throw root === 'apis' || root === 'api' ? noSuchResource() : new NoSuchPath();
  sendJson(response, 200, body);
}

function document(registry: State['registry'], path: string): Fields | undefined {
  const [root, ...rest] = path.split('/');
  return root === 'api'
    ? openapiDocument(registry, '', rest[0] ?? '')
    : openapiDocument(registry, rest[0] ?? '', rest[1] ?? '');
}
