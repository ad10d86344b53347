import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { addonValuesFile, hashesFile } from './assets.ts';
import { FileReading } from './release-file.ts';

/** Files by their path below a folder, with slashes: their bytes, or the SHA-256 of those in hexadecimal digits. */
export type FileTree = ReadonlyMap<string, Uint8Array | string>;

/** hashes.json: what the sources of a release look like. By these, the next release knows which of its parts changed. */
export interface StackHashes {
  clusterStack: string;
  /** Empty where there is no such folder. */
  clusterAddonDir: string;
  clusterAddonValues: string;
  /** Of `node-image`, as upstream; absent where there is no such folder. */
  nodeImageDir?: string;
  /** Of `node-images`, the folder that stacks really have. Ours: upstream overlooks it, so their image version never moves. */
  nodeImagesDir?: string;
}

/** Hash of a folder as Go modules have it: `h1:` and 32 bytes in base64. */
export function hashTree(files: FileTree): string {
  const encoder = new TextEncoder();
  const lines = [...files]
    .map(([path, content]) => ({ path: encoder.encode(path), content }))
    .toSorted((a, b) => compareBytes(a.path, b.path))
    .map(({ path, content }) => {
      const digest = typeof content === 'string' ? content : bytesToHex(sha256(content));
      return [...encoder.encode(`${digest}  `), ...path, 10];
    });
  return `h1:${base64(sha256(Uint8Array.from(lines.flat())))}`;
}

/** What upstream makes of a hash, so that it can be part of a name: it loses a little, and its case. */
export const cleanHash = (hash: string): string =>
  hash.replace(/^h1:/, '').replace(/[/=+]/g, '').toLowerCase();

/**
 * All hashes of the sources of a stack. Of `folders` at the top those count that have no file in them: csctl hashes them all the same.
 */
export function hashStack(files: FileTree, folders: readonly string[] = []): StackHashes {
  const folder = (name: string): string | undefined => {
    const inside = [...files].filter(([path]) => path.startsWith(`${name}/`));
    if (inside.length === 0 && !folders.includes(name)) return undefined;
    return cleanHash(
      hashTree(new Map(inside.map(([path, content]) => [path.slice(name.length + 1), content]))),
    );
  };
  const values = files.get(addonValuesFile);
  const nodeImageDir = folder('node-image');
  const nodeImagesDir = folder('node-images');
  return {
    clusterStack: cleanHash(hashTree(files)),
    clusterAddonDir: folder('cluster-addon') ?? '',
    clusterAddonValues: values === undefined ? '' : cleanHash(base64(digestOf(values))),
    ...(nodeImageDir !== undefined && { nodeImageDir }),
    ...(nodeImagesDir !== undefined && { nodeImagesDir }),
  };
}

/** The version that says what is in it: `v0-sha.` and 7 characters of the hash of all sources. */
export const hashVersion = ({ clusterStack }: Pick<StackHashes, 'clusterStack'>): string =>
  `v0-sha.${clusterStack.slice(0, 7)}`;

/** hashes.json, byte for byte as csctl writes it but for our own key. */
export const printHashes = (hashes: StackHashes): string => JSON.stringify(hashes, null, 2);

/** Reads hashes.json. Throws ReleaseInvalid. */
export function parseHashes(text: string): StackHashes {
  const reading = new FileReading(hashesFile);
  const hashes = reading.document(text);
  const read = (name: keyof StackHashes): string | undefined => reading.optionalText(hashes[name], name);
  const [nodeImageDir, nodeImagesDir] = [read('nodeImageDir'), read('nodeImagesDir')];
  const result = {
    clusterStack: reading.text(hashes['clusterStack'], 'clusterStack', 'd2lgujmpaticdl7'),
    clusterAddonDir: read('clusterAddonDir') ?? '',
    clusterAddonValues: read('clusterAddonValues') ?? '',
    ...(nodeImageDir !== undefined && { nodeImageDir }),
    ...(nodeImagesDir !== undefined && { nodeImagesDir }),
  };
  reading.check();
  return result;
}

const digestOf = (content: Uint8Array | string): Uint8Array =>
  typeof content === 'string'
    ? Uint8Array.from(content.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    : sha256(content);

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const shorter = Math.min(one.length, other.length);
  for (let index = 0; index < shorter; index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}
