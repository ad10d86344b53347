import { createHash } from 'node:crypto';

/** One file that is wanted. */
export interface TreeFile {
  /** Inside the tree, with slashes. */
  path: string;
  /** Bytes. */
  size: number;
  /** Of the content, as Git names blobs: equal content has an equal hash, wherever it lies. */
  hash: string;
}

/** A file that would have been wanted, and why it is left out. */
export interface TreeProblem {
  file: string;
  reason: 'link' | 'large' | 'outside' | 'path' | 'unreadable';
  message: string;
}

/** The wanted files of a directory, an archive or a commit, as they were when it was opened. */
export interface Tree {
  /** Id of the commit; empty where there is none. */
  commit: string;
  /** Sorted by path. */
  files: TreeFile[];
  problems: TreeProblem[];
  /** Text of a file; throws {@link SourceError} for what is no UTF-8 and for what is gone. */
  read(file: TreeFile): Promise<string>;
  /** Lets go of memory and processes. */
  close(): Promise<void>;
}

export interface Limits {
  /** Of one file; a larger one is a problem of the tree. */
  fileBytes: number;
  /** How many are wanted at most; more are an error. */
  files: number;
  /** Of all wanted files together; more are an error. */
  totalBytes: number;
  /** Of an archive, unpacked, with all that is not wanted. */
  unpackedBytes: number;
  /** What may come over from a Git server at one time. */
  transferBytes: number;
  /** From the first question to a Git server until all files are known. */
  transferMs: number;
}

export interface Options {
  /** Which paths are wanted. Packages (`node_modules`) and `.git` never are. */
  accepts(path: string): boolean;
  /** Only what lies in these folders. */
  folders?: string[];
  signal?: AbortSignal;
  limits?: Partial<Limits>;
  /** How far it is, in words. */
  onProgress?: (text: string) => void;
}

const MiB = 2 ** 20;
const defaults: Limits = {
  fileBytes: 2 * MiB,
  files: 20_000,
  totalBytes: 64 * MiB,
  unpackedBytes: 256 * MiB,
  transferBytes: 500 * MiB,
  transferMs: 120_000,
};

export function limitsOf({ limits }: Options): Limits {
  return { ...defaults, ...limits };
}

/** `unavailable` is worth trying again; the others need somebody to change something. */
export type SourceErrorKind = 'invalid' | 'not-found' | 'unavailable';

/** Why a source cannot be read: one line with cause and remedy, never a secret. */
export class SourceError extends Error {
  override name = 'SourceError';
  readonly kind: SourceErrorKind;
  constructor(kind: SourceErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}

/** Bytes for people. */
export function inWords(bytes: number): string {
  return bytes < MiB ? `${Math.round(bytes / 1024)} KiB` : `${Math.round(bytes / MiB)} MiB`;
}

/** The name that Git gives to a file with this content. */
export function blobHash(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/** Throws for what is no UTF-8. A byte order mark is no part of the text. */
export function decode(path: string, content: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    throw new SourceError('invalid', `${path} is not UTF-8; save it as UTF-8`, { cause: error });
  }
}

/** A system error in few words, without the path that Node repeats in it. */
export function causeOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return typeof code === 'string' ? code : String(message ?? error);
}

/** Archives and repositories may hold longer ones than file systems and databases take. */
const mostPathBytes = 1000;

const never = new Set(['.git', 'node_modules']);

/** The wanted files that were found so far, and the problems. */
export class Listing {
  readonly files: TreeFile[] = [];
  readonly problems: TreeProblem[] = [];
  readonly limits: Limits;
  readonly #name: string;
  readonly #options: Options;
  readonly #folders: string[];
  #bytes = 0;

  /** `name` is how messages call the source. */
  constructor(name: string, options: Options) {
    this.#name = name;
    this.#options = options;
    this.limits = limitsOf(options);
    this.#folders = (options.folders ?? []).map(folderPath).filter((folder) => folder !== '');
  }

  wants(path: string): boolean {
    const inside =
      this.#folders.length === 0 || this.#folders.some((folder) => path.startsWith(`${folder}/`));
    return inside && this.#options.accepts(path) && !path.split('/').some((part) => never.has(part));
  }

  /** May anything that is wanted lie in this folder? */
  enters(folder: string): boolean {
    if (never.has(folder.slice(folder.lastIndexOf('/') + 1))) return false;
    const within = (inner: string, outer: string) => `${inner}/`.startsWith(`${outer}/`);
    return (
      this.#folders.length === 0 ||
      this.#folders.some((wanted) => within(folder, wanted) || within(wanted, folder))
    );
  }

  leaveOut(file: string, reason: TreeProblem['reason'], message: string): void {
    this.problems.push({ file, reason, message });
  }

  leaveOutLarge(file: string): void {
    this.leaveOut(file, 'large', `larger than ${inWords(this.limits.fileBytes)}, left out`);
  }

  add(file: TreeFile): void {
    if (Buffer.byteLength(file.path) > mostPathBytes) {
      this.leaveOut(file.path, 'path', `its path is longer than ${mostPathBytes} bytes, left out`);
      return;
    }
    this.files.push(file);
    this.#bytes += file.size;
    this.checkCount(this.files.length);
    if (this.#bytes > this.limits.totalBytes) {
      throw new SourceError(
        'invalid',
        `the documents of ${this.#name} are larger than ${inWords(this.limits.totalBytes)} together; name the folders that are meant`,
      );
    }
    if (this.files.length % 1000 === 0) this.#options.onProgress?.(`${this.files.length} files`);
  }

  checkCount(files: number): void {
    if (files <= this.limits.files) return;
    throw new SourceError(
      'invalid',
      `${this.#name} has more than ${this.limits.files} documents; name the folders that are meant`,
    );
  }

  /** To be called when all is listed. */
  sorted(): Pick<Tree, 'files' | 'problems'> {
    const byPath = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
    return {
      files: this.files.toSorted((a, b) => byPath(a.path, b.path)),
      problems: this.problems.toSorted((a, b) => byPath(a.file, b.file)),
    };
  }
}

/** Does the path lead out of the folder that it starts in? */
export function leadsOut(path: string): boolean {
  return path.startsWith('/') || path.split('/').includes('..');
}

function folderPath(folder: string): string {
  if (leadsOut(folder)) {
    throw new SourceError(
      'invalid',
      `the folder "${folder}" is not inside the source; name it relative to its top`,
    );
  }
  return folder
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}
