import { stemmer as germanStem } from '@orama/stemmers/german';
import { germanFunctionWords, germanWords } from './german-words.ts';
import { isRecord } from './read/data.ts';

/** English words for German ones with a probability each, as mined from translations: `{"abbild": [["image", 1]]}`. */
export type Lexicon = Readonly<Record<string, readonly (readonly [string, number])[]>>;

/** Reads the content of a lexicon file; throws a RangeError that says what it should be. */
export function parseLexicon(content: unknown): Lexicon {
  const entries = isRecord(content) ? content['entries'] : undefined;
  if (isLexicon(entries)) return entries;
  throw new RangeError('its shape is not {"entries": {"abbild": [["image", 1]]}}');
}

const isLexicon = (value: unknown): value is Lexicon =>
  isRecord(value) && Object.values(value).every((list) => Array.isArray(list) && list.every(isTranslation));

const isTranslation = (pair: unknown): boolean =>
  Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'number';

export interface Translation {
  /** What the English text says: one word, or several that belong together. */
  words: string[];
  weight: number;
}

/** Looks German words up, whole or split into the words that they are made of: for each of these, what it may mean. */
export interface Translator {
  translate(word: string): Translation[][];
  /** Whether the dictionary has the word, in any of its forms, without taking it apart. */
  knows(word: string): boolean;
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
  const findForm = (word: string): Translation[] | undefined => {
    for (const form of [word, ...infinitives(word.toLowerCase())]) {
      const found = find(form);
      if (found) return found;
    }
    return undefined;
  };
  return {
    translate: (word) => {
      const whole = findForm(word);
      return whole ? [whole] : (split(word.toLowerCase(), find)?.map((part) => find(part)!) ?? []);
    },
    knows: (word) => findForm(word) !== undefined,
  };
}

/**
 * Where the verb stands that lost its prefix to the end of the clause, and both as one word: `schlägt das Löschen fehl` is
 * `fehlschlägt das Löschen`. Undefined where the word at `end` is no such prefix.
 */
export function separatedVerb(
  words: readonly string[],
  end: number,
  translator: Translator,
): { verb: number; joined: string } | undefined {
  const last = words[end]!.toLowerCase();
  if (!separable.has(last)) return undefined;
  const prefix = words[end - 1]?.toLowerCase() === 'wieder' ? `wieder${last}` : last;
  for (let verb = end - 1; verb >= Math.max(0, end - longestClause); verb -= 1) {
    const joined = prefix + words[verb]!.toLowerCase();
    if (joined.length <= longestVerb && translator.knows(joined)) return { verb, joined };
  }
  return undefined;
}

const longestClause = 12;
const longestVerb = 30;
const separable = new Set(
  `ab an auf aus bei bereit durch ein fehl fest frei her herunter hinzu hoch mit nach um vor weg zu zurück
  zusammen`.split(/\s+/),
);

/** What a form of a verb may come from: `erstellte`, `abgelehnte`, `einzurichten`, `zugewiesen`. */
function infinitives(word: string): string[] {
  const bare = word.replace(/(?<=[nt])(e|en|em|er|es)$/, '');
  return [...new Set([word, bare])]
    .flatMap(withoutInfix)
    .flatMap((form) => [
      ...(strong(form) ?? []),
      ...(form.endsWith('t') ? [`${form.slice(0, -1)}en`, `${form.slice(0, -1)}n`, `${form}en`] : []),
      ...(form.endsWith('et') ? [`${form.slice(0, -2)}en`] : []),
      form.endsWith('e') ? `${form}n` : form,
    ]);
}

/** Without the `ge` of participles and the `zu` of infinitives, at the start or behind the prefix that they follow. */
function withoutInfix(word: string): string[] {
  const [, prefix = '', rest] = infix.exec(word) ?? [];
  return rest === undefined ? [word] : [prefix + rest, word];
}

const infix = new RegExp(`^((?:wieder)?(?:${[...separable].join('|')}))?(?:ge|(?<=.)zu)(.{3,})$`);

/** Verbs that change their vowel. */
function strong(form: string): string[] | undefined {
  for (const [past, present] of vowelChanges) {
    if (form.endsWith(past)) return [form.slice(0, -past.length) + present];
  }
  return undefined;
}

const vowelChanges =
  `bunden binden, wiesen weisen, schoben schieben, nommen nehmen, schlossen schließen, schrieben schreiben, gangen gehen,
  brochen brechen, worfen werfen, zogen ziehen, sprochen sprechen, stiegen steigen, funden finden, schieden scheiden, standen stehen,
  boten bieten, sandt senden, schnitten schneiden, gibt geben, nimmt nehmen, bricht brechen, wirft werfen, spricht sprechen, misst messen, liest lesen`
    .split(/,\s+/)
    .map((pair) => pair.split(' ') as [string, string]);

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
  // The stemmer leaves the plural of `Regel` alone.
  const singular = (text: string): string => text.replace(/(?<=[lr])n$/, '');
  return [...new Set([lower, typed].flatMap((text) => [text, germanStem(text), singular(text)].map(fold)))];
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
