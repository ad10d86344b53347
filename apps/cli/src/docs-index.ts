import {
  buildIndex,
  createTranslator,
  readPages,
  type DocIndex,
  type Lexicon,
  type Problem,
} from '@scs/doc-index';
import type { Translator } from '@scs/doc-index';
import { documentedTestcases } from '@scs/standards';
import { readSources } from './docs-source.ts';
import { oneLine, usage } from './failure.ts';
import { parseMoment } from './moment.ts';
import { readSmallFile } from './snapshot-file.ts';

export interface SourceValues {
  source?: string[];
  lexicon?: string;
  'as-of'?: string;
}

/** An index of the sources on the command line, what was broken in them, and how to ask it. */
export async function indexSources(
  values: SourceValues,
): Promise<{ index: DocIndex; problems: Problem[]; asOf: string; translator: Translator }> {
  const asOf = readDay(values['as-of']);
  const translator = createTranslator(values.lexicon === undefined ? {} : await readLexicon(values.lexicon));
  const { files, problems } = await readSources(values.source);
  const testcases = documentedTestcases().map((one) => ({ ...one, messages: [...one.messages] }));
  const read = readPages(files, [{ pages: [], testcases }]);
  return { index: buildIndex(read.pages), problems: [...problems, ...read.problems], asOf, translator };
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
  const what = 'a lexicon: {"entries": {"abbild": [["image", 1]]}}';
  const content = await readJson(path, what);
  if (!isRecord(content) || !isLexicon(content['entries']))
    throw usage(`${path} is no lexicon; name ${what}`);
  return content['entries'];
}

function isLexicon(value: unknown): value is Lexicon {
  return (
    isRecord(value) &&
    Object.values(value).every(
      (translations) =>
        Array.isArray(translations) &&
        translations.every(
          (pair: unknown) =>
            Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'number',
        ),
    )
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
