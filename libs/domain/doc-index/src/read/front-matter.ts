import { isRecord, parseYaml, string } from './data.ts';
import type { Standard } from '../page.ts';

const opening = /^---[ \t]*\r?\n/;
const fence = /^---[ \t]*\r?\n(?:([\s\S]*?)\r?\n)?---[ \t]*(?:\r?\n|$)/;

/** What stands between the two `---` at the top of a file, and the rest of it. Throws what the YAML parser throws. */
export function splitFrontMatter(text: string): { fields: Record<string, unknown>; body: string } {
  const match = fence.exec(text);
  if (!match && opening.test(text) && /^\w+:/.test(text.replace(opening, ''))) {
    throw new Error('the front matter does not close; add a line --- below it');
  }
  if (!match) return { fields: {}, body: text };
  const fields = parseYaml(match[1] ?? '');
  const body = text.slice(match[0].length);
  return isRecord(fields) ? { fields, body } : { fields: {}, body };
}

/** Undefined when the file name is none of a standard, e.g. of a template (`scs-XXXX`). */
export function readStandard(path: string, fields: Record<string, unknown>): Standard | undefined {
  const id = standardId(path);
  if (id === undefined || typeof fields['type'] !== 'string') return undefined;
  return {
    id,
    family: id.slice(0, 'scs-0000'.length),
    version: id.slice('scs-0000-'.length),
    type: fields['type'],
    track: string(fields['track']),
    stabilizedAt: day(fields['stabilized_at']),
    deprecatedAt: day(fields['deprecated_at']),
    supplements: standardIds(fields['supplements']),
    // One of the SCS standards says that it replaces itself.
    replaces: standardIds(fields['replaces']).filter((other) => other !== id),
    scopes: [],
  };
}

/** The id in the name of a file or the path of an address: `scs-0100-v3` of `Standards/scs-0100-v3-flavor-naming.md`. */
export function standardId(path: string): string | undefined {
  return /(?:^|\/)(scs-\d{4}-[vw]\d+)[^/]*$/i.exec(path)?.[1]?.toLowerCase();
}

export function standardIds(value: unknown): string[] {
  const names: unknown[] = Array.isArray(value) ? value : [value];
  return names.flatMap((name) => standardId(string(name)) ?? []);
}

function day(value: unknown): string | undefined {
  return /^\d{4}-\d{2}-\d{2}/.exec(string(value))?.[0];
}
