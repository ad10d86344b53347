import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildIndex, pagesOf, replacePages, visibleTo, type DocIndex } from './build-index.ts';
import type { Page } from './page.ts';
import { plainLabels, readFile } from './read/read-pages.ts';
import { search } from './search.ts';
import { suggest } from './suggest.ts';

const texts = [
  'volume backup',
  'flavor of a volume',
  'kubernetes cluster',
  'backup of etcd',
  'barbican keeps secrets',
  'zone',
  'hw_rng_model',
];
const queries = [
  'volume',
  'volume backup',
  'kuberntes',
  'barbicna',
  'hw_rng_model',
  'scs-0001',
  'flavor zone',
  'xyz',
  'backu',
];
const standing = [
  'stabilized_at: 2024-01-01',
  'stabilized_at: 2023-01-01\ndeprecated_at: 2024-01-01',
  'status: Draft',
];

const anyPage = fc
  .record({
    number: fc.integer({ min: 1, max: 9 }),
    access: fc.constantFrom('public', 'operator', 'tenant/a'),
    title: fc.constantFrom(...texts),
    dates: fc.constantFrom(...standing),
    paragraphs: fc.array(fc.constantFrom(...texts), { maxLength: 4 }),
  })
  .map(({ number, access, title, dates, paragraphs }) => {
    const front = `---\ntitle: ${title}\ntype: Standard\ntrack: IaaS\n${dates}\n---\n`;
    const text = front + paragraphs.map((paragraph) => `## ${paragraph}\n\nThe ${paragraph}.`).join('\n\n');
    const path = `Standards/scs-000${number}-v1-name.md`;
    return readFile({ repo: 'standards', path, text }, { ...plainLabels('standards'), access }).pages[0]!;
  });

const anyEdit = fc.record({
  changed: fc.uniqueArray(anyPage, { maxLength: 4, selector: ({ id }) => id }),
  removed: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }),
});

/** All that a caller can learn from an index. */
function answers(index: DocIndex): unknown {
  return [
    ...queries.map((query) => search(index, query, { asOf: '2026-11-24', explain: true })),
    ...queries.map((query) =>
      search(index, query, { asOf: '2023-06-01', typing: true, filter: { state: ['draft'] } }),
    ),
    ...queries.map((query) => suggest(index, query, { asOf: '2026-11-24' })),
  ];
}

function edited(edits: readonly { changed: Page[]; removed: number[] }[]): {
  index: DocIndex;
  pages: Page[];
} {
  const pages = new Map<string, Page>();
  let index = buildIndex([]);
  for (const { changed, removed } of edits) {
    const ids = removed.map((number) => `standards:Standards/scs-000${number}-v1-name.md`);
    for (const id of ids) pages.delete(id);
    for (const page of changed) pages.set(page.id, page);
    index = replacePages(index, changed, ids);
  }
  return { index, pages: [...pages.values()] };
}

describe('an index', () => {
  it('that was changed page by page answers like one built anew', () => {
    fc.assert(
      fc.property(fc.array(anyEdit, { maxLength: 6 }), (edits) => {
        const { index, pages } = edited(edits);
        expect(new Set(pagesOf(index))).toEqual(new Set(pages));
        expect(answers(index)).toEqual(answers(buildIndex(pages)));
      }),
      { numRuns: 60 },
    );
  });

  it('answers callers as if there were only what they may see', () => {
    fc.assert(
      fc.property(fc.array(anyEdit, { maxLength: 4 }), (edits) => {
        const { index, pages } = edited(edits);
        const labels = new Set(['public', 'tenant/a']);
        const seen = pages.filter((page) => labels.has(page.labels.access));
        expect(answers(visibleTo(index, labels))).toEqual(answers(buildIndex(seen)));
      }),
      { numRuns: 60 },
    );
  });

  it('stays as it is for those who still read it', () => {
    fc.assert(
      fc.property(anyEdit, anyEdit, (first, second) => {
        const { index } = edited([first]);
        const before = JSON.stringify(answers(index));
        replacePages(
          index,
          second.changed,
          second.removed.map((number) => `standards:Standards/scs-000${number}-v1-name.md`),
        );
        expect(JSON.stringify(answers(index))).toBe(before);
      }),
      { numRuns: 30 },
    );
  });

  it('is plain data, which can be stored', () => {
    fc.assert(
      fc.property(fc.array(anyEdit, { maxLength: 3 }), (edits) => {
        const { index } = edited(edits);
        expect(answers(structuredClone(index))).toEqual(answers(index));
      }),
      { numRuns: 20 },
    );
  });

  it('forgets the words of pages that have gone', () => {
    const page = (name: string, text: string): Page =>
      readFile({ repo: 'docs', path: `${name}.md`, text: `# ${name}\n\n${text}` }).pages[0]!;
    const unique = (number: number) =>
      Array.from({ length: 50 }, (_, at) => `w${number}x${at}y`.replaceAll(/\d/g, (d) => 'abcdefghij'[+d]!));
    const others = Array.from({ length: 100 }, (_, at) => page(`other-${at}`, unique(at).join(' ')));
    let index = replacePages(buildIndex([page('kept', 'A volume.'), ...others]), []);
    for (const { id } of others) index = replacePages(index, [], [id]);
    const size = ({ segments }: DocIndex) =>
      segments.reduce((sum, { terms, words }) => sum + terms.size + words.size, 0);
    expect(pagesOf(index)).toHaveLength(1);
    expect(size(index)).toBeLessThanOrEqual(2 * size(buildIndex(pagesOf(index))));
  });

  it('keeps few segments, however many changes there were', () => {
    const page = (number: number): Page =>
      readFile({ repo: 'docs', path: `${number}.md`, text: `# Page ${number}\n\nVolume ${number}` })
        .pages[0]!;
    let index = buildIndex([]);
    for (let number = 0; number < 200; number += 1) index = replacePages(index, [page(number)]);
    expect(pagesOf(index)).toHaveLength(200);
    expect(index.segments.length).toBeLessThanOrEqual(8);
  });
});
