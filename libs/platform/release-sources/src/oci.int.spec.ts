// Against the registry in memory of the sandbox, with its faults.
import { generateKeyPairSync, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startSandboxRegistry,
  type RegistryFault,
  type SandboxRegistry,
  type SandboxRegistryOptions,
} from '@scs/sandbox';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  openReleaseSource,
  openReleaseStore,
  pushRelease,
  signRelease,
  verifySignature,
  type SourceOptions,
} from './index.ts';

const temporary = mkdtempSync(join(tmpdir(), 'scs-oci-'));
const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const newFolder = () => mkdtempSync(join(temporary, 'folder-'));
const repository = 'kaas/cluster-stacks';
const files = { 'metadata.yaml': 'a: 1', 'charts/class.tgz': Buffer.from([0, 1, 2, 255]) };

async function start(options: SandboxRegistryOptions = {}): Promise<SandboxRegistry> {
  const registry = await startSandboxRegistry(options);
  running.push(registry);
  return registry;
}

/** Takes everything, and notes who signs in. */
async function otherHost() {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    request.resume().once('end', () => response.end('a: 1'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push({ close: () => new Promise((resolve) => void server.close(() => resolve())) });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const target = ({ host }: SandboxRegistry) => ({ registry: host, repository, plainHttp: true });
const sourceOf = (registry: SandboxRegistry, more: object = {}, options?: SourceOptions) =>
  openReleaseSource({ kind: 'oci', ...target(registry), ...more }, options);

describe('an OCI repository', () => {
  it('gives the files of an artifact under their titles, and the digest of its manifest', async () => {
    const registry = await start();
    const published = registry.publish(repository, 'v1', files);
    const folder = newFolder();
    expect(await sourceOf(registry).fetch('v1', folder)).toEqual({ digest: published });
    expect(readFileSync(join(folder, 'metadata.yaml'), 'utf8')).toBe('a: 1');
    expect(readFileSync(join(folder, 'charts/class.tgz'))).toEqual(files['charts/class.tgz']);
  });

  it('lists all tags over many pages, without those of signatures', async () => {
    const registry = await start({ pageSize: 7 });
    const tags = Array.from({ length: 30 }, (_, index) => `openstack-scs2-1-34-v${index}`);
    for (const tag of tags) registry.publish(repository, tag, { a: 'a' });
    registry.publish(repository, `sha256-${'0'.repeat(64)}.sig`, { a: 'a' });
    expect((await sourceOf(registry).list()).toSorted()).toEqual(tags.toSorted());
    expect(registry.requests.length).toBeGreaterThan(4);
  });

  it.each<
    [name: string, options: SandboxRegistryOptions, credentials: (registry: SandboxRegistry) => object]
  >([
    ['nobody', { auth: 'none' }, () => ({})],
    ['user name and password', { auth: 'basic' }, ({ username, password }) => ({ username, password })],
    [
      'a token for user name and password',
      { auth: 'token' },
      ({ username, password }) => ({ username, password }),
    ],
    ['a token for anybody', { auth: 'token', anonymousPull: true }, () => ({})],
  ])('is read by %s', async (_, options, credentials) => {
    const registry = await start(options);
    registry.publish(repository, 'v1', files);
    const source = sourceOf(registry, credentials(registry));
    expect(await source.list()).toEqual(['v1']);
    await source.fetch('v1', newFolder());
    const tokens = registry.requests.filter(({ path }) => path.startsWith('/token'));
    expect(tokens.length).toBeLessThanOrEqual(1);
  });

  it('gets a token as upstream sends it, in base64, or as it is', async () => {
    for (const accepted of [`Bearer ${Buffer.from('secret').toString('base64')}`, 'Bearer secret']) {
      const registry = await start();
      registry.publish(repository, 'v1', files);
      registry.interfere(({ headers }) =>
        headers.authorization === accepted
          ? undefined
          : { status: 401, headers: { 'www-authenticate': 'Bearer realm="http://127.0.0.1:1/token"' } },
      );
      expect(await sourceOf(registry, { token: 'secret' }).list()).toEqual(['v1']);
    }
  });

  it('is asked for a new token when the old one is not accepted any more', async () => {
    const registry = await start({ auth: 'token' });
    registry.publish(repository, 'v1', files);
    const source = sourceOf(registry, { username: registry.username, password: registry.password });
    await source.list();
    let refusals = 1;
    registry.interfere(({ path }) =>
      path.includes('/tags/') && refusals-- > 0
        ? {
            status: 401,
            headers: { 'www-authenticate': `Bearer realm="${registry.url}/token",service="sandbox"` },
          }
        : undefined,
    );
    expect(await source.list()).toEqual(['v1']);
  });

  it.each<[name: string, options: SandboxRegistryOptions, credentials: object, message: RegExp]>([
    [
      'wrong credentials',
      { auth: 'basic' },
      { username: 'me', password: 'hunter2' },
      /does not accept the credentials; renew them/,
    ],
    [
      'wrong credentials for a token',
      { auth: 'token' },
      { username: 'me', password: 'hunter2' },
      /does not accept the credentials/,
    ],
    ['a wrong token', { auth: 'token' }, { token: 'hunter2' }, /does not accept the credentials/],
    ['no credentials', { auth: 'token' }, {}, /wants credentials; give a token/],
  ])('refuses %s, and the message has no secret', async (_, options, credentials, message) => {
    const registry = await start(options);
    registry.publish(repository, 'v1', files);
    const error: unknown = await sourceOf(registry, credentials)
      .list()
      .catch((error: unknown) => error);
    expect(error).toMatchObject({
      name: 'ReleaseSourceError',
      reason: 'unauthorized',
      message: expect.stringMatching(message) as string,
    });
    expect(String(error)).not.toMatch(/hunter2|aHVudGVyMg/);
  });

  it('sends credentials to no other host', async () => {
    const elsewhere = await otherHost();
    const registry = await start({ auth: 'basic' });
    registry.publish(repository, 'v1', { 'metadata.yaml': 'a: 1' });
    registry.interfere(({ path }) =>
      path.includes('/blobs/') ? { status: 307, headers: { location: `${elsewhere.url}/blob` } } : undefined,
    );
    const folder = newFolder();
    const { username, password } = registry;
    await sourceOf(registry, { username, password }).fetch('v1', folder);
    expect(readFileSync(join(folder, 'metadata.yaml'), 'utf8')).toBe('a: 1');
    expect(elsewhere.seen).toEqual([undefined]);
  });

  const faults: [name: string, fault: RegistryFault, expected: object][] = [
    ['401', { status: 401 }, { reason: 'unauthorized' }],
    ['403', { status: 403 }, { reason: 'forbidden' }],
    ['429', { status: 429, headers: { 'retry-after': '17' } }, { reason: 'rate-limited', retryAfter: 17 }],
    ['500', { status: 500 }, { reason: 'unavailable' }],
    [
      '503 with the time to wait',
      { status: 503, headers: { 'retry-after': '5' } },
      { reason: 'unavailable', retryAfter: 5 },
    ],
    ['a redirect in circles', { status: 307, headers: { location: '' } }, { reason: 'invalid' }],
    [
      'a redirect to a file',
      { status: 307, headers: { location: 'file:///etc/passwd' } },
      { reason: 'invalid' },
    ],
    ['half of a file', { truncateAfter: 2 }, { reason: 'unavailable' }],
    ['another content', { corrupt: true }, { reason: 'digest' }],
    [
      'silence',
      { delayMs: 5000 },
      { reason: 'unavailable', message: expect.stringMatching(/does not answer/) as string },
    ],
  ];
  for (const [place, path] of [
    ['files', '/blobs/'],
    ['manifests', '/manifests/'],
  ] as const) {
    it.each(faults)(`says what is wrong when ${place} are answered with %s`, async (_, fault, expected) => {
      const registry = await start();
      registry.publish(repository, 'v1', files);
      registry.interfere((request) => (request.path.includes(path) ? fault : undefined));
      const source = sourceOf(registry, {}, { patience: { silenceMs: 300 } });
      const error: unknown = await source.fetch('v1', newFolder()).catch((error: unknown) => error);
      expect(error).toMatchObject({ name: 'ReleaseSourceError', ...expected });
      expect((error as Error).message).toMatch(/^[^\n]+$/);
    });
  }

  it('says that it cannot be reached', async () => {
    const registry = await start();
    await registry.close();
    running.pop();
    await expect(sourceOf(registry).list()).rejects.toMatchObject({
      reason: 'unavailable',
      message: expect.stringMatching(/cannot be reached \(ECONNREFUSED\)/) as string,
    });
  });

  it('ends when nobody waits any more', async () => {
    const registry = await start();
    registry.publish(repository, 'v1', files);
    registry.interfere(({ path }) => (path.includes('/blobs/') ? { delayMs: 60_000 } : undefined));
    const giveUp = new AbortController();
    const fetching = sourceOf(registry).fetch('v1', newFolder(), giveUp.signal);
    setTimeout(() => giveUp.abort(new Error('gave up')), 50);
    await expect(fetching).rejects.toThrow('gave up');
  });

  it.each<[name: string, titles: Record<string, string>, options: SourceOptions, reason: string]>([
    ['a title that leads out', { '../evil': 'x' }, {}, 'invalid'],
    ['an absolute title', { '/etc/evil': 'x' }, {}, 'invalid'],
    ['two titles for one path', { a: 'x', './a': 'y' }, {}, 'invalid'],
    ['no titles', {}, {}, 'invalid'],
    ['a file that is too large', { a: 'xxxx' }, { limits: { fileBytes: 3 } }, 'too-large'],
    ['too many files', { a: 'x', b: 'x' }, { limits: { files: 1 } }, 'too-large'],
    ['files that are too large together', { a: 'xx', b: 'xx' }, { limits: { bytes: 3 } }, 'too-large'],
  ])('refuses an artifact with %s before it fetches any file', async (_, titles, options, reason) => {
    const registry = await start();
    registry.publish(repository, 'v1', titles);
    await expect(sourceOf(registry, {}, options).fetch('v1', newFolder())).rejects.toMatchObject({ reason });
    expect(registry.requests.filter(({ path }) => path.includes('/blobs/'))).toEqual([]);
    expect(readdirSync(temporary)).not.toContain('evil');
  });

  it.each([
    'not json',
    '[]',
    '{"manifests":[]}',
    '{"layers":[{"size":1}]}',
    '{"layers":[{"size":-1,"digest":"md5:x"}]}',
  ])('refuses a manifest %s', async (manifest) => {
    const registry = await start();
    registry.manifests.set(repository, new Map([['v1', Buffer.from(manifest)]]));
    await expect(sourceOf(registry).fetch('v1', newFolder())).rejects.toMatchObject({ reason: 'invalid' });
  });

  it('has no such release, or no such repository', async () => {
    const registry = await start();
    await expect(sourceOf(registry).list()).rejects.toMatchObject({ reason: 'not-found' });
    registry.publish(repository, 'v1', files);
    await expect(sourceOf(registry).fetch('v9', newFolder())).rejects.toMatchObject({ reason: 'not-found' });
  });

  it.each([
    { repository: 'cluster-stacks' },
    { repository: 'registry.example' },
    { registry: 'https://registry.example', repository },
    { registry: 'registry.example', repository: 'KaaS/Stacks' },
    { registry: 'registry.example', repository: '../x' },
    { registry: 'registry.example', repository, publicKey: 'no key' },
  ])('cannot be opened with %j', (settings) => {
    expect(() => openReleaseSource({ kind: 'oci', ...settings })).toThrow(
      expect.objectContaining({ reason: 'settings' }) as Error,
    );
  });

  it("takes upstream's settings, where the repository begins with the registry", () => {
    const description = 'oci registry.example:5000/kaas/stacks';
    const whole = 'registry.example:5000/kaas/stacks';
    expect(openReleaseSource({ kind: 'oci', repository: whole }).description).toBe(description);
    expect(
      openReleaseSource({ kind: 'oci', registry: 'registry.example:5000', repository: whole }).description,
    ).toBe(description);
  });
});

describe('pushRelease', () => {
  function releaseIn(content: Record<string, string | Buffer>, tag = 'v1') {
    const folder = newFolder();
    for (const [name, text] of Object.entries(content)) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return {
      tag,
      folder,
      artifactType: 'application/vnd.example.v1',
      mediaTypeOf: (file: string) => (file.endsWith('.yaml') ? 'application/vnd.example.yaml' : ''),
      annotations: { kubernetesVersion: 'v1.34.3', hash: '0123abc' },
    };
  }

  it('publishes what a source fetches', async () => {
    const registry = await start({ auth: 'token', anonymousPull: true });
    const { username, password } = registry;
    const pushed = await pushRelease({ ...target(registry), username, password }, releaseIn(files));
    expect(pushed.outcome).toBe('pushed');
    const folder = newFolder();
    expect(await sourceOf(registry).fetch('v1', folder)).toEqual({ digest: pushed.digest });
    expect(readFileSync(join(folder, 'charts/class.tgz'))).toEqual(files['charts/class.tgz']);
  });

  it('writes an OCI 1.1 artifact: type, empty configuration, titles, annotations', async () => {
    const registry = await start();
    const { digest } = await pushRelease(target(registry), releaseIn(files));
    const manifest: unknown = JSON.parse(registry.manifests.get(repository)?.get(digest)?.toString() ?? '');
    expect(manifest).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/vnd.example.v1',
      // The descriptor that the specification gives for an empty configuration.
      config: {
        mediaType: 'application/vnd.oci.empty.v1+json',
        digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
        size: 2,
        data: 'e30=',
      },
      layers: [
        {
          mediaType: 'application/vnd.oci.image.layer.v1.tar',
          digest: 'sha256:3d1f57c984978ef98a18378c8166c1cb8ede02c03eeb6aee7e2f121dfeee3e56',
          size: 4,
          annotations: { 'org.opencontainers.image.title': 'charts/class.tgz' },
        },
        {
          mediaType: 'application/vnd.example.yaml',
          digest: 'sha256:16c3c6d78678d53d39ab2c7a5a7bc4596567b46a1a57000a2d707334f779b824',
          size: 4,
          annotations: { 'org.opencontainers.image.title': 'metadata.yaml' },
        },
      ],
      annotations: { hash: '0123abc', kubernetesVersion: 'v1.34.3' },
    });
  });

  it('gives the same digest for the same files, and does nothing the second time', async () => {
    const [first, second] = [await start(), await start()];
    const pushed = await pushRelease(target(first), releaseIn({ b: '2', a: '1' }));
    expect((await pushRelease(target(second), releaseIn({ a: '1', b: '2' }))).digest).toBe(pushed.digest);
    const before = first.requests.length;
    expect(await pushRelease(target(first), releaseIn({ a: '1', b: '2' }))).toEqual({
      digest: pushed.digest,
      outcome: 'unchanged',
    });
    expect(first.requests.slice(before).map(({ method }) => method)).toEqual(['GET']);
  });

  it('refuses a tag that has other content', async () => {
    const registry = await start();
    await pushRelease(target(registry), releaseIn({ a: '1' }));
    await expect(pushRelease(target(registry), releaseIn({ a: '2' }))).rejects.toMatchObject({
      reason: 'invalid',
      message: expect.stringMatching(
        /has a release v1 with other content already; publish under a new version/,
      ) as string,
    });
  });

  it('does not send again what is there already', async () => {
    const registry = await start();
    await pushRelease(target(registry), releaseIn({ a: '1', b: '2' }));
    const before = registry.requests.length;
    await pushRelease(target(registry), releaseIn({ a: '1', c: '3' }, 'v2'));
    const uploads = registry.requests.slice(before).filter(({ method }) => method === 'POST');
    expect(uploads).toHaveLength(1);
  });

  it('sends large files in chunks', async () => {
    const registry = await start();
    const large = Buffer.alloc(40 * 2 ** 20, 'large');
    await pushRelease(target(registry), releaseIn({ large }));
    const patches = registry.requests.filter(({ method }) => method === 'PATCH');
    expect(patches.map(({ headers }) => headers['content-range'])).toEqual([
      '0-16777215',
      '16777216-33554431',
    ]);
    const folder = newFolder();
    await sourceOf(registry).fetch('v1', folder);
    expect(readFileSync(join(folder, 'large')).equals(large)).toBe(true);
  });

  it('sends files where the registry says, but credentials to no other host', async () => {
    const elsewhere = await otherHost();
    const registry = await start({ auth: 'basic' });
    registry.interfere(({ method }) =>
      method === 'POST' ? { headers: { location: `${elsewhere.url}/upload` } } : undefined,
    );
    const { username, password } = registry;
    const pushing = pushRelease({ ...target(registry), username, password }, releaseIn({ a: '1' }));
    // The registry does not have the blobs, so that it refuses the manifest.
    await expect(pushing).rejects.toMatchObject({ reason: 'not-found' });
    expect(elsewhere.seen).toEqual([undefined, undefined]);
  });

  it.each<[name: string, match: RegExp, fault: RegistryFault, reason: string]>([
    ['does not let us write', /^POST/, { status: 403 }, 'forbidden'],
    ['fails in the middle', /^PUT .*uploads/, { status: 500 }, 'unavailable'],
    [
      'does not take the manifest',
      /^PUT .*manifests/,
      { status: 429, headers: { 'retry-after': '3' } },
      'rate-limited',
    ],
  ])('says that the registry %s, and publishes no tag', async (_, match, fault, reason) => {
    const registry = await start();
    registry.interfere(({ method, path }) => (match.test(`${method} ${path}`) ? fault : undefined));
    await expect(pushRelease(target(registry), releaseIn(files))).rejects.toMatchObject({ reason });
    expect(registry.manifests.get(repository)?.has('v1') ?? false).toBe(false);
  });

  it.each(['', '-v1', 'v1/x', 'x'.repeat(129)])('refuses the tag "%s"', async (tag) => {
    await expect(
      pushRelease({ registry: 'registry.example', repository }, releaseIn({ a: '1' }, tag)),
    ).rejects.toMatchObject({ reason: 'settings' });
  });
});

describe('signatures', () => {
  const newKey = (namedCurve = 'P-256') =>
    generateKeyPairSync('ec', {
      namedCurve,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });

  it('are accepted by who has the key, and a source with the key takes the release', async () => {
    const [registry, key] = [await start(), newKey()];
    const digest = registry.publish(repository, 'v1', files);
    expect(await signRelease(target(registry), 'v1', key.privateKey)).toBe(digest);
    expect(await verifySignature(target(registry), 'v1', key.publicKey)).toBe(digest);
    expect(await sourceOf(registry, { publicKey: key.publicKey }).fetch('v1', newFolder())).toEqual({
      digest,
    });
  });

  it("are kept as cosign keeps them: tag, payload, annotation, an image's configuration", async () => {
    const [registry, key] = [await start(), newKey()];
    const digest = registry.publish(repository, 'v1', files);
    await signRelease(target(registry), 'v1', key.privateKey);
    const manifest = JSON.parse(
      registry.manifests
        .get(repository)
        ?.get(`${digest.replace(':', '-')}.sig`)
        ?.toString() ?? '',
    ) as {
      config: { mediaType: string; digest: string };
      layers: { mediaType: string; digest: string; annotations: Record<string, string> }[];
    };
    const [layer] = manifest.layers;
    expect(layer?.mediaType).toBe('application/vnd.dev.cosign.simplesigning.v1+json');
    const payload = registry.blobs.get(layer?.digest ?? '') ?? Buffer.alloc(0);
    expect(JSON.parse(payload.toString())).toEqual({
      critical: {
        identity: { 'docker-reference': `${registry.host}/${repository}` },
        image: { 'docker-manifest-digest': digest },
        type: 'cosign container image signature',
      },
      optional: null,
    });
    const signature = Buffer.from(layer?.annotations['dev.cosignproject.cosign/signature'] ?? '', 'base64');
    expect(verify('sha256', payload, key.publicKey, signature)).toBe(true);
    expect(manifest.config.mediaType).toBe('application/vnd.oci.image.config.v1+json');
    expect(JSON.parse(registry.blobs.get(manifest.config.digest)?.toString() ?? '')).toMatchObject({
      rootfs: { type: 'layers', diff_ids: [layer?.digest] },
    });
  });

  it('are missed in a store that had the release before there was a key', async () => {
    const [registry, key, folder] = [await start(), newKey(), newFolder()];
    registry.publish(repository, 'v1', files);
    await (await openReleaseStore({ source: sourceOf(registry), folder })).ensure('v1');
    const store = await openReleaseStore({
      source: sourceOf(registry, { publicKey: key.publicKey }),
      folder,
    });
    await expect(store.ensure('v1')).rejects.toMatchObject({ reason: 'digest' });
    await signRelease(target(registry), 'v1', key.privateKey);
    await store.ensure('v1');
    const before = registry.requests.length;
    await store.ensure('v1');
    expect(registry.requests).toHaveLength(before);
  });

  it('by several keys stand side by side, and the same key signs once', async () => {
    const [registry, one, two] = [await start(), newKey(), newKey()];
    const digest = registry.publish(repository, 'v1', files);
    for (const key of [one, two, one]) await signRelease(target(registry), 'v1', key.privateKey);
    for (const key of [one, two])
      expect(await verifySignature(target(registry), 'v1', key.publicKey)).toBe(digest);
    const manifest =
      registry.manifests
        .get(repository)
        ?.get(`${digest.replace(':', '-')}.sig`)
        ?.toString() ?? '';
    expect((JSON.parse(manifest) as { layers: unknown[] }).layers).toHaveLength(2);
  });

  it.each<
    [
      name: string,
      forge: (registry: SandboxRegistry, key: ReturnType<typeof newKey>) => Promise<unknown>,
      message: RegExp,
    ]
  >([
    ['is not signed', async () => {}, /is not signed; do not use it/],
    [
      'is signed with another key',
      (registry) => signRelease(target(registry), 'v1', newKey().privateKey),
      /is not signed with the expected key/,
    ],
    [
      'has the signature of another release',
      async (registry, key) => {
        const other = registry.publish(repository, 'v2', { a: 'other' });
        await signRelease(target(registry), 'v2', key.privateKey);
        const tags = registry.manifests.get(repository);
        const digest = registry.publish(repository, 'v1', files);
        tags?.set(
          `${digest.replace(':', '-')}.sig`,
          tags.get(`${other.replace(':', '-')}.sig`) ?? Buffer.alloc(0),
        );
      },
      /is not signed with the expected key/,
    ],
  ])('are missed where a release %s (defect 22)', async (_, forge, message) => {
    const [registry, key] = [await start(), newKey()];
    registry.publish(repository, 'v1', files);
    await forge(registry, key);
    const expected = { reason: 'digest', message: expect.stringMatching(message) as string };
    await expect(verifySignature(target(registry), 'v1', key.publicKey)).rejects.toMatchObject(expected);
    await expect(
      sourceOf(registry, { publicKey: key.publicKey }).fetch('v1', newFolder()),
    ).rejects.toMatchObject(expected);
  });

  it.each([
    ['no PEM', 'hunter2'],
    ['of another kind', newKey('P-384').privateKey],
    [
      'encrypted',
      '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nhunter2\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n',
    ],
  ])('need a private key that is not %s', async (_, key) => {
    const error: unknown = await signRelease({ registry: 'registry.example', repository }, 'v1', key).catch(
      (error: unknown) => error,
    );
    expect(error).toMatchObject({ reason: 'settings' });
    expect(String(error)).not.toContain('hunter2');
  });
});
