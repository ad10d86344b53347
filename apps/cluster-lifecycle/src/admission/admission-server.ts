import type http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { decideAdmission, type AdmissionLookup } from '@scs/cluster-stacks';
import type { Logger } from '@scs/service';
import type { ServingCertificate } from '../certificate/serving-certificate.ts';
import { NoAdmissionReview, readReview, writeReview } from './admission-review.ts';
import { webhooks, type Webhook } from './webhook.ts';

export interface AdmissionServerOptions {
  host: string;
  /** 0: any free one. */
  port: number;
  certificate: Pick<ServingCertificate, 'cert' | 'key' | 'onChange'>;
  lookup: AdmissionLookup;
  logger: Logger;
}

export interface AdmissionServer {
  /** `https://host:port` */
  readonly url: string;
  /** Answers what is asked already, then lets go. */
  close(): Promise<void>;
}

/** An object of 1.5 MiB, the most that etcd takes, before and after. */
const maxBody = 3 * 1024 * 1024;
/** For a whole request, slow senders included. Milliseconds. */
const requestMs = 5000;

/** Answers the API server's AdmissionReviews over TLS. The certificate may change while it serves. */
export async function startAdmissionServer(options: AdmissionServerOptions): Promise<AdmissionServer> {
  const { host, port, certificate, logger } = options;
  const server = https.createServer(
    {
      cert: certificate.cert,
      key: certificate.key,
      minVersion: 'TLSv1.2',
      requestTimeout: requestMs,
      headersTimeout: requestMs,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      void answer(request, options).then(
        (given) => send(response, given),
        (error: unknown) => {
          if (request.destroyed && !request.complete) return;
          logger.error({ err: error }, 'an admission review failed');
          send(response, text(500, 'the webhook failed; look into the log of cluster-lifecycle'));
        },
      );
    },
  );
  // Nobody can do anything about a client that breaks off.
  server.on('tlsClientError', (error) => logger.debug({ err: error }, 'no TLS connection'));
  const stopTelling = certificate.onChange(() => {
    try {
      server.setSecureContext({ cert: certificate.cert, key: certificate.key, minVersion: 'TLSv1.2' });
      logger.info('the webhooks serve a new certificate');
    } catch (error) {
      logger.error({ err: error }, 'the new certificate of the webhooks is no good: the old one is kept');
    }
  });
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, host, resolve),
  ).catch((error: NodeJS.ErrnoException) => {
    stopTelling();
    throw new Error(`port ${port} of ${host} cannot be used for webhooks (${error.code}); choose another`);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `https://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        stopTelling();
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

interface Answer {
  status: number;
  type: string;
  body: string;
}

const text = (status: number, line: string): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${line}\n`,
});

async function answer(request: http.IncomingMessage, options: AdmissionServerOptions): Promise<Answer> {
  const { pathname } = new URL(request.url ?? '/', 'https://webhook');
  if (pathname === '/readyz') return text(200, 'ok');
  const webhook = webhooks.find(({ path }) => path === pathname);
  if (!webhook) return text(404, `there is no webhook at ${pathname}; correct the webhook configuration`);
  if (request.method !== 'POST') return text(405, 'send an AdmissionReview by POST');
  const body = await read(request);
  if (body === undefined) return text(413, 'the body has more than 3 MiB; no AdmissionReview is as large');
  return judge(body, webhook, options);
}

async function judge(
  body: string,
  webhook: Webhook,
  { lookup, logger }: AdmissionServerOptions,
): Promise<Answer> {
  try {
    const request = readReview(body, webhook);
    const decision = await decideAdmission(request, lookup);
    const { kind, operation, namespace, name } = request;
    if (!decision.allowed)
      logger.info(
        { kind: kind.kind, operation, namespace, name, reason: decision.message },
        'refused by admission',
      );
    const review = JSON.stringify(writeReview(request, decision));
    return { status: 200, type: 'application/json', body: review };
  } catch (error) {
    if (error instanceof NoAdmissionReview) return text(400, error.message);
    throw error;
  }
}

/** Undefined: more than is taken. */
async function read(request: http.IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // What is too large is still answered, so its rest is not torn off.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) {
      request.resume();
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: http.ServerResponse, { status, type, body }: Answer): void {
  response
    .writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      // The rest of a body that was not read would be taken for the next request.
      ...(status === 413 && { connection: 'close' }),
    })
    .end(body);
}
