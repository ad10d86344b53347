import { readFile, stat } from 'node:fs/promises';
import { readSnapshot, SnapshotError, type Snapshot } from '@scs/standards';
import { oneLine, usage } from './failure.ts';
import { shapeProblem } from './snapshot-shape.ts';

/** Ten thousand flavors and as many images make some 15 MB. */
const largest = 64 * 2 ** 20;

/** A stored snapshot; throws a usage failure that names file, place and remedy for anything else. */
export async function readSnapshotFile(path: string): Promise<Snapshot> {
  return parseSnapshot(await readSmallFile(path, largest), path);
}

/** Text of a file of at most so many bytes. */
export async function readSmallFile(path: string, limit: number): Promise<string> {
  const facts = await stat(path).catch((error: unknown) => {
    throw usage(`cannot read ${path} (${oneLine(error)}); check the path`);
  });
  if (facts.isDirectory()) throw usage(`${path} is a directory; name a file in it`);
  if (facts.size > limit) {
    throw usage(
      `${path} has ${mebibytes(facts.size)} MiB, more than the ${mebibytes(limit)} MiB accepted; is it the right file?`,
    );
  }
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw usage(`cannot read ${path} (${oneLine(error)}); check its permissions`);
  });
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

/** A snapshot from its text; `path` is what messages call it. */
export function parseSnapshot(text: string, path: string): Snapshot {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw usage(`${path} is not JSON (${oneLine(error)}); make a snapshot with \`scs snapshot -o ${path}\``);
  }
  let snapshot: Snapshot;
  try {
    snapshot = readSnapshot(document);
  } catch (error) {
    if (error instanceof SnapshotError) throw usage(`${path}: ${error.message}`);
    throw error;
  }
  const problem = shapeProblem(snapshot);
  if (problem) throw usage(`${path} is damaged: ${problem}; take the snapshot again`);
  return snapshot;
}
