import type { DocIndex } from './build-index.ts';
import type { Segment } from './segment.ts';

export interface KnownWord {
  word: string;
  /** How often it stands in the text. */
  count: number;
}

/** The most frequent of the words that start with these letters. */
export function completions(start: string, { segments }: DocIndex, most: number): KnownWord[] {
  const counts = new Map<string, number>();
  for (const segment of segments) {
    const { words } = wordsOf(segment);
    for (let at = firstFrom(start, words); words[at]?.startsWith(start); at += 1) {
      const count = countOf(at, segment);
      if (count > 0) counts.set(words[at]!, (counts.get(words[at]!) ?? 0) + count);
    }
  }
  return Array.from(counts, ([word, count]) => ({ word, count }))
    .toSorted((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))
    .slice(0, most);
}

/** The known words that one which is unknown may be meant as: one slip of the fingers in up to six letters, two in longer ones. */
export function correct(word: string, index: DocIndex): KnownWord[] {
  const near = word.length <= 6 ? oneSlip : twoSlips;
  // Fingers rarely miss the first letter, and hardly ever another one as well: `reclaim` is not `claim`.
  const likely = nearTo(word, index, near).filter(
    (known) => known.word[0] === word[0] || known.distance <= oneSlip.cost,
  );
  return nearestFirst(word, likely).slice(0, 3);
}

/** The two known words that an unknown one is made of, like `etcdserver`; undefined where there are none. The rarer one is as frequent as can be. */
export function takeApart(word: string, { segments }: DocIndex): [string, string] | undefined {
  let best: { parts: [string, string]; count: number } | undefined;
  for (let at = shortestPart; at <= word.length - shortestPart; at += 1) {
    const parts: [string, string] = [word.slice(0, at), word.slice(at)];
    const count = Math.min(...parts.map((part) => frequency(part, segments)));
    if (count > (best?.count ?? 1)) best = { parts, count };
  }
  return best?.parts;
}

const shortestPart = 3;

function frequency(word: string, segments: readonly Segment[]): number {
  let count = 0;
  for (const segment of segments) {
    const number = segment.words.get(word);
    if (number !== undefined) count += countOf(number, segment);
  }
  return count;
}

/** The known word that has most in common with an unknown one, be it half of its letters. */
export function nearest(word: string, index: DocIndex): string | undefined {
  const slips = Math.min(word.length <= 6 ? 3 : 4, Math.max(1, word.length >> 1));
  const near = { slips, cost: slips * replacement };
  return nearestFirst(word, nearTo(word, index, near, true))[0]?.word;
}

/** How many letters may be missing, too many, swapped or wrong, and what that may cost together: see `editDistance`. */
export interface Near {
  slips: number;
  cost: number;
}

const slip = 2;
/** A wrong consonant is more than a slip: `exceeded` is another word than `extended`, and `evicted` than `elected`. */
const replacement = 3;
export const oneSlip: Near = { slips: 1, cost: replacement };
export const twoSlips: Near = { slips: 2, cost: 2 * slip };

interface Found extends KnownWord {
  distance: number;
}

function nearestFirst(word: string, found: readonly Found[]): Found[] {
  const otherStart = (known: Found): number => (known.word[0] === word[0] ? 0 : 1);
  return found.toSorted(
    (a, b) =>
      a.distance - b.distance ||
      otherStart(a) - otherStart(b) ||
      b.count - a.count ||
      (a.word < b.word ? -1 : 1),
  );
}

/** Of `onlyNearest` those that are further than others may be missing: looking for them takes most of the time. */
function nearTo(word: string, { segments }: DocIndex, near: Near, onlyNearest = false): Found[] {
  const found = new Map<string, Found>();
  // Most words stand in many segments.
  const tooFar = new Set<string>();
  const limit = near.slips;
  let { cost } = near;
  const own = lettersOf(word);
  for (const segment of segments) {
    const { words, letters, byLength, lengths } = wordsOf(segment);
    const last = lengths.length - 1;
    const end = lengths[Math.min(word.length + limit + 1, last)]!;
    for (let at = lengths[Math.min(Math.max(3, word.length - limit), last)]!; at < end; at += 1) {
      const number = byLength[at]!;
      const other = letters[number]!;
      // One slip takes away one letter at most and adds one at most.
      if (countBits(own & ~other) > limit || countBits(other & ~own) > limit) continue;
      const candidate = words[number]!;
      if (tooFar.has(candidate)) continue;
      const known = found.get(candidate);
      const distance = known?.distance ?? editDistance(word, candidate, { slips: limit, cost });
      if (distance > cost) {
        tooFar.add(candidate);
        continue;
      }
      const count = countOf(number, segment);
      if (known) known.count += count;
      else if (count > 0) {
        found.set(candidate, { word: candidate, distance, count });
        if (onlyNearest) cost = distance;
      }
    }
  }
  return [...found.values()];
}

interface Words {
  /** In order of the alphabet. */
  words: string[];
  letters: Uint32Array;
  /** Numbers of the words, short ones first, and where those of each length start. */
  byLength: Uint32Array;
  lengths: Uint32Array;
}

/** By the words of a segment, which it shares with those that it was made from by taking pages out. */
const seen = new WeakMap<Segment['words'], Words>();

function wordsOf({ words: numbers }: Segment): Words {
  const known = seen.get(numbers);
  if (known) return known;
  const words = [...numbers.keys()];
  const longest = words.reduce((most, { length }) => Math.max(most, length), 0);
  const lengths = new Uint32Array(longest + 2);
  for (const { length } of words) lengths[length + 1]! += 1;
  for (let length = 1; length < lengths.length; length += 1) lengths[length]! += lengths[length - 1]!;
  const next = lengths.slice();
  const byLength = new Uint32Array(words.length);
  for (const [number, { length }] of words.entries()) byLength[next[length]!++] = number;
  const own = { words, letters: Uint32Array.from(words, lettersOf), byLength, lengths };
  seen.set(numbers, own);
  return own;
}

function countOf(word: number, { writtenIn: { starts, frequencies } }: Segment): number {
  let count = 0;
  for (let at = starts[word]!; at < starts[word + 1]!; at += 1) count += frequencies[at]!;
  return count;
}

/** Number of the first word that does not stand before `start` in the alphabet. */
export function firstFrom(start: string, words: readonly string[]): number {
  let [from, to] = [0, words.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (words[middle]! < start) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Which of the letters a to z a word has, as bits; others share one. */
function lettersOf(word: string): number {
  let letters = 0;
  for (let at = 0; at < word.length; at += 1) {
    const letter = word.charCodeAt(at) - 97;
    letters |= 1 << (letter >= 0 && letter < 26 ? letter : 26);
  }
  return letters;
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

const longestWord = 64;
const rows = [0, 1, 2].map(() => new Uint8Array(longestWord + 2));

/**
 * What it costs to make one word of another by letters that are missing, too many or swapped with their neighbours (a slip each), or wrong
 * (a slip for a vowel in place of another, more for consonants). More than `cost` where that is not enough.
 */
export function editDistance(a: string, b: string, { slips, cost: limit }: Near): number {
  if (a.length > longestWord || b.length > longestWord) return limit + 1;
  let [before, row, next] = rows as [Uint8Array, Uint8Array, Uint8Array];
  for (let j = 0; j <= b.length; j += 1) row[j] = j * slip;
  for (let i = 1; i <= a.length; i += 1) {
    // Further from the diagonal nothing is near enough.
    const [from, to] = [Math.max(1, i - slips), Math.min(b.length, i + slips)];
    const letter = a.charCodeAt(i - 1);
    let best = i * slip;
    next[from - 1] = from === 1 ? i * slip : limit + 1;
    for (let j = from; j <= to; j += 1) {
      const other = b.charCodeAt(j - 1);
      let cost =
        row[j - 1]! + (letter === other ? 0 : isVowel(letter) && isVowel(other) ? slip : replacement);
      if (next[j - 1]! + slip < cost) cost = next[j - 1]! + slip;
      if (j < i + slips && row[j]! + slip < cost) cost = row[j]! + slip;
      if (i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === other) {
        cost = Math.min(cost, before[j - 2]! + slip);
      }
      next[j] = cost;
      if (cost < best) best = cost;
    }
    if (best > limit) return best;
    [before, row, next] = [row, next, before];
  }
  return row[b.length]!;
}

const vowels = lettersOf('aeiouy');
const isVowel = (code: number): boolean => code >= 97 && code <= 122 && ((vowels >> (code - 97)) & 1) === 1;
