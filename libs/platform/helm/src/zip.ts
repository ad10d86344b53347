import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';

/** A file inside a zip archive. */
export interface ZipEntry {
  name: string;
  /** Bytes, unpacked. */
  size: number;
  /** CRC-32 of the content. */
  crc: number;
  compressedSize: number;
  offset: number;
  deflated: boolean;
}

/** The entry with this name; undefined where there is none. Reads the central directory only; archives beyond 4 GiB are not for us. */
export async function findZipEntry(archive: string, name: string): Promise<ZipEntry | undefined> {
  await using file = await open(archive);
  const { size } = await file.stat();
  const tail = await read(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0) throw new Error('no zip archive');
  const directory = await read(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  for (let at = 0; at + 46 <= directory.length;) {
    const nameLength = directory.readUInt16LE(at + 28);
    const found = directory.toString('utf8', at + 46, at + 46 + nameLength);
    if (found === name) {
      return {
        name,
        deflated: directory.readUInt16LE(at + 10) === 8,
        crc: directory.readUInt32LE(at + 16),
        compressedSize: directory.readUInt32LE(at + 20),
        size: directory.readUInt32LE(at + 24),
        offset: directory.readUInt32LE(at + 42),
      };
    }
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return undefined;
}

/** Writes the content of an entry to a file that is not there yet, and on disk for sure; throws where size or checksum are not as stated. */
export async function unzipEntry(
  archive: string,
  entry: ZipEntry,
  target: string,
  mode: number,
): Promise<void> {
  await using source = await open(archive);
  await using output = await open(target, 'wx', mode);
  const header = await read(source, entry.offset, 30);
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const content = source.createReadStream({
    start,
    end: start + entry.compressedSize - 1,
    autoClose: false,
  });
  let crc = 0;
  let size = 0;
  const checked = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      if (size > entry.size) break;
      await output.writeFile(chunk);
    }
  };
  if (entry.deflated) await pipeline(content, createInflateRaw(), checked);
  else await pipeline(content, checked);
  if (size !== entry.size || crc !== entry.crc) throw new Error('the archive is damaged');
  await output.sync();
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
