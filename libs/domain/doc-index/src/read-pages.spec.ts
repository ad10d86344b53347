import { describe, expect, it } from 'vitest';
import { isDocument, readPages } from './read-pages.ts';
import { statesOn } from './state.ts';

const file = (path: string, text: string) => ({ repo: 'standards', path, text });

const standard = file(
  'Standards/scs-0999-v1-colours.md',
  `---
title: Colours
type: Standard
status: Deprecated
stabilized_at: 2024-01-10
deprecated_at: 2025-06-01
track: IaaS
---

## Introduction
`,
);
const successor = file(
  'Standards/scs-0999-v2-colours.md',
  '---\ntype: Standard\nstabilized_at: 2025-06-01\n---\n# Colours',
);
const supplement = file(
  'Standards/scs-0999-w1-colours-testing.md',
  '---\ntype: Supplement\nsupplements: [scs-0999-v1-colours.md, scs-0999-v2-colours.md]\n---\n## Automated tests',
);

describe('a page', () => {
  it('has title, id, track and dates of its front matter', () => {
    expect(readPages([standard]).pages[0]).toMatchObject({
      id: 'standards:Standards/scs-0999-v1-colours.md',
      title: 'Colours',
      standard: {
        id: 'scs-0999-v1',
        family: 'scs-0999',
        track: 'IaaS',
        stabilizedAt: '2024-01-10',
        deprecatedAt: '2025-06-01',
      },
    });
  });

  it('without a title is named by its first heading, or its file', () => {
    const { pages } = readPages([file('a.md', '# Hello'), file('docs/b.md', 'text')]);
    expect(pages.map(({ title }) => title)).toEqual(['Hello', 'b.md']);
  });

  it('that is broken is reported, and the others are read', () => {
    const { pages, problems } = readPages([
      file('bad.md', '---\ntitle: [\n---\n# A'),
      file('good.md', '# B'),
    ]);
    expect(pages.map(({ path }) => path)).toEqual(['good.md']);
    expect(problems).toMatchObject([{ file: 'standards:bad.md' }]);
    expect(problems[0]!.message).not.toContain('\n');
  });
});

describe('the state of a standard', () => {
  it.each([
    ['2023-12-31', 'draft', 'draft'],
    ['2024-01-10', 'effective', 'draft'],
    ['2025-05-31', 'effective', 'draft'],
    ['2025-06-01', 'deprecated', 'effective'],
  ])('on %s is %s for v1 and %s for v2; the supplement stands with the better', (day, first, second) => {
    const states = statesOn(readPages([standard, successor, supplement]).pages, day);
    expect(states.get('standards:Standards/scs-0999-v1-colours.md')).toBe(first);
    expect(states.get('standards:Standards/scs-0999-v2-colours.md')).toBe(second);
    const best = [first, second].includes('effective') ? 'effective' : 'draft';
    expect(states.get('standards:Standards/scs-0999-w1-colours-testing.md')).toBe(best);
  });
});

describe('a scope', () => {
  it('puts its test cases where they are explained', () => {
    const scope = file(
      'Tests/scs-compatible-iaas.yaml',
      `scripts:
- testcases:
  - id: scs-0999-blue
    description: The sky is blue.
    url: https://docs.scs.community/standards/scs-0999-w1-colours-testing#automated-tests
`,
    );
    const { pages } = readPages([scope, supplement]);
    expect(pages[0]!.sections[0]!.testcases).toMatchObject([
      { id: 'scs-0999-blue', description: 'The sky is blue.' },
    ]);
  });

  it.each([
    ['docs/a.md', true],
    ['docs/a.MDX', true],
    ['Tests/scs-compatible-kaas.yaml', true],
    ['values.yaml', false],
    ['a.md.png', false],
  ])('or page: %s %s', (path, expected) => {
    expect(isDocument(path)).toBe(expected);
  });
});
