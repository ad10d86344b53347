import { ApiException, CoreV1Api, KubeConfig, VersionApi } from '@kubernetes/client-node';

/** Why a Kubernetes API could not be used: one line with cause and remedy, never a secret. */
export class KubernetesError extends Error {
  override name = 'KubernetesError';
  readonly reason:
    | 'unreachable'
    | 'timeout'
    | 'unauthorized'
    | 'forbidden'
    | 'not-found'
    | 'server-error'
    | 'failed';
  constructor(reason: KubernetesError['reason'], message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

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
  const config = new KubeConfig();
  try {
    config.loadFromFile(kubeconfig);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new KubernetesError(
      'failed',
      `${kubeconfig} ${missing ? 'does not exist' : 'is no valid kubeconfig'}; check the file`,
      error,
    );
  }
  const server = config.getCurrentCluster()?.server;
  if (!server)
    throw new KubernetesError(
      'failed',
      `${kubeconfig} has no current context with a cluster; set one with kubectl config use-context`,
    );
  let requests = 0;
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    requests++;
    signal?.throwIfAborted();
    const late = AbortSignal.timeout(timeoutMs);
    try {
      // The client itself would wait without end.
      return await Promise.race([work(), aborted(signal ? AbortSignal.any([signal, late]) : late)]);
    } catch (error) {
      signal?.throwIfAborted();
      throw late.aborted ? tooLate(server, timeoutMs) : describe(error, server);
    }
  };
  return {
    server,
    get requests() {
      return requests;
    },
    version: async () => (await ask(() => config.makeApiClient(VersionApi).getCode())).gitVersion,
    async nodes() {
      const api = config.makeApiClient(CoreV1Api);
      const nodes: Awaited<ReturnType<ClusterConnection['nodes']>> = [];
      let next: string | undefined;
      do {
        const page = await ask(() => api.listNode({ limit: 500, ...(next && { _continue: next }) }));
        nodes.push(
          ...page.items.map(({ metadata }) => ({
            name: metadata?.name ?? '',
            labels: metadata?.labels ?? {},
          })),
        );
        next = page.metadata?._continue;
      } while (next);
      return nodes;
    },
  };
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });

const tooLate = (server: string, timeoutMs: number): KubernetesError =>
  new KubernetesError(
    'timeout',
    `${new URL(server).host} did not answer within ${timeoutMs / 1000} s; check the address in the kubeconfig, or allow more time`,
  );

/** The client wraps errors of the network; the code is inside. */
const codeOf = (error: unknown): string | undefined => {
  const code: unknown = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
};

function describe(error: unknown, server: string): unknown {
  const host = new URL(server).host;
  if (error instanceof ApiException) {
    switch (error.code) {
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
          `${host} answers ${error.code}; look into the API server’s log`,
          error,
        );
    }
  }
  if ((error as Error).name === 'AbortError') return error;
  const code = codeOf(error) ?? codeOf((error as Error).cause) ?? (error as Error).message;
  const says = {
    ECONNREFUSED: 'refuses connections; check that the API server runs and that the address is right',
    ENOTFOUND: 'has an unknown host name; check the address in the kubeconfig',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'has a certificate of an unknown CA; name the CA in the kubeconfig',
    SELF_SIGNED_CERT_IN_CHAIN: 'has a certificate of an unknown CA; name the CA in the kubeconfig',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'has a certificate of an unknown CA; name the CA in the kubeconfig',
    CERT_HAS_EXPIRED: 'has an expired certificate; renew it',
  }[code];
  const otherwise = `cannot be reached (${code}); check the address in the kubeconfig and the network`;
  return new KubernetesError('unreachable', `${host} ${says ?? otherwise}`, error);
}
