import { readFile, writeFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import {
  buildIndex,
  createTranslator,
  indexFormat,
  pagesOf,
  parseLexicon,
  readPages,
  type DocIndex,
  type Lexicon,
  type Problem,
  type Translator,
} from '@scs/doc-index';
import { documentedTestcases } from '@scs/standards';
import type { Answer } from './command.ts';
import { readSources } from './docs-source.ts';
import { EXIT, oneLine, usage } from './failure.ts';
import { parseMoment } from './moment.ts';
import { columns, defaultFormat, formatData } from './output.ts';
import { progressLine } from './progress.ts';
import { readSmallFile } from './snapshot-file.ts';

export interface SourceValues {
  source?: string[];
  index?: string;
  lexicon?: string;
  'as-of'?: string;
}

interface IndexValues {
  source?: string[];
  file?: string;
  output?: 'table' | 'json' | 'yaml';
}

/** `scs docs index`: what the sources hold, and the index of it in a file, so that searches need not read them again. */
export async function indexDocs(values: IndexValues): Promise<Answer> {
  const start = performance.now();
  const { index, problems } = await indexFiles(values.source);
  const tookMs = Math.round(performance.now() - start);
  if (values.file !== undefined) await keep(values.file, index);
  const pages = pagesOf(index);
  const components = Map.groupBy(pages, ({ labels }) => labels.component);
  const sections = (of: typeof pages): number => of.reduce((sum, page) => sum + page.sections.length, 0);
  const counts = [...components].map(([component, own]) => ({
    component,
    pages: own.length,
    sections: sections(own),
  }));
  const format = values.output ?? defaultFormat();
  const total = { pages: pages.length, sections: sections(pages) };
  if (format !== 'table') {
    const data = { ...total, components: counts, problems, tookMs };
    return { text: await formatData(data, format), exitCode: EXIT.pass };
  }
  const rows = [{ component: 'all', ...total }, ...counts].map((row) => [
    row.component,
    String(row.pages),
    String(row.sections),
  ]);
  const broken = problems.map(({ file, message }) => `${file}: ${oneLine(message)}\n`);
  return {
    text: [columns([['COMPONENT', 'PAGES', 'SECTIONS'], ...rows]), ...broken].join('\n'),
    exitCode: EXIT.pass,
  };
}

/** An index of the sources on the command line, what was broken in them, and how to ask it. */
export async function indexSources(
  values: SourceValues,
): Promise<{ index: DocIndex; problems: Problem[]; asOf: string; translator: Translator }> {
  const asOf = readDay(values['as-of']);
  const translator = createTranslator(values.lexicon === undefined ? {} : await readLexicon(values.lexicon));
  if (values.index !== undefined && values.source) throw usage('give either --source or --index, not both');
  const { index, problems } =
    values.index === undefined
      ? await indexFiles(values.source)
      : { index: await readKept(values.index), problems: [] };
  return { index, problems, asOf, translator };
}

async function indexFiles(paths: readonly string[] | undefined) {
  const progress = progressLine();
  progress.show('reading sources');
  const { files, problems } = await readSources(paths);
  progress.show(`indexing ${files.length} files`);
  const testcases = documentedTestcases().map((one) => ({ ...one, messages: [...one.messages] }));
  const read = readPages(files, [{ pages: [], testcases }]);
  const index = buildIndex(read.pages);
  progress.clear();
  return { index, problems: [...problems, ...read.problems] };
}

/** Of what the file holds: another version of `scs` may count otherwise. */
const format = `scs docs index ${indexFormat}`;

async function keep(file: string, index: DocIndex): Promise<void> {
  await writeFile(file, serialize({ format, index })).catch((error: unknown) => {
    throw usage(`cannot write ${file} (${oneLine(error)}); name another one with --file`);
  });
}

async function readKept(file: string): Promise<DocIndex> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw usage(`cannot read ${file} (${oneLine(error)}); make it with \`scs docs index --file FILE\``);
  });
  try {
    const kept: unknown = deserialize(bytes);
    // What has our mark was written above.
    if (isRecord(kept) && kept['format'] === format) return kept['index'] as DocIndex;
  } catch {
    // Told below.
  }
  throw usage(`${file} is no index of this version; make it anew with \`scs docs index --file FILE\``);
}

/** Some file as JSON; `what` says what was expected in it. */
export async function readJson(path: string, what: string): Promise<unknown> {
  const text = await readSmallFile(path, 16 * 2 ** 20);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usage(`${path} is not JSON (${oneLine(error)}); name ${what}`);
  }
}

/** The day that `--as-of` names; today where it is not given. */
export function readDay(text: string | undefined): string {
  if (text === undefined) return new Date().toISOString().slice(0, 10);
  try {
    return parseMoment(text).toISOString().slice(0, 10);
  } catch {
    throw usage(`--as-of "${text}" is no date; write 2026-11-23 or 2026-11-23T12:00:00Z`);
  }
}

async function readLexicon(path: string): Promise<Lexicon> {
  const content = await readJson(path, 'a lexicon');
  try {
    return parseLexicon(content);
  } catch (error) {
    throw usage(`${path} is no lexicon: ${oneLine(error)}; check --lexicon`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
