import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, describe, expect, it } from 'vitest';
import { readJunit, readSonobuoyArchive, SonobuoyError } from './sonobuoy.ts';

const folder = mkdtempSync(join(tmpdir(), 'scs-sonobuoy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function tarOf(files: Record<string, string>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  return buffer(tar);
}
let count = 0;
function stored(content: Buffer): string {
  const path = join(folder, `${count++}.tar.gz`);
  writeFileSync(path, content);
  return path;
}
const archive = async (files: Record<string, string>) => stored(gzipSync(await tarOf(files)));

const junit = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="5"><testsuite name="Kubernetes e2e suite" tests="5">
  <testcase name="[SynchronizedBeforeSuite]" classname="Kubernetes e2e suite" status="passed" time="1"></testcase>
  <testcase name="[It] [sig-network] DNS should &amp; must &#34;work&#34;" status="passed" time="1"/>
  <testcase name="[It] [sig-apps] a &gt; b" status="failed"><failure message="no" type="failed">x</failure></testcase>
  <testcase name="[It] [sig-apps] panics" status="panicked"><error message="no">x</error></testcase>
  <testcase name="[It] [sig-node] not here" status="skipped"><skipped message="skipped"></skipped></testcase>
</testsuite></testsuites>`;
const found = { passed: 1, skipped: 1, failed: ['[It] [sig-apps] a > b', '[It] [sig-apps] panics'] };
const place = 'plugins/e2e/results/global/junit_01.xml';

const yaml = `name: e2e
status: failed
items:
- name: junit_01.xml
  status: failed
  items:
  - name: Kubernetes e2e suite
    status: failed
    items:
    - {name: '[sig-apps] a', status: passed}
    - {name: '[sig-apps] b', status: failed}
    - {name: '[sig-apps] c'}
    - {name: '[sig-apps] d', status: skipped}
`;

describe('a Sonobuoy archive', () => {
  it.each([
    [
      'as Sonobuoy writes it',
      { 'meta/config.json': '{}', [place]: junit, 'plugins/e2e/sonobuoy_results.yaml': yaml },
    ],
    ['packed again with the folder around it', { [`results/${place}`]: junit }],
    ['beside a look-alike', { [place]: junit, 'plugins/e2e/results/global/junit_01.xml.bak': junit }],
  ])('%s is counted', async (_, files) => {
    expect(await readSonobuoyArchive(await archive(files))).toEqual(found);
  });

  it('of several processes is added up', async () => {
    const path = await archive({ [place]: junit, [place.replace('01', '02')]: junit });
    expect(await readSonobuoyArchive(path)).toMatchObject({ passed: 2, skipped: 2 });
  });

  it('without JUnit reports is read from its summary, where no status means skipped', async () => {
    expect(await readSonobuoyArchive(await archive({ 'plugins/e2e/sonobuoy_results.yaml': yaml }))).toEqual({
      passed: 1,
      skipped: 2,
      failed: ['[sig-apps] b'],
    });
  });

  it.each<[string, () => Promise<string>, RegExp]>([
    ['that is not there', async () => join(folder, 'nope.tar.gz'), /does not exist; name the archive/],
    ['that is a directory', async () => folder, /no gzipped tar/],
    ['that is text', async () => stored(Buffer.from('hello')), /no gzipped tar/],
    ['that is tar without gzip', async () => stored(await tarOf({ [place]: junit })), /no gzipped tar/],
    [
      'cut off in the gzip stream',
      async () => stored(gzipSync(await tarOf({ [place]: junit, noise: 'x'.repeat(9000) })).subarray(0, 300)),
      /is cut off/,
    ],
    [
      'cut off in the tar stream',
      async () => stored(gzipSync((await tarOf({ [place]: junit })).subarray(0, 700))),
      /is cut off/,
    ],
    [
      'of another plugin',
      async () => archive({ 'plugins/systemd-logs/results/a.json': '{}' }),
      /no e2e results.*retrieve/,
    ],
    ['with nothing in it', async () => archive({}), /no e2e results/],
    [
      'with a broken summary',
      async () => archive({ 'plugins/e2e/sonobuoy_results.yaml': 'a: [' }),
      /no YAML/,
    ],
  ])('%s is refused with cause and remedy', async (_, path, message) => {
    const reading = readSonobuoyArchive(await path());
    await expect(reading).rejects.toThrow(SonobuoyError);
    await expect(reading).rejects.toThrow(message);
  });
});

describe('a JUnit report', () => {
  it('of a run whose set-up failed has that as a failure', () => {
    const xml = '<testcase name="[SynchronizedBeforeSuite]"><failure>no nodes</failure></testcase>';
    expect(readJunit(xml).failed).toEqual(['[SynchronizedBeforeSuite]']);
  });
  it('that is empty has no tests', () => {
    expect(readJunit('')).toEqual({ passed: 0, skipped: 0, failed: [] });
  });
});
