// Much of everything, and a token that ends in between, on the sandbox cloud over HTTP.
import { startSandboxCloud, type SandboxCloud } from '@scs/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildScs, start, temporaryFile } from './scs.ts';

let scs: Awaited<ReturnType<typeof buildScs>>;
let cloud: SandboxCloud;
/** What the cloud's clock is ahead of ours. */
let shift = 0;
beforeAll(async () => {
  scs = await buildScs();
  cloud = await startSandboxCloud({ now: () => new Date(Date.now() + shift) });
});
afterAll(async () => {
  await cloud.close();
  scs.remove();
});

async function certify(...args: string[]) {
  const env = { OS_CLIENT_CONFIG_FILE: temporaryFile('clouds.yaml', cloud.cloudsYaml('sandbox')) };
  const run = await start(
    scs.bin,
    ['certify', '--os-cloud', 'sandbox', '--version', 'v5.1', '--output', 'json', ...args],
    env,
  ).done;
  if (run.stdout === '') return { ...run, answer: null };
  const answer = JSON.parse(run.stdout) as {
    result: string;
    testcases: Record<string, string>;
    findings: { testcase: string; severity: string; object: { name: string } }[];
    requests: number;
  };
  return { ...run, answer };
}

describe('a cloud', () => {
  it('of 10,000 flavors and 2,000 images over many pages is read whole', async () => {
    const { flavors, images, pageSize } = cloud.content;
    const [flavor, image] = [flavors[0]!, images[0]!];
    cloud.content.flavors = [
      ...flavors,
      ...Array.from({ length: 10_000 }, (_, n) => ({ ...flavor, id: `many-${n}`, name: `many-${n}` })),
      // The last of all is wrong: it must not be lost.
      { ...flavor, id: 'last', name: 'SCS-1X' },
    ];
    cloud.content.images = [
      ...images,
      ...Array.from({ length: 2000 }, (_, n) => ({ ...image, id: `many-${n}`, name: `many ${n}` })),
    ];
    cloud.content.pageSize = 500;
    try {
      const { answer, stderr } = await certify();
      expect(stderr).toBe('');
      expect(answer?.testcases['scs-0100-syntax-check']).toBe('FAIL');
      expect(answer?.testcases['scs-0102-prop-os_distro']).toBe('PASS');
      const wrong = answer?.findings.filter(({ severity }) => severity === 'error') ?? [];
      expect(wrong.map(({ testcase, object }) => [testcase, object.name])).toContainEqual([
        'scs-0100-syntax-check',
        'SCS-1X',
      ]);
      // 10,000 flavors in pages of 500 are 20 requests, 2,000 images 4.
      expect(answer?.requests).toBeGreaterThan(24);
    } finally {
      Object.assign(cloud.content, { flavors, images, pageSize });
    }
  });

  it('whose token expires in between is signed in to once more', async () => {
    const before = cloud.requests.length;
    cloud.interfere(({ path }) => {
      // An hour is the life of a token.
      if (path.includes('/flavors/detail') && shift === 0) shift = 2 * 3_600_000;
      return undefined;
    });
    try {
      const { answer, stderr } = await certify();
      expect(stderr).toBe('');
      expect(Object.values(answer?.testcases ?? {})).not.toContain('ABORT');
      const signIns = cloud.requests.slice(before).filter(({ path }) => path.endsWith('/auth/tokens'));
      expect(signIns.length).toBeGreaterThan(1);
    } finally {
      cloud.interfere();
      shift = 0;
    }
  });

  it('that is given an expired token refuses it, in one line without the token', async () => {
    const file = temporaryFile(
      'clouds.yaml',
      JSON.stringify({
        clouds: {
          sandbox: { auth_type: 'v3token', auth: { auth_url: cloud.authUrl, token: 's3cr3t-old-token' } },
        },
      }),
    );
    const run = await start(scs.bin, ['certify', '--os-cloud', 'sandbox'], { OS_CLIENT_CONFIG_FILE: file })
      .done;
    expect(run.code).toBe(69);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(
      /^scs: 127\.0\.0\.1:\d+\S* refuses the credentials of cloud sandbox; check [^\n]*\n$/,
    );
    expect(run.stderr).not.toContain('s3cr3t');
  });
});
