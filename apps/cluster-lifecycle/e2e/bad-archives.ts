import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Writes a `.tgz` with these entries, whatever their paths are. */
export async function writeArchive(file: string, entries: Record<string, string | Buffer>): Promise<void> {
  const tar = pack();
  for (const [name, content] of Object.entries(entries)) tar.entry({ name }, content);
  tar.finalize();
  await pipeline(tar, createGzip(), createWriteStream(file));
}

/** Many times larger than it looks: zeros. */
export const zeros = (mebibytes: number): Buffer => Buffer.alloc(mebibytes * 2 ** 20);
