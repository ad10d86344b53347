import { expect, it } from 'vitest';
import { linkOf, slugOf } from './link.ts';

it.each([
  ['drops the ending', 'docs/guide.md', 'docs/guide'],
  ['drops ordering numbers of folders and files', '02-iaas/10-network.mdx', 'iaas/network'],
  ['drops ordering numbers with dots and underscores', '1. start/02_first.md', 'start/first'],
  ['keeps dates', 'blog/2024-05-news.md', 'blog/2024-05-news'],
  ['keeps versions', 'notes/7.0-release.md', 'notes/7.0-release'],
  ['drops the name of a page that stands for its folder', 'iaas/index.md', 'iaas'],
  ['drops README', 'iaas/README.md', 'iaas'],
  ['drops the name of a page that is called as its folder', 'iaas/network/network.md', 'iaas/network'],
  ['gives the root for its README', 'README.md', ''],
])('a slug %s', (_, path, slug) => {
  expect(slugOf(path)).toBe(slug);
});

it.each([
  ['nothing without a template', '', ''],
  [
    'the path as it is',
    'https://git.example.org/src/{commit}/{path}',
    'https://git.example.org/src/c0ffee/02-iaas/a%20b.md#two',
  ],
  ['the name alone', 'https://docs.example.org/{name}', 'https://docs.example.org/a%20b#two'],
  ['one anchor', 'https://docs.example.org/#top', 'https://docs.example.org/#two'],
])('a link has %s', (_, template, link) => {
  expect(linkOf(template, { path: '02-iaas/a b.md', anchor: 'two', commit: 'c0ffee' })).toBe(link);
});

it('a link holds no more of a path than a path', () => {
  const link = linkOf('https://docs.example.org/{path}', { path: 'a?b#c/"d".md', anchor: '', commit: '' });
  expect(link).toBe('https://docs.example.org/a%3Fb%23c/%22d%22.md');
});
