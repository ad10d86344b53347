import { parseDocument } from 'yaml';

export interface FileProblem {
  /** Where in the file: `versions.clusterStack`; empty for the whole file. */
  path: string;
  /** Cause and remedy in one line. */
  message: string;
}

/** A file of a release or of a stack's sources that cannot be used, with everything that is wrong with it. */
export class ReleaseInvalid extends Error {
  override name = 'ReleaseInvalid';
  readonly file: string;
  readonly problems: readonly FileProblem[];
  constructor(file: string, problems: readonly FileProblem[]) {
    super(
      `${file}: ${problems.map(({ path, message }) => (path ? `${path} ${message}` : message)).join('; ')}`,
    );
    this.file = file;
    this.problems = problems;
  }
}

export type Fields = Readonly<Record<string, unknown>>;

/** Reads one YAML file and collects what is wrong with it, so that a person sees all of it at once. */
export class FileReading {
  readonly #problems: FileProblem[] = [];
  readonly #file: string;
  constructor(file: string) {
    this.#file = file;
  }

  /** The document as a mapping. Throws {@link ReleaseInvalid} for anything else. */
  document(text: string): Fields {
    if (text.length > maxCharacters)
      throw new ReleaseInvalid(this.#file, [{ path: '', message: `is larger than ${maxCharacters} bytes` }]);
    const document = parseDocument(text);
    const [error] = document.errors;
    if (error) {
      const cause = error.message.split('\n')[0]?.replace(/:$/, '');
      throw new ReleaseInvalid(this.#file, [{ path: '', message: `is no valid YAML: ${cause}` }]);
    }
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    if (!isFields(value))
      throw new ReleaseInvalid(this.#file, [
        { path: '', message: value === null ? 'is empty' : 'must be a mapping of keys to values' },
      ]);
    return value;
  }

  note(path: string, message: string): void {
    this.#problems.push({ path, message });
  }

  /** A mapping, or one without any fields where there is none. */
  fields(value: unknown, path: string): Fields {
    if (isFields(value)) return value;
    this.note(path, value === undefined || value === null ? 'is missing' : 'must be a mapping');
    return {};
  }

  /** A list; an absent one is empty. */
  list(value: unknown, path: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    if (value !== undefined && value !== null) this.note(path, 'must be a list');
    return [];
  }

  /** A text that must be there. Numbers are taken as written, as upstream's parser does. */
  text(value: unknown, path: string, example: string): string {
    const text = this.optionalText(value, path);
    if (text === undefined && (value === undefined || value === null || value === ''))
      this.note(path, `is missing; write for example ${example}`);
    return text ?? '';
  }

  /** A text, or undefined where it is absent or empty. */
  optionalText(value: unknown, path: string): string | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    this.note(path, 'must be a text');
    return undefined;
  }

  /** Throws {@link ReleaseInvalid} if anything was noted. */
  check(): void {
    if (this.#problems.length > 0) throw new ReleaseInvalid(this.#file, this.#problems);
  }
}

const maxCharacters = 4 * 2 ** 20;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
