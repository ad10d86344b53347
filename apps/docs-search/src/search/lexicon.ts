import { readFile } from 'node:fs/promises';
import { createTranslator, type Lexicon, type Translator } from '@scs/doc-index';
import { z } from 'zod';

const lexiconFile = z.object({ entries: z.record(z.string(), z.array(z.tuple([z.string(), z.number()]))) });

/** German to English, with the words of a lexicon file besides the built-in ones. One that is wrong ends the start, with what is wrong. */
export async function readTranslator(file: string | undefined): Promise<Translator> {
  if (file === undefined) return createTranslator();
  try {
    const { entries } = lexiconFile.parse(JSON.parse(await readFile(file, 'utf8')));
    return createTranslator(entries satisfies Lexicon);
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? 'its shape is not {"entries": {"abbild": [["image", 1]]}}'
        : (error as Error).message;
    throw new Error(`LEXICON_FILE: ${file} is no lexicon: ${why}`, { cause: error });
  }
}
