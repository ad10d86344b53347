import { inWords } from './limits.ts';
import { causeOf, ReleaseSourceError } from './source.ts';

/** How long a server may take. Milliseconds. */
export interface Patience {
  /** Until an answer begins, and between any two parts of it; 30,000. */
  silenceMs: number;
  /** For one request with its answer; 600,000. */
  totalMs: number;
}

export interface HttpRequest {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH';
  headers?: Record<string, string>;
  body?: Uint8Array | undefined;
  signal?: AbortSignal | undefined;
}

/** An answer whose body is still to be read, within the same limits of time. */
export interface HttpAnswer {
  status: number;
  headers: Headers;
  /** Of the last redirect. */
  url: URL;
  chunks(): AsyncGenerator<Uint8Array, void, undefined>;
  /** The whole body; throws `too-large` beyond `most` bytes. */
  bytes(most: number): Promise<Buffer>;
  /** Ends without reading. */
  discard(): Promise<void>;
}

/** Headers that are for the host which they were made for and for no other. */
const confidential = ['authorization', 'cookie'];
const mostRedirects = 5;

/**
 * Sends requests to one server, which messages call `name`. GET and HEAD follow redirects: confidential headers stay with the host they were
 * meant for, and nothing goes from https to http.
 */
export class HttpClient {
  readonly #name: string;
  readonly #patience: Patience;

  constructor(name: string, patience: Partial<Patience> = {}) {
    this.#name = name;
    this.#patience = { silenceMs: 30_000, totalMs: 600_000, ...patience };
  }

  async send(address: string | URL, request: HttpRequest = {}): Promise<HttpAnswer> {
    let url = new URL(address);
    const headers = new Headers({
      'accept-encoding': 'identity',
      'user-agent': 'scs-control-plane',
      ...request.headers,
    });
    const follows = request.method === undefined || request.method === 'GET' || request.method === 'HEAD';
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#sendOnce(url, { ...request, headers });
      const location = answer.headers.get('location');
      if (!follows || answer.status < 300 || answer.status > 399 || location === null) return answer;
      await answer.discard();
      const next = this.#redirected(url, location, redirects);
      if (next.origin !== url.origin) for (const name of confidential) headers.delete(name);
      url = next;
    }
  }

  #redirected(from: URL, location: string, redirects: number): URL {
    const next = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
    const allowed =
      next && (next.protocol === 'https:' || (next.protocol === 'http:' && from.protocol === 'http:'));
    if (allowed && redirects < mostRedirects) return next;
    const why = allowed ? 'redirects in circles' : 'redirects to an address that is no https';
    throw new ReleaseSourceError('invalid', `${this.#name} ${why}; check its settings`);
  }

  async #sendOnce(
    url: URL,
    { method = 'GET', headers, body, signal }: Omit<HttpRequest, 'headers'> & { headers: Headers },
  ): Promise<HttpAnswer> {
    signal?.throwIfAborted();
    const timer = new Timer(this.#patience, signal);
    const fail = (error: unknown) => {
      signal?.throwIfAborted();
      if (error instanceof ReleaseSourceError) return error;
      const why = timer.isLate ? 'does not answer' : `cannot be reached (${causeOf(error)})`;
      return new ReleaseSourceError(
        'unavailable',
        `${this.#name} ${why}; check the address and the network`,
        {
          cause: error,
        },
      );
    };
    try {
      const response = await fetch(url, {
        method,
        headers,
        redirect: 'manual',
        signal: timer.signal,
        ...(body && { body: Uint8Array.from(body) }),
      });
      timer.touch();
      return new Answer(response, url, this.#name, timer, fail);
    } catch (error) {
      timer.stop();
      throw fail(error);
    }
  }
}

/** Aborts when nothing has come for too long, when all takes too long, and when the caller wants so. */
class Timer {
  readonly #controller = new AbortController();
  readonly #silence: NodeJS.Timeout;
  readonly #total: NodeJS.Timeout;
  readonly signal: AbortSignal;
  isLate = false;

  constructor({ silenceMs, totalMs }: Patience, signal: AbortSignal | undefined) {
    const late = () => {
      this.isLate = true;
      this.#controller.abort();
    };
    this.#silence = setTimeout(late, silenceMs).unref();
    this.#total = setTimeout(late, totalMs).unref();
    this.signal = signal ? AbortSignal.any([signal, this.#controller.signal]) : this.#controller.signal;
  }

  touch(): void {
    this.#silence.refresh();
  }

  stop(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#total);
  }
}

class Answer implements HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly url: URL;
  readonly #response: Response;
  readonly #name: string;
  readonly #timer: Timer;
  readonly #fail: (error: unknown) => Error;

  constructor(response: Response, url: URL, name: string, timer: Timer, fail: (error: unknown) => Error) {
    this.status = response.status;
    this.headers = response.headers;
    this.url = url;
    this.#response = response;
    this.#name = name;
    this.#timer = timer;
    this.#fail = fail;
    if (!response.body) timer.stop();
  }

  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of this.#response.body ?? []) {
        this.#timer.touch();
        yield chunk as Uint8Array;
      }
    } catch (error) {
      throw this.#fail(error);
    } finally {
      this.#timer.stop();
    }
  }

  async bytes(most: number): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of this.chunks()) {
      size += chunk.length;
      if (size > most) {
        throw new ReleaseSourceError(
          'too-large',
          `${this.#name} answers with more than ${inWords(most)}; check its address`,
        );
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  async discard(): Promise<void> {
    this.#timer.stop();
    await this.#response.body?.cancel().catch(() => {});
  }
}
