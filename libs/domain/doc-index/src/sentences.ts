/** The sentences of a section's text; items of lists and rows of tables are sentences too. Time is linear in the text. */
export function sentences(text: string): string[] {
  return unwrap(text).flatMap(splitAtEnds);
}

/** Paragraphs are often broken at a column; a line that goes on in the next one is joined with it. */
function unwrap(text: string): string[] {
  const lines: string[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\s+/g, ' ').trim();
    if (line === '') continue;
    const before = lines.at(-1);
    if (before !== undefined && goesOn(before, line)) lines[lines.length - 1] = `${before} ${line}`;
    else lines.push(line);
  }
  return lines;
}

/** Short lines are items and cells; a sentence is not joined without end. */
const goesOn = (line: string, next: string): boolean =>
  line.length < 2000 &&
  !line.includes(' | ') &&
  !next.includes(' | ') &&
  !/[.!?:;|]$/.test(line) &&
  (line.endsWith(',') || (line.length > 50 && /^[\p{Ll}(\d"“`]/u.test(next)));

const end = /[.!?]["”’)\]]*\s+(?=["“‘([]?[\p{Lu}\p{N}])/gu;
const abbreviation =
  /(?:^|[\s(])(?:\p{L}|e\.g|i\.e|cf|etc|vs|resp|approx|no|nr|fig|sec|dr|prof|inc|incl|excl|z\.\s?b|d\.\s?h|bzw|ca|ggf|u\.\s?a)$/iu;

function splitAtEnds(line: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (const { index, 0: mark } of line.matchAll(end)) {
    if (line[index] === '.' && abbreviation.test(line.slice(Math.max(0, index - 8), index))) continue;
    parts.push(line.slice(start, index + mark.length).trim());
    start = index + mark.length;
  }
  parts.push(line.slice(start));
  return parts.filter((part) => part !== '');
}
