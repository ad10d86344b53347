import { expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig, serviceSettings } from './config.ts';

it('names everything that is wrong, without repeating values', () => {
  const env = { DATABASE_URL: 'mysql://u:s3cret@host/db', ISSUERS: '[{"issuer": "x"}]', OPS_PORT: '70000' };
  const load = () => loadConfig(z.object(serviceSettings), env);
  for (const name of ['DATABASE_URL', 'ISSUERS.0.issuer', 'ISSUERS.0.jwksUri', 'OPS_PORT'])
    expect(load).toThrow(`\n  ${name}: `);
  expect(load).not.toThrow(/s3cret/);
});

it('says of a variable that is not there that it is not set', () => {
  expect(() => loadConfig(z.object(serviceSettings), {})).toThrow(/\n {2}DATABASE_URL: is not set/);
});
