import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendFailure, sendText } from './answers.ts';
import { describeRequest, NoSuchPath, type KubernetesRequest } from './call.ts';
import { Failure } from './failure.ts';
import {
  createInterferences,
  reasons,
  type InterferenceRule,
  type KubernetesInterference,
} from './interference.ts';
import { createKubernetesApi, type KubernetesApi } from './kubernetes-api.ts';
import type { StoredWrite } from './state.ts';
import { directStore, type DirectStore } from './direct-store.ts';

export interface SandboxKubernetesOptions {
  /** Any free one when left out. */
  port?: number;
  /** `gitVersion`; v1.34.4 when left out. */
  version?: string;
  /** Dates objects and ages. Time-outs of watches are reckoned by the real clock. */
  now?: () => Date;
  /** CustomResourceDefinitions that are served from the start. */
  crds?: readonly object[];
  /** How long a write takes to be stored. Milliseconds; 0 when left out. */
  etcdLatencyMs?: number;
  /** How many events of each type are remembered for watches that come back; 1000 when left out. */
  history?: number;
}

/** One Kubernetes API: what a kubeconfig leads to. */
export interface SandboxCluster {
  readonly url: string;
  /** Text of a kubeconfig for any client. */
  readonly kubeconfig: string;
  /** The objects, without HTTP, admission and validation. */
  readonly store: DirectStore;
  /** Forgets what happened until now: older watches and continued lists end in 410. */
  compact(): void;
  /** Nothing is left to do for garbage collection, namespaces and CustomResourceDefinitions. */
  idle(): boolean;
}

/** A Kubernetes API server that lives in memory and is spoken to over HTTP on 127.0.0.1. */
export interface SandboxKubernetes extends SandboxCluster {
  /** The last ten thousand, with their answers’ status. */
  readonly requests: readonly KubernetesRequest[];
  /** Asks the rule about every request; returns how to end that. */
  interfere(rule: InterferenceRule): () => void;
  /** Told of each write when it is stored and before it is answered; returns how to end that. */
  onWrite(listener: (write: StoredWrite) => void): () => void;
  /** Another API of its own at the same port, below `/clusters/<name>`; the same one when asked again. */
  cluster(name: string, options?: Pick<SandboxKubernetesOptions, 'crds'>): SandboxCluster;
  /** Drops such an API with all that is in it. */
  removeCluster(name: string): void;
  /** Cuts all connections and refuses new ones until {@link comeBack}. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

const keptRequests = 10_000;

/** Starts an API server that allows everything to everybody on this machine. */
export async function startSandboxKubernetes(
  options: SandboxKubernetesOptions = {},
): Promise<SandboxKubernetes> {
  const requests: KubernetesRequest[] = [];
  const interferences = createInterferences();
  const listeners = new Set<(write: StoredWrite) => void>();
  const make = (crds: readonly object[] = []) =>
    createKubernetesApi({
      version: options.version ?? 'v1.34.4',
      now: options.now ?? (() => new Date()),
      latencyMs: options.etcdLatencyMs ?? 0,
      history: options.history ?? 1000,
      crds,
      written: (write) => {
        for (const listener of listeners) listener(write);
      },
    });
  const main = make(options.crds);
  const clusters = new Map<string, KubernetesApi>();

  const server = http.createServer((message, response) => {
    void answer(message, response).catch((error: unknown) => {
      if (error instanceof NoSuchPath)
        return sendText(response, 404, '404 page not found\n', {
          'content-type': 'text/plain; charset=utf-8',
        });
      const failure =
        error instanceof Failure
          ? error
          : new Failure(500, 'InternalError', `Internal error occurred: ${(error as Error).message}`);
      sendFailure(response, failure);
    });
  });
  // Clients keep connections for as long as they like.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;

  const answer = async (message: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const [, name, rest] = /^\/clusters\/([^/?]+)(.*)$/.exec(message.url ?? '/') ?? [];
    const api = name === undefined ? main : clusters.get(name);
    const request = describeRequest(message, (name === undefined ? message.url : rest) || '/');
    requests.push(request);
    if (requests.length > keptRequests * 1.1) requests.splice(0, requests.length - keptRequests);
    response.on('finish', () => (request.status = response.statusCode));
    if (!api) throw new Failure(404, 'NotFound', `there is no cluster ${name}`);
    const interference = interferences.of(request);
    if (interference && (await isHindered(interference, response))) return;
    await api.handle(request, message, response, interference, name === undefined ? '' : `/clusters/${name}`);
  };

  let port = options.port ?? 0;
  const listen = () =>
    new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(port, '127.0.0.1', resolve),
    ).catch((error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${error.code})`;
      throw new Error(`port ${port} of 127.0.0.1 ${why}; choose another for the sandbox Kubernetes`, {
        cause: error,
      });
    });
  await listen();
  ({ port } = server.address() as AddressInfo);
  const url = `http://127.0.0.1:${port}`;
  const stopListening = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const faceOf = (api: KubernetesApi, at: string): SandboxCluster => ({
    url: at,
    kubeconfig: kubeconfigOf(at),
    store: directStore(api.state),
    compact: () => api.compact(),
    idle: () => api.idle(),
  });

  return {
    ...faceOf(main, url),
    requests,
    interfere: (rule) => interferences.add(rule),
    onWrite(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    cluster(name, { crds } = {}) {
      let api = clusters.get(name);
      if (!api) clusters.set(name, (api = make(crds)));
      return faceOf(api, `${url}/clusters/${name}`);
    },
    removeCluster(name) {
      clusters.get(name)?.stop();
      clusters.delete(name);
    },
    goAway: stopListening,
    comeBack: listen,
    async close() {
      main.stop();
      for (const api of clusters.values()) api.stop();
      if (server.listening) await stopListening();
    },
  };
}

/** True where the request got its answer, or none, already. */
async function isHindered(
  { delayMs = 0, cut, status, message, retryAfterSeconds }: KubernetesInterference,
  response: http.ServerResponse,
): Promise<boolean> {
  if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
  if (cut === 'before') {
    response.destroy();
    return true;
  }
  if (status === undefined) return false;
  const failure = new Failure(
    status,
    reasons[status],
    message ?? `the sandbox was asked to answer ${status}`,
    {
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
  );
  sendFailure(response, failure, {
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
  });
  return true;
}

function kubeconfigOf(server: string): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'sandbox',
    clusters: [{ name: 'sandbox', cluster: { server } }],
    users: [{ name: 'sandbox', user: {} }],
    contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user: 'sandbox', namespace: 'default' } }],
  };
  // JSON is YAML, and needs no thought about quotes.
  return `${JSON.stringify(config, null, 2)}\n`;
}
