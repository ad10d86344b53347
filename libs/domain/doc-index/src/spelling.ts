/** Words that occur: how often, and their letters as bits. */
export type Vocabulary = ReadonlyMap<string, { count: number; letters: number }>;

/** Which of the letters a to z a word has; others share one bit. */
export function lettersOf(word: string): number {
  let letters = 0;
  for (let at = 0; at < word.length; at += 1) {
    const letter = word.charCodeAt(at) - 97;
    letters |= 1 << (letter >= 0 && letter < 26 ? letter : 26);
  }
  return letters;
}

/** The known words closest to one that is unknown: one slip in up to six letters, two in longer ones. */
export function correct(word: string, known: Vocabulary, slack = 0): string[] {
  const limit = (word.length <= 6 ? 1 : 2) + slack;
  const found: { candidate: string; distance: number; count: number }[] = [];
  const own = lettersOf(word);
  for (const [candidate, { count, letters }] of known) {
    if (Math.abs(candidate.length - word.length) > limit || candidate.length < 3) continue;
    // One slip changes two letters at most.
    if (countBits(own ^ letters) > 2 * limit) continue;
    const distance = editDistance(word, candidate, limit);
    if (distance <= limit) found.push({ candidate, distance, count });
  }
  const sameStart = (candidate: string): number => (candidate[0] === word[0] ? 0 : 1);
  return found
    .toSorted(
      (a, b) =>
        a.distance - b.distance ||
        sameStart(a.candidate) - sameStart(b.candidate) ||
        b.count - a.count ||
        (a.candidate < b.candidate ? -1 : 1),
    )
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** Damerau: insertions, deletions, replacements and swaps of neighbours. Stops at the limit and returns more than it. */
function editDistance(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    let best = i;
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(row[j]! + 1, next[j - 1]! + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, before[j - 2]! + 1);
      }
      next.push(cost);
      best = Math.min(best, cost);
    }
    if (best > limit) return best;
    before = row;
    row = next;
  }
  return row[b.length]!;
}
