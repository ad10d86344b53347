/** Puts one into a list that is sorted and holds no more than `most`; says whether it is good enough to stand there. */
export function insert<T>(one: T, sorted: T[], most: number, compare: (a: T, b: T) => number): boolean {
  if (most === 0 || (sorted.length >= most && compare(one, sorted.at(-1)!) >= 0)) return false;
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (compare(one, sorted[middle]!) < 0) to = middle;
    else from = middle + 1;
  }
  sorted.splice(from, 0, one);
  if (sorted.length > most) sorted.pop();
  return true;
}
