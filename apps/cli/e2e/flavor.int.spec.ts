// `scs flavor` as a child process. What names mean is tested in @scs/standards; here it is the answer's shape and exit code.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mockMissing, vectors } from './mock-cloud.ts';
import { buildScs, start } from './scs.ts';

let scs: Awaited<ReturnType<typeof buildScs>>;
beforeAll(async () => {
  scs = await buildScs();
});
afterAll(() => scs.remove());
const run = (...args: string[]) => start(scs.bin, ['flavor', ...args]).done;

describe('scs flavor parse', () => {
  it('answers with one entry for each name, in order', async () => {
    const { stdout, stderr, code } = await run('parse', 'SCS-2V-4-20s', 'SCS-2V:4', 'm1.tiny', 'SCS-2v-4');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([
      {
        name: 'SCS-2V-4-20s',
        verdict: 'valid',
        canonical: 'SCS-2V-4-20s',
        short: 'SCS-2V-4-20s',
        prose: 'SCS flavor with 2 generic x86-64 vCPUs with 4.0 GiB RAM and SSD 20GB root volume',
        spec: {
          cpus: 2,
          ram: 4,
          disk: 20,
          'scs:cpu-type': 'shared-core',
          'scs:disk0-type': 'ssd',
          'scs:name-v1': 'SCS-2V:4:20s',
          'scs:name-v2': 'SCS-2V-4-20s',
        },
      },
      expect.objectContaining({
        name: 'SCS-2V:4',
        verdict: 'tolerated',
        canonical: 'SCS-2V-4',
        message: expect.stringContaining('SCS-2V-4'),
      }),
      { name: 'm1.tiny', verdict: 'not-scs' },
      { name: 'SCS-2v-4', verdict: 'invalid', message: expect.any(String) },
    ]);
    expect(code).toBe(1);
  });

  it('succeeds unless a name is invalid', async () => {
    expect((await run('parse', 'SCS-2V-4', 'SCS-2V:4', 'm1.tiny')).code).toBe(0);
  });

  it('refuses with another strategy what certification tolerates', async () => {
    expect((await run('parse', 'SCS-2V:4', '--strategy', 'v3')).code).toBe(1);
  });

  it('prints a table on demand', async () => {
    const { stdout } = await run('parse', 'SCS-2V-4', '--output', 'table');
    expect(stdout).toBe('valid  SCS-2V-4  SCS flavor with 2 generic x86-64 vCPUs with 4.0 GiB RAM\n');
  });

  it.skipIf(mockMissing !== null)('gives every golden name its verdict and specification', async () => {
    const golden = JSON.parse(readFileSync(join(vectors, 'flavor-names.json'), 'utf8')) as {
      name: string;
      verdict: { certification: string };
      spec?: object;
    }[];
    // A name with a line break cannot be given line by line.
    const names = golden.filter(({ name }) => !name.includes('\n') && name !== '' && name !== '-');
    const { stdout } = await run('parse', ...names.map(({ name }) => name));
    const answers = JSON.parse(stdout) as { name: string; verdict: string; spec?: object }[];
    expect(answers.map(({ name, verdict, spec }) => ({ name, verdict, spec }))).toEqual(
      names.map(({ name, verdict, spec }) => ({ name, verdict: verdict.certification, spec })),
    );
  });
});

describe('scs flavor name', () => {
  it('gives the long and the short name and all spellings', async () => {
    const { stdout, code } = await run(
      'name',
      '--vcpus',
      '4',
      '--ram',
      '16',
      '--disk',
      '100',
      '--disk-type',
      'ssd',
      '--cpu-brand',
      'z3h',
    );
    expect(JSON.parse(stdout)).toEqual({
      long: 'SCS-4V-16-100s_z3h',
      short: 'SCS-4V-16-100s',
      all: ['SCS-4V:16:100s-z3h', 'SCS-4V-16-100s_z3h', 'SCS-4V:16:100s', 'SCS-4V-16-100s'],
    });
    expect(code).toBe(0);
  });

  it.each<[string, string[], RegExp]>([
    ['without RAM', ['--vcpus', '4'], /needs --vcpus and --ram/],
    ['with a number that is none', ['--vcpus', 'four', '--ram', '4'], /--vcpus four is no number/],
    ['that no name can say', ['--vcpus', '4', '--ram', '4.25'], /no SCS name says that: ram/],
    ['with a snapshot beside it', ['--snapshot', 'a.json', '--vcpus', '4'], /exclude each other/],
  ])('refuses a flavor %s', async (_, args, message) => {
    const { stderr, code } = await run('name', ...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(64);
  });
});
