import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Caller } from './role.ts';
import { createVerifier, type Issuer, type VerifierOptions } from './verifier.ts';

const issuer = 'https://login.example.org/realms/scs';
const audience = 'scs-control-plane';

interface Key {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  jwk: JWK;
}

let first: Key;
let second: Key;
let rsa: Key;
/** What the issuer publishes, and how it behaves. */
let published: JWK[];
let behaviour: 'well' | 'fails' | 'hangs' | 'redirects' | 'nonsense';
let questions: number;
let elsewhere: number;
let jwksUri: string;

const other = createServer((_request, response) => {
  elsewhere += 1;
  response.end(JSON.stringify({ keys: published }));
});
const identityProvider = createServer((_request, response) => {
  questions += 1;
  const { port } = other.address() as AddressInfo;
  switch (behaviour) {
    case 'well':
      return response.end(JSON.stringify({ keys: published }));
    case 'fails':
      return response.writeHead(500).end(JSON.stringify({ keys: published }));
    case 'redirects':
      return response.writeHead(302, { location: `http://127.0.0.1:${port}/` }).end();
    case 'nonsense':
      return response.end('<html>');
    case 'hangs':
      return undefined;
  }
});

async function newKey(kid: string, algorithm: string): Promise<Key> {
  const pair = await generateKeyPair(algorithm, { extractable: true });
  return { kid, ...pair, jwk: { ...(await exportJWK(pair.publicKey)), kid, alg: algorithm, use: 'sig' } };
}

beforeAll(async () => {
  [first, second, rsa] = await Promise.all([
    newKey('first', 'ES256'),
    newKey('second', 'ES256'),
    newKey('rsa', 'RS256'),
  ]);
  for (const server of [identityProvider, other])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  jwksUri = `http://127.0.0.1:${(identityProvider.address() as AddressInfo).port}/jwks`;
});
afterAll(async () => {
  for (const server of [identityProvider, other]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  published = [first.jwk, rsa.jwk];
  behaviour = 'well';
  questions = 0;
  elsewhere = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const now = () => Math.floor(Date.now() / 1000);

const verifier = (options: Partial<VerifierOptions> = {}, values: Partial<Issuer> = {}) =>
  createVerifier({
    audience,
    issuers: [{ issuer, jwksUri, rolesClaim: 'groups', tenantClaim: 'tenant', ...values }],
    keysTimeoutMs: 300,
    ...options,
  });

/** Valid but for what is given; `undefined` leaves a claim out. */
const claims = (values: JWTPayload = {}): JWTPayload =>
  JSON.parse(
    JSON.stringify({
      iss: issuer,
      aud: audience,
      sub: 'alice',
      iat: now(),
      exp: now() + 300,
      groups: ['operator'],
      ...values,
    }),
  ) as JWTPayload;

const token = (values: JWTPayload = {}, key: Key = first, header: Record<string, unknown> = {}) =>
  new SignJWT(claims(values))
    .setProtectedHeader({ alg: String(key.jwk.alg), kid: key.kid, typ: 'at+jwt', ...header })
    .sign(key.privateKey);

/** Signed as it stands, so that what no JSON library would write can be tried. */
async function raw(payload: string, header = `{"alg":"ES256","kid":"first"}`): Promise<string> {
  const input = [header, payload].map((part) => Buffer.from(part).toString('base64url')).join('.');
  const signature = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    first.privateKey,
    Buffer.from(input),
  );
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

const refused = (message: RegExp) =>
  expect.objectContaining({
    kind: 'unauthenticated',
    reason: 'TOKEN_REFUSED',
    message: expect.stringMatching(message),
  });
const unavailable = expect.objectContaining({ kind: 'unavailable', reason: 'KEYS_UNAVAILABLE' });
const alice: Caller = { subject: 'alice', roles: ['operator'], tenant: null };

describe('an access token', () => {
  it.each(['ES256', 'RS256'])('signed with %s is accepted', async (algorithm) => {
    const key = algorithm === 'ES256' ? first : rsa;
    await expect(verifier()(await token({}, key))).resolves.toEqual(alice);
  });

  it.each<{ title: string; values: JWTPayload; message: RegExp }>([
    { title: 'that has expired', values: { exp: -31 }, message: /expired; sign in again/ },
    { title: 'that does not expire', values: { exp: undefined }, message: /wrong exp/ },
    { title: 'that is not valid yet', values: { nbf: 31 }, message: /wrong nbf/ },
    { title: 'issued in the future', values: { iat: 31 }, message: /future/ },
  ])('$title is refused', async ({ values, message }) => {
    const times = Object.fromEntries(
      Object.entries(values).map(([claim, offset]) => [
        claim,
        offset === undefined ? undefined : now() + Number(offset),
      ]),
    );
    await expect(verifier()(await token(times))).rejects.toEqual(refused(message));
  });

  it('is given 30 s of skew, both ways', async () => {
    const verify = verifier();
    await expect(verify(await token({ exp: now() - 29 }))).resolves.toEqual(alice);
    await expect(verify(await token({ nbf: now() + 29, iat: now() + 29 }))).resolves.toEqual(alice);
  });

  it.each<{ title: string; values: JWTPayload; message: RegExp }>([
    {
      title: 'of another issuer',
      values: { iss: 'https://login.example.org/realms/other' },
      message: /unknown issuer/,
    },
    { title: 'whose issuer ends in a slash more', values: { iss: `${issuer}/` }, message: /unknown issuer/ },
    {
      title: 'whose issuer differs in case',
      values: { iss: issuer.toUpperCase() },
      message: /unknown issuer/,
    },
    { title: 'without issuer', values: { iss: undefined }, message: /unknown issuer/ },
    { title: 'for another audience', values: { aud: 'account' }, message: /wrong aud/ },
    { title: 'for several other audiences', values: { aud: ['account', 'x'] }, message: /wrong aud/ },
    { title: 'for no audience', values: { aud: undefined }, message: /wrong aud/ },
    { title: 'without subject', values: { sub: undefined }, message: /wrong sub/ },
    { title: 'with an empty subject', values: { sub: '' }, message: /wrong sub/ },
    {
      title: 'whose subject is a number',
      values: { sub: 7 as unknown as string },
      message: /wrong sub/,
    },
  ])('$title is refused', async ({ values, message }) => {
    await expect(verifier()(await token(values))).rejects.toEqual(refused(message));
  });

  it('may be for several audiences if ours is among them', async () => {
    await expect(verifier()(await token({ aud: ['account', audience] }))).resolves.toEqual(alice);
  });

  it('without signature is refused', async () => {
    const unsigned = new UnsecuredJWT(claims()).encode();
    await expect(verifier()(unsigned)).rejects.toEqual(refused(/algorithm is not allowed/));
  });

  it('signed with the public key as a shared secret is refused', async () => {
    const secret = Buffer.from(await exportSPKI(rsa.publicKey));
    const forged = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'rsa' }).sign(secret);
    await expect(verifier()(forged)).rejects.toEqual(refused(/algorithm is not allowed/));
  });

  it('signed with another key under a known name is refused', async () => {
    const forged = await token({}, second, { kid: 'first' });
    await expect(verifier()(forged)).rejects.toEqual(refused(/signature does not hold/));
  });

  it('that brings its own key is refused', async () => {
    const { port } = other.address() as AddressInfo;
    const forged = await token({}, second, { jku: `http://127.0.0.1:${port}/`, jwk: second.jwk });
    await expect(verifier()(forged)).rejects.toEqual(refused(/signature does not hold/));
    expect(elsewhere).toBe(0);
  });

  it('that names no key is refused where several would fit', async () => {
    published = [first.jwk, second.jwk];
    const nameless = await token({}, first, { kid: undefined });
    await expect(verifier()(nameless)).rejects.toEqual(refused(/signature does not hold/));
  });

  it.each<{ title: string; make: () => Promise<string> }>([
    { title: 'nothing', make: async () => '' },
    { title: 'a word', make: async () => 'secret' },
    { title: 'three dots', make: async () => '...' },
    {
      title: 'a payload that is no base64',
      make: async () => (await token()).replace(/\.[^.]+\./, '.%%%%.'),
    },
    { title: 'a payload that is no JSON', make: () => raw('{"iss":') },
    { title: 'a payload that is no object', make: () => raw('null') },
    { title: 'a cut signature', make: async () => (await token()).slice(0, -2) },
    {
      title: 'a padded payload',
      make: async () => (await token()).replace(/\.(?=[^.]+$)/, '=.'),
    },
  ])('that is $title is refused', async ({ make }) => {
    await expect(verifier()(await make())).rejects.toEqual(refused(/no JWT|no valid JWT|signature/));
  });

  it('that says a claim twice counts as its last word, for choosing the keys as for the check', async () => {
    const twice = (iss: string, and: string) =>
      raw(
        `{"iss":"${iss}","iss":"${and}","aud":"${audience}","sub":"mallory","sub":"alice","exp":${now() + 300},"groups":["platform-admin"],"groups":["operator"]}`,
      );
    await expect(verifier()(await twice('https://evil.example', issuer))).resolves.toEqual(alice);
    await expect(verifier()(await twice(issuer, 'https://evil.example'))).rejects.toEqual(
      refused(/unknown issuer/),
    );
  });

  it('longer than 16 KiB is refused unread', async () => {
    const huge = await token({ padding: 'x'.repeat(16 * 1024) });
    await expect(verifier()(huge)).rejects.toEqual(refused(/longer than 16 KiB/));
    expect(questions).toBe(0);
  });

  it.each<{ title: string; values: JWTPayload; typ: string | undefined }>([
    { title: 'an ID token of Keycloak', values: { typ: 'ID' }, typ: 'JWT' },
    { title: 'a refresh token of Keycloak', values: { typ: 'Refresh' }, typ: 'JWT' },
    { title: 'an offline token of Keycloak', values: { typ: 'Offline' }, typ: 'JWT' },
    { title: 'an ID token with a nonce', values: { nonce: 'n' }, typ: 'JWT' },
    { title: 'an ID token with at_hash', values: { at_hash: 'h' }, typ: undefined },
    { title: 'a logout token', values: {}, typ: 'logout+jwt' },
    { title: 'a DPoP proof', values: {}, typ: 'dpop+jwt' },
  ])('$title is not', async ({ values, typ }) => {
    await expect(verifier()(await token(values, first, { typ }))).rejects.toEqual(
      refused(/send the access token/),
    );
  });

  it.each<{ title: string; values: JWTPayload; typ: string | undefined }>([
    { title: 'Keycloak’s', values: { typ: 'Bearer', nonce: 'n' }, typ: 'JWT' },
    { title: 'RFC 9068’s', values: {}, typ: 'application/at+jwt' },
    { title: 'a Kubernetes service account’s', values: {}, typ: undefined },
  ])('$title is', async ({ values, typ }) => {
    await expect(verifier()(await token(values, first, { typ }))).resolves.toEqual(alice);
  });
});

describe('roles and tenant', () => {
  it.each<{ title: string; issuer: Partial<Issuer>; values: JWTPayload; caller: Partial<Caller> }>([
    {
      title: 'are found in nested claims',
      issuer: { rolesClaim: 'realm_access.roles', tenantClaim: 'organization.id' },
      values: { realm_access: { roles: ['tenant-reader'] }, organization: { id: 'blue' } },
      caller: { roles: ['tenant-reader'], tenant: 'blue' },
    },
    {
      title: 'are found under names with dots',
      issuer: { rolesClaim: 'resource_access.scs.example.org.roles' },
      values: { resource_access: { 'scs.example.org': { roles: ['auditor'] } } },
      caller: { roles: ['auditor'], tenant: null },
    },
    {
      title: 'a claim whose whole name has dots comes first',
      issuer: { rolesClaim: 'https://example.org/roles' },
      values: { 'https://example.org/roles': ['auditor'] },
      caller: { roles: ['auditor'], tenant: null },
    },
    {
      title: 'a tenant’s role without a tenant gives nothing',
      issuer: {},
      values: { groups: ['tenant-manager'] },
      caller: { roles: [], tenant: null },
    },
    {
      title: 'a platform’s role in a tenant gives nothing',
      issuer: {},
      values: { groups: ['platform-admin', 'tenant-member'], tenant: 'blue' },
      caller: { roles: ['tenant-member'], tenant: 'blue' },
    },
    {
      title: 'an empty tenant is none',
      issuer: {},
      values: { groups: ['tenant-manager', 'operator'], tenant: '' },
      caller: { roles: ['operator'], tenant: null },
    },
    {
      title: 'an issuer gives only the roles that it may',
      issuer: { allowedRoles: ['certifier'] },
      values: { groups: ['platform-admin', 'certifier'] },
      caller: { roles: ['certifier'], tenant: null },
    },
    {
      title: 'an issuer that may give no role gives none',
      issuer: { allowedRoles: [] },
      values: { groups: ['platform-admin'] },
      caller: { roles: [], tenant: null },
    },
    {
      title: 'words that are no roles give nothing',
      issuer: {},
      values: { groups: ['/operator', 'constructor', 7, null, { operator: true }] },
      caller: { roles: [], tenant: null },
    },
    {
      title: 'a claim that is no list gives nothing',
      issuer: {},
      values: { groups: 'platform-admin' },
      caller: { roles: [], tenant: null },
    },
    {
      title: 'a missing claim gives nothing',
      issuer: {},
      values: { groups: undefined },
      caller: { roles: [], tenant: null },
    },
  ])('$title', async ({ issuer: values, values: given, caller }) => {
    await expect(verifier({}, values)(await token({ groups: undefined, ...given }))).resolves.toEqual({
      subject: 'alice',
      ...caller,
    });
  });

  it('of two issuers are kept apart', async () => {
    const base = { jwksUri, rolesClaim: 'groups', tenantClaim: 'tenant' };
    const customers = 'https://customers.example.org';
    const verify = verifier({
      issuers: [
        { ...base, issuer },
        { ...base, issuer: customers, allowedRoles: ['tenant-reader'] },
      ],
    });
    const groups = ['platform-admin', 'tenant-reader'];
    expect((await verify(await token({ groups }))).roles).toEqual(['platform-admin']);
    expect((await verify(await token({ groups, iss: customers }))).roles).toEqual([]);
  });
});

describe('keys', () => {
  it('are fetched once for many tokens at a time', async () => {
    const verify = verifier();
    const one = await token();
    await Promise.all(Array.from({ length: 20 }, () => verify(one)));
    expect(questions).toBe(1);
  });

  it('an unknown one is looked for once, then not again for 30 s', async () => {
    const verify = verifier();
    await verify(await token());
    later(31);
    const unknown = await token({}, second);
    await Promise.all(
      Array.from({ length: 5 }, () => expect(verify(unknown)).rejects.toEqual(refused(/signature/))),
    );
    expect(questions).toBe(2);
    later(29);
    await expect(verify(await token({}, second, { kid: 'third' }))).rejects.toEqual(refused(/signature/));
    expect(questions).toBe(2);
    later(1);
    await expect(verify(await token({}, second, { kid: 'fourth' }))).rejects.toEqual(refused(/signature/));
    expect(questions).toBe(3);
  });

  it('a rotated one is found', async () => {
    const verify = verifier();
    await verify(await token());
    later(31);
    published = [second.jwk, first.jwk];
    await expect(verify(await token({}, second))).resolves.toEqual(alice);
    await expect(verify(await token())).resolves.toEqual(alice);
    expect(questions).toBe(2);
  });

  it('a removed one is refused after ten minutes', async () => {
    const verify = verifier();
    await verify(await token());
    published = [second.jwk];
    later(9 * 60);
    await expect(verify(await token())).resolves.toEqual(alice);
    later(60);
    await expect(verify(await token())).rejects.toEqual(refused(/signature/));
  });

  it.each(['fails', 'hangs', 'redirects', 'nonsense'] as const)(
    'of an issuer that %s are unavailable',
    async (how) => {
      behaviour = how;
      const verify = verifier();
      await expect(verify(await token())).rejects.toEqual(unavailable);
      expect(elsewhere).toBe(0);
      // Not asked again at once, but soon.
      await expect(verify(await token())).rejects.toEqual(unavailable);
      expect(questions).toBe(1);
      behaviour = 'well';
      later(5);
      await expect(verify(await token())).resolves.toEqual(alice);
    },
  );

  it.each(['fails', 'hangs', 'redirects', 'nonsense'] as const)(
    'stay good for 12 hours while the issuer %s',
    async (how) => {
      const verify = verifier();
      await verify(await token());
      behaviour = how;
      later(11 * 60 * 60);
      await expect(verify(await token())).resolves.toEqual(alice);
      await expect(verify(await token({}, second))).rejects.toEqual(unavailable);
      expect(questions).toBe(2);
      later(60 * 60);
      await expect(verify(await token())).rejects.toEqual(unavailable);
      expect(elsewhere).toBe(0);
    },
  );
});

describe('an API token', () => {
  const bearer = `scscp_${'0'.repeat(32)}_${'x'.repeat(43)}`;
  const tool: Caller = { subject: 'apiTokens/1', roles: ['certifier'], tenant: null };

  it('is asked for once in 5 s, and refused 5 s after it was revoked', async () => {
    const asked: string[] = [];
    let answer: Caller | null = tool;
    const verify = verifier({
      introspect: async (given) => {
        asked.push(given);
        return answer;
      },
    });
    await expect(verify(bearer)).resolves.toEqual(tool);
    answer = null;
    later(4);
    await expect(verify(bearer)).resolves.toEqual(tool);
    expect(asked).toEqual([bearer]);
    later(1);
    await expect(verify(bearer)).rejects.toEqual(refused(/unknown, expired or revoked/));
  });

  it('is asked for again after a failed question', async () => {
    let answers = 0;
    const verify = verifier({
      introspect: async () => {
        answers += 1;
        if (answers === 1) throw new Error('down');
        return tool;
      },
    });
    await expect(verify(bearer)).rejects.toThrow('down');
    await expect(verify(bearer)).resolves.toEqual(tool);
  });

  it('is refused where nobody knows API tokens, or when it is too long to be one', async () => {
    await expect(verifier()(bearer)).rejects.toEqual(refused(/unknown, expired or revoked/));
    const verify = verifier({ introspect: async () => tool });
    await expect(verify(bearer.padEnd(257, 'x'))).rejects.toEqual(refused(/unknown, expired or revoked/));
  });
});
