import { parse } from 'yaml';

export type Data = Record<string, unknown>;

export function isRecord(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field as text; empty where it is missing or no text. */
export function string(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

/** A field that may be text, a number or a truth value, as one line of text; lists with commas. */
export function inline(value: unknown): string {
  if (Array.isArray(value)) return value.map(inline).join(', ');
  if (typeof value === 'string') return value.replace(/\s+/g, ' ').trim();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** The objects in a list; none where it is no list. */
export function records(value: unknown): Data[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** An object in a field; an empty one where there is none. */
export function record(value: unknown): Data {
  return isRecord(value) ? value : {};
}

const mostLines = 40_000;
const longestLine = 100_000;

/** YAML as plain data. Throws for what is broken and for what would keep the parser busy for seconds. */
export function parseYaml(text: string): unknown {
  refuseHuge(text);
  // Without an alias limit a few lines grow to gigabytes; looking for keys that come twice takes quadratic time.
  return parse(text, { maxAliasCount: 100, uniqueKeys: false, logLevel: 'error' });
}

export function refuseHuge(yaml: string): void {
  const lines = yaml.split('\n');
  if (lines.length > mostLines) throw new Error(`more than ${mostLines} lines of YAML; split the file`);
  if (lines.some(({ length }) => length > longestLine)) {
    throw new Error(`a line of YAML with more than ${longestLine} characters; break it`);
  }
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the text.
    const [place] = /\bat position \d+/.exec(String(error)) ?? [];
    throw new Error(`not valid JSON${place ? ` ${place}` : ': it ends too early'}`, { cause: error });
  }
}
