import { bodyOf } from './answer.ts';
import { ApiError } from './client.ts';
import { loadTarget } from './kubeconfig.ts';
import { KubernetesError } from './kubernetes-error.ts';
import { type ApiRequest, Transport } from './transport.ts';

/** What certification reads of a cluster. */
export interface ClusterConnection {
  server: string;
  /** `gitVersion` of `GET /version`. */
  version(): Promise<string>;
  /** Names and labels, page by page. */
  nodes(): Promise<{ name: string; labels: Record<string, string> }[]>;
  readonly requests: number;
}

export interface ConnectOptions {
  signal?: AbortSignal | undefined;
  /** For one request. Milliseconds; 30,000 when left out. */
  timeoutMs?: number | undefined;
}

/** Opens the current context of a kubeconfig file. Throws {@link KubernetesError}. */
export function connectCluster(
  kubeconfig: string,
  { signal, timeoutMs = 30_000 }: ConnectOptions = {},
): ClusterConnection {
  const transport = new Transport(loadTarget({ file: kubeconfig }), { userAgent: 'scs', timeoutMs, signal });
  const { server } = transport;
  let requests = 0;
  const ask = async <T>(request: ApiRequest): Promise<T> => {
    requests++;
    signal?.throwIfAborted();
    try {
      return bodyOf<T>(await transport.send(request), server);
    } catch (error) {
      throw error instanceof ApiError ? describe(error, server) : error;
    }
  };
  return {
    server,
    get requests() {
      return requests;
    },
    version: async () => (await ask<{ gitVersion: string }>({ method: 'GET', path: '/version' })).gitVersion,
    async nodes() {
      const nodes: Awaited<ReturnType<ClusterConnection['nodes']>> = [];
      let next: string | undefined;
      do {
        const query = { limit: 500, continue: next };
        const page = await ask<NodePage>({ method: 'GET', path: '/api/v1/nodes', query });
        nodes.push(
          ...(page.items ?? []).map(({ metadata }) => ({
            name: metadata.name,
            labels: metadata.labels ?? {},
          })),
        );
        next = page.metadata.continue;
      } while (next);
      return nodes;
    },
  };
}

interface NodePage {
  items?: { metadata: { name: string; labels?: Record<string, string> } }[] | null;
  metadata: { continue?: string };
}

function describe(error: ApiError, server: string): KubernetesError {
  const host = new URL(server).host;
  switch (error.status) {
    case 401:
      return new KubernetesError(
        'unauthorized',
        `${host} refuses the credentials of the kubeconfig; renew them`,
        error,
      );
    case 403:
      return new KubernetesError(
        'forbidden',
        `${host} forbids reading this; give the user the cluster role view and access to nodes`,
        error,
      );
    case 404:
      return new KubernetesError(
        'not-found',
        `${host} does not know this API; check that it is a Kubernetes API server`,
        error,
      );
    default:
      return new KubernetesError(
        'server-error',
        `${host} answers ${error.status}; look into the API server’s log`,
        error,
      );
  }
}
