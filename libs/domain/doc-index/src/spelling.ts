/** The known words closest to one that is unknown: one slip in up to six letters, two in longer ones. */
export function correct(word: string, known: ReadonlyMap<string, number>, slack = 0): string[] {
  const limit = (word.length <= 6 ? 1 : 2) + slack;
  const found: { candidate: string; distance: number; count: number }[] = [];
  for (const [candidate, count] of known) {
    if (Math.abs(candidate.length - word.length) > limit || candidate.length < 3) continue;
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
