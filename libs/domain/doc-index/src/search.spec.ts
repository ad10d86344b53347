import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildIndex } from './build-index.ts';
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

Set \`hw_rng_model\` to virtio on the nodes.
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
  ])('%s', (_, query, place) => {
    expect(first(query)).toBe(place);
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
