import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiAnswer, answerError, retryAfterOf } from './answer.ts';
import { ApiError } from './client.ts';
import { credentialSource, type Credentials, type CredentialSource } from './credentials.ts';
import { jsonText } from './json-text.ts';
import type { Target } from './kubeconfig.ts';
import { codeOf, KubernetesError, networkError, tooLate } from './kubernetes-error.ts';

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the server's address, e.g. `/api/v1/nodes`. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  contentType?: string;
  /** A write whose repetition changes nothing more: sent once more when the connection breaks before an answer. Reads always are. */
  repeatable?: boolean;
  /** Ends this request; beside the connection's own. */
  signal?: AbortSignal | undefined;
}

export interface TransportOptions {
  userAgent: string;
  /** For one request, from its start to the last byte; for a watch, until its head is in. Milliseconds. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** Longest body of an answer, watches apart. Bytes; 256 MiB when left out. */
  maxBodyBytes?: number | undefined;
}

const MiB = 1024 * 1024;
const readAttempts = 3;
const longestPauseMs = 10_000;
/** Watches have connections of their own, so this bounds the short requests alone. */
const parallel = 32;
/** API servers close idle connections after 90 s; being earlier avoids writing into a closed one. */
const idleMs = 60_000;

/**
 * Sends requests to one API server over kept connections.
 *
 * What is sent again: reads, after a broken connection (at most 3 attempts) and after a 429 or 503 that names a Retry-After; anything, once,
 * after a 401 if the credentials may have changed; writes, once, only when they are `repeatable` and the connection broke before a byte of answer
 * (most likely a kept one that the server had closed). All other writes are the caller's to judge: look at the object, then decide again.
 */
export class Transport {
  requests = 0;
  readonly server: string;
  readonly #target: Target;
  readonly #options: TransportOptions;
  readonly #source: CredentialSource;
  readonly #base: URL;
  #agents: Agents | undefined;

  constructor(target: Target, options: TransportOptions) {
    this.server = target.server;
    this.#target = target;
    this.#options = options;
    this.#source = credentialSource(target);
    this.#base = new URL(target.server);
  }

  close(): void {
    this.#agents?.short.destroy();
    this.#agents?.watch.destroy();
    this.#agents = undefined;
  }

  /** Any status is an answer. Throws {@link KubernetesError} where there is none. */
  async send(request: ApiRequest): Promise<ApiAnswer> {
    const read = request.method === 'GET';
    const end = Date.now() + this.#options.timeoutMs;
    let renewed = false;
    for (let attempt = 1; ; attempt++) {
      const sent: Sent = { reused: false, answering: false };
      let pauseMs = 0;
      try {
        const answer = await this.#once(request, sent);
        if (answer.status === 401 && !renewed && this.#source.renew()) renewed = true;
        else {
          const wait = retryAfterOf(answer.status, answer.headers);
          if (!read || attempt === readAttempts || wait === undefined) return answer;
          pauseMs = Math.min(wait * 1000, longestPauseMs);
          if (Date.now() + pauseMs > end) return answer;
        }
      } catch (error) {
        this.#options.signal?.throwIfAborted();
        request.signal?.throwIfAborted();
        const again = read ? attempt < readAttempts : request.repeatable && attempt === 1 && !sent.answering;
        if (!isBroken(error) || !again || Date.now() > end) throw networkError(error, this.server);
        // A kept connection that was closed says nothing about the server; a new one that breaks does.
        if (!sent.reused) pauseMs = 200 * 2 ** attempt * (0.5 + Math.random());
      }
      if (pauseMs > 0) await this.#pause(pauseMs, request.signal);
    }
  }

  /**
   * Opens a long answer; the caller reads it to its end or destroys it. Throws {@link ApiError} where it does not begin. Aborting the request's
   * signal ends it at any time.
   */
  async open(request: ApiRequest): Promise<http.IncomingMessage> {
    for (let attempt = 1; ; attempt++) {
      const sent: Sent = { reused: false, answering: false };
      try {
        const response = await this.#inTime(request.signal, (limit) =>
          this.#begin(request, sent, 'watch', limit),
        );
        if (response.statusCode === 200) return response;
        const answer = await this.#readAll(response);
        if (answer.status === 401 && attempt === 1 && this.#source.renew()) continue;
        throw answerError(answer, this.server);
      } catch (error) {
        request.signal?.throwIfAborted();
        this.#options.signal?.throwIfAborted();
        if (error instanceof ApiError) throw error;
        if (!isBroken(error) || !sent.reused || attempt === readAttempts)
          throw networkError(error, this.server);
      }
    }
  }

  async #pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const signals = [signal, this.#options.signal].filter((one) => one !== undefined);
    try {
      await sleep(ms, undefined, { signal: AbortSignal.any(signals) });
    } catch (error) {
      for (const one of signals) one.throwIfAborted();
      throw error;
    }
  }

  #once(request: ApiRequest, sent: Sent): Promise<ApiAnswer> {
    return this.#inTime(request.signal, async (limit) =>
      this.#readAll(await this.#begin(request, sent, 'short', limit)),
    );
  }

  async #inTime<T>(signal: AbortSignal | undefined, work: (limit: AbortSignal) => Promise<T>): Promise<T> {
    const { timeoutMs } = this.#options;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(tooLate(this.server, timeoutMs)), timeoutMs);
    try {
      return await work(limit.signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw limit.signal.aborted ? limit.signal.reason : error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #readAll(response: http.IncomingMessage): Promise<ApiAnswer> {
    const { maxBodyBytes = 256 * MiB } = this.#options;
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBodyBytes)
        throw new KubernetesError(
          'failed',
          `${this.#base.host} answers with more than ${maxBodyBytes / MiB} MiB; ask for less`,
        );
    }
    return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
  }

  /** Sends a request and waits for the head of its answer. */
  async #begin(
    { method, path, query, body, contentType = 'application/json', signal: own }: ApiRequest,
    sent: Sent,
    agent: 'short' | 'watch',
    limit: AbortSignal,
  ): Promise<http.IncomingMessage> {
    this.requests++;
    const credentials = await this.#source.current();
    const signals = [own, this.#options.signal, limit].filter((signal) => signal !== undefined);
    for (const signal of signals) signal.throwIfAborted();
    const payload = body === undefined ? undefined : Buffer.from(jsonText(body));
    const url = new URL(this.#base.href.replace(/\/+$/, '') + path);
    for (const [name, value] of Object.entries(query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? https : http).request(url, {
        method,
        agent: this.#agent(credentials)[agent],
        headers: {
          accept: 'application/json',
          'user-agent': this.#options.userAgent,
          ...(payload && { 'content-type': contentType, 'content-length': payload.length }),
          ...credentials.headers,
        },
      });
      // Listeners instead of AbortSignal.any: a signal may live as long as the process.
      const abort = (): void => void request.destroy(new Error('aborted'));
      for (const signal of signals) signal.addEventListener('abort', abort, { once: true });
      // A watch is quiet for minutes: the system finds out when the other side is gone.
      request.on('socket', (socket) => socket.setKeepAlive(true, 30_000));
      request.on('error', (error) => {
        sent.reused = request.reusedSocket;
        reject(error);
      });
      request.on('close', () => {
        for (const signal of signals) signal.removeEventListener('abort', abort);
      });
      request.on('response', (response) => {
        sent.answering = true;
        resolve(response);
      });
      request.end(payload);
    });
  }

  /** Connections know their client certificate, so new certificates need new ones. */
  #agent(credentials: Credentials): Agents {
    if (this.#agents?.credentials === credentials) return this.#agents;
    const old = this.#agents;
    const same =
      old && (['ca', 'cert', 'key'] as const).every((pem) => equal(old.credentials[pem], credentials[pem]));
    if (same) return (this.#agents = { ...old, credentials });
    const { verify, serverName, proxy } = this.#target;
    const { ca, cert, key } = credentials;
    const options = {
      keepAlive: true,
      timeout: idleMs,
      rejectUnauthorized: verify,
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(serverName && { servername: serverName }),
      proxyEnv: proxyOf(this.#base.hostname, proxy),
    };
    const make = (maxSockets: number): http.Agent =>
      this.#base.protocol === 'https:'
        ? new https.Agent({ ...options, maxSockets })
        : new http.Agent({ keepAlive: true, timeout: idleMs, maxSockets, proxyEnv: options.proxyEnv });
    // What is under way keeps its old connection to its end; idle ones close themselves.
    return (this.#agents = { credentials, short: make(parallel), watch: make(Infinity) });
  }
}

interface Agents {
  credentials: Credentials;
  short: http.Agent;
  watch: http.Agent;
}

interface Sent {
  /** Over a connection that had served another request before. */
  reused: boolean;
  answering: boolean;
}

const isBroken = (error: unknown): boolean => ['ECONNRESET', 'EPIPE'].includes(codeOf(error) ?? '');

const equal = (a: Buffer | string | undefined, b: Buffer | string | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && Buffer.from(a).equals(Buffer.from(b)));

/** The kubeconfig's proxy, else the environment's, which never stands before this machine itself. */
function proxyOf(host: string, proxy: string | undefined): NodeJS.ProcessEnv {
  if (proxy && !/^https?:/.test(proxy))
    throw new KubernetesError(
      'failed',
      'the proxy-url of the kubeconfig is no http or https address; correct it',
    );
  if (proxy) return { HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
  return /^(localhost|127\.|\[::1\])/.test(host) ? {} : process.env;
}
