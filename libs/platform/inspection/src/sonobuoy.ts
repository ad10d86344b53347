import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { SonobuoyResult } from '@scs/standards';
import { extract } from 'tar-stream';

/** A result archive that cannot be used; the message names cause and remedy. */
export class SonobuoyError extends Error {
  override name = 'SonobuoyError';
}

const junit = /(?:^|\/)plugins\/e2e\/results\/global\/junit[^/]*\.xml$/;
/** Sonobuoy's own summary of the same results. */
const summary = /(?:^|\/)plugins\/e2e\/sonobuoy_results\.yaml$/;
const maxEntries = 100_000;
const maxBytes = 256 * 1024 * 1024;

/** Reads the e2e results of a Sonobuoy result archive (`.tar.gz`). Throws {@link SonobuoyError}. */
export async function readSonobuoyArchive(path: string): Promise<SonobuoyResult> {
  const reports: string[] = [];
  let ownSummary: string | undefined;
  const tar = extract();
  let [entries, bytes] = [0, 0];
  const reading = (async () => {
    for await (const entry of tar) {
      if (++entries > maxEntries)
        throw new SonobuoyError(`${path} has more than ${maxEntries} entries; is it a Sonobuoy archive?`);
      const isSummary = summary.test(entry.header.name);
      const wanted = isSummary || junit.test(entry.header.name);
      const chunks: Buffer[] = [];
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > maxBytes)
          throw new SonobuoyError(`${path} unpacks to more than 256 MiB; is it a Sonobuoy archive?`);
        if (wanted) chunks.push(chunk);
      }
      const content = Buffer.concat(chunks).toString('utf8');
      if (isSummary) ownSummary = content;
      else if (wanted) reports.push(content);
    }
  })();
  try {
    await Promise.all([pipeline(createReadStream(path), createGunzip(), tar), reading]);
  } catch (error) {
    if (error instanceof SonobuoyError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT')
      throw new SonobuoyError(`${path} does not exist; name the archive that \`sonobuoy retrieve\` wrote`);
    if (code === 'Z_BUF_ERROR' || (error as Error).message === 'Unexpected end of data')
      throw new SonobuoyError(`${path} is cut off; run \`sonobuoy retrieve\` again`);
    throw new SonobuoyError(
      `${path} is no gzipped tar archive; name the archive that \`sonobuoy retrieve\` wrote`,
    );
  }
  if (reports.length === 0 && ownSummary === undefined)
    throw new SonobuoyError(
      `${path} has no e2e results (plugins/e2e/results/global/junit_01.xml); wait for the end of the run and retrieve it again`,
    );
  const results = reports.length > 0 ? reports.map(readJunit) : [await readSummary(ownSummary!, path)];
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    skipped: results.reduce((sum, { skipped }) => sum + skipped, 0),
    failed: results.flatMap(({ failed }) => failed),
  };
}

/** Items are files, their items suites, and those of suites test cases. */
async function readSummary(yaml: string, path: string): Promise<SonobuoyResult> {
  const { parse } = await import('yaml');
  let document: unknown;
  try {
    document = parse(yaml, { maxAliasCount: 0 });
  } catch {
    throw new SonobuoyError(`${path} has a summary of results that is no YAML; retrieve the results again`);
  }
  const result: SonobuoyResult = { passed: 0, skipped: 0, failed: [] };
  for (const { name, status = 'skipped' } of itemsOf(document).flatMap(itemsOf).flatMap(itemsOf)) {
    if (status === 'failed') result.failed.push(name ?? '');
    else if (status === 'passed') result.passed++;
    else result.skipped++;
  }
  return result;
}

interface SummaryItem {
  name?: string;
  status?: string;
}
const itemsOf = (value: unknown): SummaryItem[] => {
  const items = typeof value === 'object' && value !== null && 'items' in value ? value.items : [];
  return Array.isArray(items) ? items.filter((item) => typeof item === 'object' && item !== null) : [];
};

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
