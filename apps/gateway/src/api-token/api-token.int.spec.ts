// Not here: what the verifier refuses of a JWT (libs/platform/service), and the REST routes.
import { grpcClient, introspectAt, type GrpcClient, type Introspection } from '@scs/grpc';
import { ApiTokenService, type ApiToken } from '@scs/proto/scs/iam/v1/api_token_pb';
import { createLogger, createVerifier, permissionsOf, type Role, type Verifier } from '@scs/service';
import { createTestDatabase, freePort, startTestIssuer, type TestIssuer } from '@scs/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startIam, type Iam } from '../iam.ts';

const logged: string[] = [];
const logger = createLogger({ name: 'iam', version: '0' }, 'debug', { write: (line) => logged.push(line) });

let issuer: TestIssuer;
let databaseUrl: string;
/** Two replicas on one database. */
let iam: Iam;
let replica: Iam;
let client: GrpcClient<typeof ApiTokenService>;
let otherClient: GrpcClient<typeof ApiTokenService>;
let introspect: Introspection;

beforeAll(async () => {
  issuer = await startTestIssuer();
  databaseUrl = await createTestDatabase();
  const config = async () => ({
    GRPC_ADDRESS: `127.0.0.1:${await freePort()}`,
    DATABASE_URL: databaseUrl,
    AUDIENCE: issuer.audience,
    ISSUERS: [issuer.settings],
  });
  // At once, as a rollout does: the migrations must not meet.
  [iam, replica] = await Promise.all([startIam(await config(), logger), startIam(await config(), logger)]);
  client = grpcClient(ApiTokenService, iam.address);
  otherClient = grpcClient(ApiTokenService, replica.address);
  introspect = introspectAt(replica.address);
});
afterAll(async () => {
  for (const open of [client, otherClient, introspect]) open.close();
  await Promise.all([iam.close(), replica.close()]);
  issuer.close();
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
let people = 0;

/** The access token of somebody new. */
const signIn = (roles: string[], tenant?: string, subject = `person-${people++}`): Promise<string> =>
  issuer.token({ subject, roles, ...(tenant ? { tenant } : {}) });

const aToken = (
  values: Partial<{ displayName: string; roles: string[]; tenant: string; expireDays: number }> = {},
) => ({
  displayName: 'CI',
  roles: ['certifier'],
  expireDays: 30,
  ...values,
});

async function make(token: string, values = {}): Promise<{ apiToken: ApiToken; secret: string }> {
  const { apiToken, secret } = await client.createApiToken(aToken(values), { token });
  return { apiToken: apiToken!, secret };
}

const namesOf = async (token: string): Promise<string[]> => {
  const names: string[] = [];
  let pageToken = '';
  do {
    const page = await client.listApiTokens({ pageSize: 100, pageToken }, { token });
    names.push(...page.apiTokens.map(({ name }) => name));
    pageToken = page.nextPageToken;
  } while (pageToken);
  return names;
};

const error = (kind: string, reason: string, message = /./) =>
  expect.objectContaining({ kind, reason, message: expect.stringMatching(message) });

describe('creating a token', () => {
  it('gives a bearer token that acts with the roles asked for', async () => {
    const token = await signIn(['operator'], undefined, 'olga');
    const { apiToken, secret } = await make(token, { roles: ['certifier', 'certifier'] });
    expect(secret).toMatch(/^scscp_[0-9a-f]{32}_[\w-]{43}$/);
    expect(apiToken).toMatchObject({ displayName: 'CI', roles: ['certifier'], tenant: '', owner: 'olga' });
    expect(Number(apiToken.expireTime!.seconds - apiToken.createTime!.seconds)).toBe(30 * 24 * 60 * 60);
    expect(apiToken.lastUsedTime).toBeUndefined();
    expect(apiToken.revokeTime).toBeUndefined();
    await expect(client.getCaller({}, { token: secret })).resolves.toMatchObject({
      subject: apiToken.name,
      roles: ['certifier'],
      tenant: '',
      permissions: permissionsOf(['certifier']),
    });
  });

  it.each<{ title: string; by: Role[]; tenant?: string; values: object; refusal: unknown }>([
    {
      title: 'with a role that does not exist',
      by: ['platform-admin'],
      values: { roles: ['certifier', 'root'] },
      refusal: error('invalid', 'ROLE_UNKNOWN', /no role “root”; the roles are platform-admin, operator/),
    },
    {
      title: 'with a role that every object has',
      by: ['platform-admin'],
      values: { roles: ['constructor'] },
      refusal: error('invalid', 'ROLE_UNKNOWN'),
    },
    {
      title: 'with more than the creator may',
      by: ['operator'],
      values: { roles: ['platform-admin'] },
      refusal: error('forbidden', 'ROLE_ABOVE_OWN', /platform-admin permits more/),
    },
    {
      title: 'with the sight of an auditor, by an operator',
      by: ['operator'],
      values: { roles: ['auditor'] },
      refusal: error('forbidden', 'ROLE_ABOVE_OWN'),
    },
    {
      title: 'by whom may not make any',
      by: ['auditor'],
      values: { roles: ['auditor'] },
      refusal: error('forbidden', 'PERMISSION_MISSING'),
    },
    {
      title: 'with a tenant’s role and no tenant',
      by: ['platform-admin'],
      values: { roles: ['tenant-reader'] },
      refusal: error('invalid', 'ROLE_MISPLACED', /needs a tenant/),
    },
    {
      title: 'with a platform’s role and a tenant',
      by: ['platform-admin'],
      values: { roles: ['operator'], tenant: 'blue' },
      refusal: error('invalid', 'ROLE_MISPLACED', /a tenant’s roles are tenant-manager/),
    },
    {
      title: 'with a platform’s role, by a tenant’s manager',
      by: ['tenant-manager'],
      tenant: 'blue',
      values: { roles: ['billing-integrator'] },
      refusal: error('invalid', 'ROLE_MISPLACED'),
    },
    {
      title: 'of another tenant, by a tenant’s manager',
      by: ['tenant-manager'],
      tenant: 'blue',
      values: { roles: ['tenant-reader'], tenant: 'green' },
      refusal: error('forbidden', 'TENANT_FOREIGN'),
    },
    {
      title: 'that never expires',
      by: ['operator'],
      values: { expireDays: 0 },
      refusal: error('invalid', 'INVALID_REQUEST', /expire_days/),
    },
    {
      title: 'that lives longer than a year and a day',
      by: ['operator'],
      values: { expireDays: 367 },
      refusal: error('invalid', 'INVALID_REQUEST', /expire_days/),
    },
    {
      title: 'without a role',
      by: ['operator'],
      values: { roles: [] },
      refusal: error('invalid', 'INVALID_REQUEST', /roles/),
    },
    {
      title: 'without a display name',
      by: ['operator'],
      values: { displayName: '' },
      refusal: error('invalid', 'INVALID_REQUEST', /display_name/),
    },
    {
      title: 'with a display name of more than a line',
      by: ['operator'],
      values: { displayName: 'CI\u0000\nsecond' },
      refusal: error('invalid', 'INVALID_REQUEST', /display_name/),
    },
    {
      title: 'with a NUL in the tenant',
      by: ['operator'],
      values: { roles: ['tenant-reader'], tenant: 'b\u0000' },
      refusal: error('invalid', 'INVALID_REQUEST', /tenant/),
    },
  ])('is refused $title', async ({ by, tenant, values, refusal }) => {
    const subject = `refused-${people++}`;
    const token = await signIn(by, tenant, subject);
    await expect(client.createApiToken(aToken(values), { token })).rejects.toEqual(refusal);
    const { apiTokens } = await client.listApiTokens({ pageSize: 100 }, { token });
    expect(apiTokens.filter(({ owner }) => owner === subject)).toEqual([]);
  });

  it('in a tenant makes it the tenant’s', async () => {
    const { apiToken, secret } = await make(await signIn(['tenant-manager'], 'blue'), {
      roles: ['tenant-member'],
    });
    expect(apiToken.tenant).toBe('blue');
    await expect(introspect(secret)).resolves.toEqual({
      subject: apiToken.name,
      roles: ['tenant-member'],
      tenant: 'blue',
    });
  });

  it('for a tenant is up to those who have none', async () => {
    const { secret } = await make(await signIn(['operator']), { roles: ['tenant-manager'], tenant: 'green' });
    const { apiToken: inner } = await make(secret, { roles: ['tenant-reader'] });
    expect(inner.tenant).toBe('green');
    await expect(client.createApiToken(aToken({ roles: ['operator'] }), { token: secret })).rejects.toEqual(
      error('invalid', 'ROLE_MISPLACED'),
    );
  });

  it('with a token makes that token the owner', async () => {
    const { apiToken: outer, secret } = await make(await signIn(['operator']), { roles: ['operator'] });
    const { apiToken: inner } = await make(secret);
    expect(inner.owner).toBe(outer.name);
    await expect(namesOf(secret)).resolves.toEqual([inner.name]);
  });
});

describe('listing tokens', () => {
  it('shows one’s own, newest first', async () => {
    const token = await signIn(['operator']);
    const made: string[] = [];
    for (let count = 0; count < 3; count++) {
      made.unshift((await make(token)).apiToken.name);
      later(1);
    }
    await expect(namesOf(token)).resolves.toEqual(made);
  });

  it('gives pages', async () => {
    const token = await signIn(['operator']);
    for (let count = 0; count < 5; count++) await make(token);
    const all = await namesOf(token);
    const pages: string[][] = [];
    let pageToken = '';
    do {
      const page = await client.listApiTokens({ pageSize: 2, pageToken }, { token });
      pages.push(page.apiTokens.map(({ name }) => name));
      pageToken = page.nextPageToken;
    } while (pageToken);
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual(all);
    const even = await client.listApiTokens({ pageSize: 5 }, { token });
    expect(even.nextPageToken).toBe('');
  });

  it('shows 50 a page when nothing is said', async () => {
    const token = await signIn(['operator']);
    await Promise.all(Array.from({ length: 51 }, () => make(token)));
    const page = await client.listApiTokens({}, { token });
    expect(page.apiTokens).toHaveLength(50);
    expect(page.nextPageToken).not.toBe('');
  });

  it.each(['x', '0', 'AAAA'])('refuses %j as a page token', async (pageToken) => {
    await expect(client.listApiTokens({ pageToken }, { token: await signIn(['operator']) })).rejects.toEqual(
      error('invalid', 'PAGE_TOKEN_INVALID', /begin anew/),
    );
  });

  it('shows everybody’s to platform administrators and auditors alone', async () => {
    const { apiToken: anOperators } = await make(await signIn(['operator']));
    const { apiToken: aTenants } = await make(await signIn(['tenant-manager'], 'blue'), {
      roles: ['tenant-reader'],
    });
    for (const role of ['platform-admin', 'auditor'])
      expect(await namesOf(await signIn([role]))).toEqual(
        expect.arrayContaining([anOperators.name, aTenants.name]),
      );
    for (const caller of [
      await signIn(['operator']),
      await signIn(['tenant-manager'], 'blue'),
      await signIn(['platform-admin', 'tenant-manager'], 'blue'),
    ])
      expect(await namesOf(caller)).toEqual([]);
  });

  it('keeps the same subject of two tenants apart', async () => {
    const values = { roles: ['tenant-reader'] };
    const blue = await signIn(['tenant-manager'], 'blue', 'sam');
    const green = await signIn(['tenant-manager'], 'green', 'sam');
    const none = await signIn(['operator'], undefined, 'sam');
    const { apiToken } = await make(blue, values);
    await expect(namesOf(blue)).resolves.toEqual([apiToken.name]);
    await expect(namesOf(green)).resolves.toEqual([]);
    await expect(namesOf(none)).resolves.toEqual([]);
  });
});

describe('revoking a token', () => {
  it('takes effect on every replica within five seconds', async () => {
    const token = await signIn(['operator']);
    const { apiToken, secret } = await make(token);
    const elsewhere: Verifier = createVerifier({ audience: issuer.audience, issuers: [], introspect });
    await expect(elsewhere(secret)).resolves.toMatchObject({ subject: apiToken.name });
    await otherClient.getCaller({}, { token: secret });
    const revoked = await client.revokeApiToken({ name: apiToken.name }, { token });
    expect(revoked.revokeTime).toBeDefined();
    await expect(introspect(secret)).resolves.toBeNull();
    later(5);
    await expect(elsewhere(secret)).rejects.toEqual(error('unauthenticated', 'TOKEN_REFUSED'));
    for (const at of [client, otherClient])
      await expect(at.getCaller({}, { token: secret })).rejects.toEqual(
        error('unauthenticated', 'TOKEN_REFUSED', /unknown, expired or revoked/),
      );
  });

  it('twice is as once', async () => {
    const token = await signIn(['operator']);
    const { apiToken } = await make(token);
    const once = await client.revokeApiToken({ name: apiToken.name }, { token });
    later(60);
    await expect(client.revokeApiToken({ name: apiToken.name }, { token })).resolves.toEqual(once);
  });

  it('of somebody else, or of nobody, finds none', async () => {
    const { apiToken, secret } = await make(await signIn(['tenant-manager'], 'blue', 'tom'), {
      roles: ['tenant-reader'],
    });
    const none = '0'.repeat(36);
    for (const { caller, name } of [
      { caller: await signIn(['tenant-manager'], 'blue'), name: apiToken.name },
      { caller: await signIn(['tenant-manager'], 'green', 'tom'), name: apiToken.name },
      { caller: await signIn(['operator']), name: apiToken.name },
      { caller: await signIn(['platform-admin']), name: `apiTokens/${none}` },
      { caller: await signIn(['platform-admin']), name: `apiTokens/${'-'.repeat(36)}` },
    ])
      await expect(client.revokeApiToken({ name }, { token: caller })).rejects.toEqual(
        error('not-found', 'API_TOKEN_NOT_FOUND', new RegExp(`no API token ${name}$`)),
      );
    await expect(introspect(secret)).resolves.not.toBeNull();
  });

  it('is for a platform administrator of everybody’s, not for an auditor', async () => {
    const { apiToken, secret } = await make(await signIn(['operator']));
    const { name } = apiToken;
    await expect(client.revokeApiToken({ name }, { token: await signIn(['auditor']) })).rejects.toEqual(
      error('forbidden', 'PERMISSION_MISSING'),
    );
    await client.revokeApiToken({ name }, { token: await signIn(['platform-admin']) });
    await expect(introspect(secret)).resolves.toBeNull();
  });
});

describe('a token that another made', () => {
  it('ends with it at the latest', async () => {
    const parent = await make(await signIn(['operator']), { roles: ['operator'], expireDays: 1 });
    const child = await make(parent.secret, { expireDays: 366 });
    expect(child.apiToken.expireTime).toEqual(parent.apiToken.expireTime);
  });

  it('is revoked with it, and so is what came of it', async () => {
    const token = await signIn(['operator']);
    const parent = await make(token, { roles: ['operator'] });
    const child = await make(parent.secret, { roles: ['operator'] });
    const grandchild = await make(child.secret);
    const stranger = await make(token);
    await client.revokeApiToken({ name: parent.apiToken.name }, { token });
    later(6);
    for (const { secret } of [parent, child, grandchild]) expect(await introspect(secret)).toBeNull();
    expect(await introspect(stranger.secret)).not.toBeNull();
  });

  it('cannot be made in the seconds in which the other is still remembered', async () => {
    const token = await signIn(['operator']);
    const parent = await make(token, { roles: ['operator'] });
    await client.getCaller({}, { token: parent.secret });
    await client.revokeApiToken({ name: parent.apiToken.name }, { token });
    await expect(make(parent.secret)).rejects.toEqual(error('unauthenticated', 'TOKEN_REFUSED'));
  });
});

describe('the bearer of a token', () => {
  it('is refused from the expiry on', async () => {
    const { secret } = await make(await signIn(['operator']), { expireDays: 1 });
    later(24 * 60 * 60 - 1);
    await expect(introspect(secret)).resolves.not.toBeNull();
    later(1);
    await expect(introspect(secret)).resolves.toBeNull();
  });

  it('is nobody with anything but the whole token', async () => {
    const { secret } = await make(await signIn(['operator']));
    const { secret: another } = await make(await signIn(['operator']));
    const changed = secret.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const crossed = secret.slice(0, 39) + another.slice(39);
    for (const wrong of [changed, crossed, secret.slice(0, -1), `${secret}A`, secret.toUpperCase(), 'scscp_'])
      await expect(client.introspectApiToken({ token: wrong })).rejects.toEqual(
        error('unauthenticated', 'TOKEN_REFUSED'),
      );
  });

  it('is known to have used it, to the minute', async () => {
    const { secret } = await make(await signIn(['operator'], undefined, 'uma'));
    const lastUse = async () => {
      const token = await signIn(['operator'], undefined, 'uma');
      const { apiTokens } = await client.listApiTokens({}, { token });
      return apiTokens[0]!.lastUsedTime;
    };
    vi.setSystemTime(Math.ceil(Date.now() / 60_000) * 60_000 + 10_000);
    const minute = Math.floor(Date.now() / 60_000) * 60;
    await introspect(secret);
    expect(Number((await lastUse())!.seconds)).toBe(minute);
    later(40);
    await introspect(secret);
    expect(Number((await lastUse())!.seconds)).toBe(minute);
    later(40);
    await introspect(secret);
    expect(Number((await lastUse())!.seconds)).toBe(minute + 60);
  });
});

describe('what is left behind', () => {
  // The audit log has no API yet, and the hash never will: here the tables are read.
  const query = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> => {
    const connection = new pg.Client({ connectionString: databaseUrl });
    await connection.connect();
    try {
      return (await connection.query<T>(sql, values)).rows;
    } finally {
      await connection.end();
    }
  };

  it('is an audit row of every change', async () => {
    const token = await signIn(['tenant-manager'], 'blue', 'ada');
    const { apiToken } = await client.createApiToken(aToken({ roles: ['tenant-reader'] }), {
      token,
      requestId: 'request-1',
    });
    const { name } = apiToken!;
    for (const requestId of ['request-2', 'request-3'])
      await client.revokeApiToken({ name }, { token, requestId });
    const rows = await query(
      'SELECT actor, tenant, action, request_id FROM gateway.audit WHERE resource = $1 ORDER BY id',
      [name],
    );
    expect(rows).toEqual([
      { actor: 'ada', tenant: 'blue', action: 'create-api-token', request_id: 'request-1' },
      { actor: 'ada', tenant: 'blue', action: 'revoke-api-token', request_id: 'request-2' },
    ]);
  });

  it('is no secret, in no row and no line of the log', async () => {
    const { apiToken, secret } = await make(await signIn(['operator']));
    await client.getCaller({}, { token: secret });
    await client.introspectApiToken({ token: `${secret}A` }).catch(() => {});
    const rows = await query<{ row: string }>('SELECT to_jsonb(t)::text AS row FROM gateway.api_token t');
    expect(rows.some(({ row }) => row.includes(apiToken.name.slice('apiTokens/'.length)))).toBe(true);
    const proof = secret.slice(39);
    for (const text of [...rows.map(({ row }) => row), ...logged]) expect(text).not.toContain(proof);
  });
});

describe('a token issued at the start', () => {
  it('works as any other', async () => {
    const { secret } = await iam.tokens.issue({
      displayName: 'First steps',
      roles: ['platform-admin'],
      tenant: null,
      expireDays: 1,
      owner: 'standalone',
    });
    await expect(client.getCaller({}, { token: secret })).resolves.toMatchObject({
      roles: ['platform-admin'],
    });
  });

  it('has roles that exist', async () => {
    await expect(
      iam.tokens.issue({
        displayName: 'x',
        roles: ['admin'],
        tenant: null,
        expireDays: 1,
        owner: 'standalone',
      }),
    ).rejects.toEqual(error('invalid', 'ROLE_UNKNOWN'));
  });
});

describe('where the answer cannot be had', () => {
  it('introspection throws rather than refuse the bearer', async () => {
    const nobody = introspectAt(`127.0.0.1:${await freePort()}`);
    await expect(nobody(`scscp_${'0'.repeat(32)}_${'x'.repeat(43)}`)).rejects.toMatchObject({
      kind: 'unavailable',
    });
    nobody.close();
  });

  it('readiness tells', async () => {
    await expect(iam.checks['database']!()).resolves.toBeDefined();
  });
});
