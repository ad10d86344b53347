// Whatever goes wrong: one line that names cause and remedy, the documented exit code, no stack trace, no secret.
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from './mock-cloud.ts';
import { buildScs, cloudsYaml, start, temporaryFile, type Run } from './scs.ts';

let scs: Awaited<ReturnType<typeof buildScs>>;
const servers: Server[] = [];

beforeAll(async () => {
  scs = await buildScs();
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  scs.remove();
});

const run = (args: string[], env?: Record<string, string>): Promise<Run> => start(scs.bin, args, env).done;

/** Address of a Keystone that answers every request in one way. */
async function keystone(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3`;
}

const certifyCloud = async (authUrl: string, ...args: string[]): Promise<Run> =>
  run(['certify', '--os-cloud', 'mock', '--version', 'v5.1', ...args], {
    OS_CLIENT_CONFIG_FILE: cloudsYaml(authUrl),
  });

/** One line, no trace, no secret. */
function expectOneLine({ stderr, stdout }: Run, message: RegExp): void {
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^scs: [^\n]+\n$/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr + stdout).not.toContain('s3cr3t');
}

describe('a cloud that cannot be read', () => {
  it('is unreachable where nothing listens', async () => {
    const result = await certifyCloud(`http://127.0.0.1:${await freePort()}/v3`);
    expectOneLine(result, /127\.0\.0\.1/);
    expect(result.code).toBe(69);
  });

  it('is unreachable when it never answers', async () => {
    const result = await certifyCloud(await keystone(() => {}), '--timeout', '0.3');
    expectOneLine(result, /0\.3 s|300 ms/);
    expect(result.code).toBe(69);
  });

  it('is unreachable when it answers HTML', async () => {
    const url = await keystone((_, response) =>
      response.setHeader('content-type', 'text/html').end('<html>maintenance</html>'),
    );
    const result = await certifyCloud(url);
    expectOneLine(result, /HTML|JSON/);
    expect(result.code).toBe(69);
  });

  it('refuses a wrong password', async () => {
    const url = await keystone((_, response) => {
      response.statusCode = 401;
      response
        .setHeader('content-type', 'application/json')
        .end('{"error": {"code": 401, "message": "The request you have made requires authentication."}}');
    });
    const result = await certifyCloud(url);
    expectOneLine(result, /password|credential/i);
    expect(result.code).toBe(69);
  });

  it('cannot steer the terminal through its error texts', async () => {
    const url = await keystone((_, response) => {
      response.statusCode = 409;
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ error: { message: '\u001b[2Jgone\nand more' } }));
    });
    const result = await certifyCloud(url);
    expectOneLine(result, /answers 409 \(\uFFFD\[2Jgone and more\)/);
    expect(result.code).toBe(69);
  });

  it('says that plain HTTP met TLS', async () => {
    const url = await keystone((_, response) => {
      response.statusCode = 400;
      response.end('Client sent an HTTP request to an HTTPS server.\n');
    });
    const result = await certifyCloud(url);
    expectOneLine(result, /speaks TLS; write https/);
    expect(result.code).toBe(69);
  });

  it('without compute leaves undetermined what needs it, and judges the rest', async () => {
    const url = await keystone((request, response) => {
      request.resume();
      const catalog = [{ type: 'identity', name: 'keystone', id: 'i', endpoints: [] }];
      const token = {
        roles: [{ id: 'r', name: 'member' }],
        catalog,
        project: { id: 'p', name: 'p' },
        expires_at: '2099-01-01T00:00:00Z',
      };
      response.statusCode = 201;
      response
        .setHeader('x-subject-token', 'tok')
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ token }));
    });
    const { stdout, code } = await certifyCloud(url, '--output', 'json');
    const { result, testcases, reasons } = JSON.parse(stdout) as Record<string, Record<string, string>> & {
      result: string;
    };
    expect(testcases?.['scs-0100-syntax-check']).toBe('ABORT');
    expect(reasons?.['scs-0100-syntax-check']).toMatch(/compute/);
    expect(testcases?.['scs-0123-service-compute']).toBe('FAIL');
    expect(result).toBe('FAIL');
    expect(code).toBe(1);
  });
});

const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
  .split('')
  .map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
  .join('\n')}\n`;
const emptySnapshot = (format: string): string =>
  temporaryFile('cloud.json', JSON.stringify({ format, kind: 'cloud' }));
const hundredMegabytes = (): string => {
  const path = temporaryFile('big.json', '');
  writeFileSync(path, Buffer.alloc(100 * 2 ** 20, ' '));
  return path;
};

describe('what the user gave is refused with exit code 64 when it is', () => {
  it.each<[string, () => string[], RegExp]>([
    ['a cloud that clouds.yaml does not have', () => ['certify', '--os-cloud', 'mok'], /mok.*mock/],
    ['a timeout that is none', () => ['certify', '--os-cloud', 'mock', '--timeout', 'soon'], /--timeout/],
    ['an unknown command', () => ['certfy'], /did you mean certify/],
    ['an unknown option', () => ['certify', '--probe'], /did you mean --probes/],
    ['an unknown version', () => ['certify', '--os-cloud', 'mock', '--version', 'v9'], /v5\.1.*v4/],
    ['a date that is none', () => ['certify', '--os-cloud', 'mock', '--at', 'yesterday'], /2026-11-23/],
    [
      'a date before the first version',
      () => ['certify', '--os-cloud', 'mock', '--at', '1999-01-01'],
      /--version/,
    ],
    [
      'a report for upstream in the other mode',
      () => ['certify', '--os-cloud', 'mock', '--output', 'upstream', '--mode', 'standard'],
      /official tests only/,
    ],
    ['two subjects', () => ['certify', '--os-cloud', 'mock', '--snapshot', 'a.json'], /exclude each other/],
    ['probes of a stored snapshot', () => ['certify', '--snapshot', 'a.json', '--probes'], /needs a cloud/],
    ['a cluster judged as a cloud', () => ['certify', '--kubeconfig', 'a.yaml'], /--scope kaas/],
    ['a snapshot that is not there', () => ['certify', '--snapshot', '/nonexistent/a.json'], /cannot read/],
    [
      'a snapshot that is not JSON',
      () => ['certify', '--snapshot', temporaryFile('a.json', 'kind: cloud')],
      /is not JSON/,
    ],
    [
      'a snapshot of a future format',
      () => ['certify', '--snapshot', emptySnapshot('scs.snapshot/v9')],
      /scs\.snapshot\/v9.*scs\.snapshot\/v1; use/,
    ],
    ['half a snapshot', () => ['certify', '--snapshot', emptySnapshot('scs.snapshot/v1')], /lacks .*flavors/],
    ['a snapshot of 100 MB', () => ['certify', '--snapshot', hundredMegabytes()], /100 MiB/],
    ['a directory as snapshot', () => ['certify', '--snapshot', '/'], /is a directory/],
    [
      'a YAML bomb as scope file',
      () => ['certify', '--os-cloud', 'mock', '--scope-file', temporaryFile('scope.yaml', bomb)],
      /scope file/,
    ],
    [
      'a scope file with unknown keys',
      () => [
        'certify',
        '--os-cloud',
        'mock',
        '--scope-file',
        temporaryFile(
          'scope.yaml',
          'uuid: u\nname: SCS-compatible IaaS\nurl: https://a.example\nscripts: []\nmodules: []\ntimeline: []\nversions: []\ncolour: red\n',
        ),
      ],
      /colour/,
    ],
    ['a directory as output', () => ['snapshot', '--os-cloud', 'mock', '-o', '/'], /is a directory/],
    [
      'an output in a folder that is not there',
      () => ['snapshot', '--os-cloud', 'mock', '-o', '/nonexistent/a.json'],
      /does not exist/,
    ],
    ['an unknown scope', () => ['scope', 'show', 'paas'], /iaas, kaas/],
    ['flavor names that are missing', () => ['flavor', 'parse'], /NAME/],
  ])('%s', async (_, args, message) => {
    const result = await run(args(), { OS_CLIENT_CONFIG_FILE: cloudsYaml('http://127.0.0.1:9/v3') });
    expectOneLine(result, message);
    expect(result.code).toBe(64);
    expect(result.stdout).toBe('');
  });

  it('no configuration at all', async () => {
    const result = await run(['certify']);
    expectOneLine(result, /--os-cloud|OS_CLOUD|clouds\.yaml/);
    expect(result.code).toBe(64);
  });
});

describe('a run that is interrupted', () => {
  it('ends at Ctrl-C without a verdict', async () => {
    const arrived = Promise.withResolvers<void>();
    const url = await keystone(() => arrived.resolve());
    const { child, done } = start(scs.bin, ['certify', '--os-cloud', 'mock'], {
      OS_CLIENT_CONFIG_FILE: cloudsYaml(url),
    });
    await arrived.promise;
    child.kill('SIGINT');
    const result = await done;
    expectOneLine(result, /interrupted/);
    expect(result.code).toBe(130);
    expect(result.stdout).toBe('');
  });

  it('says nothing when its reader goes away', async () => {
    const { child, done } = start(scs.bin, ['scope', 'show', 'iaas', '--output', 'json']);
    child.stdout.destroy();
    expect((await done).stderr).toBe('');
  });
});
