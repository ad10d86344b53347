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
    ['emoji', '## 🚀 Start', ['-start']],
    ['an id in HTML', '## Long title <a id="short"></a>', ['short']],
    ['an id in HTML counts', '## Tip <a name="a"></a>\n\n## Tip', ['a', 'tip-1']],
    ['inside of quotes and lists', '> ## Tip\n\n- ## Tip', ['tip', 'tip-1']],
    ['braces that are no id', '## Use of {#', ['use-of-']],
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
    ['admonitions leave their title', '## T\n\n:::note Beware\n\nyes\n\n:::', 'Beware\nyes'],
    ['admonitions in one paragraph', '## T\n\n:::tip[Read me]{.big}\nyes\n:::', 'Read me\nyes'],
    ['alerts of GitHub', '## T\n\n> [!NOTE]\n> yes', 'yes'],
    ['folded text', '## T\n\n<details>\n<summary>More</summary>\n\nyes\n\n</details>', 'More\nyes'],
    ['breaks part words', '## T\n\none<br/>two', 'one two'],
    ['what pictures show', '## T\n\n![a plan](a.png)\n\n<img src="b.png" alt="a map">', 'a plan\na map'],
    [
      'pictures themselves are left out',
      `## T\n\n<img src="data:image/png;base64,${'iVBO'.repeat(50_000)}"> yes`,
      'yes',
    ],
    ['titles of code', '## T\n\n```yaml title="values.yaml"\na: 1\n```', 'values.yaml'],
    ['links and emphasis', '## T\n\nsee **the** [docs](https://example.org).', 'see the docs.'],
  ])('%s', (_, markdown, text) => {
    expect(readSections(markdown).sections[0]).toMatchObject({ text });
  });

  it('keeps code apart, in lists too', () => {
    const [section] = readSections('## T\n\n- do\n\n  ```sh\n  openstack server list\n  ```').sections;
    expect(section).toMatchObject({ text: 'do', code: 'openstack server list' });
  });
});

describe('MDX', () => {
  const textOf = (mdx: string): string =>
    readSections(mdx, 'mdx')
      .sections.map(({ text }) => text)
      .join('\n');

  it.each([
    ['children of components', '<Card>\n\nyes\n\n</Card>', 'yes'],
    [
      'attributes that people read',
      '<Card title="Backups" icon="disk" description={"of volumes"} />',
      'Backups\nof volumes',
    ],
    [
      'labels of tabs',
      '<Tabs>\n<TabItem value="mac" label="macOS">\n\nyes\n\n</TabItem>\n</Tabs>',
      'macOS\nyes',
    ],
    ['components within a line', 'press <Key label="Enter" /> twice', 'press  Enter  twice'],
    ['no modules', "import A from 'a'\n\nexport const b = { c: 'no' }\n\nyes", 'yes'],
    ['no expressions', 'yes {props.no} {/* no */}', 'yes'],
    ['comments of HTML, which MDX does not have', '<!-- no -->\n\nyes', 'yes'],
    ['links in brackets, which MDX does not have', 'see <https://example.org>', 'see https://example.org'],
  ])('%s', (_, mdx, text) => {
    expect(textOf(mdx)).toBe(text);
  });

  it('has anchors inside of components', () => {
    const { sections } = readSections('# A\n\n<Tabs label="Systems">\n\n## B\n\nb\n\n</Tabs>', 'mdx');
    expect(sections).toMatchObject([
      { anchor: 'a', text: 'Systems' },
      { anchor: 'b', text: 'b' },
    ]);
  });

  it('keeps code inside of components', () => {
    expect(readSections('<Tabs>\n\n```sh\nls\n```\n\n</Tabs>', 'mdx').sections[0]).toMatchObject({
      code: 'ls',
    });
  });
});
