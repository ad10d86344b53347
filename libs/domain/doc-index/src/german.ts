import { stemmer as germanStem } from '@orama/stemmers/german';
import { germanFunctionWords, germanWords } from './german-words.ts';

/** English words for German ones with a probability each, as mined from translations: `{"abbild": [["image", 1]]}`. */
export type Lexicon = Readonly<Record<string, readonly (readonly [string, number])[]>>;

export interface Translation {
  /** What the English text says: one word, or several that belong together. */
  words: string[];
  weight: number;
}

/** Looks German words up, whole or split into the words that they are made of: for each of these, what it may mean. */
export interface Translator {
  translate(word: string): Translation[][];
}

/** Words of a lexicon from outside fill the gaps of ours; where both know a word, ours is the one that people use. */
export function createTranslator(more: Lexicon = {}): Translator {
  const entries = new Map<string, Translation[]>();
  for (const line of germanWords.trim().split('\n')) {
    const [german, ...english] = line.split(' ');
    const translations = english.map((text, rank) => ({
      words: text.split('_'),
      weight: 1 / (1 + rank / 3),
    }));
    for (const key of spellings(german!)) if (!entries.has(key)) entries.set(key, translations);
  }
  for (const [german, english] of Object.entries(more)) {
    const translations = english.map(([text, weight]) => ({ words: [text], weight: weight * 0.9 }));
    for (const key of spellings(german)) if (!entries.has(key)) entries.set(key, translations);
  }
  const find = (word: string): Translation[] | undefined => {
    const key = spellings(word).find((spelling) => entries.has(spelling));
    return key === undefined ? undefined : entries.get(key);
  };
  return {
    translate: (word) => {
      const whole = find(word);
      return whole ? [whole] : (split(word.toLowerCase(), find)?.map((part) => find(part)!) ?? []);
    },
  };
}

/** Umlauts and words that no English sentence has. */
export function looksGerman(words: readonly string[]): boolean {
  return words.some((word) => /[äöüß]/i.test(word) || unmistakable.has(word.toLowerCase()));
}

const english = [
  'am',
  'an',
  'den',
  'des',
  'die',
  'hat',
  'ich',
  'in',
  'man',
  'so',
  'war',
  'was',
  'will',
  'pro',
  'ins',
  'um',
  'all',
];
const unmistakable = new Set([...germanFunctionWords].filter((word) => !english.includes(word)));

/** A word as it stands and its stem, both without umlauts, however those were typed. */
function spellings(word: string): string[] {
  const lower = word.toLowerCase();
  const typed = lower.replace(/ae/g, 'ä').replace(/oe/g, 'ö').replace(/ue/g, 'ü');
  const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/ß/g, 'ss');
  return [...new Set([lower, typed].flatMap((text) => [fold(text), fold(germanStem(text))]))];
}

const shortestPart = 3;

/** `Verbrauchsdatenerfassung` is `verbrauch`, `daten`, `erfassung`; undefined unless every part is known. Long parts first. */
function split(word: string, find: (word: string) => Translation[] | undefined): string[] | undefined {
  for (let length = word.length - shortestPart; length >= shortestPart; length -= 1) {
    const first = stripLink(word.slice(0, length), find);
    if (first === undefined) continue;
    const rest = word.slice(length);
    if (find(rest)) return [first, rest];
    const more = split(rest, find);
    if (more) return [first, ...more];
  }
  return undefined;
}

/** Without the letters that join German words: `Sicherheit-s-gruppe`. */
function stripLink(word: string, find: (word: string) => Translation[] | undefined): string | undefined {
  return [word, word.replace(/(s|es|n|en|e|-)$/, '')].find(
    (candidate) => candidate.length >= shortestPart && find(candidate),
  );
}
