import { readFile } from 'node:fs/promises';
import { createTranslator, parseLexicon, type Translator } from '@scs/doc-index';

/** German to English, with the words of a lexicon file besides the built-in ones. One that is wrong ends the start, with what is wrong. */
export async function readTranslator(file: string | undefined): Promise<Translator> {
  if (file === undefined) return createTranslator();
  try {
    return createTranslator(parseLexicon(JSON.parse(await readFile(file, 'utf8'))));
  } catch (error) {
    throw new Error(`LEXICON_FILE: ${file} is no lexicon: ${(error as Error).message}`, { cause: error });
  }
}
