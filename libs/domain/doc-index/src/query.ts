import { holders, isKnown, type DocIndex } from './build-index.ts';
import { looksGerman, separatedVerb, type Translator } from './german.ts';
import { germanFunctionWords } from './german-words.ts';
import { completions, correct, takeApart } from './spelling.ts';
import { stopWords, synonyms } from './synonyms.ts';
import { stem, termsOf, words, type Word } from './tokens.ts';

export type Reason =
  | 'word'
  | 'identifier'
  | 'part'
  | 'phrase'
  | 'synonym'
  | 'german'
  | 'correction'
  | 'prefix';

/** One way to meet a wish of the query: all its terms count, on average. */
export interface Alternative {
  terms: string[];
  weight: number;
  reason: Reason;
}

/** Something that the query asks for; the best alternative counts. */
export interface Wish {
  kind: 'word' | 'phrase';
  word: string;
  weight: number;
  alternatives: Alternative[];
}

export interface Query {
  wishes: Wish[];
  /** The query with its misspelled words replaced; undefined if none was. */
  corrected: string | undefined;
  /** How many of its telling words nobody has. */
  unanswered: number;
  /** Standards that it names with their version: `scs-0100-v1`. */
  versions: string[];
}

/** What a query asks for, in terms that the index has. */
export function readQuery(
  text: string,
  index: DocIndex,
  { translator, typing }: { translator: Translator; typing: boolean },
): Query {
  const spelled = spellIds(text.slice(0, longestQuery), index);
  const written = words(spelled).slice(0, mostWords);
  const german = isGerman(
    written.map((word) => word.text),
    index,
    translator,
  );
  const given = german ? joinVerbs(written, spelled, translator) : written;
  const isEmpty = (word: string): boolean => stopWords.has(word) || (german && germanFunctionWords.has(word));
  const telling = given.filter((word) => !isEmpty(word.text.toLowerCase()));
  // A blank ends the word that is being typed.
  const end = typing ? spelled.length : spelled.trimEnd().length;
  const reader = new QueryReader(index, german ? translator : undefined, typing);
  for (const [number, word] of (telling.length > 0 ? telling : given).entries()) {
    reader.add(word.text, number === telling.length - 1 && word.end === end);
  }
  const { wishes, corrections, unanswered } = reader;
  const corrected = [...corrections].reduce(
    (query, [wrong, right]) => query.replace(wrong, () => right),
    text.trim().slice(0, longestQuery),
  );
  return {
    wishes: mergeWishes([...wishes, ...phrases(wishes, index)]),
    unanswered,
    // A German word that no dictionary has is rarely a misspelled English one.
    corrected: corrections.size > 0 && !german ? corrected : undefined,
    versions: given.flatMap((word) => termsOf(word.text).ids.filter((id) => /[vw]\d+$/.test(id))),
  };
}

/** A pasted log tells no more in its second thousand of characters. */
const longestQuery = 1000;
const mostWords = 40;
/** Longer ones are keys and hashes; neither a dictionary nor a correction helps there. */
const longestWord = 60;
/** So many slips are no slips: what is pasted with more unknown words is another language. */
const mostCorrections = 8;
const mostCompletions = 5;

/** `SCS 0103`, `scs0103 v1`, `103` after scs, and a bare `0103` become `scs-0103`. */
function spellIds(text: string, index: DocIndex): string {
  return text
    .replace(/\bscs[ _-]*(\d{3,4})(?!\d)(?:[ _-]*([vw]\d+)\b)?/gi, (_, number: string, version?: string) =>
      [`scs-${number.padStart(4, '0')}`, ...(version ? [version.toLowerCase()] : [])].join('-'),
    )
    .replace(
      /(?<![\p{L}\p{N}_-])(\d{4})(?:[ _-]?([vw]\d+))?(?![\p{L}\p{N}])/giu,
      (all, number: string, version?: string) => {
        const id = `scs-${number}`;
        if (holders(id, index) === 0) return all;
        return version ? `${id}-${version.toLowerCase()}` : id;
      },
    );
}

/** German by its letters or small words, or because only a German dictionary knows one of its words. */
function isGerman(given: readonly string[], index: DocIndex, translator: Translator): boolean {
  const names = given.flatMap((word) => word.match(/\p{L}+/gu) ?? []);
  if (looksGerman(names)) return true;
  return names.some(
    (word) =>
      word.length > 3 &&
      word.length <= longestWord &&
      !isKnown(word, index) &&
      translator.translate(word).length > 0,
  );
}

/** Verbs stand with the part that ends their clause: `richte ich es ein, …`. */
function joinVerbs(given: readonly Word[], query: string, translator: Translator): Word[] {
  const texts = given.map((word) => word.text);
  const gone = new Set<number>();
  for (const [number, word] of given.entries()) {
    const next = given[number + 1];
    const endsClause =
      !next || /[^\s]/.test(query.slice(word.end, next.start)) || /^(und|oder)$/i.test(next.text);
    const found = endsClause ? separatedVerb(texts, number, translator) : undefined;
    if (!found) continue;
    texts[found.verb] = found.joined;
    gone.add(number);
  }
  return given
    .map((word, number) => ({ ...word, text: texts[number]! }))
    .filter((_, number) => !gone.has(number));
}

class QueryReader {
  readonly wishes: Wish[] = [];
  readonly corrections = new Map<string, string>();
  unanswered = 0;
  private guesses = 0;
  private readonly index: DocIndex;
  /** Undefined when the query is English. */
  private readonly translator: Translator | undefined;
  private readonly typing: boolean;

  constructor(index: DocIndex, translator: Translator | undefined, typing: boolean) {
    this.index = index;
    this.translator = translator;
    this.typing = typing;
  }

  add(word: string, isLast: boolean): void {
    const { ids, whole, parts } = termsOf(word);
    for (const id of ids) this.wish(word, 1, [{ terms: [id], weight: 1, reason: 'identifier' }]);
    const known = whole !== undefined && holders(whole, this.index) > 0;
    const flavor = isFlavorName(word);
    const { tuning } = this.index;
    if (known)
      this.wish(word, flavor ? tuning.flavorName : 1, [{ terms: [whole], weight: 1, reason: 'identifier' }]);
    if (flavor) {
      const about = ['flavor', 'name'].map(stem);
      this.wish(word, tuning.flavorName, [
        { terms: [...about, about.join(' ')], weight: 1, reason: 'synonym' },
      ]);
    }
    const weight = known || flavor ? tuning.namePart : 1;
    if (ids.length === 0 && whole === undefined) this.addPart(word, 1, isLast);
    else {
      for (const part of word.replace(/^scs[-_]?(\d{4}([-_]?[vw]\d+)?)?/i, '').match(/[\p{L}\p{N}]+/gu) ??
        []) {
        if (parts.includes(stem(part))) this.addPart(part, weight, isLast && word.endsWith(part));
      }
    }
  }

  private addPart(word: string, weight: number, isLast: boolean): void {
    const { tuning } = this.index;
    const translations = (word.length <= longestWord && this.translator?.translate(word)) || [];
    const term = stem(word);
    const own: Alternative[] = isKnown(word, this.index)
      ? [{ terms: [term], weight: 1, reason: 'word' }]
      : [];
    if (translations.length > 0) {
      for (const meanings of translations) {
        this.wish(word, weight, [
          ...(translations.length === 1 ? own : []),
          ...meanings.map(({ words: english, weight: likely }) => ({
            terms: withPair(english.map(stem)),
            weight: likely,
            reason: 'german' as const,
          })),
        ]);
      }
      return;
    }
    if (own.length > 0) {
      const begun = isLast && this.typing ? this.complete(word.toLowerCase()) : [];
      this.wish(word, weight, [...own, ...alike([term], tuning.synonym), ...begun]);
      return;
    }
    this.wish(word, weight, [...alike([term], tuning.synonym), ...this.guess(word, isLast)]);
  }

  /** Words that an unknown one may have been meant as, or may be the start of. */
  private guess(written: string, isLast: boolean): Alternative[] {
    const word = written.toLowerCase();
    const { tuning } = this.index;
    if (word.length < (this.typing ? 1 : 3)) return [];
    const begun = isLast ? this.complete(word) : [];
    if (begun.length > 0 || !/^\p{L}{4,}$/u.test(word)) return begun;
    this.guesses += 1;
    if (this.guesses > mostCorrections || word.length > longestWord) return [];
    const parts = this.translator ? undefined : takeApart(word, this.index);
    if (parts) {
      this.corrections.set(written, parts.join(' '));
      return [{ terms: withPair(parts.map(stem)), weight: tuning.correction, reason: 'part' }];
    }
    const meant = correct(word, this.index);
    if (meant[0] !== undefined) this.corrections.set(written, meant[0].word);
    return meant.map((known, rank) => ({
      terms: [stem(known.word)],
      weight: tuning.correction / (1 + rank),
      reason: 'correction',
    }));
  }

  private complete(start: string): Alternative[] {
    const { tuning } = this.index;
    return completions(start, this.index, mostCompletions).map(({ word }) => ({
      terms: [stem(word)],
      weight: tuning.prefix,
      reason: 'prefix',
    }));
  }

  private wish(word: string, weight: number, alternatives: Alternative[]): void {
    const possible = alternatives.filter(({ terms }) => terms.some((term) => holders(term, this.index) > 0));
    if (possible.length === 0) this.unanswered += 1;
    else this.wishes.push({ kind: 'word', word, weight, alternatives: possible });
  }
}

function alike(terms: string[], weight: number): Alternative[] {
  const others = synonyms.get(terms.join(' ')) ?? [];
  return others.map((other) => ({ terms: withPair(other), weight, reason: 'synonym' }));
}

/** Words that belong together count more where they stand side by side. */
function withPair(terms: readonly string[]): string[] {
  return [...terms, ...terms.slice(1).map((term, number) => `${terms[number]} ${term}`)];
}

/** Neighbours in the query that are neighbours somewhere in the text, and pairs that have a synonym. */
function phrases(wishes: readonly Wish[], index: DocIndex): Wish[] {
  return wishes.slice(1).flatMap((wish, number) => {
    const before = wishes[number]!;
    const pairs = before.alternatives.slice(0, 2).flatMap((left) =>
      wish.alternatives.slice(0, 2).flatMap((right): Alternative[] => {
        const terms = [`${left.terms.at(-1)} ${right.terms[0]}`];
        const single = left.terms.length === 1 && right.terms.length === 1;
        const other = single ? alike([left.terms[0]!, right.terms[0]!], index.tuning.synonym) : [];
        return [{ terms, weight: left.weight * right.weight, reason: 'phrase' }, ...other];
      }),
    );
    const known = pairs.filter(({ terms }) => terms.every((term) => holders(term, index) > 0));
    return known.length > 0
      ? [
          {
            kind: 'phrase',
            word: `${before.word} ${wish.word}`,
            weight: index.tuning.phrase * Math.min(before.weight, wish.weight),
            alternatives: known,
          },
        ]
      : [];
  });
}

/** A word that is given twice asks for one thing. */
function mergeWishes(wishes: readonly Wish[]): Wish[] {
  const seen = new Map<string, Wish>();
  for (const wish of wishes) {
    const key = wish.alternatives[0]!.terms.join('+');
    const same = seen.get(key);
    if (!same) seen.set(key, wish);
    else if (same.weight < wish.weight) seen.set(key, wish);
  }
  return [...seen.values()];
}

/** `SCS-4V-16`, `SCS-1L-1-20s`: what such a word names is a flavor. */
function isFlavorName(word: string): boolean {
  return /^scs-\d+[vltc]i?-\d+/i.test(word);
}
