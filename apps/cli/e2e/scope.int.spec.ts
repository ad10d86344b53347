// `scs scope` and `scs validity` as a child process: shape of the answers. The rules are tested in @scs/standards.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildScs, temporaryFile, start } from './scs.ts';

let scs: Awaited<ReturnType<typeof buildScs>>;
beforeAll(async () => {
  scs = await buildScs();
});
afterAll(() => scs.remove());
const json = async (...args: string[]): Promise<unknown> =>
  JSON.parse((await start(scs.bin, args).done).stdout);

describe('scopes and versions', () => {
  it('are in force by date', async () => {
    const answer = (await json('validity', '--at', '2025-03-01', '--scope', 'iaas')) as {
      at: string;
      versions: object[];
    };
    expect(answer.at).toBe('2025-03-01T23:59:59.999Z');
    expect(answer.versions).toContainEqual({
      scope: 'iaas',
      version: 'v5.1',
      validity: 'effective',
      named: true,
    });
    expect(answer.versions).toContainEqual({ scope: 'iaas', version: 'v4', validity: 'warn', named: true });
    expect(answer.versions).toContainEqual({
      scope: 'iaas',
      version: 'v3',
      validity: 'deprecated',
      named: true,
    });
  });

  it('are listed', async () => {
    const answer = await json('scope', 'list', '--at', '2026-11-24');
    expect(answer).toMatchObject([
      { scope: 'iaas', uuid: '50393e6f-2ae1-4c5c-a62c-3b75f2abef3f' },
      { scope: 'kaas', uuid: '1fffebe6-fd4b-44d3-a36c-fc58b4bb0180' },
    ]);
    expect(answer).toHaveProperty(
      '0.versions',
      expect.arrayContaining([
        { version: 'v5.1', validity: 'effective', stabilizedAt: '2024-12-19', testcases: 54 },
      ]),
    );
  });

  it('are shown with their standards and test cases', async () => {
    const answer = (await json('scope', 'show', 'iaas', 'v4')) as {
      modules: { id: string }[];
      testcases: { id: string }[];
    };
    expect(answer).toMatchObject({ scope: 'iaas', version: 'v4', stabilizedAt: '2024-02-28' });
    expect(answer.modules.map(({ id }) => id)).toContain('scs-0103-v1');
    expect(answer.testcases).toHaveLength(39);
  });

  it('are compared', async () => {
    expect(await json('scope', 'diff', 'v4', 'v5.1')).toMatchObject({
      from: 'v4',
      to: 'v5.1',
      addedModules: expect.arrayContaining(['scs-0117-v1']),
      removedModules: ['scs-0104-v1-1'],
      removedTestcases: ['scs-0104-image-ubuntu-2204'],
    });
  });

  it('reads a scope file in the place of the built-in scope', async () => {
    const file = temporaryFile(
      'iaas.yaml',
      `name: SCS-compatible IaaS
url: https://example.org
versions:
  - {version: v9, stabilized_at: 2026-01-01, standards: []}
  - {version: v8, stabilized_at: 2025-01-01, deprecated_at: 2026-06-01, standards: []}
`,
    );
    const { versions } = (await json('validity', '--at', '2026-03-01', '--scope-file', file)) as {
      versions: { scope: string; version: string; validity: string }[];
    };
    expect(
      versions.filter(({ scope }) => scope === 'iaas').map(({ version, validity }) => [version, validity]),
    ).toEqual([
      ['v9', 'effective'],
      ['v8', 'effective'],
    ]);
    expect(versions.some(({ scope }) => scope === 'kaas')).toBe(true);
    expect(await json('scope', 'diff', 'v8', 'v9', '--scope-file', file)).toMatchObject({
      from: 'v8',
      to: 'v9',
    });
  });
});
