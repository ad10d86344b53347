import { describe, expect, it } from 'vitest';
import { buildIndex } from '../build-index.ts';
import { createTranslator } from '../german.ts';
import { search } from '../search.ts';
import { readPages } from './read-pages.ts';

const read = (text: string) => readPages([{ repo: 'csctl', path: 'help/create.txt', text }]).pages;

const cobra = `Creates a release of a cluster stack.
It hashes all files.

Usage:
  csctl create PATH [flags]
  csctl create --all

Examples:
  csctl create stacks/openstack

Available Commands:
  image    build node images

Flags:
  -h, --help                help for create
      --output-dir string   where the release is written
`;
const scs =
  'scs flavor: checks names\n\nUsage: scs flavor NAME [OPTION]…\n\nOptions:\n    --all  every name\n';
const manual = 'USAGE\n  openstack server list\n\nOPTIONS\n  --long  more columns\n';

describe('the help of a command', () => {
  it('is a page named like the command', () => {
    expect(read(cobra)).toMatchObject([
      {
        id: 'csctl:help/create.txt',
        kind: 'command',
        title: 'csctl create',
        description: 'Creates a release of a cluster stack. It hashes all files.',
      },
    ]);
  });

  it.each([
    ['usage: hash.py [-h] FILE\n               [FILE …]\n\noptions:\n  -h\n', 'hash.py'],
    ['Usage:\n\n  ./run.sh all --fast\n\nMore text', './run.sh all'],
    ['Usage: kubectl create -f FILENAME', 'kubectl create'],
    ['Usage: SUBJECT [OPTION]', 'SUBJECT'],
  ])('%j has the title %s', (text, title) => {
    const [page] = read(text);
    expect(page).toMatchObject({ title });
    expect(page!.sections.filter(({ text: body }) => body.includes(title))).toEqual([]);
  });

  it.each([
    ['with a list of uses', cobra, ['', 'usage', 'examples', 'available-commands', 'flags']],
    ['with one use', scs, ['', 'usage', 'options']],
    ['in capitals', manual, ['usage', 'options']],
  ])('%s has a section for each part', (_, text, anchors) => {
    expect(read(text)[0]!.sections.map(({ anchor }) => anchor)).toEqual(anchors);
  });

  it.each([
    [cobra, 'csctl create PATH [flags]\ncsctl create --all'],
    [scs, 'scs flavor NAME [OPTION]…'],
    [manual, 'openstack server list'],
  ])('keeps how it is used', (text, code) => {
    expect(read(text)[0]!.sections.find(({ anchor }) => anchor === 'usage')).toMatchObject({ code });
  });

  it.each([
    ['--output-dir', 'flags'],
    ['build node images', 'available-commands'],
    ['stacks/openstack', 'examples'],
  ])('is found by %s, in #%s', (query, anchor) => {
    const index = buildIndex(read(cobra));
    const { hits } = search(index, query, { asOf: '2026-11-24', translator: createTranslator({}) });
    expect(hits[0]).toMatchObject({ page: 'csctl:help/create.txt', anchor });
  });
});
