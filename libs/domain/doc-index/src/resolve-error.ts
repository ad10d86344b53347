import type { DocIndex } from './build-index.ts';
import type { Translator } from './german.ts';
import type { Hit } from './search.ts';

/** A test case that a text speaks of, and where it is explained. */
export interface ResolvedError {
  testcase: string;
  description: string;
  /** The line of the text that told it. */
  line: string;
  /** The message that tests print; undefined where the id itself stood in the text. */
  message: string | undefined;
  /** What stood in the places of the message's values, in order. */
  values: string[];
  /** 0 to 1. */
  confidence: number;
  /** Id of the standard, e.g. `scs-0115-v1`. */
  standard: string | undefined;
  explanation: Hit | undefined;
  remedy: Hit | undefined;
}

/** Leads from a pasted error, with all its values, to test case, standard and remedy; best first. */
export function resolveError(
  _index: DocIndex,
  _text: string,
  _options: { asOf: string; translator?: Translator },
): ResolvedError[] {
  return [];
}
