import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  hashStack,
  hashTree,
  hashVersion,
  parseHashes,
  printHashes,
  type StackHashes,
} from './directory-hash.ts';

const file = new URL('../../../../../shared/vectors/lifecycle/csctl-hash.json', import.meta.url);
const present = existsSync(file);
if (!present) console.log('skipped: hashes of upstream stacks, which are not part of this repository');

interface Vectors {
  cases: {
    dir: string;
    hashes: StackHashes;
    hashModeVersion: string;
    manifest: [path: string, sha256: string][];
  }[];
  rawHash1: Record<string, string>;
}
const vectors: Vectors = present
  ? (JSON.parse(readFileSync(file, 'utf8')) as Vectors)
  : { cases: [], rawHash1: {} };

describe.skipIf(!present)('hashes, as csctl computes them', () => {
  it.each(vectors.cases)('of $dir', ({ dir, hashes, hashModeVersion, manifest }) => {
    const files = new Map(manifest);
    expect(hashTree(files)).toBe(vectors.rawHash1[dir]);
    expect(hashStack(files)).toEqual(hashes);
    expect(hashVersion(hashStack(files))).toBe(hashModeVersion);
    // Nobody promises an order of files.
    expect(hashStack(new Map(manifest.toReversed()))).toEqual(hashes);
  });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the hash of a folder', () => {
  // Go: dirhash.Hash1 over the same files.
  it('of no files is the hash of nothing', () => {
    expect(hashTree(new Map())).toBe('h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
  });

  it('is the same for bytes and for their digest', () => {
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(hashTree(new Map([['a', bytes('')]]))).toBe(hashTree(new Map([['a', empty]])));
    expect(hashStack(new Map([['cluster-addon-values.yaml', bytes('')]]))).toEqual(
      hashStack(new Map([['cluster-addon-values.yaml', empty]])),
    );
  });

  it('sorts paths by their bytes, not by UTF-16', () => {
    // The first is EF BD 9E in UTF-8, the second F0 9F 98 80 but D83D in UTF-16. Expected: sha256sum over both lines.
    const files = new Map([
      ['\u{1F600}', bytes('2')],
      ['\uFF5E', bytes('1')],
    ]);
    expect(hashTree(files)).toBe('h1:X0mvuxxgj3p/p8dcTiLjYGsmzouzB7QGzorHT2NW4OY=');
  });

  it('changes with a name, with contents and with a file', () => {
    const hashes = [
      [['a', bytes('1')]],
      [['b', bytes('1')]],
      [['a', bytes('2')]],
      [
        ['a', bytes('1')],
        ['b', bytes('')],
      ],
    ].map((files) => hashTree(new Map(files as [string, Uint8Array][])));
    expect(new Set(hashes).size).toBe(4);
  });
});

describe('the hashes of a stack', () => {
  it('say of each part whether it is there', () => {
    const hashes = hashStack(
      new Map([
        ['csctl.yaml', bytes('a')],
        ['cluster-class/Chart.yaml', bytes('b')],
      ]),
    );
    expect(hashes).toEqual({ clusterStack: expect.any(String), clusterAddonDir: '', clusterAddonValues: '' });
  });

  it('count a folder with no file in it as there, as csctl does', () => {
    // Go: dirhash.Hash1 over no files, cleaned.
    const ofNothing = '47deqpj8hbsatimw5jceuqerkm5nmpjwzg3hsufu';
    const files = new Map([['csctl.yaml', bytes('a')]]);
    expect(hashStack(files, ['cluster-addon', 'node-image', 'docs'])).toEqual({
      ...hashStack(files),
      clusterAddonDir: ofNothing,
      nodeImageDir: ofNothing,
    });
  });

  it('leave nodeImageDir to the folder that csctl knows, and tell node-images apart', () => {
    const config = bytes('images');
    const one = hashStack(new Map([['node-image/config.yaml', config]]));
    const many = hashStack(new Map([['node-images/config.yaml', config]]));
    expect([one.nodeImageDir, one.nodeImagesDir]).toEqual([expect.any(String), undefined]);
    expect([many.nodeImageDir, many.nodeImagesDir]).toEqual([undefined, one.nodeImageDir]);
  });

  it('do not take a file for the folder of the same name', () => {
    expect(
      hashStack(
        new Map([
          ['cluster-addon', bytes('x')],
          ['node-image.md', bytes('y')],
        ]),
      ),
    ).toMatchObject({
      clusterAddonDir: '',
    });
  });

  it('are read as they were written', () => {
    const hashes = {
      clusterStack: 'abc',
      clusterAddonDir: '',
      clusterAddonValues: 'def',
      nodeImageDir: 'ghi',
    };
    expect(printHashes(hashes)).toBe(
      '{\n  "clusterStack": "abc",\n  "clusterAddonDir": "",\n  "clusterAddonValues": "def",\n  "nodeImageDir": "ghi"\n}',
    );
    expect(parseHashes(printHashes(hashes))).toEqual(hashes);
  });

  it('are refused without the hash of all', () => {
    expect(() => parseHashes('{"clusterAddonDir": "a"}')).toThrow('hashes.json: clusterStack is missing');
  });
});
