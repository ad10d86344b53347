import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCloudConfig, readCloudConfig } from './cloud-config.ts';
import { OpenStackError } from './error.ts';

const root = mkdtempSync(join(tmpdir(), 'scs-clouds-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;

/** Reads a clouds.yaml in a fresh working folder. */
async function read(clouds: string, { secure, ...env }: Record<string, string> = {}, cloud?: string) {
  const cwd = join(root, String(count++));
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'clouds.yaml'), clouds);
  if (secure) writeFileSync(join(cwd, 'secure.yaml'), secure);
  return readCloudConfig({ cloud, env, cwd, home: join(cwd, 'home') });
}
const auth = 'auth_url: "https://a.example:5000/v3", username: u, password: s3cr3t, project_name: p';

describe('clouds.yaml', () => {
  it('gives address, user, project and region', async () => {
    const config = await read(`clouds: {a: {region_name: R1, auth: {${auth}, user_domain_name: D}}}`);
    expect(config).toMatchObject({
      name: 'a',
      authUrl: 'https://a.example:5000/v3',
      region: 'R1',
      interface: 'public',
      verify: true,
      auth: {
        method: 'password',
        user: { name: 'u', domain: { name: 'D' } },
        scope: { project: { name: 'p', domain: { id: 'default' } } },
      },
    });
  });

  it('never shows a secret by accident', async () => {
    const config = await read(`clouds: {a: {auth: {${auth}}}}`);
    expect(JSON.stringify(config) + inspect(config, { depth: 9 })).not.toContain('s3cr3t');
    expect(config.auth.method === 'password' && config.auth.password.reveal()).toBe('s3cr3t');
  });

  it('takes secrets from secure.yaml, and a password of digits', async () => {
    const config = await read('clouds: {a: {auth: {auth_url: "https://a.example", username: u}}}', {
      secure: 'clouds: {a: {auth: {password: 12345}}}',
    });
    expect(config.auth.method === 'password' && config.auth.password.reveal()).toBe('12345');
  });

  it('takes an application credential by its keys alone', async () => {
    const config = await read(
      'clouds: {a: {auth: {auth_url: "https://a.example", application_credential_id: i, application_credential_secret: s3cr3t}}}',
    );
    expect(config.auth).toMatchObject({ method: 'application_credential', credential: { id: 'i' } });
  });

  it('may be left out where variables say it all', async () => {
    const config = await read('clouds: {}', {
      OS_AUTH_URL: 'https://b.example',
      OS_USERNAME: 'u',
      OS_PASSWORD: 's3cr3t',
      OS_INTERFACE: 'internalURL',
    });
    expect(config).toMatchObject({ name: 'envvars', authUrl: 'https://b.example', interface: 'internal' });
  });

  it.each<[string, string, Record<string, string>, string | undefined, RegExp]>([
    ['of another cloud', `clouds: {a: {auth: {${auth}}}}`, {}, 'b', /no cloud b in .*; it has a$/],
    ['of several clouds', 'clouds: {a: {}, b: {}}', {}, undefined, /has a, b; choose one with --os-cloud/],
    ['without an address', 'clouds: {a: {}}', {}, 'a', /no auth_url; add it/],
    ['with an odd address', 'clouds: {a: {auth: {auth_url: "ftp://x"}}}', {}, 'a', /no http or https URL/],
    [
      'without a password',
      'clouds: {a: {auth: {auth_url: "https://a.example", username: u}}}',
      {},
      'a',
      /no password; add it/,
    ],
    [
      'with half an application credential',
      'clouds: {a: {auth: {auth_url: "https://a.example", application_credential_id: i}}}',
      {},
      'a',
      /no application_credential_secret; add it/,
    ],
    [
      'with a list for a name',
      'clouds: {a: {auth: {auth_url: "https://a.example", username: [u], password: s3cr3t}}}',
      {},
      'a',
      /no username; add it/,
    ],
    ['that is no YAML', 'clouds: {a: "s3cr3t}', {}, 'a', /no valid YAML \(line \d+\); mend it/],
    [
      'with an unknown way to sign in',
      'clouds: {a: {auth_type: v3oidc, auth: {auth_url: "https://a.example"}}}',
      {},
      'a',
      /v3oidc is not supported; use/,
    ],
    ['with an unknown profile', 'clouds: {a: {profile: nope}}', {}, 'a', /no profile nope/],
  ])('%s is refused with cause and remedy', async (_, clouds, env, cloud, message) => {
    const reading = read(clouds, env, cloud);
    await expect(reading).rejects.toThrow(OpenStackError);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.not.toThrow(/s3cr3t/);
  });
});

describe('a clouds.yaml that was handed in', () => {
  it('gives its cloud, with the CA beside it', async () => {
    const config = await parseCloudConfig(`clouds: {a: {auth: {${auth}}}, b: {}}`, { cloud: 'a', ca: 'PEM' });
    expect(config).toMatchObject({ name: 'a', authUrl: 'https://a.example:5000/v3', ca: 'PEM' });
  });

  it('makes nobody read files of this machine', async () => {
    const config = await parseCloudConfig(
      `clouds: {a: {cacert: /etc/shadow, cert: ~/x, key: y, auth: {${auth}}}}`,
      { cloud: 'a' },
    );
    expect(config).toMatchObject({ caFile: null, certFile: null, keyFile: null });
  });

  it.each([
    ['of another cloud', `clouds: {b: {auth: {${auth}}}}`, /no cloud a in clouds.yaml; it has b/],
    ['with a profile', `clouds: {a: {profile: p, auth: {${auth}}}}`, /write its auth_url into clouds.yaml/],
    ['that is no YAML', 'clouds: {a: "s3cr3t', /no valid YAML/],
  ])('%s is refused with cause and remedy', async (_, text, message) => {
    await expect(parseCloudConfig(text, { cloud: 'a' })).rejects.toThrow(message);
  });
});
