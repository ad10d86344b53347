/** Which of two versions is the lower one, by their numbers: as sorting wants it. */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string): number[] => (version.match(/\d+/g) ?? []).map(Number);
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < 3; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
