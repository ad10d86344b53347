import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { OpenStackError, type OpenStackReason } from './error.ts';

export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** May it be sent again when its fate is unknown? GET, HEAD and DELETE always may. */
  repeatable?: boolean;
}

export interface HttpAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

export interface TransportOptions {
  /** For one request, from its start to the last byte. Milliseconds. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  tls: { verify: boolean; ca?: Buffer; cert?: Buffer; key?: Buffer };
  /** Requests at one time and host. */
  parallel: number;
}

const maxBody = 64 * 1024 * 1024;
const attempts = 3;
const busy = new Set([429, 502, 503, 504]);

/** Sends requests over kept connections, with time-outs and a few retries. Redirects are not followed. */
export class Transport {
  requests = 0;
  readonly #options: TransportOptions;
  readonly #http: http.Agent;
  readonly #https: https.Agent;

  constructor(options: TransportOptions) {
    this.#options = options;
    const keep = { keepAlive: true, maxSockets: options.parallel };
    // Without TLS a new connection is cheap, and a kept one stalls for 40 ms a request where a server writes head and body apart
    // (Nagle's algorithm against delayed acknowledgements, as with Python's http.server).
    this.#http = new http.Agent({ maxSockets: options.parallel });
    const { verify, ...pem } = options.tls;
    this.#https = new https.Agent({ ...keep, rejectUnauthorized: verify, ...pem });
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  /** Sends a request; throws {@link OpenStackError} where there is no answer. Any status is an answer. */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const repeatable = request.repeatable ?? ['GET', 'HEAD', 'DELETE'].includes(request.method);
    for (let attempt = 1; ; attempt++) {
      const last = attempt === attempts || !repeatable;
      try {
        const answer = await this.#once(request);
        if (last || !busy.has(answer.status)) return answer;
        await this.#pause(attempt, answer.headers['retry-after']);
      } catch (error) {
        if (last || !isPassing(error)) throw describe(error, request, this.#options.timeoutMs);
        await this.#pause(attempt);
      }
    }
  }

  async #pause(attempt: number, retryAfter?: string): Promise<void> {
    const asked = Number(retryAfter) * 1000;
    const backOff = 200 * 2 ** attempt * (0.5 + Math.random());
    await sleep(asked > 0 ? Math.min(asked, 10_000) : backOff, undefined, { signal: this.#options.signal });
  }

  #once({ method, url, headers, body }: HttpRequest): Promise<HttpAnswer> {
    this.requests++;
    const { timeoutMs, signal } = this.#options;
    const payload =
      body === undefined ? undefined : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const secure = url.startsWith('https:');
    return new Promise((resolve, reject) => {
      const limit = AbortSignal.timeout(timeoutMs);
      const request = (secure ? https : http).request(url, {
        method,
        agent: secure ? this.#https : this.#http,
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
        headers: {
          accept: 'application/json',
          'user-agent': 'scs',
          ...(payload && {
            'content-length': payload.length,
            ...(typeof body !== 'string' && { 'content-type': 'application/json' }),
          }),
          ...headers,
        },
      });
      request.on('error', (error) => reject(limit.aborted && !signal?.aborted ? limit.reason : error));
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxBody)
            request.destroy(new OpenStackError('malformed', `${place(url)} answers with more than 64 MiB`));
          else chunks.push(chunk);
        });
        response.on('error', (error) => reject(limit.aborted && !signal?.aborted ? limit.reason : error));
        response.on('end', () => {
          if (!response.complete) reject(Object.assign(new Error('cut off'), { code: 'ECONNRESET' }));
          else
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks),
            });
        });
      });
      request.end(payload);
    });
  }
}

/** Host and path of a URL: without the query, which may hold anything. */
export function place(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

const codeOf = (error: unknown): string => {
  const code: unknown = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
};

const isPassing = (error: unknown): boolean =>
  ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'EAI_AGAIN'].includes(codeOf(error));

const causes: Record<string, [OpenStackReason, string]> = {
  ECONNREFUSED: [
    'unreachable',
    'refuses connections; check that the service runs and that the address is right',
  ],
  ENOTFOUND: ['unreachable', 'has an unknown host name; check the address'],
  EAI_AGAIN: ['unreachable', 'has a host name that cannot be looked up now; check DNS'],
  EHOSTUNREACH: ['unreachable', 'is on an unreachable host; check the network'],
  ENETUNREACH: ['unreachable', 'is on an unreachable network; check the network'],
  ECONNRESET: ['unreachable', 'breaks the connection off; check the service and what is in front of it'],
  EPIPE: ['unreachable', 'breaks the connection off; check the service and what is in front of it'],
  EPROTO: ['unreachable', 'does not speak TLS as expected; check http or https in the address'],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'unreachable',
    'has a self-signed certificate; name its CA as cacert in clouds.yaml',
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'unreachable',
    'has a certificate of an unknown CA; name it as cacert in clouds.yaml',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'unreachable',
    'has a certificate of an unknown CA; name it as cacert in clouds.yaml',
  ],
  CERT_HAS_EXPIRED: ['unreachable', 'has an expired certificate; renew it'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'unreachable',
    'has a certificate for another host name; correct the address or the certificate',
  ],
};

function describe(error: unknown, { url }: HttpRequest, timeoutMs: number): unknown {
  if (error instanceof OpenStackError) return error;
  if ((error as Error).name === 'TimeoutError') {
    return new OpenStackError(
      'timeout',
      `${place(url)} did not answer within ${timeoutMs / 1000} s; check the service, or allow more time`,
    );
  }
  // The caller's own signal: nothing to explain.
  if ((error as Error).name === 'AbortError') return error;
  const code = codeOf(error);
  const [reason, text] = causes[code] ?? [
    'unreachable',
    `cannot be reached (${code || (error as Error).message}); check the address and the network`,
  ];
  return new OpenStackError(reason as OpenStackReason, `${place(url)} ${text}`, { cause: error });
}
