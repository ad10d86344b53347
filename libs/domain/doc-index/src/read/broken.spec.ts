// Files that no author writes, but generators and attackers do: a good page or one clear line, and no long wait.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFile, readPages } from './read-pages.ts';

const read = (path: string, text: string) => readPages([{ repo: 'docs', path, text }]);

describe('a broken file is reported in one line:', () => {
  it.each([
    ['front matter that does not close', 'a.md', '---\ntitle: A\n\n# A', /does not close/],
    ['front matter that is no YAML', 'a.md', '---\ntitle: [\n---\n# A', /at line 1/],
    ['front matter that grows', 'a.md', `---\n${bomb()}\n---\n# A`, /alias/],
    ['aliases that grow', 'a.yaml', `openapi: 3.0.0\n${bomb()}`, /alias/],
    ['YAML that is none', 'a.yaml', 'openapi: 3.0.0\npaths: [', /line 2/],
    ['YAML that is nested', 'a.yaml', `openapi: 3.0.0\npaths: ${'['.repeat(10_000)}`, /nested too deeply/],
    ['YAML in blocks that is nested', 'a.yaml', `openapi: 3.0.0\n${'- '.repeat(10_000)}`, /./],
    ['YAML in one line', 'a.yaml', `openapi: 3.0.0\npaths: [${'a,'.repeat(1_000_000)}]`, /characters/],
    ['YAML without end', 'a.yaml', `openapi: 3.0.0\n${'- a\n'.repeat(500_000)}`, /lines/],
    ['YAML that is mostly empty', 'a.yaml', `openapi: 3.0.0\n${' \n'.repeat(30_000)}a: [`, /at line/],
    ['JSON that is none', 'a.json', '{"openapi": "3.0.0", secret}', /^not valid JSON at position 21$/],
    ['JSON that ends early', 'a.json', '{"openapi": "3.0.0"', /^not valid JSON/],
    ['a resource without a kind', 'a.yaml', 'kind: CustomResourceDefinition', /spec.names.kind/],
  ])('%s', (_, path, text, message) => {
    const { pages, problems } = read(path, text);
    expect(pages).toEqual([]);
    expect(problems).toEqual([{ file: `docs:${path}`, message: expect.stringMatching(message) as string }]);
    expect(problems[0]!.message).not.toMatch(/\n|secret/);
  });
});

/** Nine aliases of nine aliases of nine …: some hundred letters that become gigabytes. */
function bomb(): string {
  const names = 'abcdefghij'.split('');
  const lines = names.map((name, index) => {
    const values = Array<string>(9).fill(index === 0 ? 'x' : `*${names[index - 1]}`);
    return `${name}: &${name} [${values.join(', ')}]`;
  });
  return lines.join('\n');
}

describe('a strange page is found by its words:', () => {
  it.each([
    ['quotes in quotes', '>'.repeat(10_000)],
    ['lists in lists', '- '.repeat(10_000)],
    [
      'lists in lists, indented',
      Array.from({ length: 900 }, (_, depth) => `${'  '.repeat(depth)}- a`).join('\n'),
    ],
    ['two million letters in one line', 'word '.repeat(400_000)],
    ['links without end', '[a]('.repeat(100_000)],
    ['emphasis without end', 'a**b'.repeat(100_000)],
    ['emphasis in emphasis', `${'*a '.repeat(50_000)}${'a* '.repeat(50_000)}`],
    ['a table of many columns', `${'|a'.repeat(50_000)}|\n${'|-'.repeat(50_000)}|`],
    ['a table of many rows', `|a|b|\n|-|-|\n${'|c|d|\n'.repeat(50_000)}`],
    ['comments that do not close', 'a <!--'.repeat(100_000)],
    ['code that does not close', `\`\`\`\n${'[*_'.repeat(100_000)}`],
    ['braces', '{'.repeat(100_000)],
    ['a module that goes on over empty lines', `export const a = [\n${'1,\n\n'.repeat(3_000)}`],
    ['a component of many attributes', `<a ${'b="c" '.repeat(100_000)}/>`],
    ['components in components', '<a>'.repeat(100_000)],
    ['characters that were no UTF-8', '\uFFFD'.repeat(1000)],
    ['control characters', '\u0000\u001B[31m'.repeat(1000)],
  ])('%s', (_, text) => {
    for (const path of ['a.md', 'a.mdx']) {
      const { pages, problems } = read(path, `# Volumes\n\nbackup\n\n${text}\n\n# Images\n`);
      expect(problems).toEqual([]);
      expect(pages[0]!.title).toBe('Volumes');
      expect(pages[0]!.sections[0]!.text).toMatch(/^backup/);
    }
  });

  it('the help of a command with a hundred thousand options', () => {
    const { pages } = read('a.txt', `Usage: a\n\nOptions:\n${'  --b  c\n'.repeat(100_000)}`);
    expect(pages[0]!.sections.map(({ anchor }) => anchor)).toEqual(['usage', 'options']);
  });

  it('a mark at the start of the file is none of its words', () => {
    expect(read('a.md', '\uFEFF---\ntitle: A\n---\ntext').pages[0]).toMatchObject({ title: 'A' });
  });
});

it('every text gives pages or one line', () => {
  const marks = fc.constantFrom(
    ...'#*_`[]()<>{}|-:!&\\\n\t "\''.split(''),
    '---\n',
    'openapi: 3.0.0\n',
    'Usage:',
    'groups:\n',
    'alert:',
    '$ref',
  );
  const text = fc
    .array(fc.oneof(marks, fc.string({ unit: 'grapheme', maxLength: 5 })))
    .map((parts) => parts.join(''));
  const path = fc.constantFrom('a.md', 'a.mdx', 'a.yaml', 'a.json', 'a.txt', 'scs-compatible-a.yaml');
  fc.assert(
    fc.property(path, text, (name, content) => {
      try {
        const parsed = readFile({ repo: 'docs', path: name, text: content });
        for (const { id, title } of parsed.pages) expect(id && title).toBeTruthy();
      } catch (error) {
        expect((error as Error).message).toMatch(/^[^\n]+$/);
      }
    }),
  );
});
