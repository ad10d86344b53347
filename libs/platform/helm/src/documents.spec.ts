import { describe, expect, it } from 'vitest';
import { parseYaml, splitManifests, YamlError } from './documents.ts';

describe('splitManifests', () => {
  it('gives documents with the file they are of, without the name of the chart', () => {
    const output =
      '---\n# Source: app/templates/a.yaml\na: 1\n---\n# Source: app/charts/sub/templates/b.yaml\nb: 1\n';
    expect(splitManifests(output).map(({ source }) => source)).toEqual([
      'templates/a.yaml',
      'charts/sub/templates/b.yaml',
    ]);
  });

  it('gives all documents of a file with definitions to that file', () => {
    const output =
      '---\n# Source: app/crds/all.yaml\na: 1\n---\nb: 1\n---\n# Source: app/templates/c.yaml\nc: 1\n';
    expect(splitManifests(output).map(({ source }) => source)).toEqual([
      'crds/all.yaml',
      'crds/all.yaml',
      'templates/c.yaml',
    ]);
  });

  it('leaves dashes in a block of text alone', () => {
    const [manifest, ...others] = splitManifests('---\ntext: |\n  first\n  ---\n  second\n');
    expect(others).toEqual([]);
    expect(parseYaml(manifest?.text ?? '')).toEqual({ text: 'first\n---\nsecond\n' });
  });
});

describe('parseYaml', () => {
  const cases: [name: string, text: string, expected: unknown][] = [
    ['takes the last of equal keys', 'name: a\nname: b\nname: c\n', { name: 'c' }],
    [
      'leaves quoted words as text',
      `a: "yes"\nb: '0777'\nc: !!str 1\nd: |\n  on\n`,
      { a: 'yes', b: '0777', c: '1', d: 'on\n' },
    ],
    [
      'resolves what a tag asks for',
      'a: !!int "12"\nb: !!bool "on"\nc: !custom 1',
      { a: 12, b: true, c: '1' },
    ],
    [
      'reads keys as it reads values',
      'y: 1\n0x10: 2\n1.5: 3\nnull_: 4',
      { true: 1, '16': 2, '1.5': 3, null_: 4 },
    ],
    ['follows aliases', 'a: &x {b: 1}\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
    [
      'lets own keys win over merged ones that come first',
      'a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3',
      { a: { p: 1, q: 2 }, b: { p: 1, q: 3 } },
    ],
    [
      'lets the first of merged mappings win',
      'a: [&x {p: 1}, &y {p: 2, q: 2}]\nb:\n  <<: [*x, *y]',
      { a: [{ p: 1 }, { p: 2, q: 2 }], b: { p: 1, q: 2 } },
    ],
    ['ignores comments', '# one\na: 1 # two\n# three', { a: 1 }],
    ['takes text with a colon or a hash as it is', 'a: b:c\nd: e#f', { a: 'b:c', d: 'e#f' }],
    ['gives nothing for nothing', '\n# only a comment\n', undefined],
    ['gives nothing for null', 'null', undefined],
    ['decodes binary text', 'a: !!binary aGVsbG8=', { a: 'hello' }],
  ];
  it.each(cases)('%s', (_, text, expected) => expect(parseYaml(text)).toEqual(expected));

  it('keeps a key __proto__ a key', () => {
    const parsed = parseYaml('__proto__: {polluted: true}') as object;
    expect(Object.keys(parsed)).toEqual(['__proto__']);
    expect('polluted' in parsed).toBe(false);
  });

  const laughs = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
  for (let level = 1; level < 9; level++) {
    const [before, now] = [String.fromCharCode(96 + level), String.fromCharCode(97 + level)];
    laughs.push(`${now}: &${now} [${Array(10).fill(`*${before}`).join(',')}]`);
  }
  const broken: [name: string, text: string, message: RegExp][] = [
    ['two colons', 'a: b: c', /./],
    ['an anchor that contains itself', 'a: &x\n  b: *x', /contains itself/],
    ['an alias without anchor', 'a: *x', /./],
    ['a billion laughs', laughs.join('\n'), /too large/],
    ['a key that is null', '? null\n: 1', /a key is null/],
    ['what JSON cannot hold', 'a: .nan', /no place in JSON/],
    ['a merge of text', 'a: {<<: text}', /wants a mapping/],
    ['endless nesting', '['.repeat(10_000), /nested too deeply/],
  ];
  it.each(broken)('refuses %s', (_, text, message) => {
    expect(() => parseYaml(text)).toThrow(YamlError);
    expect(() => parseYaml(text)).toThrow(message);
  });
});
