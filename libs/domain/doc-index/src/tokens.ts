import { stemmer as englishStem } from '@orama/stemmers/english';

/** One word of a text, or several joined by punctuation (`hw_rng_model`, `docs.package.json`). */
export interface Word {
  text: string;
  start: number;
  end: number;
}

const part = /[\p{L}\p{N}]+/gu;
const standard = /^scs[-_]?(\d{4})(?:[-_]?([vw]\d+))?(?![\p{L}\p{N}])/iu;

export function words(text: string): Word[] {
  const all: Word[] = [];
  eachWord(text, (start, end) => all.push({ text: text.slice(start, end), start, end }));
  return all;
}

/** Runs of letters and digits, joined by single signs: a scan by hand, because every hit of every search is read with it. */
export function eachWord(text: string, visit: (start: number, end: number) => void): void {
  let start = -1;
  for (let at = 0; at < text.length;) {
    const width = letterAt(text, at);
    if (width > 0) {
      if (start < 0) start = at;
      at += width;
    } else if (start >= 0 && isJoiner(text.charCodeAt(at)) && letterAt(text, at + 1) > 0) at += 1;
    else {
      if (start >= 0) visit(start, at);
      start = -1;
      at += 1;
    }
  }
  if (start >= 0) visit(start, text.length);
}

/** How many code units a letter or digit has that stands at a place; 0 where there is none. */
function letterAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 128) return asciiLetters[code]!;
  if (Number.isNaN(code)) return 0;
  const sign = String.fromCodePoint(text.codePointAt(at)!);
  return letter.test(sign) ? sign.length : 0;
}

const letter = /^[\p{L}\p{N}]$/u;
const asciiLetters = Uint8Array.from({ length: 128 }, (_, code) =>
  letter.test(String.fromCharCode(code)) ? 1 : 0,
);
const isJoiner = (code: number): boolean => code >= 45 && (code <= 47 || code === 58 || code === 95);

/** What a word is found by: ids of standards, the whole, and its parts, stemmed. */
export interface Terms {
  /** `scs-0103`, `scs-0103-v1`: one spelling of what is written in many. */
  ids: readonly string[];
  /** A name of several parts in lower case, parts joined by `-`; undefined for a simple word. */
  whole: string | undefined;
  parts: readonly string[];
}

export function termsOf(word: string): Terms {
  const known = seen.get(word);
  if (known) return known;
  if (seen.size >= mostSeen) seen.clear();
  const terms = takeApart(word);
  seen.set(word, terms);
  return terms;
}

/** The same words come again and again; those that strangers ask for must not fill the memory. */
const seen = new Map<string, Terms>();
const mostSeen = 50_000;

function takeApart(word: string): Terms {
  const [prefix = '', number, version] = standard.exec(word) ?? [];
  const ids = number ? [`scs-${number}`] : [];
  if (number && version) ids.push(`scs-${number}-${version.toLowerCase()}`);
  const names = word.slice(prefix.length).match(part) ?? [];
  const parts = names.flatMap(splitCamelCase).map(stem);
  const joined = (word.match(part) ?? []).join('-').toLowerCase();
  const compound = names.length + (number ? 1 : 0) > 1 && joined.length <= 80 && !ids.includes(joined);
  return { ids, whole: compound ? joined : undefined, parts };
}

/** `PersistentVolumeClaim` is found whole and by its words. */
function splitCamelCase(name: string): string[] {
  const humps = name.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}{2,}|\p{N}+/gu) ?? [];
  const mixed = humps.length > 1 && humps.join('') === name && !/\p{N}/u.test(name);
  return mixed ? [name, ...humps] : [name];
}

/** Words that English writes in several ways end in one stem. */
export function stem(word: string): string {
  const lower = word.toLowerCase();
  if (!/^[a-z]{3,}$/.test(lower)) return lower;
  // The stemmer takes these for forms of `exce`, but not `exceeded` and `exceeding`.
  return /ceeds?$/.test(lower) ? lower.replace(/s$/, '') : englishStem(american(lower));
}

/** `flavour` is `flavor`, `virtualisation` is `virtualization`. */
function american(word: string): string {
  return word
    .replace(/^([a-z]{3,})our(s|ed|ing)?$/, '$1or$2')
    .replace(/^([a-z]{3,})is(e|ed|es|er|ing|ation|ations)$/, '$1iz$2');
}
