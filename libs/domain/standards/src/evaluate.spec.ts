import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aCloud, aFlavor, anImage, now, one, withFlavors, withImages } from './a-cloud.spec-data.ts';
import { evaluate } from './evaluate.ts';
import { iaasTestcases, judge } from './judge.ts';
import { readSnapshot } from './read-snapshot.ts';
import { snapshotOf, type RecordedCloud } from './recorded-cloud.spec-data.ts';
import type { Mode, Result } from './result.ts';
import { scopes } from './scopes.ts';
import type { CloudSnapshot, Image } from './snapshot.ts';

const folder = new URL('../../../../../shared/vectors/certification/', import.meta.url);
const present = existsSync(folder);
if (!present) console.log('skipped: recorded clouds, which are not part of this repository');
const golden = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T;

describe.skipIf(!present)('recorded clouds, judged as upstream’s tests do', () => {
  const clouds = present
    ? golden<{
        as_of: string;
        baseline: Record<string, Result>;
        variants: Record<string, Record<string, Result>>;
      }>('clouds.json')
    : { as_of: '2000-01-01', baseline: {}, variants: {} };
  const now = new Date(`${clouds.as_of}T23:59:59Z`);

  it.each(['good', ...Object.keys(clouds.variants)])('%s', (name) => {
    const snapshot = snapshotOf(golden<RecordedCloud>(`clouds/${name}.json`));
    const judged = judge(iaasTestcases, snapshot, now);
    const verdicts = Object.fromEntries([...judged].map(([id, { result }]) => [id, result.upstream]));
    expect(verdicts).toEqual({ ...clouds.baseline, ...clouds.variants[name] });
  });

  it('cover every test case', () => {
    expect(iaasTestcases.toSorted()).toEqual(golden2().toSorted());
  });
  const golden2 = () =>
    readFileSync(new URL('testcase-ids.txt', folder), 'utf8').split(/\s+/).filter(Boolean);
});

describe('where upstream’s tests and the standard differ', () => {
  it.each<[string, string, CloudSnapshot, Record<Mode, Result>]>([
    [
      'an image without hw_disk_bus',
      'scs-0102-prop-hw_disk_bus',
      withImages(anImage({}, { hw_disk_bus: undefined })),
      { upstream: 'PASS', standard: 'FAIL' },
    ],
    [
      'an image without uuid_validity',
      'scs-0102-prop-uuid_validity',
      withImages(anImage({}, { uuid_validity: undefined })),
      { upstream: 'PASS', standard: 'FAIL' },
    ],
    [
      'an architecture as Glance calls it',
      'scs-0102-prop-architecture',
      withImages(anImage({}, { architecture: 'riscv64' })),
      { upstream: 'FAIL', standard: 'PASS' },
    ],
    [
      'a hidden image without os_version',
      'scs-0102-prop-os_version',
      withImages(anImage({ hidden: true }, { os_version: undefined })),
      { upstream: 'PASS', standard: 'FAIL' },
    ],
    [
      'a provided_until in prose',
      'scs-0102-prop-provided_until',
      withImages(anImage({}, { provided_until: 'next year' })),
      { upstream: 'PASS', standard: 'FAIL' },
    ],
    [
      'an outdated image without provided_until',
      'scs-0102-image-recency',
      withImages(
        anImage(
          { createdAt: '2026-01-01T00:00:00Z' },
          { image_build_date: '2026-01-01', provided_until: undefined },
        ),
      ),
      { upstream: 'ABORT', standard: 'FAIL' },
    ],
    [
      'a flavor name that leaves the size out',
      'scs-0100-semantics-check',
      withFlavors(aFlavor({ name: 'SCS-1V-4-n', disk: 10 })),
      { upstream: 'ABORT', standard: 'PASS' },
    ],
    [
      'Infiniband behind a GPU generation',
      'scs-0100-syntax-check',
      withFlavors(aFlavor({ name: 'SCS-1V-4_GNa_ib' })),
      { upstream: 'FAIL', standard: 'PASS' },
    ],
    [
      'a weaker CPU than the name says',
      'scs-0100-semantics-check',
      withFlavors(aFlavor({ name: 'SCS-1C-4' })),
      { upstream: 'PASS', standard: 'FAIL' },
    ],
    [
      'a Cluster API image with a suffix',
      'scs-0104-image-capi-2',
      withImages(anImage({ name: 'ubuntu-capi-image-v1.34.1-old' })),
      { upstream: 'PASS', standard: 'FAIL' },
    ],
    ['no default egress rule', 'scs-0115-default-rules', aCloud(), { upstream: 'FAIL', standard: 'PASS' }],
    [
      'no placement in the catalogue',
      'scs-0123-service-placement',
      aCloud(),
      { upstream: 'FAIL', standard: 'PASS' },
    ],
    ['neither Swift nor S3', 'scs-0123-swift-s3', aCloud(), { upstream: 'PASS', standard: 'FAIL' }],
  ])('%s: %s', (_, testcase, snapshot, expected) => {
    const { result, findings, reason } = one(testcase, snapshot);
    expect(result).toEqual(expected);
    expect(findings.some(({ deviation }) => deviation !== null) || reason !== undefined).toBe(true);
  });
});

describe('image recency', () => {
  const old = '2026-09-01';
  const outdated = (name: string, properties: Record<string, string> = {}) =>
    anImage(
      { id: name, name, createdAt: `${old}T00:00:00Z` },
      { image_build_date: old, provided_until: '2099-12-31', ...properties },
    );

  it.each<[string, Image[], Result]>([
    ['a current image', [anImage()], 'PASS'],
    ['an outdated one', [outdated('Debian 13')], 'FAIL'],
    [
      'an outdated one that is no longer provided',
      [outdated('Debian 13', { provided_until: '2026-10-01' })],
      'PASS',
    ],
    ['an outdated one without promise', [outdated('Debian 13', { provided_until: 'none' })], 'PASS'],
    [
      'an outdated one that is never replaced',
      [outdated('Debian 13', { replace_frequency: 'never' })],
      'PASS',
    ],
    ['an outdated one with a replacement', [outdated('Debian 13 old'), anImage()], 'PASS'],
    [
      'an outdated one with an outdated replacement',
      [outdated('Debian 13 20260901'), outdated('Debian 13')],
      'FAIL',
    ],
    [
      'an outdated one with a promise that is no date',
      [outdated('Debian 13', { provided_until: 'soon' })],
      'FAIL',
    ],
    ['a private one', [{ ...outdated('Debian 13'), visibility: 'private' }], 'PASS'],
  ])('%s', (_, images, expected) => {
    expect(one('scs-0102-image-recency', withImages(...images)).result.upstream).toBe(expected);
  });

  it('leaves a tenth of the period as tolerance', () => {
    const at = (daysAgo: number) => {
      const built = new Date(now.getTime() - daysAgo * 86_400_000).toISOString();
      const image = anImage(
        { createdAt: `${built.slice(0, 19)}Z` },
        { image_build_date: `${built.slice(0, 19)}Z`, provided_until: '2099-01-01' },
      );
      return one('scs-0102-image-recency', withImages(image)).result.upstream;
    };
    expect(at(34)).toBe('PASS');
    expect(at(34.2)).toBe('FAIL');
  });
});

describe('an input that is missing', () => {
  it('aborts just the test cases that need it, with the reason', () => {
    const snapshot = aCloud({
      images: { error: { reason: 'timeout', message: 'the image service did not answer' } },
    });
    expect(one('scs-0102-prop-architecture', snapshot)).toMatchObject({
      result: { upstream: 'ABORT', standard: 'ABORT' },
      reason: 'the image service did not answer',
    });
    expect(one('scs-0123-service-compute', snapshot).result.upstream).toBe('PASS');
  });

  it.each(['scs-0101-entropy-avail', 'scs-0117-test-backup'])(
    '%s is missing when its probe was not run',
    (testcase) => {
      const { result, reason } = one(testcase, aCloud());
      expect(result.upstream).toBe('MISS');
      expect(reason).toContain('--probes');
    },
  );

  it.each([
    [['admin', 'member'], /role admin/],
    [['manager', 'member'], /role manager/],
    [['reader'], /lack the role member/],
  ])('with roles %s nothing is judged', (roles, reason) => {
    const snapshot = aCloud({ token: { value: { roles, projectId: null, catalog: [] } } });
    const judged = [...judge(iaasTestcases, snapshot, now).values()];
    expect(new Set(judged.map(({ result }) => result.upstream))).toEqual(new Set(['ABORT']));
    expect(judged[0]?.reason).toMatch(reason);
  });
});

describe('volume type descriptions', () => {
  it.each<[string | null, Result, Result]>([
    ['[scs:encrypted] fast', 'PASS', 'PASS'],
    ['[scs:encrypted, replicated]', 'PASS', 'PASS'],
    ['[scs:replicated, encrypted]', 'FAIL', 'PASS'],
    ['[scs:encrypted, encrypted]', 'FAIL', 'PASS'],
    ['[scs:encrypted, fast]', 'FAIL', 'PASS'],
    ['[scs:encrypted,]', 'FAIL', 'PASS'],
    ['[scs:encrypted,replicated]', 'PASS', 'PASS'],
    ['[scs: encrypted , replicated ]', 'PASS', 'PASS'],
    ['[scs:Encrypted]', 'FAIL', 'FAIL'],
    ['[scs:]', 'PASS', 'FAIL'],
    ['[scs: ]', 'FAIL', 'FAIL'],
    ['[scs:encrypted', 'PASS', 'FAIL'],
    ['[SCS:encrypted]', 'PASS', 'FAIL'],
    [' [scs:encrypted]', 'PASS', 'FAIL'],
    ['[scs:[encrypted]]', 'PASS', 'FAIL'],
    ['fast [scs:encrypted]', 'PASS', 'FAIL'],
    ['', 'PASS', 'FAIL'],
    [null, 'PASS', 'FAIL'],
  ])('%s', (description, syntax, encrypted) => {
    const snapshot = aCloud({ volumeTypes: { value: [{ id: '1', name: 'x', description }] } });
    expect(one('scs-0114-syntax-check', snapshot).result.upstream).toBe(syntax);
    expect(one('scs-0114-encrypted-type', snapshot).result.upstream).toBe(encrypted);
  });
});

describe('entropy evidence', () => {
  const evidence = (sections: Record<string, string[]>) =>
    aCloud({ probes: { entropy: { value: { image: 'x', flavor: 'y', sections } } } });
  it.each<[number, Result]>([
    [0, 'PASS'],
    [3, 'PASS'],
    [5, 'PASS'],
    [6, 'FAIL'],
  ])('%d FIPS failures', (count, expected) => {
    expect(
      one(
        'scs-0101-fips-test',
        evidence({ 'fips-test': ['rngtest: successes: 1', `rngtest: FIPS 140-2 failures: ${count}`] }),
      ).result.upstream,
    ).toBe(expected);
  });
  it('is unusable without the section', () => {
    expect(one('scs-0101-entropy-avail', evidence({})).result.upstream).toBe('ABORT');
    expect(one('scs-0101-fips-test', evidence({})).result.upstream).toBe('ABORT');
  });
  it('is judged by its first line', () => {
    expect(one('scs-0101-entropy-avail', evidence({ 'entropy-avail': ['255', '256'] })).result.upstream).toBe(
      'FAIL',
    );
  });
  it('is unusable without a count', () => {
    expect(
      one('scs-0101-fips-test', evidence({ 'fips-test': ['rngtest: command not found'] })).result.upstream,
    ).toBe('ABORT');
  });
  it.each<[string, Result]>([
    ['256', 'PASS'],
    [' 256 ', 'PASS'],
    ['3000', 'FAIL'],
    ['255', 'FAIL'],
    ['0256', 'FAIL'],
    ['', 'FAIL'],
  ])('%s bits', (bits, expected) => {
    expect(one('scs-0101-entropy-avail', evidence({ 'entropy-avail': [bits] })).result.upstream).toBe(
      expected,
    );
  });
});

describe('findings', () => {
  it('name the object, what is wrong, and the command that mends it', () => {
    const snapshot = withFlavors(
      aFlavor({ extraSpecs: { 'scs:name-v1': 'SCS-1V:4', 'scs:name-v2': 'SCS-1V-4' } }),
    );
    expect(one('scs-0103-flavor-1v-4', snapshot).findings).toMatchObject([
      {
        rule: 'flavor-extra-spec-differs',
        obligation: 'MUST',
        severity: 'error',
        object: { kind: 'flavor', id: 'flavor-1', name: 'SCS-1V-4' },
        property: 'scs:cpu-type',
        actual: null,
        expected: 'shared-core',
        remedy: 'openstack flavor set --property scs:cpu-type=shared-core flavor-1',
      },
    ]);
  });

  it('quote what a shell would take apart', () => {
    const snapshot = aCloud({
      volumeTypes: { value: [{ id: '1', name: 'x', description: "[scs:replicated, encrypted] it's" }] },
    });
    expect(one('scs-0114-syntax-check', snapshot).findings[0]?.remedy).toBe(
      `openstack volume type set --description '[scs:encrypted, replicated] it'\\''s' 1`,
    );
  });
});

describe('an evaluation', () => {
  it('says what decided it, and is missing what nobody tried', () => {
    const evaluation = evaluate({
      scope: scopes.iaas,
      version: 'v5.1',
      snapshot: aCloud(),
      at: now,
      mode: 'upstream',
    });
    expect(evaluation).toMatchObject({
      scope: 'iaas',
      version: 'v5.1',
      validity: 'effective',
      result: 'FAIL',
      subject: 'a-cloud',
    });
    expect(evaluation.decidedBy).toContain('scs-0103-flavor-1v-4');
    expect(Object.keys(evaluation.testcases)).toHaveLength(54);
    expect(evaluation.reasons['scs-0101-fips-test']).toContain('--probes');
  });

  it('may be asked for other test cases than the version has', () => {
    const evaluation = evaluate({
      scope: scopes.iaas,
      version: 'v4',
      snapshot: aCloud(),
      at: now,
      mode: 'upstream',
      testcases: iaasTestcases,
    });
    expect(Object.keys(evaluation.testcases)).toHaveLength(85);
  });
});

describe('a snapshot file', () => {
  it.each([
    [
      { ...aCloud(), format: 'scs.snapshot/v9' },
      /format scs\.snapshot\/v9, this program reads scs\.snapshot\/v1/,
    ],
    [{ hello: 1 }, /no snapshot/],
    [[], /no snapshot/],
    [null, /no snapshot/],
    [{ ...aCloud(), kind: 'moon' }, /unknown kind moon/],
    [{ ...aCloud(), flavors: undefined }, /lacks flavors/],
  ])('is refused with the cause and the remedy', (document, message) => {
    expect(() => readSnapshot(document)).toThrow(message);
  });
});
