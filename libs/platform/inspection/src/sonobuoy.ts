import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { SonobuoyResult } from '@scs/standards';
import { extract } from 'tar-stream';

/** A result archive that cannot be used; the message names cause and remedy. */
export class SonobuoyError extends Error {
  override name = 'SonobuoyError';
}

const junit = /plugins\/e2e\/results\/global\/junit[^/]*\.xml$/;
const maxEntries = 100_000;
const maxBytes = 256 * 1024 * 1024;

/** Reads the e2e results of a Sonobuoy result archive (`.tar.gz`). Throws {@link SonobuoyError}. */
export async function readSonobuoyArchive(path: string): Promise<SonobuoyResult> {
  const reports: string[] = [];
  const tar = extract();
  let [entries, bytes] = [0, 0];
  const reading = (async () => {
    for await (const entry of tar) {
      if (++entries > maxEntries)
        throw new SonobuoyError(`${path} has more than ${maxEntries} entries; is it a Sonobuoy archive?`);
      const wanted = junit.test(entry.header.name);
      const chunks: Buffer[] = [];
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > maxBytes)
          throw new SonobuoyError(`${path} unpacks to more than 256 MiB; is it a Sonobuoy archive?`);
        if (wanted) chunks.push(chunk);
      }
      if (wanted) reports.push(Buffer.concat(chunks).toString('utf8'));
    }
  })();
  try {
    await Promise.all([pipeline(createReadStream(path), createGunzip(), tar), reading]);
  } catch (error) {
    if (error instanceof SonobuoyError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT')
      throw new SonobuoyError(`${path} does not exist; name the archive that \`sonobuoy retrieve\` wrote`);
    throw new SonobuoyError(
      `${path} is no gzipped tar archive; name the archive that \`sonobuoy retrieve\` wrote`,
    );
  }
  if (reports.length === 0)
    throw new SonobuoyError(
      `${path} has no e2e results (plugins/e2e/results/global/junit_01.xml); was the run finished?`,
    );
  const results = reports.map(readJunit);
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    skipped: results.reduce((sum, { skipped }) => sum + skipped, 0),
    failed: results.flatMap(({ failed }) => failed),
  };
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescape = (text: string) =>
  text.replaceAll(
    /&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (decimal) return String.fromCodePoint(Number(decimal));
      return hex ? String.fromCodePoint(Number.parseInt(hex, 16)) : (entities[name ?? ''] ?? whole);
    },
  );

/**
 * Counts the cases of a JUnit report as Ginkgo writes it. With flaky tests tried again, a case that passed at last has no `failure`.
 */
export function readJunit(xml: string): SonobuoyResult {
  const result: SonobuoyResult = { passed: 0, skipped: 0, failed: [] };
  for (const [, attributes = '', body = ''] of xml.matchAll(
    /<testcase\b((?:[^>"]|"[^"]*")*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g,
  )) {
    const name = unescape(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? '');
    // Ginkgo reports its own set-up and tear-down as cases.
    if (
      /^\[(?:SynchronizedBeforeSuite|SynchronizedAfterSuite|ReportBeforeSuite|ReportAfterSuite)\]/.test(
        name,
      ) &&
      !/<(?:failure|error)\b/.test(body)
    )
      continue;
    if (/<skipped\b/.test(body)) result.skipped++;
    else if (/<(?:failure|error)\b/.test(body)) result.failed.push(name);
    else result.passed++;
  }
  return result;
}
