import http from 'node:http';
import https from 'node:https';
import { parse } from 'yaml';

/** An answer of an API server, its body parsed. */
export interface RawAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: RawBody;
}

/** Fields of whatever kind; the tests say what they expect. */
export interface RawBody {
  [field: string]: RawValue;
}
export type RawValue = RawBody & string & number & boolean & RawValue[];

export interface RawOptions {
  body?: unknown;
  type?: string;
  accept?: string;
  userAgent?: string;
}

export interface RawEvent {
  type: string;
  object: RawBody;
}

export interface RawWatch {
  /** What came so far. */
  events: RawEvent[];
  /** Resolves when the server ended it. */
  ended: Promise<void>;
  stop(): void;
}

export interface RawKubernetes {
  request(method: string, path: string, options?: RawOptions): Promise<RawAnswer>;
  watch(path: string, options?: RawOptions): RawWatch;
  close(): void;
}

export const jsonPatch = 'application/json-patch+json';
export const mergePatch = 'application/merge-patch+json';
export const strategicPatch = 'application/strategic-merge-patch+json';
export const applyPatch = 'application/apply-patch+yaml';

interface Kubeconfig {
  'current-context': string;
  contexts: { name: string; context: { cluster: string; user: string } }[];
  clusters: { name: string; cluster: { server: string; 'certificate-authority-data'?: string } }[];
  users: { name: string; user: Record<string, string | undefined> }[];
}

/**
 * Speaks to the server of a kubeconfig in plain HTTP: no library whose own faults would hide those of the server.
 * It knows certificates and tokens that stand in the kubeconfig.
 */
export function rawKubernetes(kubeconfig: string): RawKubernetes {
  const config = parse(kubeconfig) as Kubeconfig;
  const context = config.contexts.find(({ name }) => name === config['current-context'])!.context;
  const { server, 'certificate-authority-data': ca } = config.clusters.find(
    ({ name }) => name === context.cluster,
  )!.cluster;
  const user = config.users.find(({ name }) => name === context.user)?.user ?? {};
  const decoded = (text: string | undefined) => (text ? Buffer.from(text, 'base64').toString() : undefined);
  const secure = server.startsWith('https:');
  const agent = secure
    ? new https.Agent({
        keepAlive: true,
        ca: decoded(ca),
        cert: decoded(user['client-certificate-data']),
        key: decoded(user['client-key-data']),
      })
    : new http.Agent({ keepAlive: true });

  const send = (method: string, path: string, options: RawOptions) => {
    const { body, type = 'application/json', accept = 'application/json' } = options;
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const request = (secure ? https : http).request(`${server}${path}`, {
      method,
      agent,
      headers: {
        accept,
        'user-agent': options.userAgent ?? 'conformance/1',
        ...(user['token'] && { authorization: `Bearer ${user['token']}` }),
        ...(text !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
      },
    });
    request.end(text);
    return request;
  };

  return {
    request: (method, path, options = {}) =>
      new Promise((resolve, reject) => {
        const request = send(method, path, options);
        request.on('error', reject).on('response', (response) => {
          const chunks: Buffer[] = [];
          response
            .on('error', reject)
            .on('data', (chunk: Buffer) => chunks.push(chunk))
            .on('end', () => {
              const text = Buffer.concat(chunks).toString();
              const isJson = String(response.headers['content-type']).includes('json');
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: (isJson ? JSON.parse(text) : { text }) as RawBody,
              });
            });
        });
      }),
    watch(path, options = {}) {
      const events: RawEvent[] = [];
      const request = send('GET', path, options);
      const ended = new Promise<void>((resolve) => {
        request
          .on('error', () => resolve())
          .on('response', (response) => {
            let rest = '';
            response
              .setEncoding('utf8')
              .on('error', () => resolve())
              .on('data', (chunk: string) => {
                const lines = (rest + chunk).split('\n');
                rest = lines.pop() ?? '';
                const told = lines.filter(Boolean).map((line) => JSON.parse(line) as RawBody);
                events.push(
                  ...told.map((body) =>
                    response.statusCode === 200
                      ? { type: String(body['type']), object: body['object']! }
                      : { type: 'REFUSED', object: body },
                  ),
                );
              })
              .on('end', () => resolve());
          });
      });
      return { events, ended, stop: () => void request.destroy() };
    },
    close: () => agent.destroy(),
  };
}
