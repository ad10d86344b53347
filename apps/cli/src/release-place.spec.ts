import { describe, expect, it } from 'vitest';
import { parseOciPlace, sourceSettings } from './release-place.ts';

describe('an OCI repository', () => {
  it.each<[text: string, place: ReturnType<typeof parseOciPlace>]>([
    [
      'oci://registry.example/kaas/cluster-stacks',
      { registry: 'registry.example', repository: 'kaas/cluster-stacks' },
    ],
    ['registry.example/stacks', { registry: 'registry.example', repository: 'stacks' }],
    [
      'oci://registry.example:5000/a/b:docker-scs-1-30-v1',
      { registry: 'registry.example:5000', repository: 'a/b', tag: 'docker-scs-1-30-v1' },
    ],
    ['localhost:5000/a', { registry: 'localhost:5000', repository: 'a' }],
    ['localhost/a:v1', { registry: 'localhost', repository: 'a', tag: 'v1' }],
    ['oci://[::1]:5000/a', { registry: '[::1]:5000', repository: 'a' }],
    ['kaas/cluster-stacks', undefined],
    ['oci://registry.example', undefined],
    ['oci://registry.example/', undefined],
    ['oci://user:secret@registry.example/a', undefined],
    ['https://registry.example/a', undefined],
    ['./folder/release', undefined],
    ['', undefined],
  ])('%s', (text, place) => {
    expect(parseOciPlace(text)).toEqual(place);
  });
});

describe('a source', () => {
  it.each<[what: string, place: string | undefined, env: Record<string, string>, settings: object]>([
    ['may be a directory', './releases', {}, { kind: 'directory', path: './releases' }],
    [
      'may be a web folder',
      'https://example.org/stacks',
      {},
      { kind: 'http', url: 'https://example.org/stacks' },
    ],
    [
      'may be on GitHub',
      'github://scs/stacks',
      { GIT_ACCESS_TOKEN: 't' },
      { kind: 'github', owner: 'scs', repository: 'stacks', token: 't' },
    ],
    [
      'may be a registry',
      'oci://registry.example/a',
      { OCI_USERNAME: 'u', OCI_PASSWORD: 'p' },
      {
        kind: 'oci',
        registry: 'registry.example',
        repository: 'a',
        username: 'u',
        password: 'p',
        plainHttp: false,
      },
    ],
    [
      'on this machine needs no TLS',
      'oci://127.0.0.1:5000/a',
      {},
      { kind: 'oci', registry: '127.0.0.1:5000', repository: 'a', plainHttp: true },
    ],
    [
      'gets no credentials of another registry',
      'oci://registry.example/a',
      { OCI_REGISTRY: 'other.example', OCI_PASSWORD: 'p' },
      { kind: 'oci', registry: 'registry.example', repository: 'a', plainHttp: false },
    ],
    [
      'may be named by upstream’s variables',
      undefined,
      {
        OCI_REGISTRY: 'registry.example',
        OCI_REPOSITORY: 'registry.example/kaas/stacks',
        OCI_ACCESS_TOKEN: 't',
      },
      { kind: 'oci', registry: 'registry.example', repository: 'kaas/stacks', token: 't', plainHttp: false },
    ],
    [
      'may have its registry apart',
      'oci',
      { OCI_REGISTRY: 'registry.example', OCI_REPOSITORY: 'kaas/stacks' },
      { kind: 'oci', registry: 'registry.example', repository: 'kaas/stacks', plainHttp: false },
    ],
    [
      'may be upstream’s variables for GitHub',
      undefined,
      { GIT_PROVIDER: 'github', GIT_ORG_NAME: 'o', GIT_REPOSITORY_NAME: 'r' },
      { kind: 'github', owner: 'o', repository: 'r' },
    ],
    [
      'is the one that is asked for',
      'github',
      { OCI_REPOSITORY: 'registry.example/a', GIT_ORG_NAME: 'o', GIT_REPOSITORY_NAME: 'r' },
      { kind: 'github', owner: 'o', repository: 'r' },
    ],
  ])('%s', (_, place, env, settings) => {
    expect(sourceSettings(place, env)).toEqual(settings);
  });

  it.each<[what: string, place: string | undefined, env: Record<string, string>, message: RegExp]>([
    ['that nobody names', undefined, {}, /where are releases\?.+--source/],
    ['that is half named', undefined, { GIT_ORG_NAME: 'o' }, /where are releases\?/],
    ['without a registry', undefined, { OCI_REPOSITORY: 'stacks' }, /OCI_REPOSITORY names no registry/],
    ['that is one release', 'oci://registry.example/a:v1', {}, /is no repository/],
    ['on GitHub without a repository', 'github://scs', {}, /is no source of releases/],
    ['of another scheme', 's3://bucket/a', {}, /is no source of releases/],
  ])('%s is refused', (_, place, env, message) => {
    expect(() => sourceSettings(place, env)).toThrow(message);
  });
});
