/** What Markdown consists of, in order: headings, and what stands between them. */
export type Part = { depth: number; heading: string; anchor?: string } | { text: string; code: string };

const mostLines = 10_000;
const mostWork = 10_000_000;

/**
 * Whether parsing would take seconds: the parser's time grows with the square of the marks in one block and of nesting. Nobody writes
 * that by hand, but generators and attackers do.
 */
export function isCostly(markdown: string): boolean {
  const lines = markdown.split('\n');
  if (lines.length > mostLines || markdown.length > 1_000_000) return true;
  let fence = '';
  let marks = 0;
  let work = 0;
  for (const line of lines) {
    const wasInside = fence !== '';
    fence = fenceAfter(line, fence);
    if (wasInside) continue;
    if (line.trim() === '') marks = 0;
    else {
      const before = marks;
      marks += weightOf(line);
      work += marks ** 2 - before ** 2;
    }
    if (work > mostWork || isDeep(line)) return true;
  }
  return false;
}

const weights = new Float32Array(128);
for (const mark of '[]*_<`~!&{}\\') weights[mark.charCodeAt(0)] = 1;
for (const mark of '|=') weights[mark.charCodeAt(0)] = 1 / 3;

/** What a line adds to the marks of its block. A loop, because every page of every source is weighed. */
function weightOf(line: string): number {
  let weight = 0.5;
  for (let at = 0; at < line.length; at += 1) weight += weights[line.charCodeAt(at)] ?? 0;
  return weight;
}

function isDeep(line: string): boolean {
  if (line.length < 32) return false;
  return (
    /^(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])){32}/.test(line) ||
    /^[ \t]{100,}[-*+>\d]/.test(line) ||
    (line.length > 500 && /[ \t]{500}/.test(line))
  );
}

/** The fence that is open after a line; empty for none. */
function fenceAfter(line: string, open: string): string {
  if (!line.includes('```') && !line.includes('~~~')) return open;
  const [, mark, rest] = /^[ \t>]*(`{3,}|~{3,})(.*)/.exec(line) ?? [];
  if (mark === undefined) return open;
  if (open === '') return mark.startsWith('`') && rest!.includes('`') ? '' : mark;
  return mark.startsWith(open) && rest!.trim() === '' ? '' : open;
}

/** Reads Markdown line by line: headings and fenced code are told apart, the rest is text as it stands. */
export function plainParts(markdown: string): Part[] {
  const parts: Part[] = [];
  let fence = '';
  for (const line of markdown.split('\n')) {
    const before = fence;
    fence = fenceAfter(line, before);
    if (fence !== before) continue;
    const [, hashes] = before === '' ? (/^ {0,3}(#{1,6})[ \t]/.exec(line) ?? []) : [];
    if (hashes === undefined) parts.push(before === '' ? { text: line, code: '' } : { text: '', code: line });
    else parts.push({ depth: hashes.length, heading: line.trim().slice(hashes.length).trim() });
  }
  return parts;
}
