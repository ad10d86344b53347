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

/** The known words closest to one that is unknown: one slip in up to six letters, two in longer ones. */
export function correct(word: string, index: DocIndex, slack = 0): KnownWord[] {
  // More slips than half its letters make any word of any other.
  const limit = Math.min((word.length <= 6 ? 1 : 2) + slack, Math.max(1, word.length >> 1));
  const sameStart = (candidate: string): number => (candidate[0] === word[0] ? 0 : 1);
  return nearTo(word, index, limit)
    .toSorted(
      (a, b) =>
        a.distance - b.distance ||
        sameStart(a.word) - sameStart(b.word) ||
        b.count - a.count ||
        (a.word < b.word ? -1 : 1),
    )
    .slice(0, 3);
}

/** All known words with no more slips than the limit. */
function nearTo(word: string, { segments }: DocIndex, limit: number): (KnownWord & { distance: number })[] {
  const found = new Map<string, KnownWord & { distance: number }>();
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
      const known = found.get(candidate);
      const distance = known?.distance ?? editDistance(word, candidate, limit);
      if (distance > limit) continue;
      const count = countOf(number, segment);
      if (known) known.count += count;
      else if (count > 0) found.set(candidate, { word: candidate, distance, count });
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

/** Damerau: insertions, deletions, replacements and swaps of neighbours. Stops at the limit and returns more than it. */
export function editDistance(a: string, b: string, limit: number): number {
  if (a.length > longestWord || b.length > longestWord) return limit + 1;
  let [before, row, next] = rows as [Uint8Array, Uint8Array, Uint8Array];
  for (let j = 0; j <= b.length; j += 1) row[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    // Further from the diagonal than the limit nothing is near enough.
    const [from, to] = [Math.max(1, i - limit), Math.min(b.length, i + limit)];
    const letter = a.charCodeAt(i - 1);
    let best = i;
    next[from - 1] = from === 1 ? i : limit + 1;
    for (let j = from; j <= to; j += 1) {
      let cost = row[j - 1]! + (letter === b.charCodeAt(j - 1) ? 0 : 1);
      if (next[j - 1]! < cost) cost = next[j - 1]! + 1;
      if (j < i + limit && row[j]! < cost) cost = row[j]! + 1;
      if (
        i > 1 &&
        j > 1 &&
        letter === b.charCodeAt(j - 2) &&
        a.charCodeAt(i - 2) === b.charCodeAt(j - 1) &&
        before[j - 2]! < cost
      )
        cost = before[j - 2]! + 1;
      next[j] = cost;
      if (cost < best) best = cost;
    }
    if (best > limit) return best;
    [before, row, next] = [row, next, before];
  }
  return row[b.length]!;
}
