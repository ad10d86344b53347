import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Older than anything that is still being made or has just been replaced. Milliseconds. */
const oldMs = 3_600_000;

/** Folders and files in the making, on the same disk as their final place, where a rename makes them visible whole or not at all. */
export class Drafts {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Gives a new empty folder, and removes it in the end if it was not kept. */
  async use<T>(make: (draft: string) => Promise<T>): Promise<T> {
    const draft = this.#name();
    await mkdir(draft);
    try {
      return await make(draft);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  /** Moves a draft to its final place. What is there already stays if it is good (another process was quicker), and makes room if not. */
  async keep(draft: string, target: string, isGood: () => Promise<boolean>): Promise<void> {
    await makeReadOnly(draft);
    await mkdir(dirname(target), { recursive: true });
    for (let attempt = 0; ; attempt++) {
      try {
        await rename(draft, target);
        return;
      } catch (error) {
        if (!isTaken(error) || attempt === 5) throw error;
        if (await isGood()) return;
        await this.remove(target);
      }
    }
  }

  async isKept(target: string): Promise<boolean> {
    return (await stat(target).catch(() => undefined))?.isDirectory() ?? false;
  }

  /** A small file, whole or not at all. */
  async write(target: string, content: string): Promise<void> {
    const draft = this.#name();
    await writeFile(draft, content, { flag: 'wx' });
    await rename(draft, target);
  }

  /** Takes a folder away at once, then deletes what is in it. */
  async remove(target: string): Promise<void> {
    const away = this.#name();
    try {
      await rename(target, away);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
      throw error;
    }
    await rm(away, { recursive: true, force: true });
  }

  /** Removes what killed processes left. */
  async sweep(): Promise<void> {
    await this.removeOld(this.#folder, () => true);
  }

  /** Removes from a folder what matches and has not changed for an hour. */
  async removeOld(folder: string, matches: (name: string) => boolean): Promise<void> {
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const facts = await lstat(path).catch(() => undefined);
      if (facts && matches(name) && Date.now() - facts.mtimeMs > oldMs) {
        await rm(path, { recursive: true, force: true });
      }
    }
  }

  #name(): string {
    return join(this.#folder, `${process.pid}-${randomBytes(8).toString('hex')}`);
  }
}

/** Files only: folders must stay removable. */
async function makeReadOnly(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await makeReadOnly(path);
    else await chmod(path, 0o444);
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');
}
