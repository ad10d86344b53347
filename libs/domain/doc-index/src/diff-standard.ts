import type { Page, Section } from './page.ts';
import { sentences } from './sentences.ts';

export interface SectionChange {
  kind: 'added' | 'removed' | 'changed' | 'renamed';
  from: { anchor: string; heading: string } | undefined;
  to: { anchor: string; heading: string } | undefined;
  /** Lines that stand in one version only, hunk by hunk. */
  changes: { removed: string[]; added: string[] }[];
}

export interface StandardDiff {
  /** Those that changed, in the order of the newer version. */
  sections: SectionChange[];
  unchanged: number;
}

/** A section as its lines: sentences, and lines of code. */
interface Part {
  section: Section;
  lines: string[];
}

/** What changed between two versions of a standard, section by section. What was removed stands where it stood. */
export function diffStandard(from: Page, to: Page): StandardDiff {
  const [older, newer] = [from.sections.map(toPart), to.sections.map(toPart)];
  const partner = pair(older, newer);
  const placed: { place: number; change: SectionChange }[] = [];
  let [unchanged, place] = [0, -1];
  const removedAt = new Map<Part, number>();
  const numbers = new Map(newer.map((part, number) => [part, number]));
  for (const part of older) {
    const match = partner.get(part);
    if (match) place = numbers.get(match)!;
    else removedAt.set(part, place + 0.5);
  }
  const origin = new Map([...partner].map(([old, part]) => [part, old]));
  for (const [number, part] of newer.entries()) {
    const change = compare(origin.get(part), part);
    if (change) placed.push({ place: number, change });
    else unchanged += 1;
  }
  for (const [part, at] of removedAt) {
    placed.push({
      place: at,
      change: {
        kind: 'removed',
        from: nameOf(part),
        to: undefined,
        changes: part.lines.length > 0 ? [{ removed: part.lines, added: [] }] : [],
      },
    });
  }
  return { sections: placed.toSorted((a, b) => a.place - b.place).map(({ change }) => change), unchanged };
}

const toPart = (section: Section): Part => ({
  section,
  lines: [...sentences(section.text), ...section.code.split('\n').filter((line) => line.trim() !== '')],
});

const nameOf = ({ section: { anchor, heading } }: Part): { anchor: string; heading: string } => ({
  anchor,
  heading,
});

function compare(old: Part | undefined, part: Part): SectionChange | undefined {
  if (!old) {
    const changes = part.lines.length > 0 ? [{ removed: [], added: part.lines }] : [];
    return { kind: 'added', from: undefined, to: nameOf(part), changes };
  }
  const changes = hunks(old.lines, part.lines);
  const renamed = plain(old.section.heading) !== plain(part.section.heading);
  if (!renamed && changes.length === 0) return undefined;
  return { kind: renamed ? 'renamed' : 'changed', from: nameOf(old), to: nameOf(part), changes };
}

const plain = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Which section became which: by heading and those above, by heading or anchor alone, else by what it says. */
function pair(older: readonly Part[], newer: readonly Part[]): Map<Part, Part> {
  const partner = new Map<Part, Part>();
  const free = { old: new Set(older), new: new Set(newer) };
  const join = (old: Part, part: Part): void => {
    partner.set(old, part);
    free.old.delete(old);
    free.new.delete(part);
  };
  const keys: ((part: Part) => string)[] = [
    ({ section }) => [...section.trail, section.heading].map(plain).join('\n'),
    ({ section }) => plain(section.heading),
    ({ section }) => section.anchor,
  ];
  for (const key of keys) {
    const byKey = Map.groupBy(free.old, key);
    for (const part of free.new) {
      const old = byKey.get(key(part))?.shift();
      if (old) join(old, part);
    }
  }
  if (free.old.size * free.new.size > mostPairs) return partner;
  const wordsOf = new Map([...free.old, ...free.new].map((part) => [part, wordSet(part)]));
  for (const part of free.new) {
    const alike = [...free.old]
      .map((old) => ({ old, share: likeness(wordsOf.get(old)!, wordsOf.get(part)!) }))
      .toSorted((a, b) => b.share - a.share)[0];
    if (alike && alike.share >= leastAlike) join(alike.old, part);
  }
  return partner;
}

/** Sections that are compared with each other by their words, at most; standards have some dozen. */
const mostPairs = 10_000;
/** Share of common words from which on two sections are one under another heading. */
const leastAlike = 0.6;

const wordSet = ({ lines }: Part): Set<string> =>
  new Set(
    lines
      .join(' ')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu),
  );

function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const shared = [...one].filter((word) => other.has(word)).length;
  return shared === 0 ? 0 : shared / (one.size + other.size - shared);
}

/** Lines that stand in one list only, in runs. Where the lists are long and differ much, all of what differs is one run. */
function hunks(removed: readonly string[], added: readonly string[]): SectionChange['changes'] {
  let start = 0;
  while (start < removed.length && start < added.length && removed[start] === added[start]) start += 1;
  let [oldEnd, newEnd] = [removed.length, added.length];
  while (oldEnd > start && newEnd > start && removed[oldEnd - 1] === added[newEnd - 1]) {
    oldEnd -= 1;
    newEnd -= 1;
  }
  const [old, now] = [removed.slice(start, oldEnd), added.slice(start, newEnd)];
  if (old.length === 0 && now.length === 0) return [];
  if (old.length * now.length > mostSteps) return [{ removed: old, added: now }];
  return runs(old, now);
}

const mostSteps = 250_000;

/** By the longest common subsequence. */
function runs(old: readonly string[], now: readonly string[]): SectionChange['changes'] {
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        old[i] === now[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const found: SectionChange['changes'] = [];
  let open: SectionChange['changes'][number] | undefined;
  for (let [i, j] = [0, 0]; i < old.length || j < now.length;) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      open = undefined;
      i += 1;
      j += 1;
      continue;
    }
    if (!open) found.push((open = { removed: [], added: [] }));
    const drop =
      j === now.length || (i < old.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!);
    if (drop) open.removed.push(old[i++]!);
    else open.added.push(now[j++]!);
  }
  return found;
}
