import { existsSync, readFileSync } from 'node:fs';

const folder = new URL('../../../../../shared/vectors/lifecycle/', import.meta.url);

/** A file of the shared vectors; where it is missing that is printed, and the default taken, so that nothing is compared. */
export function lifecycleVectors<T>(file: string, otherwise: T): T {
  const url = new URL(file, folder);
  if (existsSync(url)) return JSON.parse(readFileSync(url, 'utf8')) as T;
  process.stdout.write(`shared/vectors/lifecycle/${file} is missing: its cases are skipped\n`);
  return otherwise;
}
