import { parse } from 'yaml';
import type { Standard } from './page.ts';

const fence = /^---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/;

/** What stands between the two `---` at the top of a file, and the rest of it. Throws what the YAML parser throws. */
export function splitFrontMatter(text: string): { fields: Record<string, unknown>; body: string } {
  const match = fence.exec(text);
  if (!match) return { fields: {}, body: text };
  // Without an alias limit a few lines can grow to gigabytes.
  const fields: unknown = parse(match[1]!, { maxAliasCount: 20 });
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
    supplements: ids(fields['supplements']),
    replaces: ids(fields['replaces']),
    scopes: [],
  };
}

/** A field as text; empty where it is missing or no text. */
export function string(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function standardId(path: string): string | undefined {
  return /(?:^|\/)(scs-\d{4}-[vw]\d+)[^/]*$/i.exec(path)?.[1]?.toLowerCase();
}

function ids(value: unknown): string[] {
  const names: unknown[] = Array.isArray(value) ? value : [value];
  return names.flatMap((name) => standardId(string(name)) ?? []);
}

function day(value: unknown): string | undefined {
  return /^\d{4}-\d{2}-\d{2}/.exec(string(value))?.[0];
}
