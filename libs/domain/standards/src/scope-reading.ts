import type { Scope, Testcase } from './scope.ts';

/** A scope file that cannot be used, with everything that is wrong with it: one problem a line, path first. */
export class ScopeFileError extends Error {
  override name = 'ScopeFileError';
  readonly problems: string[];
  constructor(problems: string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

export type Fields = Record<string, unknown>;

/** Collects problems while a document is read, so that a person sees all of them at once. */
export class Reading {
  readonly problems: string[] = [];

  note(path: string, problem: string): void {
    this.problems.push(`${path}: ${problem}`);
  }

  /** The fields of a mapping; any key beside `allowed` is a problem. */
  fields(value: unknown, path: string, allowed: readonly string[]): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.note(path, 'a mapping is expected');
      return {};
    }
    for (const key of Object.keys(value))
      if (!allowed.includes(key))
        this.note(`${path}.${key}`, `unknown key; known here: ${allowed.join(', ')}`);
    return value as Fields;
  }

  text(value: unknown, path: string): string {
    if (typeof value === 'string') return value.trim();
    if (typeof value === 'number') return String(value);
    this.note(path, value === undefined ? 'is missing' : 'a text is expected');
    return '';
  }

  optionalText(value: unknown, path: string): string | null {
    return value === undefined || value === null ? null : this.text(value, path);
  }

  /** `YYYY-MM-DD`; a YAML reader may have made a Date of it. */
  date(value: unknown, path: string): string {
    const text =
      value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString().slice(0, 10) : value;
    if (typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)))
      return text;
    this.note(path, 'a date YYYY-MM-DD is expected');
    return '';
  }

  optionalDate(value: unknown, path: string): string | null {
    return value === undefined || value === null ? null : this.date(value, path);
  }

  list<T>(value: unknown, path: string, item: (value: unknown, path: string) => T): T[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value.map((entry, index) => item(entry, `${path}[${index}]`));
    this.note(path, 'a list is expected');
    return [];
  }

  map<T>(value: unknown, path: string, item: (value: unknown, path: string) => T): Record<string, T> {
    if (value === undefined || value === null) return {};
    if (typeof value !== 'object' || Array.isArray(value)) {
      this.note(path, 'a mapping is expected');
      return {};
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, item(entry, `${path}.${key}`)]),
    );
  }

  oneOf<K extends string>(value: unknown, path: string, allowed: readonly K[]): K {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) this.note(path, `one of ${allowed.join(', ')} is expected`);
    return found ?? allowed[0]!;
  }

  unique(ids: string[], path: string): void {
    for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index)))
      this.note(path, `'${id}' stands there twice`);
  }
}

/** Test cases whose evidence no read-only pass can give. */
const probes = new Set([
  'scs-0101-rngd',
  'scs-0101-entropy-avail',
  'scs-0101-fips-test',
  'scs-0116-permissions',
  'scs-0117-test-backup',
  'scs-0123-swift-s3',
]);
const imports = new Set(['cncf-k8s-conformance', 'kaas-networking-check']);

export function evidenceOf(id: string, byHand: boolean): Testcase['evidence'] {
  if (byHand) return 'manual';
  if (imports.has(id)) return 'import';
  return probes.has(id) ? 'probe' : 'automatic';
}

/** `SCS-compatible IaaS` → `iaas`. */
export const scopeId = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^scs[- ]compatible\s*/, '')
    .replaceAll(/[^a-z0-9]+/g, '-') || 'scs-compatible';

const variable = (reading: Reading) => (value: unknown, path: string) => {
  if (typeof value === 'string') return { name: value, default: null };
  const [entry] = Object.entries(reading.map(value, path, (item, at) => reading.text(item, at)));
  return entry ? { name: entry[0], default: entry[1] } : { name: '', default: null };
};

export const readVariables = (value: unknown, reading: Reading): Scope['variables'] =>
  reading.list(value, 'variables', variable(reading));
