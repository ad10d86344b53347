import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { indexFormat } from '@scs/doc-index';
import { deserialize, serialize } from 'node:v8';

/** Of what the file holds. With another one older files are ignored. */
const format = `1.${indexFormat}`;
const name = 'index.snapshot';
const digestLength = 32;

const digest = (body: Buffer): Buffer => createHash('sha256').update(body).digest();

/** Writes what is to be there at the next start, all of it or nothing. */
export async function writeSnapshot(folder: string, content: object): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, name);
  const draft = `${file}.${process.pid}`;
  const body = serialize({ format, content });
  try {
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(Buffer.concat([digest(body), body]));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}

/** A process that was killed while it wrote leaves its draft; one that is writing now is younger. */
const draftMs = 3_600_000;

async function removeDrafts(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const draft of names.filter((one) => one.startsWith(`${name}.`))) {
    const facts = await stat(join(folder, draft)).catch(() => undefined);
    if (facts && Date.now() - facts.mtimeMs > draftMs) await rm(join(folder, draft), { force: true });
  }
}

/** What was written last; undefined where there is none. Throws for a file that is broken or of another format. */
export async function readSnapshot(folder: string): Promise<unknown> {
  await removeDrafts(folder);
  const bytes = await readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (bytes === undefined) return undefined;
  const body = bytes.subarray(digestLength);
  if (!digest(body).equals(bytes.subarray(0, digestLength))) throw new Error('it is broken');
  const kept = deserialize(body) as { format: unknown; content: unknown };
  if (kept.format !== format) throw new Error('it is of another version of the service');
  return kept.content;
}
