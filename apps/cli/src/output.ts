import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { oneLine, usage } from './failure.ts';

export type DataFormat = 'json' | 'yaml';

/** Small answers are for people on a terminal and for programs in a pipe. */
export function defaultFormat(): 'table' | 'json' {
  return process.stdout.isTTY ? 'table' : 'json';
}

/** An answer as JSON or YAML, with a line break at its end. */
export async function formatData(value: unknown, format: DataFormat): Promise<string> {
  if (format === 'json') return `${JSON.stringify(value, null, 2)}\n`;
  const { stringify } = await import('yaml');
  return stringify(value, { lineWidth: 0 });
}

/** Columns as wide as their widest cell, two blanks apart. Colours take no room. */
export function columns(rows: readonly (readonly string[])[]): string {
  const width = (cell: string): number => stripVTControlCharacters(cell).length;
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, width(cell));
  }
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => cell + ' '.repeat(widths[index]! - width(cell)))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}

/** Writes a file whole or not at all: a reader never meets half of it, and a failure keeps what was there. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.scs-${randomUUID()}.tmp`);
  try {
    // Of a cloud's inside: for its owner only.
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw usage(`cannot write ${path} (${oneLine(error)}); choose a folder that exists and may be written`);
  }
}

/** Says before the long work whether its result could be written at its end. */
export async function checkWritable(path: string): Promise<void> {
  if ((await stat(path).catch(() => null))?.isDirectory()) {
    throw usage(`${path} is a directory; name a file in it, for example ${join(path, 'snapshot.json')}`);
  }
  const folder = await stat(dirname(path)).catch(() => null);
  if (!folder?.isDirectory()) throw usage(`the folder ${dirname(path)} does not exist; create it first`);
}
