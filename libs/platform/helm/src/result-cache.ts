import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const MiB = 2 ** 20;

export interface CacheLimits {
  /** In memory. */
  memoryBytes: number;
  /** In the folder. */
  folderBytes: number;
}

const defaults: CacheLimits = { memoryBytes: 64 * MiB, folderBytes: 512 * MiB };

/** How often the folder is looked through for what is too much. */
const writesBetweenSweeps = 64;

/**
 * Results by key, in memory and, if there is a folder, on disk for the next start. They may hold secrets: the folder is for its owner only, and so
 * is every file in it. A file that is damaged counts as missing.
 */
export class ResultCache {
  readonly #memory = new Map<string, Buffer>();
  readonly #folder: string | undefined;
  readonly #limits: CacheLimits;
  #bytes = 0;
  #writes = 0;

  constructor(folder: string | undefined, limits: Partial<CacheLimits> = {}) {
    this.#folder = folder;
    this.#limits = { ...defaults, ...limits };
  }

  async get(key: string): Promise<Buffer | undefined> {
    const content = this.#memory.get(key) ?? (await this.#read(key));
    if (content) this.#remember(key, content);
    return content;
  }

  async set(key: string, content: Buffer): Promise<void> {
    this.#remember(key, content);
    if (this.#folder === undefined) return;
    try {
      await this.#write(this.#folder, key, content);
    } catch {
      // A full or read-only disk costs time at the next start, and nothing else.
    }
  }

  #remember(key: string, content: Buffer): void {
    this.#drop(key);
    this.#memory.set(key, content);
    this.#bytes += content.length;
    for (const oldest of this.#memory.keys()) {
      if (this.#bytes <= this.#limits.memoryBytes) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#memory.get(key)?.length ?? 0;
    this.#memory.delete(key);
  }

  async #read(key: string): Promise<Buffer | undefined> {
    if (this.#folder === undefined) return undefined;
    const file = join(this.#folder, key);
    const stored = await readFile(file).catch(() => undefined);
    if (!stored) return undefined;
    const content = stored.subarray(32);
    if (!sha256(content).equals(stored.subarray(0, 32))) return undefined;
    const now = new Date();
    await utimes(file, now, now).catch(() => {});
    return content;
  }

  async #write(folder: string, key: string, content: Buffer): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = join(folder, `${key}.${randomBytes(6).toString('hex')}`);
    await writeFile(draft, Buffer.concat([sha256(content), content]), { mode: 0o600, flag: 'wx' });
    await rename(draft, join(folder, key));
    if (this.#writes++ % writesBetweenSweeps === 0) await this.#sweep(folder);
  }

  /** Removes what was not used for longest, and drafts that killed processes left. */
  async #sweep(folder: string): Promise<void> {
    const names = await readdir(folder);
    const files = await Promise.all(
      names.map(async (name) => {
        const facts = await stat(join(folder, name)).catch(() => undefined);
        return { name, size: facts?.size ?? 0, used: facts?.mtimeMs ?? 0 };
      }),
    );
    let kept = 0;
    for (const { name, size, used } of files.toSorted((a, b) => b.used - a.used)) {
      const abandoned = name.includes('.') && Date.now() - used > 3_600_000;
      kept += size;
      if (abandoned || kept > this.#limits.folderBytes) await rm(join(folder, name), { force: true });
    }
  }
}

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest();
