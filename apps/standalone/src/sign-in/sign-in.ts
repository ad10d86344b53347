import type { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from '@scs/service';
import { errors, type Provider } from 'oidc-provider';
import { accountsOf, type Accounts, type User } from './account.ts';
import { loginPage, messagePage } from './page.ts';
import { createProvider } from './provider.ts';

export interface SignInOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  users: User[];
  /** Of the access tokens. */
  audience: string;
  /** Where the console may be besides `/` and `/callback` on any port of this machine. */
  redirectUris?: string[];
  logger?: Logger;
}

export interface SignIn {
  issuer: string;
  jwksUri: string;
  close(): Promise<void>;
}

const hereUris = ['127.0.0.1', 'localhost'].flatMap((host) => [`http://${host}/`, `http://${host}/callback`]);
const maxBody = 8 * 1024;

/**
 * An identity provider inside the process, for trying the product out: people from a list, everything in memory, keys made at the
 * start. It signs with ES256 and puts `groups` and `tenant` into access tokens.
 */
export async function startSignIn(options: SignInOptions): Promise<SignIn> {
  const { host, port, users, audience, redirectUris = [], logger } = options;
  const accounts = accountsOf(users);
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const issuer = `http://${host}:${(server.address() as AddressInfo).port}`;
  const provider = createProvider({
    issuer,
    audience,
    accounts,
    redirectUris: [...new Set([...hereUris, ...redirectUris])],
  });
  const failed = (error: unknown) => logger?.error({ err: error }, 'sign-in failed');
  provider.on('server_error', (_ctx, error) => failed(error));
  // Koa prints to the console where nobody listens.
  (provider as EventEmitter).on('error', failed);
  const protocol = provider.callback();
  server.on('request', (request, response) => {
    const own = request.url?.startsWith('/interaction/');
    void (own ? interact(provider, accounts, logger, request, response) : protocol(request, response)).catch(
      (error: unknown) => {
        failed(error);
        if (!response.headersSent) send(response, 500, messagePage('That did not work', 'Try again.'));
      },
    );
  });
  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The one question to the person: name and password. */
async function interact(
  provider: Provider,
  accounts: Accounts,
  logger: Logger | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Only the browser that began this sign-in has its cookie.
  const begun = await provider.interactionDetails(request, response).catch((error: unknown) => {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  });
  if (!begun)
    return send(
      response,
      400,
      messagePage('Start again', 'This sign-in is over; go back to where you came from and start it again.'),
    );
  if (request.method !== 'POST') return send(response, 200, loginPage());
  const form = await formOf(request);
  if (!form) return send(response, 413, messagePage('That did not work', 'The form is too long.'));
  const name = form.get('name') ?? '';
  const user = accounts.signIn(name, form.get('password') ?? '');
  if (!user) {
    logger?.warn('sign-in refused');
    return send(response, 401, loginPage(name, 'Name and password do not fit together; try again.'));
  }
  logger?.info({ subject: user.name }, 'signed in');
  const location = await provider.interactionResult(request, response, { login: { accountId: user.name } });
  response.writeHead(303, { location, 'content-length': 0 }).end();
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBody) return undefined;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

function send(response: ServerResponse, status: number, html: string): void {
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .end(html);
}
