import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority } from './certificates.ts';
import { hookNames, type HookName } from './runtime-hooks.ts';

/** What an extension says to a hook; `Success` where nothing is said. */
export interface ExtensionAnswer {
  status?: 'Success' | 'Failure';
  message?: string;
  /** Of hooks that may hold things up: come back after so long. */
  retryAfterSeconds?: number;
}

export interface ExtensionRequest {
  hook: HookName;
  body: { cluster: { metadata: { name: string; namespace: string } }; [field: string]: unknown };
}

/** A runtime extension that says what it is told to say, and remembers what it was asked. */
export interface SandboxExtension {
  /** For an ExtensionConfig's `spec.clientConfig`. */
  readonly clientConfig: { url: string; caBundle: string };
  /** In the order in which they came. */
  readonly requests: readonly ExtensionRequest[];
  /** From now on; for every hook that is asked. */
  answer(say: (request: ExtensionRequest) => ExtensionAnswer | undefined): void;
  close(): Promise<void>;
}

const version = 'hooks.runtime.cluster.x-k8s.io/v1alpha1';

/** Serves hooks over HTTPS on 127.0.0.1: all that Cluster API 1.12 has, when left out. */
export async function startSandboxExtension(
  hooks: readonly HookName[] = hookNames,
  failurePolicy: 'Fail' | 'Ignore' = 'Fail',
): Promise<SandboxExtension> {
  const { certificate, key } = createAuthority('sandbox extension', Date.now(), '127.0.0.1');
  const requests: ExtensionRequest[] = [];
  let say: (request: ExtensionRequest) => ExtensionAnswer | undefined = () => undefined;
  const answerTo = (path: string, body: ExtensionRequest['body']): Record<string, unknown> | undefined => {
    const [name, handler] = path.slice(`/${version}/`.length).split('/');
    if (name === 'discovery') {
      const handlers = hooks.map((hook) => ({
        name: handlerOf(hook),
        requestHook: { apiVersion: version, hook },
        timeoutSeconds: 10,
        failurePolicy,
      }));
      return { kind: 'DiscoveryResponse', status: 'Success', message: '', handlers };
    }
    const hook = hooks.find(
      (candidate) => candidate.toLowerCase() === name && handlerOf(candidate) === handler,
    );
    if (!hook) return undefined;
    const request = { hook, body };
    requests.push(request);
    return { kind: `${hook}Response`, status: 'Success', message: '', retryAfterSeconds: 0, ...say(request) };
  };
  const server = https.createServer({ cert: certificate, key }, (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const path = new URL(request.url ?? '/', 'https://127.0.0.1').pathname;
      const body = JSON.parse(Buffer.concat(parts).toString()) as ExtensionRequest['body'];
      const answer = answerTo(path, body);
      response.statusCode = answer ? 200 : 404;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ apiVersion: version, ...answer }));
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    clientConfig: {
      url: `https://127.0.0.1:${port}`,
      caBundle: Buffer.from(certificate).toString('base64'),
    },
    requests,
    answer(next) {
      say = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `BeforeClusterUpgrade` is handled by `before-cluster-upgrade`. */
const handlerOf = (hook: HookName): string => hook.replaceAll(/(?<!^)([A-Z])/g, '-$1').toLowerCase();
