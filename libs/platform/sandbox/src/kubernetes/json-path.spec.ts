import { expect, it } from 'vitest';
import { jsonPath } from './json-path.ts';

const object = {
  metadata: { labels: { 'a.b/c': 'dotted' } },
  spec: {
    size: 3,
    list: [
      { name: 'x', n: 1 },
      { name: 'y', n: 2, on: true },
    ],
    deep: { list: ['p', 'q'] },
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Synced', status: 'False' },
    ],
  },
};

it.each<[string, string, unknown[]]>([
  ['a field', '.spec.size', [3]],
  ['a field that is not there', '.spec.none.deeper', []],
  ['an element that a filter finds', ".status.conditions[?(@.type=='Ready')].status", ['True']],
  ['a filter in double quotes, with spaces', '.status.conditions[?( @.type == "Synced" )].status', ['False']],
  ['several elements that a filter finds', '.spec.list[?(@.n>0)].name', ['x', 'y']],
  ['elements that have a field', '.spec.list[?(@.on)].name', ['y']],
  ['no element', ".status.conditions[?(@.type=='Gone')].status", []],
  ['an element by its place', '.spec.list[0].name', ['x']],
  ['the last element', '.spec.list[-1].name', ['y']],
  ['all elements', '.spec.list[*].n', [1, 2]],
  ['a key with dots, in brackets', ".metadata.labels['a.b/c']", ['dotted']],
  ['a key with dots, escaped', String.raw`.metadata.labels.a\.b/c`, ['dotted']],
  ['a list in a list of fields', '.spec.deep.list[1]', ['q']],
  ['a path in braces', '{.spec.size}', [3]],
  ['nothing by a path that is none', '.spec[', []],
])('finds %s', (_, path, found) => {
  expect(jsonPath(object, path)).toEqual(found);
});
