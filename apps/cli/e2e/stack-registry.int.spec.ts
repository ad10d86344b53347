// Releases in an OCI registry: published, signed, verified, counted on from. The registry lives in memory.
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSandboxRegistry, type SandboxRegistry } from '@scs/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildScs, start, temporaryFile, type Run } from './scs.ts';
import { folderOf, smallStack } from './stack-sources.ts';

let scs: Awaited<ReturnType<typeof buildScs>>;
let registry: SandboxRegistry;
let release: string;
const repository = 'kaas/cluster-stacks';
const tag = 'dev-small-1-33-v1';

const run = (args: string[], env: Record<string, string> = {}): Promise<Run> =>
  start(scs.bin, ['stack', ...args], {
    OCI_USERNAME: registry.username,
    OCI_PASSWORD: registry.password,
    ...env,
  }).done;
const answer = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { stdout, stderr } = await run(args);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Record<string, unknown>;
};
const placeOf = (host = registry.host) => `${host}/${repository}`;

beforeAll(async () => {
  scs = await buildScs();
  registry = await startSandboxRegistry({ auth: 'token' });
  const out = folderOf({});
  await run(['create', folderOf(smallStack), '--remote', out, '--out', out]);
  release = join(out, tag);
});
afterAll(async () => {
  scs.remove();
  await registry.close();
});

const keyFile = (name: string, pem: string | Buffer) => temporaryFile(name, pem.toString());
const keys = () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    secret: keyFile('key.pem', pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    open: keyFile('key.pub', pair.publicKey.export({ type: 'spki', format: 'pem' })),
  };
};

describe('a published release', () => {
  it('has upstream’s media types and annotations, and the same digest each time', async () => {
    const published = await answer('publish', release, '--to', placeOf());
    expect(published).toEqual({
      tag,
      reference: `${placeOf()}:${tag}`,
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      outcome: 'pushed',
      signed: false,
    });
    const manifest = JSON.parse(registry.manifests.get(repository)?.get(tag)?.toString() ?? '{}') as {
      artifactType: string;
      annotations: Record<string, string>;
      layers: { mediaType: string; annotations: Record<string, string> }[];
    };
    expect(manifest.artifactType).toBe('application/vnd.scs.cluster-stacks.v1');
    expect(manifest.annotations).toEqual({
      kubernetesVersion: 'v1.33.6',
      hash: expect.stringMatching(/^[a-z0-9]{7}$/),
    });
    expect(
      manifest.layers.map(({ mediaType, annotations }) => [
        annotations['org.opencontainers.image.title'],
        mediaType,
      ]),
    ).toContainEqual(['metadata.yaml', 'application/vnd.scs.metadata.layer.v1+yaml']);
    expect(await answer('publish', release, '--to', `oci://${placeOf()}`)).toMatchObject({
      outcome: 'unchanged',
      digest: published['digest'],
    });
    expect(await answer('verify', release)).toMatchObject({ digest: published['digest'] });
  });

  it('can be looked at where it is, by address or by source', async () => {
    expect(await answer('verify', `oci://${placeOf()}:${tag}`)).toMatchObject({
      tag,
      signature: 'not checked',
    });
    expect(await answer('verify', tag, '--source', `oci://${placeOf()}`)).toMatchObject({ tag });
  });

  it('is what the next one counts on from', async () => {
    const sources = folderOf({ ...smallStack, 'cluster-class/values.yaml': 'startup: 3s\n' });
    const args = ['create', sources, '--remote', 'oci', '--out', folderOf({})];
    const { stdout } = await run(args, { OCI_REGISTRY: registry.host, OCI_REPOSITORY: placeOf() });
    expect(JSON.parse(stdout)).toMatchObject({ tag: 'dev-small-1-33-v2', versions: { clusterAddon: 'v1' } });
  });

  it('never becomes another one', async () => {
    const copy = join(folderOf({}), tag);
    cpSync(release, copy, { recursive: true });
    writeFileSync(join(copy, 'README.md'), 'more');
    const { code, stderr } = await run(['publish', copy, '--to', placeOf()]);
    expect(stderr).toMatch(/has a release dev-small-1-33-v1 with other content already/);
    expect(code).toBe(64);
  });
});

describe('a signature', () => {
  it('is found by the key of the signer alone', async () => {
    const [mine, other] = [keys(), keys()];
    expect(await answer('publish', release, '--to', placeOf(), '--sign-key', mine.secret)).toMatchObject({
      signed: true,
    });
    expect(await answer('verify', `oci://${placeOf()}:${tag}`, '--key', mine.open)).toMatchObject({
      signature: 'valid',
    });
    const refused = await run(['verify', `oci://${placeOf()}:${tag}`, '--key', other.open]);
    expect(refused.stderr).toMatch(/^scs: [^\n]*sign[^\n]*\n$/);
    expect(refused.code).toBe(1);
  });

  it('cannot be looked for in a folder', async () => {
    const { stderr, code } = await run(['verify', release, '--key', keys().open]);
    expect(stderr).toMatch(/--key needs a release in a registry/);
    expect(code).toBe(64);
  });
});

describe('a digest', () => {
  it('tells one release from another', async () => {
    const { digest } = await answer('verify', release);
    expect(await answer('verify', `oci://${placeOf()}:${tag}`, '--digest', String(digest))).toMatchObject({
      digest,
    });
    const other = await run(['verify', release, '--digest', `sha256:${'0'.repeat(64)}`]);
    expect(other.stderr).toMatch(/has the digest sha256:[0-9a-f]{64}, not sha256:0{64}; do not use it/);
    expect(other.code).toBe(1);
  });

  it('is written whole', async () => {
    expect((await run(['verify', release, '--digest', 'abc'])).stderr).toMatch(/--digest must be sha256:/);
  });
});

describe('a registry that says no', () => {
  it('is named without the password', async () => {
    const { stderr, code } = await run(['publish', release, '--to', placeOf()], {
      OCI_PASSWORD: 'wr0ng-s3cr3t',
    });
    expect(stderr).toMatch(/^scs: [^\n]+\n$/);
    expect(stderr).not.toContain('wr0ng-s3cr3t');
    expect(code).toBe(69);
  });

  it('gets no credentials that are meant for another', async () => {
    const before = registry.requests.length;
    await run(['publish', release, '--to', placeOf()], { OCI_REGISTRY: 'registry.example' });
    const sent = registry.requests.slice(before).map(({ headers }) => headers.authorization ?? '');
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.filter((header) => header.startsWith('Basic'))).toEqual([]);
  });

  it.each([
    ['no place', []],
    ['a place with a tag', ['--to', 'registry.example/a:b']],
    ['a place without a registry', ['--to', 'kaas/cluster-stacks']],
  ])('is not asked with %s', async (_, args) => {
    const { stderr, code } = await run(['publish', release, ...args]);
    expect(stderr).toMatch(/--to needs a registry and a repository/);
    expect(code).toBe(64);
  });
});
