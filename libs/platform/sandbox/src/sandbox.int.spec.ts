import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanupProbes, inspectCloud } from '@scs/inspection';
import {
  connect,
  OpenStackError,
  readCloudConfig,
  Secret,
  type CloudConfig,
  type Connection,
} from '@scs/openstack';
import { evaluate, iaasTestcases, scopes, type CloudSnapshot, type Mode } from '@scs/standards';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  compliantCloud,
  sha512Of,
  startSandboxCloud,
  type CloudContent,
  type SandboxCloud,
  type SandboxCloudOptions,
} from './index.ts';

// Not here: what the checks make of a cloud's states, which @scs/standards tests against recorded clouds.

const now = () => new Date();
const modes = ['upstream', 'standard'] as const;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function start(
  options: SandboxCloudOptions = {},
): Promise<{ cloud: SandboxCloud; config: CloudConfig }> {
  const cloud = await startSandboxCloud({ stepMs: 10, ...options });
  closing.push(() => cloud.close());
  return { cloud, config: await configOf(cloud.cloudsYaml('sandbox')) };
}

async function configOf(yaml: string): Promise<CloudConfig> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  closing.push(() => rm(folder, { recursive: true }));
  const file = join(folder, 'clouds.yaml');
  await writeFile(file, yaml);
  return readCloudConfig({
    cloud: 'sandbox',
    env: { OS_CLIENT_CONFIG_FILE: file },
    cwd: folder,
    home: folder,
  });
}

const inspect = (config: CloudConfig, probes = false) =>
  inspectCloud(config, { subject: 'sandbox', probes, now });

const judge = (snapshot: CloudSnapshot, version: string, mode: Mode) =>
  evaluate({ scope: scopes.iaas, version, snapshot, at: new Date(snapshot.takenAt), mode });

/** Of the versions' test cases, or of others. */
function failing(snapshot: CloudSnapshot, mode: Mode, testcases?: readonly string[]): string[] {
  const judged = testcases
    ? [evaluate({ scope: scopes.iaas, version: 'next', snapshot, at: now(), mode, testcases })]
    : ['v5.1', 'next', 'v4'].map((version) => judge(snapshot, version, mode));
  const failed = judged.flatMap(({ testcases: results }) =>
    Object.entries(results).flatMap(([id, result]) => (result === 'FAIL' ? [id] : [])),
  );
  return [...new Set(failed)].toSorted();
}

const connectTo = async (config: CloudConfig) => {
  const connection = await connect(config);
  closing.push(async () => connection.close());
  return connection;
};

/** A token, for requests that are not made through a connection. */
async function signIn({ authUrl, applicationCredential: { id, secret } }: SandboxCloud): Promise<string> {
  const identity = { methods: ['application_credential'], application_credential: { id, secret } };
  const answer = await fetch(`${authUrl}/auth/tokens`, {
    method: 'POST',
    body: JSON.stringify({ auth: { identity } }),
  });
  return answer.headers.get('x-subject-token') ?? '';
}

/** A server on a network with a router. */
async function makeServer(connection: Connection, cloud: SandboxCloud, prefix: string) {
  const [gateway] = await connection.pages<{ id: string }>(
    'network',
    '/networks?router%3Aexternal=True',
    'networks',
  );
  const make = async (path: string, key: string, fields: object) => {
    const body = { [key]: { name: `${prefix}-${key}`, ...fields } };
    return (await connection.post<Record<string, { id: string }>>('network', path, body))[key]!.id;
  };
  const network = await make('/networks', 'network', {});
  const subnet = await make('/subnets', 'subnet', { network_id: network, cidr: '10.1.0.0/24' });
  const router = await make('/routers', 'router', { external_gateway_info: { network_id: gateway!.id } });
  await connection.put('network', `/routers/${router}/add_router_interface`, { subnet_id: subnet });
  const answer = await connection.post<{ server: { id: string } }>('compute', '/servers', {
    server: {
      name: `${prefix}-server`,
      flavorRef: cloud.content.flavors[0]!.id,
      networks: [{ uuid: network }],
      block_device_mapping_v2: [{ uuid: cloud.content.images[0]!.id, volume_size: 8 }],
    },
  });
  return { network, subnet, router, server: answer.server.id };
}

describe('a compliant cloud', () => {
  it('passes every version in both modes, and nothing is left behind', async () => {
    const { cloud, config } = await start();
    const snapshot = await inspect(config, true);
    for (const { version } of scopes.iaas.versions)
      for (const mode of modes) {
        const { result, reasons, findings } = judge(snapshot, version, mode);
        expect({ version, mode, result, reasons, findings }).toEqual({
          version,
          mode,
          result: 'PASS',
          reasons: {},
          findings: [],
        });
      }
    // Those too that no version asks for.
    for (const mode of modes) expect(failing(snapshot, mode, iaasTestcases)).toEqual([]);
    const madeBy = (path: RegExp) => cloud.requests.some((it) => it.method === 'POST' && path.test(it.path));
    expect([/\/servers$/, /\/routers$/, /\/restore$/, /\/secrets$/].map(madeBy)).not.toContain(false);
    expect(cloud.created()).toEqual([]);
  });

  it('reads the same from services of an older release', async () => {
    const { config } = await start({
      content: { computeMicroversion: '2.60', defaultSecurityGroupRules: null },
    });
    const snapshot = await inspect(config, true);
    expect(judge(snapshot, 'v5.1', 'upstream').result).toBe('PASS');
    expect(snapshot.probes.securityGroup).toMatchObject({
      value: { rules: [{ direction: 'egress' }, { direction: 'egress' }] },
    });
  });

  it('is read whole in small pages', async () => {
    const { cloud, config } = await start({ content: { pageSize: 4 } });
    const { flavors, images } = await inspect(config);
    const ids = (list: { id: string }[]) => list.map(({ id }) => id).toSorted();
    expect('value' in flavors && ids(flavors.value)).toEqual(ids(cloud.content.flavors));
    expect('value' in images && ids(images.value)).toEqual(ids(cloud.content.images));
    expect(cloud.requests.filter(({ path }) => path.includes('/flavors/detail')).length).toBe(
      Math.ceil(cloud.content.flavors.length / 4),
    );
  });

  it('is the same each time', () => {
    const day = new Date('2026-03-01T10:00:00Z');
    expect(compliantCloud(day)).toEqual(compliantCloud(day));
    const { flavors, images } = compliantCloud(day);
    const ids = [...flavors, ...images].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a violation gives exactly its failure', () => {
  const image = (content: CloudContent, name: string) =>
    content.images.find((candidate) => candidate.name === name)!;
  it.each<[string, (content: CloudContent) => void, string]>([
    [
      'an image without os_version',
      (content) => delete image(content, 'Debian 13').properties['os_version'],
      'scs-0102-prop-os_version',
    ],
    [
      'an image from somewhere else',
      (content) => (image(content, 'Ubuntu 24.04').properties['image_source'] = 'https://example.org/noble'),
      'scs-0104-source-ubuntu-2404',
    ],
    [
      'a missing flavor',
      (content) => (content.flavors = content.flavors.filter(({ name }) => name !== 'SCS-4V-16-100s')),
      'scs-0103-flavor-4v-16-100s',
    ],
    [
      'a flavor with less than its name says',
      (content) => {
        const { id, extraSpecs, ...flavor } = content.flavors[0]!;
        content.flavors.push({ ...flavor, id: `${id}-2`, name: 'SCS-1V-6', extraSpecs: {} });
      },
      'scs-0100-semantics-check',
    ],
    [
      'new groups that let traffic in',
      (content) => {
        const ingress = content.defaultSecurityGroupRules!.find(({ direction }) => direction === 'ingress')!;
        ingress.usedInNonDefaultSg = true;
      },
      'scs-0115-default-rules',
    ],
    [
      'no load balancer in the catalogue',
      (content) => (content.services = content.services.filter((type) => type !== 'load-balancer')),
      'scs-0123-service-load-balancer',
    ],
  ])('%s', async (_, change, testcase) => {
    const { cloud, config } = await start();
    change(cloud.content);
    const snapshot = await inspect(config);
    for (const mode of modes) expect(failing(snapshot, mode)).toEqual([testcase]);
  });

  it('what only probes see', async () => {
    const { cloud, config } = await start({ content: { entropy: { available: 128, fipsFailures: 6 } } });
    cloud.interfere(({ method, path }) => {
      if (path.endsWith('/secrets') && method === 'POST') return { status: 403, body: { code: 403 } };
      return method === 'POST' && path.endsWith('/restore') ? { status: 400, body: {} } : undefined;
    });
    const snapshot = await inspect(config, true);
    for (const mode of modes)
      expect(failing(snapshot, mode)).toEqual([
        'scs-0101-entropy-avail',
        'scs-0101-fips-test',
        'scs-0116-permissions',
        'scs-0117-test-backup',
      ]);
    expect(cloud.created()).toEqual([]);
  });

  it('a user with too much power', async () => {
    const { config } = await start({ content: { roles: ['member', 'admin'] } });
    expect(judge(await inspect(config, true), 'v5.1', 'upstream').result).toBe('ABORT');
  });
});

describe('signing in', () => {
  it('needs the right password', async () => {
    const { cloud } = await start();
    const config = await configOf(cloud.cloudsYaml('sandbox').replace(cloud.password, 'wrong'));
    await expect(connect(config)).rejects.toMatchObject({ reason: 'unauthorized', status: 401 });
  });

  it('needs a project that the user is in', async () => {
    const { cloud, config } = await start();
    const elsewhere = { project: { name: 'elsewhere', domain: { id: 'default' } } };
    expect(config.auth.method).toBe('password');
    const foreign = { ...config, auth: { ...config.auth, scope: elsewhere } as CloudConfig['auth'] };
    await expect(connect(foreign)).rejects.toBeInstanceOf(OpenStackError);
    expect(cloud.requests).toHaveLength(1);
  });

  it('works with the application credential', async () => {
    const { cloud, config } = await start();
    const { id, secret } = cloud.applicationCredential;
    const auth: CloudConfig['auth'] = {
      method: 'application_credential',
      credential: { id },
      secret: new Secret(secret),
    };
    const connection = await connectTo({ ...config, auth });
    expect(connection.token.roles).toEqual(cloud.content.roles);
  });

  it('lasts an hour, after which clients sign in again', async () => {
    let clock = new Date('2026-03-01T10:00:00Z');
    const { cloud, config } = await start({ now: () => clock });
    const signIns = () => cloud.requests.filter(({ path }) => path.endsWith('/auth/tokens')).length;
    const connection = await connectTo(config);
    await connection.get('compute', '/flavors');
    expect(signIns()).toBe(1);
    clock = new Date('2026-03-01T11:00:01Z');
    await connection.get('compute', '/flavors');
    expect(signIns()).toBe(2);
  });

  it('comes before everything but the version documents', async () => {
    const { cloud } = await start();
    const { origin } = new URL(cloud.authUrl);
    const statusOf = async (path: string, headers = {}) =>
      (await fetch(`${origin}${path}`, { headers })).status;
    for (const path of ['/compute/v2.1', '/identity/v3', '/network', '/volume/v3', '/key-manager/v1'])
      expect([path, await statusOf(path)]).toEqual([path, 200]);
    for (const path of [
      '/compute/v2.1/flavors',
      '/image/v2/images',
      '/network/v2.0/ports',
      '/dns/v2/zones',
    ]) {
      expect([path, await statusOf(path)]).toEqual([path, 401]);
      expect([path, await statusOf(path, { 'x-auth-token': 'made up' })]).toEqual([path, 401]);
    }
  });
});

describe('the services', () => {
  it.each([
    ['identity', '/identity/v3/x', 'error'],
    ['compute', '/compute/v2.1/x', 'itemNotFound'],
    ['image', '/image/v2/x', 'title'],
    ['network', '/network/v2.0/x', 'NeutronError'],
    ['volume', '/volume/v3/PROJECT/x', 'itemNotFound'],
    ['key-manager', '/key-manager/v1/x', 'description'],
    ['load-balancer', '/load-balancer/v2/lbaas/x', 'faultstring'],
    ['placement', '/placement/x', 'errors'],
    ['dns', '/dns/v2/zones', 'type'],
  ])('%s says in its own words what it does not know', async (_, path, word) => {
    const { cloud, config } = await start();
    const connection = await connectTo(config);
    const { origin } = new URL(cloud.authUrl);
    const answer = await connection.raw({
      method: 'GET',
      url: origin + path.replace('PROJECT', connection.token.projectId ?? ''),
      headers: { 'x-auth-token': await signIn(cloud) },
    });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body.toString('utf8'))).toHaveProperty(word);
  });

  it('refuse microversions that they do not have', async () => {
    const { config } = await start();
    const connection = await connectTo(config);
    const list = (microversion: string) => connection.get('compute', '/flavors', { microversion });
    await expect(list('compute 2.999')).rejects.toMatchObject({ status: 406 });
    await expect(list('compute two')).rejects.toMatchObject({ status: 400 });
    await expect(list('compute latest')).resolves.toHaveProperty('flavors');
  });

  it('hide images that are not for everybody', async () => {
    const { cloud, config } = await start();
    const [first, second, third] = cloud.content.images;
    first!.visibility = 'community';
    Object.assign(second!, { visibility: 'private', properties: { owner: 'somebody' } });
    Object.assign(third!, { visibility: 'private', properties: {} });
    const connection = await connectTo(config);
    const names = async (query: string) =>
      (await connection.pages<{ id: string }>('image', `/images?${query}`, 'images')).map(({ id }) => id);
    const listed = await names('');
    expect(listed).not.toContain(first!.id);
    expect(listed).not.toContain(second!.id);
    expect(listed).toContain(third!.id);
    expect(await names('visibility=community')).toEqual([first!.id]);
    await expect(connection.get('image', `/images/${second!.id}`)).rejects.toMatchObject({ status: 404 });
  });

  it('keep what something else still needs', async () => {
    const { cloud, config } = await start();
    const connection = await connectTo(config);
    const { network, subnet, router, server } = await makeServer(connection, cloud, 'busy');
    const refusals = [`/networks/${network}`, `/subnets/${subnet}`, `/routers/${router}`].map((path) =>
      connection.delete('network', path).then(
        () => 204,
        (error: OpenStackError) => error.status,
      ),
    );
    expect(await Promise.all(refusals)).toEqual([409, 409, 409]);
    const boot = cloud.created().find(({ kind }) => kind === 'volume');
    expect(boot).toMatchObject({ status: expect.stringMatching(/creating|in-use/) });
    await connection.delete('compute', `/servers/${server}`);
    await connection.put('network', `/routers/${router}/remove_router_interface`, { subnet_id: subnet });
    await connection.delete('network', `/routers/${router}`);
    await vi.waitFor(() => connection.delete('network', `/networks/${network}`), 5000);
    await vi.waitFor(() => expect(cloud.created()).toEqual([]), 5000);
  });

  it('let what killed probes left behind be cleaned up', async () => {
    const { cloud, config } = await start();
    const connection = await connectTo(config);
    const prefix = `scs-probe-${Date.now().toString(36)}-0123abcd`;
    await makeServer(connection, cloud, prefix);
    await connection.post('volume', '/volumes', { volume: { name: `${prefix}-volume`, size: 1 } });
    await connection.post('key-manager', '/secrets', { name: `${prefix}-secret` });
    await connection.post('network', '/security-groups', { security_group: { name: `${prefix}-group` } });
    await connection.post('key-manager', '/secrets', { name: 'not ours' });
    await cleanupProbes(config, { olderThanMs: -60_000 });
    expect(cloud.created()).toEqual([{ kind: 'secret', name: 'not ours', status: 'ACTIVE' }]);
  });
});

describe('trouble', () => {
  it('is made to order', async () => {
    const { cloud, config } = await start();
    const connection = await connect(config, { timeoutMs: 1000 });
    closing.push(async () => connection.close());
    const get = () => connection.get('network', '/routers');
    cloud.interfere(({ path }) => (path.endsWith('/routers') ? { status: 500, body: {} } : undefined));
    await expect(get()).rejects.toMatchObject({ reason: 'server-error' });
    cloud.interfere(() => ({ delayMs: 60_000 }));
    await expect(get()).rejects.toMatchObject({ reason: 'timeout' });
    cloud.interfere();
    await expect(get()).resolves.toEqual({ routers: [] });
  });

  it('a port that is taken is said so', async () => {
    const { cloud } = await start();
    const port = Number(new URL(cloud.authUrl).port);
    await expect(startSandboxCloud({ port })).rejects.toThrow(
      `port ${port} of 127.0.0.1 is taken; choose another`,
    );
  });

  it('a body that is no JSON is refused', async () => {
    const { cloud } = await start();
    const answer = await fetch(`${cloud.authUrl}/auth/tokens`, { method: 'POST', body: '{' });
    expect(answer.status).toBe(400);
  });
});

describe('node images', () => {
  const image = { name: 'ubuntu-capi-image-v1.27.8', disk_format: 'qcow2', container_format: 'bare' };
  const uri = 'https://images.example/ubuntu-2204-kube-v1.27.8.qcow2';
  const webDownload = { method: { name: 'web-download', uri } };
  type ImageAnswer = { id: string; status: string } & Record<string, unknown>;
  const create = (connection: Connection, fields = {}) =>
    connection.post<ImageAnswer>('image', '/images', { ...image, ...fields });
  const read = (connection: Connection, id: string) => connection.get<ImageAnswer>('image', `/images/${id}`);

  it('come to be active through web-download, with the hash of their data', async () => {
    const { config } = await start();
    const connection = await connectTo(config);
    const { id, status } = await create(connection, { tags: ['v1'], os_distro: 'ubuntu' });
    expect(status).toBe('queued');
    await connection.post('image', `/images/${id}/import`, webDownload);
    await expect(connection.post('image', `/images/${id}/import`, webDownload)).rejects.toMatchObject({
      status: 409,
    });
    await vi.waitFor(async () => expect(await read(connection, id)).toMatchObject({ status: 'active' }));
    expect(await read(connection, id)).toMatchObject({
      os_hash_algo: 'sha512',
      os_hash_value: sha512Of(uri),
      os_distro: 'ubuntu',
    });
    const list = (query: string) =>
      connection.get<{ images: unknown[] }>('image', `/images?name=${image.name}&${query}`);
    expect((await list('tag=v1')).images).toHaveLength(1);
    expect((await list('tag=v1&tag=v2')).images).toHaveLength(0);
    await connection.delete('image', `/images/${id}`);
    await expect(read(connection, id)).rejects.toMatchObject({ status: 404 });
  });

  it('are queued again, with a task that tells why, when the import fails', async () => {
    const { cloud, config } = await start();
    cloud.content.imageImport = () => ({ outcome: 'fails', message: 'HTTP Error 404: Not Found' });
    const connection = await connectTo(config);
    const { id } = await create(connection);
    await connection.post('image', `/images/${id}/import`, webDownload);
    await vi.waitFor(async () =>
      expect(await read(connection, id)).toMatchObject({ status: 'queued', os_glance_failed_import: 'fs' }),
    );
    expect(await connection.get('image', `/images/${id}/tasks`)).toMatchObject({
      tasks: [{ status: 'failure', message: 'HTTP Error 404: Not Found' }],
    });
  });

  it.each([
    ['of an unknown format', { disk_format: 'floppy' }, 400],
    ['for all, from somebody who is no administrator', { visibility: 'public' }, 403],
  ])('%s are refused', async (_, fields, status) => {
    const { cloud, config } = await start();
    cloud.content.roles = ['member'];
    await expect(create(await connectTo(config), fields)).rejects.toMatchObject({ status });
  });
});
