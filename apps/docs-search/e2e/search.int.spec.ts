// What the service says of what it finds. How sections are ranked is the library's matter, and tested there.
import { Match, SectionChange_Kind } from '@scs/proto/scs/docs/v1/search_pb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setup, standard, type Setup } from './setup.ts';

let s: Setup;
beforeAll(async () => {
  s = await setup({ clock: () => new Date('2026-11-24T10:00:00Z') });
  const security = (status: string, dates: Record<string, string>, body: string) =>
    standard({ title: 'Security Groups', type: 'Standard', track: 'IaaS', status, ...dates }, body);
  await s.addSource(
    'standards',
    {
      'Standards/scs-0115-v1-security.md': security(
        'Deprecated',
        { stabilized_at: '2024-01-01', deprecated_at: '2026-01-01' },
        '## Default rules\n\nIngress traffic is denied by default rules.\n\n## Reason\n\nUsers expect it.\n',
      ),
      'Standards/scs-0115-v2-security.md': security(
        'Stable',
        { stabilized_at: '2026-01-01', replaces: 'scs-0115-v1-security.md' },
        '## Default rules\n\nIngress traffic is denied by default rules. Egress traffic is allowed.\n\n## Reason\n\nUsers expect it.\n',
      ),
      'Standards/scs-0115-w1-security.md': standard(
        {
          title: 'Security Groups Implementation Notes',
          type: 'Supplement',
          track: 'IaaS',
          supplements: '\n  - scs-0115-v2-security.md',
        },
        '## Remove a rule\n\nTo remove a default rule, run the command for security group rules.\n',
      ),
      'Tests/scs-compatible-iaas.yaml': [
        'name: SCS-compatible IaaS',
        'uuid: 50393e6f-2ae1-4c5c-a62c-3b75f2abef3f',
        'scripts:',
        '  - executable: x.py',
        '    testcases:',
        '      - id: scs-0115-default-rules',
        '        description: Default rules deny ingress traffic',
        '        url: https://docs.example.org/standards/scs-0115-v2-security#default-rules',
      ].join('\n'),
    },
    { linkTemplate: 'https://docs.example.org/standards/{name}', audience: 'operator' },
  );
  await s.addSource('guides', {
    'firewall.md': '# Firewalls\n\nIngress traffic passes security groups and their default rules.\n',
    'vpn.md': '# Tunnels\n\nWireguard tunnels connect branch offices with peers and keys.\n',
    'wireguard.md': '# Peers\n\nEach peer of a wireguard tunnel has keys.\n',
    ...Object.fromEntries(
      ['backup', 'billing', 'console', 'images', 'quota', 'support'].map((topic) => [
        `${topic}.md`,
        `# About ${topic}\n\nThis is about ${topic}.\n`,
      ]),
    ),
  });
});
afterAll(() => s.close());

describe('a hit of a standard', () => {
  it('says where the standard stands, today and on another day', async () => {
    const hitOn = async (asOf: string, version: string) => {
      const { hits } = await s.search.search({
        query: `scs-0115-${version} default rules`,
        asOf,
        typing: true,
      });
      return hits.find(({ page }) => page === `standards:Standards/scs-0115-${version}-security.md`);
    };
    expect(await hitOn('', 'v2')).toMatchObject({
      anchor: 'default-rules',
      title: 'Security Groups',
      url: 'https://docs.example.org/standards/scs-0115-v2-security#default-rules',
      component: 'standards',
      audience: 'operator',
      standard: {
        id: 'scs-0115-v2',
        type: 'Standard',
        track: 'IaaS',
        state: 'effective',
        stabilizeDate: '2026-01-01',
        deprecateDate: '',
        replaces: ['scs-0115-v1'],
        replacedBy: [],
        supplementedBy: ['scs-0115-w1'],
      },
    });
    expect((await hitOn('', 'v1'))?.standard).toMatchObject({
      state: 'deprecated',
      replacedBy: ['scs-0115-v2'],
    });
    expect((await hitOn('2025-06-01', 'v1'))?.standard).toMatchObject({ state: 'effective' });
    expect((await hitOn('2025-06-01', 'v2'))?.standard).toMatchObject({ state: 'draft' });
  });

  it('is found under a filter, counted by facets, and explained when asked', async () => {
    const { hits, facets, totalPages } = await s.search.search({
      query: 'ingress traffic',
      filter: { states: ['effective'], tracks: ['IaaS'] },
      explain: true,
      typing: true,
    });
    expect(new Set(hits.map(({ standard: found }) => found?.id))).toEqual(new Set(['scs-0115-v2']));
    expect(totalPages).toBe(1);
    const states = facets.find(({ name }) => name === 'state')!.values;
    expect(states.map(({ value }) => value)).toEqual(expect.arrayContaining(['effective', 'deprecated']));
    expect(hits[0]!.explanation!.words.map(({ word }) => word)).toEqual(
      expect.arrayContaining(['ingress', 'traffic']),
    );
  });

  it('is shown without the filter where nothing is under it, and called so', async () => {
    const { match, hits } = await s.search.search({
      query: 'firewalls',
      filter: { tracks: ['KaaS'] },
      typing: true,
    });
    expect([match, hits[0]?.page]).toEqual([Match.OUTSIDE_FILTERS, 'guides:firewall.md']);
  });
});

it('a pasted error leads to test case, standard and section', async () => {
  const { errors, hits } = await s.search.resolveError({
    text: '2026-11-24 ERROR scs-0115-default-rules: FAIL',
  });
  expect(errors[0]).toMatchObject({
    testcase: 'scs-0115-default-rules',
    description: 'Default rules deny ingress traffic',
    standard: 'scs-0115-v2',
    explanation: {
      page: 'standards:Standards/scs-0115-v2-security.md',
      anchor: 'default-rules',
      url: 'https://docs.example.org/standards/scs-0115-v2-security#default-rules',
    },
  });
  expect(hits.length).toBeGreaterThan(0);
});

it('an answer is a sentence of the documentation, with its place', async () => {
  const { sentences } = await s.search.answer({
    question: 'Is egress traffic allowed by the default rules?',
  });
  expect(sentences[0]).toMatchObject({
    text: 'Egress traffic is allowed.',
    page: 'standards:Standards/scs-0115-v2-security.md',
    url: 'https://docs.example.org/standards/scs-0115-v2-security#default-rules',
    state: 'effective',
  });
});

it('two versions of a standard are compared section by section', async () => {
  const diff = await s.search.diff({ standard: 'standards/scs-0115', fromVersion: 'v1', toVersion: 'v2' });
  expect(diff).toMatchObject({
    fromPage: 'standards:Standards/scs-0115-v1-security.md',
    toPage: 'standards:Standards/scs-0115-v2-security.md',
    unchangedCount: 1,
  });
  expect(diff.sections.map(({ kind, toHeading }) => [kind, toHeading])).toEqual([
    [SectionChange_Kind.CHANGED, 'Default rules'],
  ]);
  expect(diff.sections[0]!.changes.flatMap(({ added }) => added).join(' ')).toContain(
    'Egress traffic is allowed.',
  );
});

it('similar pages are about the same, with the words that they share', async () => {
  const { pages } = await s.search.similar({ page: 'guides:vpn.md' });
  expect(pages[0]).toMatchObject({ page: 'guides:wireguard.md', title: 'Peers' });
  expect(pages[0]!.sharedWords).toContain('wireguard');
});

it('suggestions lead to standards while their id is typed', async () => {
  const { suggestions } = await s.search.suggest({ query: 'scs-0115' });
  expect(suggestions.map(({ kind, state }) => [kind, state])).toContainEqual(['standard', 'effective']);
  for (const { kind, url } of suggestions)
    if (kind === 'standard') expect(url).toMatch(/^https:\/\/docs\.example\.org\//);
});
