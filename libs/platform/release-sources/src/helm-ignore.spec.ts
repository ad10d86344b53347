import { describe, expect, it } from 'vitest';
import { parseHelmIgnore } from './helm-ignore.ts';

// Expected: the documentation of Helm's .helmignore and of Go's filepath.Match.
describe('.helmignore', () => {
  it.each<[what: string, rules: string, path: string, ignored: boolean]>([
    ['leaves out a file by name, in any folder', 'notes.txt', 'templates/notes.txt', true],
    ['takes a star as any part of a name', '*.swp', 'templates/a.swp', true],
    ['takes a star as nothing across folders', 'templates/*', 'templates/a/b', false],
    ['takes a question mark as one letter', 'ab?.txt', 'abc.txt', true],
    ['takes a question mark as a letter that must be', 'ab?.txt', 'ab.txt', false],
    ['knows sets of letters', '[a-c]x', 'bx', true],
    ['knows their opposites', '[^a-c]x', 'bx', false],
    ['has no special letters but these', 'a.b', 'axb', false],
    ['may escape them', '\\*.txt', 'a.txt', false],
    ['begins at the root behind a slash', '/README.md', 'docs/README.md', false],
    ['finds what is at the root', '/README.md', 'README.md', true],
    ['takes a pattern with a slash as a whole path', 'docs/*.md', 'docs/a.md', true],
    ['does not look for such a path deeper', 'docs/*.md', 'a/docs/a.md', false],
    ['takes a pattern with a slash at its end as a folder alone', 'docs/', 'docs', false],
    ['is a comment behind a number sign', '#a', '#a', false],
    ['trims blanks', '  a.txt  ', 'a.txt', true],
    ['always leaves out hidden files among the templates', '', 'templates/.DS_Store', true],
    ['keeps other hidden files', '', '.hidden', false],
    ['leaves out what a negation does not match, as Helm reads it', '!Chart.yaml', 'values.yaml', true],
    ['keeps what a negation matches', '!Chart.yaml', 'Chart.yaml', false],
  ])('%s', (_, rules, path, ignored) => {
    expect(parseHelmIgnore(rules).ignores(path, false)).toBe(ignored);
  });

  it('knows folders from files', () => {
    expect(parseHelmIgnore('docs/').ignores('docs', true)).toBe(true);
    expect(parseHelmIgnore('docs/').ignores('a/docs', true)).toBe(true);
  });

  it('refuses two stars, as Helm does', () => {
    expect(() => parseHelmIgnore('docs/**')).toThrow('Helm does not know **');
  });
});
