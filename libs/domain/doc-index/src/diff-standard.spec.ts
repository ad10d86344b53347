import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffStandard } from './diff-standard.ts';
import type { Page } from './page.ts';
import { readPages } from './read/read-pages.ts';
import { sentences } from './sentences.ts';

const page = (text: string): Page =>
  readPages([{ repo: 'standards', path: 'Standards/scs-0900-v1-x.md', text }]).pages[0]!;
const diff = (from: string, to: string) => diffStandard(page(from), page(to));

describe('the difference of two versions', () => {
  it('is nothing between equal ones, however they are wrapped', () => {
    expect(
      diff(
        '## A\n\nOne sentence, which is so very very long that somebody\nbroke it. Two.',
        '## A\n\nOne sentence, which is so very very long that somebody broke it.\nTwo.',
      ),
    ).toEqual({ sections: [], unchanged: 1 });
  });

  it('names the sentences that stand in one version only, in hunks', () => {
    const { sections } = diff(
      '## A\n\nFirst one. Second one. Third one. Fourth one.',
      '## A\n\nFirst one. Another one. Third one. Fourth one. Fifth one.',
    );
    expect(sections).toEqual([
      {
        kind: 'changed',
        from: { anchor: 'a', heading: 'A' },
        to: { anchor: 'a', heading: 'A' },
        changes: [
          { removed: ['Second one.'], added: ['Another one.'] },
          { removed: [], added: ['Fifth one.'] },
        ],
      },
    ]);
  });

  it('takes code line by line, and rows of tables', () => {
    const text = (size: string) =>
      `## A\n\n| disk | GB |\n| --- | --- |\n| small | 5 |\n| large | ${size} |\n\n\`\`\`\nopenstack a\nopenstack ${size}\n\`\`\`\n`;
    expect(diff(text('50'), text('100')).sections[0]!.changes).toEqual([
      { removed: ['large | 50'], added: ['large | 100'] },
      { removed: ['openstack 50'], added: ['openstack 100'] },
    ]);
  });

  it('keeps the order of the newer version, and what was removed where it stood', () => {
    const { sections, unchanged } = diff(
      '## A\n\nA.\n\n## Gone\n\nIt is gone now.\n\n## B\n\nB.\n\n## Last\n\nGone too.',
      '## New\n\nSomething else.\n\n## A\n\nA.\n\n## B\n\nChanged.',
    );
    expect(sections.map(({ kind, from, to }) => [kind, from?.heading, to?.heading])).toEqual([
      ['added', undefined, 'New'],
      ['removed', 'Gone', undefined],
      ['changed', 'B', 'B'],
      ['removed', 'Last', undefined],
    ]);
    expect(unchanged).toBe(1);
  });

  it.each([
    [
      'another heading over the same text',
      '## Naming policy\n\nEvery flavor has a name with a meaning.',
      '## Policy of names\n\nEvery flavor has a name with a meaning.',
      'renamed',
    ],
    ['another level', '## A\n\n### B\n\nText of B.', '## A\n\n## B\n\nText of B.', 'none'],
    [
      'equal headings under others',
      '## A\n\n### Examples\n\nOne.\n\n## B\n\n### Examples\n\nTwo.',
      '## B\n\n### Examples\n\nTwo.\n\n## A\n\n### Examples\n\nOne.',
      'none',
    ],
    [
      'another text under another heading',
      '## Colours\n\nAll is blue.',
      '## Sounds\n\nNothing rings.',
      'added, removed',
    ],
  ])('follows %s', (_, from, to, kinds) => {
    const found = diff(from, to).sections.map(({ kind }) => kind);
    expect(found.toSorted().join(', ') || 'none').toBe(kinds);
  });

  it('takes all of a large section for changed, whatever its size', () => {
    const lines = (word: string) =>
      Array.from({ length: 20_000 }, (_, n) => `Sentence ${word} ${n}.`).join('\n');
    const made = (text: string): Page => ({
      ...page('## A\n\nx'),
      sections: [{ anchor: 'a', heading: 'A', trail: [], text, code: '', testcases: [] }],
    });
    const { sections } = diffStandard(made(lines('a')), made(lines('b')));
    expect(sections[0]!.changes).toHaveLength(1);
    expect(sections[0]!.changes[0]!.added).toHaveLength(20_000);
  });

  it('turns the older lines into the newer ones, for any two', () => {
    const line = fc.constantFrom('One is here.', 'Two is here.', 'Three is here.', 'Four is here.');
    const body = fc.array(line, { maxLength: 12 });
    fc.assert(
      fc.property(body, body, (from, to) => {
        const { sections } = diff(`## A\n\n${from.join('\n')}`, `## A\n\n${to.join('\n')}`);
        const changes = sections.flatMap((section) => section.changes);
        const count = (lists: string[][]) => lists.flat().length;
        const removed = changes.map((change) => change.removed);
        const added = changes.map((change) => change.added);
        expect(from.length - count(removed)).toBe(to.length - count(added));
        const rest = (all: string[], gone: string[][]) => {
          const left = [...all];
          for (const text of gone.flat()) left.splice(left.indexOf(text), 1);
          return left.toSorted();
        };
        expect(rest(from, removed)).toEqual(rest(to, added));
      }),
    );
  });
});

describe('sentences', () => {
  it.each([
    [
      'end at full stops',
      'It is so. It stays so! Does it? Yes.',
      ['It is so.', 'It stays so!', 'Does it?', 'Yes.'],
    ],
    [
      'do not end at abbreviations',
      'Flavors, e.g. SCS-1V-4, exist. See cf. Table 1.',
      ['Flavors, e.g. SCS-1V-4, exist.', 'See cf. Table 1.'],
    ],
    [
      'nor within versions and ids',
      'Since v1.2 it is scs-0100.md that counts.',
      ['Since v1.2 it is scs-0100.md that counts.'],
    ],
    ['end behind ids', 'It replaces scs-0100. The rest stays.', ['It replaces scs-0100.', 'The rest stays.']],
    ['are also items of lists', 'compute\nidentity\nimage', ['compute', 'identity', 'image']],
    [
      'go on in the next line',
      'This is a paragraph that somebody broke at some column, as\none does. Next.',
      ['This is a paragraph that somebody broke at some column, as one does.', 'Next.'],
    ],
    ['keep quotation marks', 'He said “no.” Then he left.', ['He said “no.”', 'Then he left.']],
    [
      'end in German too',
      'Das gilt z.B. für Server. Es bleibt so.',
      ['Das gilt z.B. für Server.', 'Es bleibt so.'],
    ],
  ])('%s', (_, text, expected) => {
    expect(sentences(text)).toEqual(expected);
  });

  it('lose nothing but blanks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const letters = (all: string) => all.replace(/\s+/g, '');
        expect(letters(sentences(text).join(''))).toBe(letters(text));
      }),
    );
  });
});
