// The probes that need no server or volume, and the collector, over HTTP against answers of every kind. Real services are met in tools/conformance.
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Secret, type CloudConfig } from '@scs/openstack';
import type { CloudSnapshot } from '@scs/standards';
import { afterAll, describe, expect, it } from 'vitest';
import { inspectCloud } from './inspect-cloud.ts';
import { consoleSections } from './probe-entropy.ts';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

interface Asked {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}
type Route = (request: Asked) => { status?: number; body?: unknown };

/** A cloud with these services, whose requests behind the sign-in the route answers; text is sent as it is. */
async function inspect(
  types: string[],
  route: Route,
  { endpoint, signal }: { endpoint?: string; signal?: AbortSignal } = {},
): Promise<CloudSnapshot> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = await text(request);
    const { port } = server.address() as AddressInfo;
    const catalog = types.map((type) => ({
      type,
      endpoints: [
        { interface: 'public', region_id: 'R', url: endpoint ?? `http://127.0.0.1:${port}/${type}` },
      ],
    }));
    const signIn = request.url === '/v3/auth/tokens';
    const { status = 200, body = {} } = signIn
      ? { status: 201, body: { token: { roles: [{ name: 'member' }], project: { id: 'p' }, catalog } } }
      : route({
          method: request.method ?? '',
          url: request.url ?? '',
          headers: request.headers,
          body: asked,
        });
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(signIn && { 'x-subject-token': 'tok' }),
    });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  const server = createServer((request, response) => void answer(request, response));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const config: CloudConfig = {
    name: 'a',
    authUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3`,
    auth: { method: 'token', token: new Secret('t'), scope: null },
    region: 'R',
    interface: 'public',
    verify: true,
    caFile: null,
    certFile: null,
    keyFile: null,
    endpointOverrides: {},
  };
  return inspectCloud(config, {
    subject: 'a',
    probes: true,
    now: () => new Date(),
    ...(signal && { signal }),
  });
}

describe('the S3 probe', () => {
  const refusal = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;
  it.each<[string, number, string, string | null]>([
    ['a refusal of the key', 403, refusal('InvalidAccessKeyId'), 'InvalidAccessKeyId'],
    ['another refusal', 403, refusal('SignatureDoesNotMatch'), 'SignatureDoesNotMatch'],
    ['no S3', 404, 'not here', 'HTTP 404'],
    ['an error', 500, '', 'HTTP 500'],
    ['a web page', 200, '<html><body>welcome</body></html>', 'HTTP 200'],
    ['a list of buckets', 200, '<?xml version="1.0"?><ListAllMyBucketsResult/>', null],
    ['an empty answer', 200, '', null],
  ])('tells %s', async (_, status, body, errorCode) => {
    const { probes } = await inspect(['object-store'], () => ({ status, body }));
    expect(probes.s3).toMatchObject({ value: { errorCode } });
  });

  it('asks at the root of the host, unsigned by the token', async () => {
    const seen: unknown[] = [];
    await inspect(['object-store'], ({ url, headers }) => {
      seen.push([url, headers['x-auth-token']]);
      return { status: 403, body: refusal('InvalidAccessKeyId') };
    });
    expect(seen).toEqual([['/', undefined]]);
  });

  it('says so when the catalogue has no address', async () => {
    const { probes } = await inspect(['object-store'], () => ({}), { endpoint: 'nowhere' });
    expect(probes.s3).toMatchObject({ error: { reason: 'not-found' } });
  });
});

describe('the key manager probe', () => {
  const secrets = (answers: Partial<Record<string, number>>, listed = true): Route => {
    const kept: { name: string; secret_ref: string }[] = [];
    return ({ method, headers, body }) => {
      expect(headers['x-auth-token']).toBe('tok');
      const status = answers[method];
      if (status) return { status };
      const secret_ref = 'http://x/v1/secrets/1';
      if (method === 'DELETE') return { status: 204, body: '' };
      if (method === 'GET') return { body: { secrets: listed ? kept : [] } };
      kept.push({ name: (JSON.parse(body) as { name: string }).name, secret_ref });
      return { status: 201, body: { secret_ref } };
    };
  };
  it.each<[string, Route, unknown]>([
    ['all is allowed', secrets({}), { value: { forbidden: null, found: true } }],
    ['lists are forbidden', secrets({ GET: 403 }), { value: { forbidden: 'list', found: false } }],
    ['creating is forbidden', secrets({ POST: 403 }), { value: { forbidden: 'create', found: false } }],
    ['deleting is forbidden', secrets({ DELETE: 403 }), { value: { forbidden: 'delete', found: true } }],
    ['the secret is not listed', secrets({}, false), { value: { forbidden: null, found: false } }],
    ['it is broken', secrets({ POST: 500 }), { error: { reason: 'server-error' } }],
  ])('tells that %s', async (_, route, expected) => {
    const { probes } = await inspect(['key-manager'], route);
    expect(probes.keyManager).toMatchObject(expected as object);
  });
});

describe('a probe whose creation is answered by nobody', () => {
  it.each<[string, () => { status: number; body?: unknown }]>([
    ['because a proxy gave up', () => ({ status: 504, body: 'gateway timeout' })],
    ['with its id', () => ({ status: 201, body: { security_group: {} } })],
  ])('%s removes by name what came into being all the same', async (_, answer) => {
    const groups = new Map<string, string>([['other', 'somebody’s']]);
    const { probes } = await inspect(['network'], ({ method, url, body }) => {
      const [path = ''] = url.split('?');
      if (path.endsWith('/default-security-group-rules')) return { status: 404 };
      if (method === 'POST' && path.endsWith('/security-groups')) {
        groups.set('mine', (JSON.parse(body) as { security_group: { name: string } }).security_group.name);
        return answer();
      }
      if (method === 'DELETE') {
        groups.delete(path.split('/').at(-1)!);
        return { status: 204, body: '' };
      }
      const list = path.split('/').at(-1)!.replace('-', '_');
      if (list === 'mine') return { status: groups.has('mine') ? 200 : 404 };
      const found = list === 'security_groups' ? [...groups].map(([id, name]) => ({ id, name })) : [];
      return { body: { [list]: found } };
    });
    expect(probes.securityGroup).toHaveProperty('error');
    expect([...groups.keys()]).toEqual(['other']);
  });
});

describe('an interrupted probe', () => {
  it('removes even what the service is still busy with', async () => {
    const interruption = new AbortController();
    const volumes = new Map<string, { name: string; status: string }>();
    let refusals = 0;
    const inspecting = inspect(
      ['block-storage'],
      ({ method, url, body }) => {
        const id = /\/volumes\/(\w+)/.exec(url)?.[1];
        const volume = id === undefined ? undefined : volumes.get(id);
        if (method === 'POST') {
          const { name } = (JSON.parse(body) as { volume: { name: string } }).volume;
          volumes.set('v', { name, status: 'creating' });
          interruption.abort(new Error('enough'));
          return { status: 202, body: { volume: { id: 'v' } } };
        }
        if (method === 'DELETE') {
          // Cinder is not done before it was asked to delete twice, and refuses while it is busy.
          refusals += volume?.status === 'creating' ? 1 : 0;
          if (volume?.status === 'creating') return { status: 400 };
          volumes.delete(id!);
          return { status: 202, body: '' };
        }
        if (id !== undefined) {
          if (volume && refusals >= 2) volume.status = 'available';
          return volume ? { body: { volume } } : { status: 404 };
        }
        const list = url.includes('/backups')
          ? 'backups'
          : url.includes('/types')
            ? 'volume_types'
            : 'volumes';
        return {
          body: {
            [list]: list === 'volumes' ? [...volumes].map(([key, value]) => ({ id: key, ...value })) : [],
          },
        };
      },
      { signal: interruption.signal },
    );
    await expect(inspecting).rejects.toThrow('enough');
    expect([...volumes]).toEqual([]);
  });
});

describe('the collector', () => {
  const image = (id: string, values: object = {}) => ({
    id,
    name: 'Debian 13',
    visibility: 'public',
    os_hidden: false,
    hw_disk_bus: null,
    min_disk: 8,
    ...values,
  });

  it('keeps images as often as Glance lists them, those that are hidden too', async () => {
    const { images } = await inspect(['image'], ({ url }) => ({
      body: {
        images: url.includes('os_hidden=true')
          ? [image('hidden', { os_hidden: true }), image('moved', { os_hidden: true })]
          : [image('twice'), image('twice'), image('moved')],
      },
    }));
    const ids = 'value' in images ? images.value.map(({ id }) => id) : [];
    expect(ids).toEqual(['twice', 'twice', 'moved', 'hidden']);
    expect('value' in images && images.value[0]?.properties).toEqual({});
  });

  it('says where a service redirects, without following', async () => {
    const { images } = await inspect(['image'], () => ({ status: 302, body: '' }));
    expect(images).toMatchObject({
      error: { message: expect.stringMatching(/redirects .*correct the endpoint/) },
    });
  });

  it('says which region it missed a service in', async () => {
    const { defaultSecurityGroupRules: rules } = await inspect(['image'], () => ({ body: { images: [] } }));
    expect(rules).toMatchObject({
      error: { message: expect.stringMatching(/no network service .*region R/) },
    });
  });
});

describe('console output', () => {
  it('is sorted by section, whatever the console puts before a line', () => {
    const output = [
      '[   20.1] cloud-init[513]: _scs-test-entropy-avail: 256\r',
      'login: _scs-test-fips-test: rngtest: FIPS 140-2 failures: 1',
      '_scs-test-fips-test: rngtest: bits received',
      '_scs-test-rngd: ',
      '_scs-test-end',
    ].join('\n');
    expect(consoleSections(output)).toEqual({
      'entropy-avail': ['256'],
      'fips-test': ['rngtest: FIPS 140-2 failures: 1', 'rngtest: bits received'],
      rngd: [''],
    });
  });
});
