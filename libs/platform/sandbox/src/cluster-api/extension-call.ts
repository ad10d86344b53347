import https from 'node:https';

/** Where an extension is, as an ExtensionConfig says it. */
export interface ClientConfig {
  url?: string;
  service?: { namespace: string; name: string; path?: string; port?: number };
  /** Base64 of PEM. */
  caBundle?: string;
}

const hooksVersion = 'hooks.runtime.cluster.x-k8s.io/v1alpha1';

/** Nobody answered as an extension does: what a handler's failure policy is for. */
export class ExtensionUnreachable extends Error {
  override name = 'ExtensionUnreachable';
}

/** The address of a hook: `…/hooks.runtime.cluster.x-k8s.io/v1alpha1/<hook in small letters>[/<handler>]`. */
export function hookUrl({ url, service }: ClientConfig, hook: string, handler?: string): URL {
  const base = service
    ? `https://${service.name}.${service.namespace}.svc${service.port ? `:${service.port}` : ''}/${service.path ?? ''}`
    : url;
  if (!base)
    throw new Error('failed to compute URL: at least one of service and url should be defined in config');
  const address = new URL(base);
  if (address.protocol !== 'https:') {
    throw new Error(`failed to compute URL: expected https scheme, got ${address.protocol.slice(0, -1)}`);
  }
  const path = [
    address.pathname,
    hooksVersion,
    hook.toLowerCase(),
    ...(handler ? [handler.toLowerCase()] : []),
  ];
  address.pathname = path.join('/').replaceAll(/\/+/g, '/');
  return address;
}

export interface ExtensionCall {
  config: ClientConfig;
  hook: string;
  handler?: string;
  body: Record<string, unknown>;
  timeoutSeconds: number;
  signal?: AbortSignal | undefined;
}

/** Sends one request of the Runtime SDK. Throws {@link ExtensionUnreachable} where no answer of an extension came. */
export async function callExtension(call: ExtensionCall): Promise<Record<string, unknown>> {
  const { config, hook, handler, body, timeoutSeconds, signal } = call;
  const address = hookUrl(config, hook, handler);
  address.searchParams.set('timeout', `${timeoutSeconds}s`);
  const text = JSON.stringify({ apiVersion: hooksVersion, kind: `${hook}Request`, ...body });
  const { status, answer } = await post(address, text, config.caBundle, timeoutSeconds * 1000, signal);
  if (status !== 200) {
    throw new ExtensionUnreachable(
      `http call failed: got response with status code ${status} != 200: response: ${JSON.stringify(answer.slice(0, 500))}`,
    );
  }
  try {
    return JSON.parse(answer) as Record<string, unknown>;
  } catch (error) {
    throw new ExtensionUnreachable('http call failed: failed to decode response', { cause: error });
  }
}

function post(
  address: URL,
  body: string,
  caBundle: string | undefined,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<{ status: number; answer: string }> {
  const late = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      const why = late.aborted
        ? 'context deadline exceeded'
        : ((error as NodeJS.ErrnoException).code ?? error.message);
      reject(new ExtensionUnreachable(`http call failed: Post "${address.href}": ${why}`, { cause: error }));
    };
    const request = https.request(
      address,
      {
        method: 'POST',
        agent: false,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        ...(caBundle && { ca: Buffer.from(caBundle, 'base64') }),
        signal: signal ? AbortSignal.any([signal, late]) : late,
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', fail);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, answer: Buffer.concat(parts).toString() }),
        );
      },
    );
    request.on('error', fail);
    request.end(body);
  });
}
