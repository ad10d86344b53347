// The whole gateway on Postgres, but nobody behind it. Not here: the edge itself, and what the API of tokens decides.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger, loadConfig } from '@scs/service';
import { createTestDatabase } from '@scs/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { configSchema } from './config.ts';
import { startGateway, type Gateway } from './gateway.ts';

const logger = createLogger({ name: 'gateway', version: '0' }, 'error');
let gateway: Gateway;

const free = () =>
  new Promise<string>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(`127.0.0.1:${port}`));
    });
  });

beforeAll(async () => {
  const config = loadConfig(configSchema, {
    GRPC_ADDRESS: await free(),
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: '0',
    DATABASE_URL: await createTestDatabase(),
    CERTIFICATION_ADDRESS: await free(),
    DOCS_SEARCH_ADDRESS: await free(),
    LIFECYCLE_ADDRESS: await free(),
    ISSUERS: '[]',
  });
  gateway = await startGateway(config, logger);
});
afterAll(() => gateway.close());

const call = async (path: string, token: string, init: RequestInit = {}) => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${gateway.url}${path}`, { headers, ...init });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

it('issues tokens over REST, takes them, and refuses one that was revoked', async () => {
  const { secret: admin } = await gateway.tokens.issue({
    displayName: 'first',
    roles: ['platform-admin'],
    tenant: null,
    expireDays: 1,
    owner: 'start',
  });
  const issue = async () => {
    const asked = { displayName: 'CI', roles: ['certifier'], expireDays: 30 };
    const { body } = await call('/v1/apiTokens', admin, { method: 'POST', body: JSON.stringify(asked) });
    return body as { secret: string; apiToken: { name: string } };
  };
  const taken = await issue();
  expect(await call('/v1/caller', taken.secret)).toMatchObject({
    status: 200,
    body: { subject: taken.apiToken.name, roles: ['certifier'] },
  });
  const lost = await issue();
  const path = `/v1/${lost.apiToken.name}:revoke`;
  const { body } = await call(path, admin, { method: 'POST' });
  expect(body).toMatchObject({ name: lost.apiToken.name, revokeTime: expect.any(String) as string });
  expect(await call('/v1/caller', lost.secret)).toMatchObject({
    status: 401,
    body: { reason: 'TOKEN_REFUSED' },
  });
});

it('is ready, and says of what is down that it is unavailable', async () => {
  for (const check of Object.values(gateway.checks)) await check();
  const { secret } = await gateway.tokens.issue({
    displayName: 'reader',
    roles: ['auditor'],
    tenant: null,
    expireDays: 1,
    owner: 'start',
  });
  expect(await call('/v1/subjects', secret)).toMatchObject({ status: 503, body: { reason: 'UNAVAILABLE' } });
});
