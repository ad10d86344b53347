import { describe, expect, it } from 'vitest';
import { diffFields, hideSecrets, type FieldChange } from './field-diff.ts';

describe('fields differ', () => {
  it.each<[what: string, from: unknown, to: unknown, changes: FieldChange[]]>([
    ['nowhere', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
    ['nowhere, whatever kind of integer it is', { a: 1 }, { a: 1n }, []],
    [
      'in a value, as deep as it lies',
      { a: { b: 1, c: 2 } },
      { a: { b: 1, c: 3 } },
      [{ path: 'a.c', from: 2, to: 3 }],
    ],
    ['in a field that comes', {}, { a: { b: 1 } }, [{ path: 'a', to: { b: 1 } }]],
    ['in a field that goes', { a: 1 }, {}, [{ path: 'a', from: 1 }]],
    [
      'in an entry with a name, wherever it stands',
      { a: [{ name: 'x', v: 1 }, { name: 'y' }] },
      { a: [{ name: 'y' }, { name: 'x', v: 2 }] },
      [{ path: 'a[x].v', from: 1, to: 2 }],
    ],
    [
      'in an entry by its place',
      { a: ['x', 'y'] },
      { a: ['x', 'z', 'w'] },
      [
        { path: 'a[1]', from: 'y', to: 'z' },
        { path: 'a[2]', to: 'w' },
      ],
    ],
    [
      'in their order alone',
      [{ name: 'x' }, { name: 'y' }],
      [{ name: 'y' }, { name: 'x' }],
      [{ path: '', from: [{ name: 'x' }, { name: 'y' }], to: [{ name: 'y' }, { name: 'x' }] }],
    ],
    ['in their type', { a: '1' }, { a: 1 }, [{ path: 'a', from: '1', to: 1 }]],
    ['in what is empty', { a: null }, { a: {} }, [{ path: 'a', from: null, to: {} }]],
    [
      'in one of two entries with one name',
      [
        { name: 'x', v: 1 },
        { name: 'x', v: 2 },
      ],
      [
        { name: 'x', v: 1 },
        { name: 'x', v: 3 },
      ],
      [{ path: '[1].v', from: 2, to: 3 }],
    ],
  ])('%s', (_, from, to, changes) => {
    expect(diffFields(from, to)).toEqual(changes);
  });
});

describe('values are hidden', () => {
  it.each<[what: string, kind: string, change: FieldChange, shown: FieldChange]>([
    [
      'of a Secret',
      'Secret',
      { path: 'data.tls', from: 'old', to: 'new' },
      { path: 'data.tls', from: '(hidden)', to: '(hidden)' },
    ],
    [
      'of a Secret that gets its data',
      'Secret',
      { path: 'stringData', to: { a: 'b' } },
      { path: 'stringData', to: '(hidden)' },
    ],
    [
      'not of the rest of a Secret',
      'Secret',
      { path: 'type', from: 'a', to: 'b' },
      { path: 'type', from: 'a', to: 'b' },
    ],
    [
      'of a field that is called so',
      'ConfigMap',
      { path: 'data.password', from: 'a' },
      { path: 'data.password', from: '(hidden)' },
    ],
    [
      'of such a field inside what is shown',
      'ConfigMap',
      { path: 'spec', to: { user: 'a', auth: [{ clientSecret: 'b' }] } },
      { path: 'spec', to: { user: 'a', auth: [{ clientSecret: '(hidden)' }] } },
    ],
  ])('%s', (_, kind, change, shown) => {
    expect(hideSecrets([change], kind)).toEqual([shown]);
  });

  it('and integers too large for JSON are texts', () => {
    expect(hideSecrets([{ path: 'a', from: 3n, to: [9007199254740993n] }], 'A')).toEqual([
      { path: 'a', from: 3, to: ['9007199254740993'] },
    ]);
  });
});
