import { readFileSync } from 'node:fs';
import { loadConfig } from '@scs/service';
import { expect, it } from 'vitest';
import { configSchema } from './config.ts';

it('is documented: each variable has a description and is in the README', () => {
  const readme = readFileSync('README.md', 'utf8');
  for (const [name, { description }] of Object.entries(configSchema.shape)) {
    expect(description, name).toBeTruthy();
    expect(readme).toContain(`\`${name}\``);
  }
});

it('names every variable that is wrong', () => {
  const env = {
    DATABASE_URL: 'postgres://localhost/scs',
    ISSUERS: '[]',
    HTTP_PORT: '99999',
    PUBLIC_URL: 'ftp://scs.example',
  };
  expect(() => loadConfig(configSchema, env)).toThrow(
    /HTTP_PORT: [^]*PUBLIC_URL: [^]*CERTIFICATION_ADDRESS: [^]*LIFECYCLE_ADDRESS: [^]*DOCS_SEARCH_ADDRESS: /,
  );
});
