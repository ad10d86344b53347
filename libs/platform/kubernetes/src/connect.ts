import { type ApiAnswer, bodyOf, isAboutObject } from './answer.ts';
import { ApiError } from './client.ts';
import type {
  ApiObject,
  KubernetesClient,
  ListOptions,
  ObjectKey,
  ObjectType,
  ResourceType,
  WriteOptions,
} from './client.ts';
import { Discovery, noKindMatch, rootOf } from './discovery.ts';
import { loadTarget } from './kubeconfig.ts';
import { type ApiRequest, Transport } from './transport.ts';
import { watchEvents } from './watch-stream.ts';

export interface ConnectKubernetesOptions {
  /** Path of a kubeconfig, or its text, which must not name files and programs. Left out: `$KUBECONFIG`, `~/.kube/config`, or the service account of the pod. */
  kubeconfig?: { file: string } | { text: string } | undefined;
  userAgent: string;
  /** For one request, watches apart. Milliseconds; 30,000 when left out. */
  timeoutMs?: number;
  /** Longest body of an answer, watches apart. Bytes; 256 MiB when left out: less for a server of somebody else. */
  maxBodyBytes?: number;
  /** Ends every request of this client. */
  signal?: AbortSignal | undefined;
}

/** Objects a page; as kubectl and client-go ask. */
const pageSize = 500;
const listAttempts = 3;

/** A client for the current context of a kubeconfig. Sends no request yet. Throws KubernetesError where the kubeconfig is no good. */
export function connectKubernetes(options: ConnectKubernetesOptions): KubernetesClient {
  const { kubeconfig, userAgent, timeoutMs = 30_000, maxBodyBytes, signal } = options;
  return clientOver(new Transport(loadTarget(kubeconfig), { userAgent, timeoutMs, maxBodyBytes, signal }));
}

interface Page<T> {
  items?: T[] | null;
  metadata: { resourceVersion: string; continue?: string };
}

/** Where an object or a collection is. */
interface Place {
  namespace?: string | undefined;
  name?: string | undefined;
  subresource?: string | undefined;
}

function clientOver(transport: Transport): KubernetesClient {
  const { server } = transport;
  const discovery = new Discovery(transport);
  let writes = 0;

  /**
   * Sends a request about a type. Where the path is not served although discovery knows it (a CRD was removed or has changed), discovery looks
   * again, and the request, which nobody has acted on, is sent once more if the type is still or again there.
   */
  async function ask(type: ObjectType, place: Place, request: Omit<ApiRequest, 'path'>): Promise<ApiAnswer> {
    const found = await discovery.need(type);
    const answer = await transport.send({ ...request, path: pathOf(found, place) });
    if (answer.status !== 404 || isAboutObject(answer.body)) return answer;
    discovery.forget(type.apiVersion);
    const again = await discovery.find(type);
    if (!again) throw noKindMatch(type, server);
    const second = await transport.send({ ...request, path: pathOf(again, place) });
    if (second.status === 404 && !isAboutObject(second.body))
      throw place.subresource ? noSubresource(type, place.subresource, server) : noKindMatch(type, server);
    return second;
  }

  async function write<T>(
    type: ObjectType,
    place: Place,
    request: Omit<ApiRequest, 'path'>,
    { dryRun, subresource }: WriteOptions = {},
  ): Promise<T> {
    const query = { ...request.query, ...(dryRun && { dryRun: 'All' }) };
    const object = bodyOf<T>(await ask(type, { ...place, subresource }, { ...request, query }), server);
    if (!dryRun) writes++;
    return object;
  }

  async function listPages<T extends ApiObject>(
    type: ObjectType,
    { namespace, labelSelector, fieldSelector, signal }: ListOptions,
    limit: number | undefined,
  ): Promise<{ items: T[]; resourceVersion: string }> {
    const items: T[] = [];
    let next: string | undefined;
    for (;;) {
      const query = { labelSelector, fieldSelector, limit, continue: next };
      const answer = await ask(type, { namespace }, { method: 'GET', query, signal });
      const page = bodyOf<Page<T>>(answer, server);
      // Lists of built-in types leave apiVersion and kind out of their items.
      for (const item of page.items ?? [])
        items.push({ ...item, apiVersion: type.apiVersion, kind: type.kind });
      next = page.metadata.continue;
      if (!next) return { items, resourceVersion: page.metadata.resourceVersion };
    }
  }

  return {
    server,
    get writes() {
      return writes;
    },
    get requests() {
      return transport.requests;
    },
    async version() {
      const answer = await transport.send({ method: 'GET', path: '/version' });
      return bodyOf<{ gitVersion: string }>(answer, server).gitVersion;
    },
    async ready() {
      const { status } = await transport.send({ method: 'GET', path: '/readyz' });
      return status === 200 || status === 404;
    },
    resourceType: (type) => discovery.find(type),
    versions: (group) => discovery.versions(group),

    async get<T extends ApiObject>(key: ObjectKey) {
      const answer = await ask(key, key, { method: 'GET' });
      return answer.status === 404 ? undefined : bodyOf<T>(answer, server);
    },

    async list<T extends ApiObject>(type: ObjectType, options: ListOptions = {}) {
      for (let attempt = 1; ; attempt++) {
        try {
          // Old pages are compacted away while a slow reader reads; at last everything is asked for at once.
          return await listPages<T>(type, options, attempt < listAttempts ? pageSize : undefined);
        } catch (error) {
          if (!(error instanceof ApiError) || error.status !== 410 || attempt === listAttempts) throw error;
        }
      }
    },

    create: <T extends ApiObject>(object: T, options?: WriteOptions) =>
      write<T>(
        options?.of ?? object,
        {
          namespace: object.metadata.namespace,
          name: options?.subresource ? object.metadata.name : undefined,
        },
        { method: 'POST', body: object },
        options,
      ),

    replace: <T extends ApiObject>(object: T, options?: WriteOptions) =>
      write<T>(options?.of ?? object, object.metadata, { method: 'PUT', body: object }, options),

    patch: <T extends ApiObject>(key: ObjectKey, patch: object, options?: WriteOptions) =>
      write<T>(
        key,
        key,
        { method: 'PATCH', body: patch, contentType: 'application/merge-patch+json' },
        options,
      ),

    apply: <T extends ApiObject>(object: ApiObject, { fieldManager, force, ...options }: ApplyOptions) =>
      write<T>(
        object,
        object.metadata,
        {
          method: 'PATCH',
          // JSON is YAML.
          body: object,
          contentType: 'application/apply-patch+yaml',
          query: { fieldManager, force },
          // The same intent applied twice is applied once.
          repeatable: true,
        },
        options,
      ),

    async delete(key, { propagation, uid, resourceVersion } = {}) {
      const preconditions = uid || resourceVersion ? { preconditions: { uid, resourceVersion } } : {};
      const answer = await ask(key, key, {
        method: 'DELETE',
        body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: propagation, ...preconditions },
        // With its uid only this very object is meant, not one that took its name in the meantime.
        repeatable: uid !== undefined,
      });
      if (answer.status === 404) return false;
      bodyOf(answer, server);
      writes++;
      return true;
    },

    async *watch<T extends ApiObject>(
      type: ObjectType,
      { namespace, labelSelector, fieldSelector, resourceVersion, signal, timeoutSeconds }: WatchOptions,
    ) {
      const found = await discovery.need(type);
      const query = {
        watch: true,
        allowWatchBookmarks: true,
        labelSelector,
        fieldSelector,
        resourceVersion,
        timeoutSeconds,
      };
      try {
        const path = pathOf(found, { namespace });
        const response = await transport.open({ method: 'GET', path, query, signal });
        yield* watchEvents<T>(response, server);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ApiError && error.status === 404) {
          discovery.forget(type.apiVersion);
          throw noKindMatch(type, server);
        }
        throw error;
      }
    },

    close: () => transport.close(),
  };
}

type ApplyOptions = Parameters<KubernetesClient['apply']>[1];
type WatchOptions = Parameters<KubernetesClient['watch']>[1];

const noSubresource = ({ apiVersion, kind }: ObjectType, subresource: string, server: string): ApiError =>
  new ApiError(
    404,
    'NotFound',
    `${new URL(server).host} serves no ${subresource} of ${kind} of ${apiVersion}; leave it out, or correct the definition`,
  );

/** `/apis/apps/v1/namespaces/x/deployments/y/status`, as far as it is asked for. */
function pathOf(type: ResourceType, { namespace, name, subresource }: Place): string {
  if (type.namespaced && name !== undefined && !namespace)
    throw new ApiError(400, 'BadRequest', `${type.kind} ${name} needs a namespace; name it`);
  const scope = type.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `${rootOf(type.apiVersion)}${scope}/${type.plural}${object}${subresource ? `/${subresource}` : ''}`;
}
