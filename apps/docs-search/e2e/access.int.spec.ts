// Who may see what. What a caller may not see leaves no trace: two services are compared, of which one never had it.
import { create, toJson, type MessageInitShape } from '@bufbuild/protobuf';
import { SearchResponseSchema, type SearchRequestSchema } from '@scs/proto/scs/docs/v1/search_pb';
import { eventually } from '@scs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setup, standard, type Files, type Setup } from './setup.ts';

const shown: Files = {
  'scs-0100-v1-flavors.md': standard(
    {
      title: 'Flavor Naming',
      type: 'Standard',
      track: 'IaaS',
      status: 'Deprecated',
      stabilized_at: '2022-01-01',
      deprecated_at: '2023-01-01',
    },
    '## Naming\n\nFlavors are named after their processors.\n\n## Extras\n\nDisks may follow.\n',
  ),
  'scs-0100-v2-flavors.md': standard(
    {
      title: 'Flavor Naming',
      type: 'Standard',
      track: 'IaaS',
      status: 'Stable',
      stabilized_at: '2023-01-01',
      replaces: 'scs-0100-v1-flavors.md',
    },
    '## Naming\n\nFlavors are named after their processors and memory.\n\n## Extras\n\nDisks may follow.\n',
  ),
  'network.md': '# Networks\n\nTenants connect their networks with routers.\n',
};
const hidden: Files = {
  'secret.md': '# Zanzibar project\n\nThe zanzibar flavors connect routers to the quokka.\n',
  'scs-0100-v3-flavors.md': standard(
    {
      title: 'Flavor Naming',
      type: 'Standard',
      track: 'Secret',
      status: 'Draft',
      replaces: 'scs-0100-v2-flavors.md',
    },
    '## Naming\n\nFlavors are named after islands.\n',
  ),
  'scs-compatible-zanzibar.yaml':
    'name: Zanzibar\nscripts:\n  - testcases:\n      - id: zanzibar-naming\n        description: quokka\n        url: https://docs.example.org/scs-0100-v2-flavors#naming\n',
};

let [plain, full]: [Setup, Setup] = [undefined!, undefined!];
beforeAll(async () => {
  [plain, full] = await Promise.all([setup(), setup()]);
  await Promise.all([plain, full].map((s) => s.addSource('shown', shown)));
  const labels = { authenticated: 'authenticated', operators: 'operator', acme: 'tenant/acme' };
  for (const [id, access] of Object.entries(labels))
    await full.addSource(id, hidden, { access, component: id });
});
afterAll(() => Promise.all([plain.close(), full.close()]));

const callers: [who: string, role: string | undefined, tenant: string | undefined, sees: string[]][] = [
  ['somebody without a token', undefined, undefined, []],
  ['a token without any role', '', undefined, ['authenticated']],
  ['another tenant', 'tenant-member', 'rival', ['authenticated']],
  ['the tenant', 'tenant-member', 'acme', ['acme', 'authenticated']],
  ['the operator', 'operator', undefined, ['acme', 'authenticated', 'operators']],
];
const tokenOf = async (role: string | undefined, tenant: string | undefined) =>
  role === undefined ? {} : full.as(role, tenant);

it.each(callers)('%s sees hits of its own sources alone', async (_, role, tenant, sees) => {
  const caller = await tokenOf(role, tenant);
  const hits = (await full.pages('zanzibar quokka', caller)).filter((page) => page.endsWith(':secret.md'));
  expect([...hits].sort()).toEqual(sees.map((id) => `${id}:secret.md`));
  const { facets } = await full.search.search({ query: 'flavors', typing: true }, caller);
  const components = facets.find(({ name }) => name === 'component')!.values.map(({ value }) => value);
  expect([...components].sort()).toEqual(['shown', ...sees].sort());
});

describe('what is hidden has no influence on what others get', () => {
  const both = async <T>(ask: (s: Setup) => Promise<T>) => [
    await outcome(ask(plain)),
    await outcome(ask(full)),
  ];
  const outcome = (answer: Promise<unknown>) =>
    answer.catch((error: Error & { reason?: string }) => ({ failed: error.reason, message: error.message }));
  const search = async (s: Setup, request: MessageInitShape<typeof SearchRequestSchema>) => {
    const response = await s.search.search({ ...request, typing: true, explain: true, pageSize: 50 });
    return { ...(toJson(SearchResponseSchema, create(SearchResponseSchema, response)) as object), tookMs: 0 };
  };

  it.each([
    'flavors',
    'zanzibar',
    'zanzibr',
    'quokka',
    'routers',
    'naming after processors',
    'scs-0100',
    'scs-0100-v3',
    'zanzibar-naming',
    'flavrs',
    'nothing-of-this-sort',
  ])('in a search for %s', async (query) => {
    const [without, present] = await both((s) => search(s, { query }));
    expect(present).toEqual(without);
  });

  it.each([
    ['components', { components: ['acme'] }],
    ['tracks', { tracks: ['Secret'] }],
    ['states', { states: ['draft'] }],
  ])('in a search with a filter of %s', async (_, filter) => {
    const [without, present] = await both((s) => search(s, { query: 'flavors', filter }));
    expect(present).toEqual(without);
  });

  it.each<[string, (s: Setup) => Promise<unknown>]>([
    ['suggestions', (s) => s.search.suggest({ query: 'zanz' })],
    ['suggestions of ids', (s) => s.search.suggest({ query: 'scs-0100' })],
    ['answers', (s) => s.search.answer({ question: 'What connects routers?' })],
    ['resolved errors', (s) => s.search.resolveError({ text: 'FAILED zanzibar-naming: quokka' })],
    ['similar pages', (s) => s.search.similar({ page: 'shown:network.md' })],
    ['similar pages of a hidden one', (s) => s.search.similar({ page: 'acme:secret.md' })],
    ['a diff', (s) => s.search.diff({ standard: 'standards/scs-0100', fromVersion: 'v1', toVersion: 'v2' })],
    [
      'a diff with a hidden version',
      (s) => s.search.diff({ standard: 'standards/scs-0100', fromVersion: 'v2', toVersion: 'v3' }),
    ],
  ])('in %s', async (_, ask) => {
    const [without, present] = await both(ask);
    expect(present).toEqual(without);
  });
});

it('pages whose access is narrowed are gone at once, without a new reading', async () => {
  await full.addSource('moving', { 'page.md': '# Moving\n\nA wombat.' });
  expect(await full.pages('wombat')).toEqual(['moving:page.md']);
  await full.sources.updateSource(
    { source: { name: 'sources/moving', access: 'operator' }, updateMask: { paths: ['access'] } },
    full.operator,
  );
  expect(await full.pages('wombat')).not.toContain('moving:page.md');
  expect(await full.pages('wombat', full.operator)).toEqual(['moving:page.md']);
  await eventually(async () =>
    expect(await full.pages('wombat', await full.as('', 'acme'))).not.toContain('moving:page.md'),
  );
});

it('a wrong token is refused, not taken for none', async () => {
  await expect(full.search.search({ query: 'flavors' }, { token: 'no.real.token' })).rejects.toMatchObject({
    kind: 'unauthenticated',
  });
});
