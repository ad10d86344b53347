/** A message that tests print, `{}` for values, ready to be found in lines. */
export interface Pattern {
  message: string;
  /** What stands between the values, in the spelling of `fold`. */
  literals: readonly string[];
  /** Its words without values, each once. */
  words: readonly string[];
  /** Characters of its literals: what has more is more specific. */
  weight: number;
  /** It ends with a full stop, behind which something else may begin. */
  isSentence: boolean;
}

export interface PatternMatch {
  /** Share of the message that stands in the line; 1 for all of it. */
  share: number;
  values: string[];
}

export function compilePattern(message: string): Pattern {
  // The full stop at the end is often left out.
  const literals = message.replace(/\.$/, '').split('{}').map(fold);
  return {
    message,
    literals,
    words: [...new Set(literals.flatMap(wordsOf))],
    weight: literals.reduce((sum, literal) => sum + literal.trim().length, 0),
    isSentence: message.endsWith('.'),
  };
}

/** The same for everybody who quotes a message: no quotation marks, lower case. */
export const fold = (text: string): string =>
  text.replace(quotes, '').replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Names with dashes are one word. */
export const wordsOf = (folded: string): string[] => folded.match(/[a-z0-9_]+(?:-[a-z0-9_]+)*/g) ?? [];

const quote = /['"`´‘’“”„«»]/;
const quotes = new RegExp(quote, 'g');

/** How often a literal is looked for again where it stood within a word: bounds the work on hostile lines. */
const mostTries = 8;
/** A message that was cut off must at least be there by so much. */
const leastShare = 0.5;

/**
 * Finds a message in a line, whatever stands before and behind it; undefined where it is not there. Values are taken as short as the
 * message allows, the last one to the end of the line. `folded` is the fold of `line`. Time is linear in the line.
 */
export function matchPattern(pattern: Pattern, line: string, folded: string): PatternMatch | undefined {
  const { literals, weight } = pattern;
  const spans: [start: number, end: number][] = [];
  let [at, found] = [0, 0];
  for (const [number, literal] of literals.entries()) {
    const wanted = literal.trim();
    const start =
      wanted === ''
        ? gap(number, pattern, folded, at)
        : findWord(folded, wanted, at, {
            // A value may be glued to it: `v{}`.
            before: number === 0 || literal[0] === ' ',
            behind: number === literals.length - 1 || literal.at(-1) === ' ',
          });
    if (start === -1) {
      // Nothing of it, or its end was cut off.
      if (number === 0 || found < weight * leastShare) return undefined;
      spans.push([at, folded.length]);
      return { share: found / weight, values: readValues(line, spans) };
    }
    if (number > 0) spans.push([at, start]);
    at = start + wanted.length;
    found += wanted.length;
  }
  return { share: 1, values: readValues(line, spans) };
}

/** Where a value ends that nothing but a blank, or the end of the message, stands behind. */
function gap(number: number, { literals, isSentence }: Pattern, folded: string, at: number): number {
  if (number === 0) return 0;
  if (number < literals.length - 1) return folded.indexOf(' ', folded[at] === ' ' ? at + 1 : at);
  const stop = isSentence ? folded.indexOf('. ', at) : -1;
  return stop === -1 ? folded.length : stop;
}

/** Where a literal stands as whole words, on the sides where it must. */
function findWord(
  folded: string,
  literal: string,
  from: number,
  whole: { before: boolean; behind: boolean },
): number {
  let at = folded.indexOf(literal, from);
  for (let tries = 1; at !== -1 && tries <= mostTries; tries += 1) {
    const end = at + literal.length;
    const before = whole.before && isInner(folded[at - 1]) && isInner(literal[0]);
    const behind = whole.behind && isInner(folded[end]) && isInner(literal.at(-1));
    if (!before && !behind) return at;
    at = folded.indexOf(literal, at + 1);
  }
  return -1;
}

const isInner = (character: string | undefined): boolean =>
  character !== undefined && /[a-z0-9_-]/.test(character);

/** The values as they stand in the line itself: places in its fold are counted without quotation marks. */
function readValues(line: string, spans: readonly (readonly [number, number])[]): string[] {
  let [at, folded] = [0, 0];
  const seek = (place: number): number => {
    while (folded < place || (at < line.length && quote.test(line[at]!))) {
      if (!quote.test(line[at]!)) folded += 1;
      at += 1;
    }
    return at;
  };
  return spans.map(([start, end]) => trimValue(line.slice(seek(start), seek(end))));
}

const trimValue = (value: string): string =>
  value.replace(/^[\s'"`´‘’“”„«»:,]+/, '').replace(/[\s'"`´‘’“”„«»,;.]{1,20}$/, '');
