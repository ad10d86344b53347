import { createHash, randomBytes } from 'node:crypto';
import { createLogger, createVerifier, type Verifier } from '@scs/service';
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startSignIn, type SignIn } from './sign-in.ts';

const audience = 'scs-control-plane';
const redirectUri = 'http://127.0.0.1:4711/callback';
const olga = { name: 'olga', password: 'correct horse' };
const tom = { name: 'tom <b>', password: 'battery & staple' };
const users = [
  { ...olga, roles: ['operator'] },
  { ...tom, roles: ['tenant-manager'], tenant: 'blue' },
];
const logged: string[] = [];

interface Discovery {
  authorization_endpoint: string;
  token_endpoint: string;
  device_authorization_endpoint: string;
  end_session_endpoint: string;
  jwks_uri: string;
}
interface Tokens {
  access_token: string;
  id_token: string;
  refresh_token: string;
  error?: string;
}

let signIn: SignIn;
let endpoints: Discovery;
let verify: Verifier;

const printed: unknown[] = [];
for (const way of ['info', 'warn', 'error'] as const)
  vi.spyOn(console, way).mockImplementation((...words: unknown[]) => void printed.push(...words));

beforeAll(async () => {
  signIn = await startSignIn({
    host: '127.0.0.1',
    port: 0,
    users,
    audience,
    redirectUris: ['https://console.example.org/'],
    logger: createLogger({ name: 'sign-in', version: '0' }, 'debug', { write: (line) => logged.push(line) }),
  });
  endpoints = await json<Discovery>(await fetch(`${signIn.issuer}/.well-known/openid-configuration`));
  verify = createVerifier({
    audience,
    issuers: [
      { issuer: signIn.issuer, jwksUri: signIn.jwksUri, rolesClaim: 'groups', tenantClaim: 'tenant' },
    ],
  });
});
afterAll(() => signIn.close());
const json = async <T>(response: Response): Promise<T> => (await response.json()) as T;
const form = (values: Record<string, string>) => ({
  method: 'POST',
  body: new URLSearchParams(values),
});

/** What a browser does of what matters here: cookies, redirects within the issuer, forms. */
function browser() {
  const cookies = new Map<string, string>();
  const visit = async (url: string, init: RequestInit = {}): Promise<{ url: string; response: Response }> => {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === '') cookies.delete(name!);
      else cookies.set(name!, value!);
    }
    const location = response.headers.get('location');
    if (location === null) return { url, response };
    const next = new URL(location, url).href;
    return next.startsWith(signIn.issuer) ? visit(next) : { url: next, response };
  };
  /** Fills in the form of a page and sends it. */
  const submit = async (at: { url: string; html: string }, values: Record<string, string>) => {
    const hidden = [...at.html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const action = /<form[^>]* action="([^"]+)"/.exec(at.html)?.[1] ?? at.url;
    return visit(
      action,
      form({ ...Object.fromEntries(hidden.map(([, name, value]) => [name!, value!])), ...values }),
    );
  };
  return { visit, submit };
}

const pageOf = async ({ url, response }: { url: string; response: Response }) => ({
  url,
  status: response.status,
  html: await response.text(),
});

/** The start of a sign-in at the console. */
function authorization(values: Record<string, string> = {}) {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: 'scs-console',
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid profile',
    state: 'here',
    nonce: 'once',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...values,
  });
  return { verifier, url: `${endpoints.authorization_endpoint}?${query.toString()}` };
}

async function exchange(redirected: string, verifier: string): Promise<Response> {
  const code = new URL(redirected).searchParams.get('code') ?? '';
  return fetch(
    endpoints.token_endpoint,
    form({
      grant_type: 'authorization_code',
      client_id: 'scs-console',
      redirect_uri: redirectUri,
      code,
      code_verifier: verifier,
    }),
  );
}

async function signedIn(user: { name: string; password: string }): Promise<Tokens> {
  const { visit, submit } = browser();
  const { url, verifier } = authorization();
  const login = await pageOf(await visit(url));
  const { url: back } = await submit(login, user);
  expect(back.startsWith(`${redirectUri}?`)).toBe(true);
  expect(new URL(back).searchParams.get('state')).toBe('here');
  return json<Tokens>(await exchange(back, verifier));
}

describe('signing in at the console', () => {
  it.each([
    { user: olga, caller: { subject: 'olga', roles: ['operator'], tenant: null } },
    { user: tom, caller: { subject: 'tom <b>', roles: ['tenant-manager'], tenant: 'blue' } },
  ])('gives $user.name an access token with roles and tenant', async ({ user, caller }) => {
    const { access_token: token } = await signedIn(user);
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    await expect(verify(token)).resolves.toEqual(caller);
  });

  it('gives an ID token that is no access token', async () => {
    const { id_token: token } = await signedIn(olga);
    await expect(verify(token)).rejects.toMatchObject({ kind: 'unauthenticated', reason: 'TOKEN_REFUSED' });
    // Not even to a verifier for which the client would be the audience.
    const careless = createVerifier({
      audience: 'scs-console',
      issuers: [
        { issuer: signIn.issuer, jwksUri: signIn.jwksUri, rolesClaim: 'groups', tenantClaim: 'tenant' },
      ],
    });
    await expect(careless(token)).rejects.toThrow(/send the access token/);
  });

  it('can be renewed', async () => {
    const { refresh_token: refreshToken } = await signedIn(olga);
    const renewed = await json<Tokens>(
      await fetch(
        endpoints.token_endpoint,
        form({ grant_type: 'refresh_token', client_id: 'scs-console', refresh_token: refreshToken }),
      ),
    );
    await expect(verify(renewed.access_token)).resolves.toMatchObject({ subject: 'olga' });
    await expect(verify(renewed.refresh_token)).rejects.toMatchObject({ reason: 'TOKEN_REFUSED' });
  });

  it('is remembered by the browser', async () => {
    const { visit, submit } = browser();
    await submit(await pageOf(await visit(authorization().url)), olga);
    const { url, verifier } = authorization();
    const { url: back } = await visit(url);
    const { access_token: token } = await json<Tokens>(await exchange(back, verifier));
    await expect(verify(token)).resolves.toMatchObject({ subject: 'olga' });
  });

  it.each([
    { title: 'a wrong password', name: 'olga', password: 'wrong' },
    { title: 'somebody else’s password', name: 'olga', password: tom.password },
    { title: 'no password', name: 'olga', password: '' },
    { title: 'an unknown name', name: 'nobody', password: '' },
    { title: 'a name that every object has', name: 'constructor', password: '' },
  ])('with $title says so, and can be tried again', async ({ name, password }) => {
    const { visit, submit } = browser();
    const { url, verifier } = authorization();
    const login = await pageOf(await visit(url));
    const again = await pageOf(await submit(login, { name, password }));
    expect(again.status).toBe(401);
    expect(again.html).toContain('Name and password do not fit together; try again.');
    expect(again.html).toContain(`value="${name}"`);
    const { url: back } = await submit(again, olga);
    expect((await exchange(back, verifier)).status).toBe(200);
  });

  it('shows a name as text, whatever it is', async () => {
    const { visit, submit } = browser();
    const login = await pageOf(await visit(authorization().url));
    const again = await pageOf(await submit(login, { name: '"><script>alert(1)</script>', password: 'x' }));
    expect(again.html).toContain('&quot;&gt;&lt;script&gt;');
    expect(again.html).not.toContain('<script>');
  });

  it('that was not begun in this browser is refused', async () => {
    const login = await pageOf(await browser().visit(authorization().url));
    const { status, html } = await pageOf(await browser().submit(login, olga));
    expect(status).toBe(400);
    expect(html).toContain('start it again');
  });

  it('with a form that is too long is refused', async () => {
    const { visit, submit } = browser();
    const login = await pageOf(await visit(authorization().url));
    const { status } = await pageOf(await submit(login, { name: 'x'.repeat(9000), password: 'x' }));
    expect(status).toBe(413);
  });

  it.each<{ title: string; values: Record<string, string> }>([
    { title: 'to another machine', values: { redirect_uri: 'http://evil.example/callback' } },
    { title: 'to another path', values: { redirect_uri: 'http://127.0.0.1:4711/elsewhere' } },
    { title: 'to a name that begins as ours', values: { redirect_uri: 'http://127.0.0.1.evil.example/' } },
    { title: 'by another client', values: { client_id: 'scs-other' } },
  ])('is refused $title, on a page of the issuer', async ({ values }) => {
    const { url, response } = await browser().visit(authorization(values).url);
    expect(response.status).toBe(400);
    expect(url.startsWith(signIn.issuer)).toBe(true);
    expect(await response.text()).toContain('That did not work');
  });

  it('leads back to the console’s own address too', async () => {
    const { visit, submit } = browser();
    const { url } = authorization({ redirect_uri: 'https://console.example.org/' });
    const { url: back } = await submit(await pageOf(await visit(url)), olga);
    expect(back.startsWith('https://console.example.org/?code=')).toBe(true);
  });

  it('needs PKCE with S256', async () => {
    const without: Record<string, string>[] = [{ code_challenge: '' }, { code_challenge_method: 'plain' }];
    for (const values of without) {
      const { url } = await browser().visit(authorization(values).url);
      expect(new URL(url).searchParams.get('error')).toBe('invalid_request');
    }
    const { visit, submit } = browser();
    const { url } = authorization();
    const { url: back } = await submit(await pageOf(await visit(url)), olga);
    const { error } = await json<Tokens>(await exchange(back, randomBytes(32).toString('base64url')));
    expect(error).toBe('invalid_grant');
  });

  it('may be finished by a script of the console, not of another site', async () => {
    const from = async (origin: string) => {
      const response = await fetch(endpoints.token_endpoint, {
        ...form({ grant_type: 'refresh_token', client_id: 'scs-console', refresh_token: 'x' }),
        headers: { origin },
      });
      return response.headers.get('access-control-allow-origin');
    };
    expect(await from('http://127.0.0.1:8080')).toBe('http://127.0.0.1:8080');
    expect(await from('https://console.example.org')).toBe('https://console.example.org');
    expect(await from('http://evil.example')).toBeNull();
    expect(await from('null')).toBeNull();
  });
});

describe('signing in on a device', () => {
  interface Device {
    device_code: string;
    user_code: string;
    verification_uri: string;
    verification_uri_complete: string;
  }
  const begin = async () =>
    json<Device>(
      await fetch(
        endpoints.device_authorization_endpoint,
        form({ client_id: 'scs-cli', scope: 'openid offline_access' }),
      ),
    );
  const poll = async ({ device_code: code }: Device) =>
    json<Tokens>(
      await fetch(
        endpoints.token_endpoint,
        form({
          grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
          client_id: 'scs-cli',
          device_code: code,
        }),
      ),
    );

  it('gives an access token once the person has confirmed the code and signed in', async () => {
    const device = await begin();
    expect((await poll(device)).error).toBe('authorization_pending');
    const { visit, submit } = browser();
    const ask = await pageOf(await visit(device.verification_uri));
    const confirm = await pageOf(await submit(ask, { user_code: device.user_code.toLowerCase() }));
    expect(confirm.html).toContain(`<code>${device.user_code}</code>`);
    const login = await pageOf(await submit(confirm, {}));
    const done = await pageOf(await submit(login, tom));
    expect(done.html).toContain('Signed in');
    const tokens = await poll(device);
    await expect(verify(tokens.access_token)).resolves.toEqual({
      subject: 'tom <b>',
      roles: ['tenant-manager'],
      tenant: 'blue',
    });
    expect(tokens.refresh_token).toBeDefined();
    expect((await poll(device)).error).toBe('invalid_grant');
  });

  it('with a wrong code says so', async () => {
    const { visit, submit } = browser();
    const ask = await pageOf(await visit((await begin()).verification_uri));
    const again = await pageOf(await submit(ask, { user_code: 'BBBB-BBBB' }));
    expect(again.html).toContain('There is no such code');
    const none = await pageOf(await submit(again, { user_code: '' }));
    expect(none.html).toContain('Enter a code.');
  });

  it('can be cancelled', async () => {
    const device = await begin();
    const { visit, submit } = browser();
    const ask = await pageOf(await visit(device.verification_uri));
    const confirm = await pageOf(await submit(ask, { user_code: device.user_code }));
    await submit(confirm, { abort: 'yes' });
    expect((await poll(device)).error).toBe('access_denied');
  });
});

describe('signing out', () => {
  it('asks, and then the password is needed again', async () => {
    const { visit, submit } = browser();
    await submit(await pageOf(await visit(authorization().url)), olga);
    const out = await pageOf(await visit(endpoints.end_session_endpoint));
    expect(out.html).toContain('Do you want to sign out?');
    const done = await pageOf(await submit(out, { logout: 'yes' }));
    expect(done.html).toContain('Signed out');
    const login = await pageOf(await visit(authorization().url));
    expect(login.html).toContain('name="password"');
  });
});

describe('the list of people', () => {
  it.each([
    { title: 'the same name twice', list: [...users, ...users], message: /two users olga/ },
    {
      title: 'a role that does not exist',
      list: [{ name: 'x', password: 'y', roles: ['root'] }],
      message: /the user x has the unknown role root/,
    },
    { title: 'an empty name', list: [{ name: '', password: 'y', roles: [] }], message: /has no name/ },
  ])('with $title is refused at the start', async ({ list, message }) => {
    await expect(startSignIn({ host: '127.0.0.1', port: 0, users: list, audience })).rejects.toThrow(message);
  });
});

it('logs no password, token or code', () => {
  expect(logged.join('')).toContain('"subject":"olga"');
  for (const { password } of users) expect(logged.join('')).not.toContain(password);
  expect(logged.join('')).not.toMatch(/eyJ|device_code|code=/);
});

it('prints nothing: oidc-provider has no reason to warn', () => {
  expect(printed).toEqual([]);
});
