import { describe, expect, it } from 'vitest';
import { assemble } from './assemble.ts';
import { isDocument, plainLabels, readFile, readPages } from './read-pages.ts';
import { statesOn } from '../state.ts';

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

  it('tells standards which of its versions ask for them', () => {
    const scope = file(
      'Tests/scs-compatible-iaas.yaml',
      `name: SCS-compatible IaaS
modules:
- id: colours-v2
  url: https://docs.scs.community/standards/scs-0999-v2-colours
versions:
- version: v5.1
  include: [colours-v2, unknown]
- version: v4
  include: [{ref: colours-v2, parameters: {a: b}}]
- version: v3
  include: [unknown]
`,
    );
    const { pages } = readPages([standard, scope, successor]);
    expect(pages.map((page) => page.standard?.scopes)).toEqual([
      [],
      ['SCS-compatible IaaS v5.1', 'SCS-compatible IaaS v4'],
    ]);
  });
});

describe('a name of a file', () => {
  it.each([
    ['docs/a.md', true],
    ['docs/a.MDX', true],
    ['Tests/scs-compatible-kaas.yaml', true],
    ['deploy/rules.yml', true],
    ['openapi.json', true],
    ['docs/csctl.txt', true],
    ['docs/csctl.help', true],
    ['../a.md', true],
    ['a.md.png', false],
    ['main.go', false],
    ['package-lock.json', false],
    ['web/pnpm-lock.yaml', false],
    ['.github/ISSUE_TEMPLATE/bug.md', false],
    ['.golangci.yml', false],
  ])('%s may hold documentation: %s', (path, expected) => {
    expect(isDocument(path)).toBe(expected);
  });
});

describe('a file that is no documentation', () => {
  it.each([
    ['values.yaml', 'replicas: 3\nimage: {tag: latest}'],
    ['broken-values.yaml', 'a: [1'],
    ['package.json', '{"name": "a", "dependencies": {}}'],
    ['requirements.txt', 'usage\nflask==2.0'],
    ['deployment.yaml', 'kind: Deployment\nmetadata: {name: a}'],
    ['users.yaml', 'groups:\n- name: admins\n  record: true'],
    [
      'templates/rule.yaml',
      'kind: PrometheusRule\nspec:\n  groups:\n  {{- if .Values.on }}\n  - rules:\n    - alert: A\n  {{- end }}',
    ],
  ])('%s is no problem and has no pages', (path, text) => {
    expect(readPages([file(path, text)])).toEqual({ pages: [], problems: [] });
  });
});

describe('a source with labels', () => {
  const labels = { ...plainLabels('standards'), component: 'standards', version: 'main', access: 'operator' };

  it('hands them to all pages, and its files survive being kept as JSON', () => {
    const parsed = readFile(supplement, labels);
    expect(parsed.pages[0]).toMatchObject({ labels });
    expect(assemble([JSON.parse(JSON.stringify(parsed))])).toEqual(assemble([parsed]));
  });

  it('says nothing on pages that others may see', () => {
    const scope = file(
      'scs-compatible-a.yaml',
      'name: A\nmodules: [{id: m, url: a/scs-0999-v2-a}]\nversions: [{version: v1, include: [m]}]',
    );
    const hidden = readFile(scope, labels);
    expect(assemble([hidden, readFile(successor)])[0]!.standard!.scopes).toEqual([]);
    expect(assemble([hidden, readFile(successor, labels)])[0]!.standard!.scopes).toEqual(['A v1']);
  });
});

describe('pages', () => {
  it('that nothing is said about stay the same objects', () => {
    const guide = readFile(file('a.md', '# A'));
    const old = readFile(
      file('Standards/scs-0998-v1-a.md', '---\ntype: Standard\nreplaced_by: scs-0998-v2-a.md\n---\n# A'),
    );
    const newer = readFile(file('Standards/scs-0998-v2-a.md', '---\ntype: Standard\n---\n# A'));
    const pages = assemble([guide, old, newer]);
    expect(pages[0]).toBe(guide.pages[0]);
    expect(pages[1]).toBe(old.pages[0]);
    expect(pages[2]!.standard!.replaces).toEqual(['scs-0998-v1']);
    expect(newer.pages[0]!.standard!.replaces).toEqual([]);
  });

  it('about which the same is said again are the same objects again, and others where something else is said', () => {
    const page = readFile(file('Standards/scs-0998-v2-a.md', '---\ntype: Standard\n---\n# A\n\n## Tests'));
    const says = (description: string) => ({
      pages: [],
      testcases: [{ id: 'scs-0998-a', description, url: '/scs-0998-v2-a#tests', messages: [] }],
    });
    const [first] = assemble([page, says('one')]);
    expect(first!.sections.at(-1)!.testcases).toMatchObject([{ description: 'one' }]);
    expect(assemble([page, says('one')])[0]).toBe(first);
    const [other] = assemble([page, says('two')]);
    expect(other!.sections.at(-1)!.testcases).toMatchObject([{ description: 'two' }]);
  });
});
