import { loadConfig } from '@scs/service';
import { describe, expect, it } from 'vitest';
import { configSchema } from './config.ts';

const sourceOf = (env: Record<string, string>) => loadConfig(configSchema, env).releaseSource;

describe('where releases are', () => {
  it.each<[string, Record<string, string>, object]>([
    ['a folder', { RELEASE_SOURCE: '/releases' }, { kind: 'directory', path: '/releases' }],
    [
      'a repository of a registry',
      { RELEASE_SOURCE: 'oci://registry.example/kaas/cluster-stacks', OCI_USERNAME: 'u', OCI_PASSWORD: 'p' },
      {
        kind: 'oci',
        registry: 'registry.example',
        repository: 'kaas/cluster-stacks',
        username: 'u',
        password: 'p',
      },
    ],
    [
      'a repository on GitHub',
      { RELEASE_SOURCE: 'github://SovereignCloudStack/cluster-stacks', GIT_ACCESS_TOKEN: 't' },
      { kind: 'github', owner: 'SovereignCloudStack', repository: 'cluster-stacks', token: 't' },
    ],
    [
      'a web folder',
      { RELEASE_SOURCE: 'https://example.org/releases' },
      { kind: 'http', url: 'https://example.org/releases' },
    ],
    [
      'upstream’s variables of a registry',
      { SOURCE: 'oci', OCI_REGISTRY: 'r', OCI_REPOSITORY: 'r/kaas', OCI_ACCESS_TOKEN: 't' },
      { kind: 'oci', registry: 'r', repository: 'r/kaas', token: 't' },
    ],
    [
      'upstream’s variables of GitHub',
      { GIT_PROVIDER: 'github', GIT_ORG_NAME: 'o', GIT_REPOSITORY_NAME: 'n' },
      { kind: 'github', owner: 'o', repository: 'n' },
    ],
  ])('is said by %s', (_, env, expected) => {
    expect(sourceOf(env)).toEqual(expected);
  });
  it.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['another scheme', { RELEASE_SOURCE: 'ftp://example.org' }],
    ['a registry without a repository', { RELEASE_SOURCE: 'oci://registry.example' }],
    ['half of upstream’s variables', { SOURCE: 'github', GIT_ORG_NAME: 'o' }],
  ])('is not said by %s', (_, env) => {
    expect(() => sourceOf(env)).toThrow(/RELEASE_SOURCE/);
  });
});
