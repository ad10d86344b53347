import { stemmer as englishStem } from '@orama/stemmers/english';

/** One word of a text, or several joined by punctuation (`hw_rng_model`, `docs.package.json`). */
export interface Word {
  text: string;
  start: number;
  end: number;
}

const chain = /[\p{L}\p{N}]+(?:[-_.:/][\p{L}\p{N}]+)*/gu;
const part = /[\p{L}\p{N}]+/gu;
const standard = /^scs[-_]?(\d{4})(?:[-_]?([vw]\d+))?(?![\p{L}\p{N}])/iu;

export function words(text: string): Word[] {
  return Array.from(text.matchAll(chain), ({ 0: word, index }) => ({
    text: word,
    start: index,
    end: index + word.length,
  }));
}

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
  return /^[a-z]{3,}$/.test(lower) ? englishStem(american(lower)) : lower;
}

/** `flavour` is `flavor`, `virtualisation` is `virtualization`. */
function american(word: string): string {
  return word
    .replace(/^([a-z]{3,})our(s|ed|ing)?$/, '$1or$2')
    .replace(/^([a-z]{3,})is(e|ed|es|er|ing|ation|ations)$/, '$1iz$2');
}
