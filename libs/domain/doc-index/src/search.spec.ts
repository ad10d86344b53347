import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildIndex } from './build-index.ts';
import type { FacetName, Filter } from './facet.ts';
import { readPages } from './read/read-pages.ts';
import { search, type SearchOptions } from './search.ts';

const standard = (id: string, title: string, dates: string, body: string) => ({
  repo: 'standards',
  path: `Standards/${id}.md`,
  text: `---\ntitle: ${title}\ntype: Standard\ntrack: IaaS\n${dates}\n---\n${body}`,
});
const corpus = [
  standard(
    'scs-0901-v1-flavor-colours',
    'Flavor colours',
    'stabilized_at: 2023-01-01\ndeprecated_at: 2025-01-01',
    '## Decision\n\nEvery flavor MUST have the colour blue. Every flavor is blue.',
  ),
  standard(
    'scs-0901-v2-flavor-colours',
    'Flavor colours',
    'stabilized_at: 2025-01-01',
    '## Motivation\n\nColours help.\n\n## Decision\n\nEvery flavor MUST have the colour green.',
  ),
  standard(
    'scs-0902-v1-zones',
    'Availability zones',
    'stabilized_at: 2024-01-01',
    '## Standard\n\nA zone has its own power supply.',
  ),
  {
    repo: 'docs',
    path: 'guides/backup.md',
    text: `# Backup guide

## Volumes

Create a volume backup with the Cinder service. Encrypted volumes keep their key in Barbican.

\`\`\`sh
openstack volume backup create --name nightly VOLUME
\`\`\`

## Kubernetes clusters

Set \`hw_rng_model\` to virtio on the nodes. They have a keyring.
`,
  },
];
const index = buildIndex(readPages(corpus).pages);
const ask = (query: string, options: Partial<SearchOptions> = {}) =>
  search(index, query, { asOf: '2026-11-24', ...options });
const first = (query: string, options: Partial<SearchOptions> = {}): string => {
  const [hit] = ask(query, options).hits;
  return hit ? `${hit.page.replace(/^.*\//, '').replace('.md', '')}#${hit.anchor}` : 'nothing';
};

describe('a search finds', () => {
  it.each([
    ['a standard by its id', 'scs-0902', 'scs-0902-v1-zones#standard'],
    ['without the dash', 'scs0902', 'scs-0902-v1-zones#standard'],
    ['with a blank', 'SCS 902', 'scs-0902-v1-zones#standard'],
    ['by its number', 'standard 0902', 'scs-0902-v1-zones#standard'],
    ['a name of several parts', 'hw_rng_model', 'backup#kubernetes-clusters'],
    ['a part of a name', 'rng', 'backup#kubernetes-clusters'],
    ['a mistyped word', 'kuberntes', 'backup#kubernetes-clusters'],
    ['two letters swapped', 'barbicna', 'backup#volumes'],
    ['the start of a word', 'encry', 'backup#volumes'],
    ['a synonym', 'k8s', 'backup#kubernetes-clusters'],
    ['several words that mean one', 'AZ', 'scs-0902-v1-zones#standard'],
    ['a command', 'openstack volume backup create', 'backup#volumes'],
    ['the other spelling', 'color', 'scs-0901-v2-flavor-colours#decision'],
    ['a German compound', 'Verfügbarkeitszonen', 'scs-0902-v1-zones#standard'],
    ['a German question', 'Wie sichere ich verschlüsselte Volumes?', 'backup#volumes'],
    ['German without its letters', 'Datensicherung mit Cinder', 'backup#volumes'],
    ['a German verb in two parts', 'Wie lege ich das mit Cinder an?', 'backup#volumes'],
  ])('%s', (_, query, place) => {
    expect(first(query)).toBe(place);
  });
});

describe('a page stands lower', () => {
  const better = {
    repo: 'docs',
    path: 'z.md',
    text: '# Quotas\n\nA quota limits what a project may use at once.',
  };

  it.each([
    ['that only says where to read', 'See the page about the quota of projects.'],
    [
      'whose content has moved',
      'Obsolete, content moved to z.md. A project has a quota that limits what the project may use.',
    ],
  ])('%s', (_, text) => {
    const worse = { repo: 'docs', path: 'a.md', text: `# Quotas\n\n${text}` };
    const both = buildIndex(readPages([worse, better]).pages);
    const { hits } = search(both, 'project quotas', { asOf: '2026-11-24' });
    expect(hits.map(({ page }) => page)).toEqual(['docs:z.md', 'docs:a.md']);
  });
});

describe('facets', () => {
  const facet = (name: FacetName, options: Partial<SearchOptions> = {}): unknown =>
    ask('flavor colour volume', options).facets.find((one) => one.name === name)?.values;

  it('count the pages that have a value', () => {
    expect(facet('state')).toEqual([
      { value: 'deprecated', pages: 1 },
      { value: 'effective', pages: 1 },
    ]);
    expect(facet('component')).toEqual([
      { value: 'standards', pages: 2 },
      { value: 'docs', pages: 1 },
    ]);
    expect(facet('version')).toEqual([
      { value: 'v1', pages: 1 },
      { value: 'v2', pages: 1 },
    ]);
  });

  it('that nobody has a value of are not there', () => {
    expect(facet('audience')).toBeUndefined();
  });

  it('count under the filters of the others', () => {
    const filter = { state: ['effective'] };
    expect(facet('state', { filter })).toHaveLength(2);
    expect(facet('component', { filter })).toEqual([{ value: 'standards', pages: 1 }]);
  });

  it('filter: of one any value fits, of several all must', () => {
    const pages = (filter: Filter): number => ask('flavor colour volume', { filter }).totalPages;
    expect(pages({ state: ['effective', 'deprecated'] })).toBe(2);
    expect(pages({ state: ['effective', 'deprecated'], version: ['v1'] })).toBe(1);
  });
});

describe('a search is never empty', () => {
  it.each([
    ['what the filters leave out', 'barbican', { component: ['standards'] }, 'outside-filters'],
    ['the nearest words', 'bxrbyqan', { component: ['docs'] }, 'nearest'],
    ['pages to start from', 'مرحبا', {}, 'start'],
    ['pages to start from, for control characters', '\u0000\u0007', {}, 'start'],
    ['pages to start from, for nothing', '', {}, 'start'],
    ['pages to start from, under a filter', '???', { component: ['docs'] }, 'start'],
  ] as const)('but shows %s', (_, query, filter, match) => {
    const answer = ask(query, { filter });
    expect(answer.match).toBe(match);
    expect(answer.hits.length).toBeGreaterThan(0);
  });

  it('unless there are no pages', () => {
    expect(search(buildIndex([]), 'volume', { asOf: '2026-11-24' })).toMatchObject({
      hits: [],
      totalPages: 0,
    });
  });

  it('whatever is asked', () => {
    const query = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.array(fc.integer({ min: 0xd7f0, max: 0xe010 })).map((codes) => String.fromCharCode(...codes)),
    );
    fc.assert(
      fc.property(query, fc.boolean(), (text, typing) => {
        const { hits, coverage } = ask(text, { typing, explain: true });
        expect(hits.length).toBeGreaterThan(0);
        expect(coverage).toBeGreaterThanOrEqual(0);
        expect(coverage).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('versions of a standard', () => {
  const versions = (options: Partial<SearchOptions> = {}, query = 'flavor colour blue'): string[] => [
    ...new Set(ask(query, options).hits.map(({ page, state }) => `${page.slice(20, 31)} ${state}`)),
  ];

  it('in force stand above deprecated ones that fit better', () => {
    expect(versions()).toEqual(['scs-0901-v2 effective', 'scs-0901-v1 deprecated']);
  });

  it('stand as of a day', () => {
    expect(versions({ asOf: '2024-06-01' })).toEqual(['scs-0901-v1 effective', 'scs-0901-v2 draft']);
  });

  it('are found by their number, deprecated or not', () => {
    expect(versions({}, 'scs-0901-v1')[0]).toBe('scs-0901-v1 deprecated');
  });
});

describe('an answer', () => {
  it('is of one component when that is asked for', () => {
    expect(
      ask('flavor volume', { filter: { component: ['docs'] } }).hits.every(({ page }) =>
        page.startsWith('docs:'),
      ),
    ).toBe(true);
  });

  it('says what was meant', () => {
    expect(ask('kuberntes nodes')).toMatchObject({ didYouMean: 'kubernetes nodes', match: 'words' });
    expect(ask('kubernetes nodes').didYouMean).toBeUndefined();
  });

  it('is the nearest where nothing has the words, and says so', () => {
    const answer = ask('bxrbyqan');
    expect(answer).toMatchObject({ match: 'nearest', didYouMean: 'barbican' });
    expect(answer.hits.length).toBeGreaterThan(0);
  });

  it('to words that somebody is still typing has what they may become, as well as what they are', () => {
    const anchors = (query: string, typing: boolean): string[] =>
      ask(query, { typing }).hits.map(({ anchor }) => anchor);
    expect(anchors('z', true)).toEqual(['standard']);
    expect(anchors('key', false)).toEqual(['volumes']);
    expect(anchors('key', true)).toEqual(['volumes', 'kubernetes-clusters']);
    // A blank ends the word.
    expect(anchors('key ', true)).toEqual(['volumes']);
  });

  it('covers all that is asked for, or less', () => {
    expect(ask('encrypted volumes').coverage).toBeGreaterThan(0.9);
    expect(ask('encrypted xylophones').coverage).toBeLessThanOrEqual(0.5);
  });

  it('goes on behind an offset', () => {
    const all = ask('flavor colour volume zone', { limit: 10 });
    const rest = ask('flavor colour volume zone', { offset: 2, limit: 3 });
    expect(rest.hits).toEqual(all.hits.slice(2, 5));
    expect(rest.totalPages).toBe(all.totalPages);
  });

  it('of two words that somebody wrote as one is found', () => {
    expect(ask('everyflavor')).toMatchObject({ match: 'words', didYouMean: 'every flavor' });
  });

  it('marks articles only where nothing else was asked for', () => {
    const marked = (query: string) => {
      const { snippet, highlights } = ask(query).hits[0]!;
      return highlights.map(([start, end]) => snippet.slice(start, end).toLowerCase());
    };
    expect(marked('back up a volume')).toContain('volume');
    expect(marked('back up a volume')).not.toContain('a');
    expect(marked('a')).toContain('a');
  });

  it('marks the words in its snippet', () => {
    const [{ snippet, highlights } = { snippet: '', highlights: [] }] = ask('encrypted volumes').hits;
    const marked = highlights.map(([start, end]) => snippet.slice(start, end));
    expect(marked).toEqual(expect.arrayContaining(['volume', 'Encrypted', 'volumes']));
  });

  it('explains itself', () => {
    const [hit] = ask('kuberntes', { explain: true }).hits;
    expect(hit?.explanation?.words).toMatchObject([
      { word: 'kuberntes', reason: 'correction', fields: ['heading'] },
    ]);
    expect(hit?.explanation?.standing).toBe(1);
    expect(ask('kuberntes').hits[0]?.explanation).toBeUndefined();
  });

  it.each(['encrypted volumes', 'k8s nodes', 'Verfügbarkeitszonen Strom', 'flavor colour', 'hw_rng_model'])(
    'to %s has the score that its explanation adds up to',
    (query) => {
      for (const { score, explanation, state } of ask(query, { explain: true }).hits) {
        // Those are held below the version in force.
        if (state === 'deprecated') continue;
        const { words, missing, emphasis, page, names, standing } = explanation!;
        const sum = words.reduce((total, word) => total + word.score, 0);
        expect((sum * missing * emphasis + page) * names * standing).toBeCloseTo(score, 2);
      }
    },
  );

  it('has the title of its page and the headings above', () => {
    expect(ask('cinder').hits[0]).toMatchObject({
      title: 'Backup guide',
      trail: ['Volumes'],
      page: 'docs:guides/backup.md',
    });
  });

  it.each([
    ['nothing', ''],
    ['stop words', 'what is the'],
    ['signs of regular expressions', '.*(['],
    ['control characters', 'a\u0000b\u001B[31m'],
    ['right-to-left text', 'مرحبا'],
    ['SQL', "'; DROP TABLE pages; --"],
    ['ten thousand characters', 'volume '.repeat(1500)],
  ])('to %s is no error', (_, query) => {
    expect(() => ask(query, { explain: true })).not.toThrow();
  });

  it('comes for any query, best first, with highlights inside the snippet', () => {
    const query = fc.array(
      fc.oneof(fc.string(), fc.constantFrom('volume', 'flavour', 'scs-0901', 'Zone', 'für')),
    );
    fc.assert(
      fc.property(query, (parts) => {
        const { hits } = ask(parts.join(' '));
        expect(hits.map(({ score }) => score)).toEqual(
          hits.map(({ score }) => score).toSorted((a, b) => b - a),
        );
        for (const { snippet, highlights } of hits) {
          for (const [start, end] of highlights)
            expect(snippet.slice(start, end)).toMatch(/^[\p{L}\p{N}].*[\p{L}\p{N}]$|^[\p{L}\p{N}]$/u);
        }
      }),
    );
  });
});
