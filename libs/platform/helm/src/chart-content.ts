import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { HelmError } from './failure.ts';

/** What Helm itself takes of a chart at most. */
const mostBytes = 100 * 2 ** 20;
const mostFiles = 20_000;
const mostDepth = 40;

/** A chart as it is on disk now. */
export interface ChartContent {
  /** For messages: name of file or folder. */
  name: string;
  /** SHA-256 of names and contents. */
  digest: string;
  /** Whether any of its files uses a function whose result changes from one rendering to the next. */
  isRandom(): Promise<boolean>;
  /** Whether such a function is the clock. */
  tellsTime(): Promise<boolean>;
}

/** Throws {@link HelmError} `no-chart`, `invalid-chart` or `too-large`. */
export async function readChart(path: string): Promise<ChartContent> {
  const name = basename(path);
  const facts = await stat(path).catch(() => undefined);
  if (!facts) throw new HelmError('no-chart', `there is no chart ${name}; check the release`);
  const files = facts.isDirectory()
    ? await filesOf(path, name)
    : new Map([[name, await readBounded(path, name)]]);
  const hash = createHash('sha256');
  for (const [file, content] of files) hash.update(`${file}\0${content.length}\0`).update(content);
  let texts: Promise<string[]> | undefined;
  const find = async (words: RegExp) => {
    texts ??= templatesOf(files);
    return (await texts).some((text) => words.test(text));
  };
  return {
    name,
    digest: hash.digest('hex'),
    isRandom: () => find(randomWords),
    tellsTime: () => find(timeWords),
  };
}

const timeWords = /\b(?:now|ago|unixEpoch)\b/;
const randomWords =
  /\b(?:gen(?:CA|SelfSigned|Signed|PrivateKey)\w*|rand(?:Alpha|AlphaNum|Numeric|Ascii|Bytes|Int)|uuidv4|shuffle|htpasswd|bcrypt|encryptAES|getHostByName|now|ago)\b/;

/** Does a text that may be executed as a template use such a function? */
export const usesRandomWords = (text: string) => text.includes('{{') && randomWords.test(text);

async function filesOf(folder: string, name: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  let bytes = 0;
  const list = async (inner: string, depth: number): Promise<void> => {
    const entries = await readdir(join(folder, inner), { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = inner === '' ? entry.name : `${inner}/${entry.name}`;
      const facts = await stat(join(folder, path)).catch(() => undefined);
      if (facts?.isDirectory()) {
        if (depth >= mostDepth)
          throw new HelmError('invalid-chart', `chart ${name}: its folders are nested too deeply`);
        await list(path, depth + 1);
      } else if (facts?.isFile()) {
        bytes += facts.size;
        if (bytes > mostBytes || files.size >= mostFiles) throw tooLarge(name);
        files.set(path, await readFile(join(folder, path)));
      }
    }
  };
  await list('', 0);
  return files;
}

async function readBounded(path: string, name: string): Promise<Buffer> {
  const { size } = await stat(path);
  if (size > mostBytes) throw tooLarge(name);
  return readFile(path);
}

const tooLarge = (name: string) =>
  new HelmError(
    'too-large',
    `chart ${name} is larger than 100 MiB or has more than ${mostFiles} files; leave out what is no chart`,
  );

/** All texts with template actions, of packed sub charts too. */
async function templatesOf(files: Map<string, Buffer>, depth = 0): Promise<string[]> {
  const texts: string[] = [];
  for (const [path, content] of files) {
    if (!/\.(tgz|tar\.gz)$/.test(path)) {
      if (content.includes('{{')) texts.push(content.toString('latin1'));
    } else if (depth < 6) {
      texts.push(...(await templatesOf(await unpack(content), depth + 1)));
    }
  }
  return texts;
}

/** Empty for what is no archive: Helm says so better. */
async function unpack(archive: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  try {
    const tar = gunzipSync(archive, { maxOutputLength: mostBytes });
    const { extract } = await import('tar-stream');
    for await (const entry of Readable.from([tar]).pipe(extract())) {
      files.set(entry.header.name, await buffer(entry));
    }
  } catch {
    // Left to Helm.
  }
  return files;
}
