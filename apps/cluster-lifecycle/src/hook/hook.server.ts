import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  discoveryPath,
  discoveryResponse,
  failed,
  hookHandlers,
  hookPath,
  hookResponse,
  readHookCall,
  type HookHandler,
} from '@scs/cluster-stacks';
import { answerCall, type HookServiceOptions } from './hook.service.ts';

/** What the server proves its name with. Followed when it changes. */
export interface HookCertificates {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** Returns how to stop being told. */
  onChange(handler: () => void): () => void;
}

export interface HookServerOptions extends HookServiceOptions {
  /** Upstream's is 9442; 0 for any free one. */
  port: number;
  host?: string;
  certificates: HookCertificates;
}

export interface HookServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A Cluster with all its conditions and annotations stays far below. */
const maxBody = 3 * 2 ** 20;

/** Serves Cluster API's Runtime SDK over HTTPS: discovery and the lifecycle hooks. Every replica may answer. */
export async function startHookServer(options: HookServerOptions): Promise<HookServer> {
  const { certificates, port, host } = options;
  const server = createServer({ ...pairOf(certificates), requestTimeout: 10_000 }, (request, response) => {
    void answer(options, request)
      .catch((error: unknown): Reply => {
        options.logger.error({ err: error }, 'a hook call failed');
        return { status: 500, text: 'the hook could not be answered; see the log of cluster-lifecycle' };
      })
      .then((reply) => send(response, reply));
  });
  const forget = certificates.onChange(() => server.setSecureContext(pairOf(certificates)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      forget();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await closed;
    },
  };
}

const pairOf = ({ cert, key }: HookCertificates) => ({ cert, key });

type Reply = { status: number; text: string } | { status: 200; json: Record<string, unknown> };

async function answer(options: HookServerOptions, request: IncomingMessage): Promise<Reply> {
  const path = (request.url ?? '').replace(/\?.*$/, '').toLowerCase();
  const handler = hookHandlers.find((one) => hookPath(one) === path);
  if (!handler && path !== discoveryPath)
    return { status: 404, text: `no hook is served at ${path.slice(0, 200)}` };
  if (request.method !== 'POST') return { status: 405, text: 'hooks are called by POST' };
  const body = await readBody(request);
  if (body === undefined) return { status: 413, text: `the body is larger than ${maxBody} bytes` };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { status: 400, text: 'the body is no JSON; send a request of the Runtime SDK' };
  }
  return { status: 200, json: handler ? await answerHandler(options, handler, parsed) : discoveryResponse() };
}

async function answerHandler(
  options: HookServerOptions,
  handler: HookHandler,
  body: unknown,
): Promise<Record<string, unknown>> {
  const call = readHookCall(handler, body);
  if (typeof call === 'string') return hookResponse(handler, failed(call));
  return hookResponse(handler, await answerCall(options, call));
}

/** Undefined where it is too large; the rest of it is read and forgotten, so that the answer arrives. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBody) chunks.push(chunk);
  }
  return size > maxBody ? undefined : Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, reply: Reply): void {
  const [type, body] =
    'json' in reply ? ['application/json', JSON.stringify(reply.json)] : ['text/plain', `${reply.text}\n`];
  response.writeHead(reply.status, { 'content-type': type }).end(body);
}
