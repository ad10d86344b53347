// Keeps docs/upstream-defects.md true: the tests that it names are there, and say of which defect they are.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** All lines that name a test, by file name; `it.each` has its name at the end of the table. */
const titles = new Map<string, string[]>();
for (const folder of ['apps', 'libs'])
  for (const entry of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
    if (!entry.endsWith('.spec.ts') || entry.includes('node_modules')) continue;
    const lines = readFileSync(join(root, folder, entry), 'utf8').split('\n');
    const name = basename(entry);
    titles.set(name, [...(titles.get(name) ?? []), ...lines.filter((line) => /['"`]/.test(line))]);
  }

const rows = readFileSync(join(root, 'docs', 'upstream-defects.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    return { number: Number(cells[1]), tests: cells[4]?.split(' · ') ?? [] };
  });

describe('the table of upstream’s defects', () => {
  it('has all twenty-five', () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
  });

  it.each(rows.flatMap(({ number, tests }) => tests.map((test) => ({ number, test }))))(
    'defect $number: $test',
    ({ number, test }) => {
      const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(test) ?? [];
      const mark = number === 25 ? /\(CSPO gap: / : new RegExp(`\\(defects? (\\d+( and |, ))*${number}\\b`);
      const found = (titles.get(file) ?? []).filter((line) => line.includes(title));
      expect(found.filter((line) => mark.test(line))).not.toEqual([]);
    },
  );
});
