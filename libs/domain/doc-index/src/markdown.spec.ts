import { describe, expect, it } from 'vitest';
import { readSections } from './markdown.ts';

const anchorsOf = (markdown: string): string[] => readSections(markdown).sections.map(({ anchor }) => anchor);

describe('anchors', () => {
  it.each([
    ['a plain heading', '## Design Considerations', ['design-considerations']],
    ['code and punctuation', '## Grace Hopper (`g`)', ['grace-hopper-g']],
    ['underscores stay', '## Use of is_domain_managed_role', ['use-of-is_domain_managed_role']],
    [
      'repeated ones are counted',
      '## Decision\n\n## Decision\n\n### Decision',
      ['decision', 'decision-1', 'decision-2'],
    ],
    ['an explicit one', '## Long title {#short}', ['short']],
    ['umlauts', '## Größe', ['größe']],
    ['a link', '## See [the docs](https://example.org)', ['see-the-docs']],
    ['text before the first heading has none', 'Hello\n\n# Title', ['', 'title']],
    ['no heading inside code', '# A\n\n```sh\n# not a heading\n```', ['a']],
  ])('%s', (_, markdown, anchors) => {
    expect(anchorsOf(markdown)).toEqual(anchors);
  });
});

describe('a section', () => {
  it('knows the headings above it, without the title', () => {
    const { title, sections } = readSections('# Page\n\n## A\n\n### B\n\n## C\n\ntext');
    expect(title).toBe('Page');
    expect(sections.map(({ heading, trail }) => [heading, trail])).toEqual([
      ['Page', []],
      ['A', []],
      ['B', ['A']],
      ['C', []],
    ]);
  });

  it.each([
    ['cells do not run together', '## T\n\n| a | b |\n| - | - |\n| 1 | 2 |', 'a | b\n1 | 2'],
    ['lists keep their words apart', '## T\n\n- one\n- two', 'one\ntwo'],
    ['HTML and comments are left out', '## T\n\n<!-- no -->\n\n<b>yes</b>', 'yes'],
    ['modules of MDX are left out', "## T\n\nimport X from './x'\n\nyes", 'yes'],
    ['links and emphasis', '## T\n\nsee **the** [docs](https://example.org).', 'see the docs.'],
  ])('%s', (_, markdown, text) => {
    expect(readSections(markdown).sections[0]).toMatchObject({ text });
  });

  it('keeps code apart, in lists too', () => {
    const [section] = readSections('## T\n\n- do\n\n  ```sh\n  openstack server list\n  ```').sections;
    expect(section).toMatchObject({ text: 'do', code: 'openstack server list' });
  });
});
