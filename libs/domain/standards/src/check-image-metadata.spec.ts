import { describe, expect, it } from 'vitest';
import { anImage, now, one, withImages } from './a-cloud.spec-data.ts';
import type { Result } from './result.ts';
import type { Image } from './snapshot.ts';

/** What upstream's tests say of an image with this value; expectations are those of the rule's text, case by case. */
const verdictOf = (testcase: string, ...images: Image[]) =>
  one(`scs-0102-${testcase}`, withImages(...images)).result.upstream;

describe('image properties, as upstream’s tests judge them', () => {
  const table: Record<string, { name?: string; pass: (string | undefined)[]; fail: (string | undefined)[] }> =
    {
      architecture: {
        pass: ['x86_64', 'aarch64', 'risc-v'],
        fail: [undefined, '', 'riscv64', 'X86_64', 'arm64'],
      },
      hash_algo: { name: 'os_hash_algo', pass: ['sha256', 'sha512'], fail: [undefined, '', 'md5', 'SHA512'] },
      os_version: { pass: ['13', 'trixie', ' '], fail: [undefined, ''] },
      os_distro: { pass: ['debian', 'Windows'], fail: [undefined, ''] },
      os_purpose: {
        pass: ['generic', 'oldgeneric', 'minimal', 'k8snode', 'gpu', 'network', 'custom'],
        fail: [undefined, '', 'Generic', 'desktop'],
      },
      hw_disk_bus: { pass: ['virtio', 'scsi', undefined], fail: ['', 'ide', 'sata'] },
      hypervisor_type: {
        pass: ['qemu', 'kvm', 'xen', 'hyper-v', 'esxi', undefined],
        fail: ['', 'lxc', 'hyperv', 'QEMU'],
      },
      hw_rng_model: { pass: ['virtio', undefined], fail: ['', 'egd'] },
      image_original_user: { pass: ['debian'], fail: [undefined, ''] },
      image_source: {
        pass: ['private', 'https://a.example/x', 'http://a', 'ftp://a', 'ftps://a', 'https://'],
        fail: [undefined, '', 'Private', 's3://a/x', 'HTTPS://a', 'a.example/x', ' https://a', 'file:///x'],
      },
      image_description: { pass: ['anything'], fail: [undefined, ''] },
      replace_frequency: {
        pass: ['never', 'critical_bug', 'yearly', 'quarterly', 'monthly', 'weekly', 'daily'],
        fail: [undefined, '', 'biweekly', 'Monthly'],
      },
      provided_until: { pass: ['none', 'notice', '2027-01-01', 'whenever'], fail: [undefined, ''] },
      uuid_validity: {
        pass: [undefined, 'none', 'notice', 'forever', 'last-0', 'last-12', '2027-01-01', '2027-01-01 10:00'],
        fail: ['', 'last-', 'last-x', 'last-1.5', 'last--1', 'never', '20270101', '2027-02-30'],
      },
      hotfix_hours: { pass: [undefined, '', '0', '48'], fail: ['-1', '1.5', '48h', ' 48'] },
      image_build_date: {
        pass: [
          '2026-11-20',
          '2026-11-20 11:59:59',
          '2026-11-20 11:59',
          '2026-11-20T11:59:59Z',
          '2026-1-5',
          '2026-11- 5',
          '2026-11-20   11:59',
          '2026-11-20t11:59:59z',
          '2026-11-19 23:59:60',
        ],
        fail: [
          undefined,
          '',
          '20261120',
          '2026-11-20T11:59:59',
          '2026-11-20T11:59:59+00:00',
          '2026-11-20T11:59Z',
          '2026-02-30',
          '2026-13-01',
          '2026-11-20 24:00',
          '26-11-20',
          '2026-11-20 ',
          'yesterday',
          '1970-01-01',
          '0000-01-01',
          // After the registration on 2026-11-20T12:00:00Z.
          '2026-11-20 12:00:01',
          '2026-11-21',
          '2036-01-01',
        ],
      },
    };
  const rows = Object.entries(table).flatMap(([testcase, { name = testcase, pass, fail }]) => [
    ...pass.map((value) => [testcase, name, value, 'PASS'] as const),
    ...fail.map((value) => [testcase, name, value, 'FAIL'] as const),
  ]);
  it.each(rows)('%s: %s = %j is a %s', (testcase, name, value, expected) => {
    expect(verdictOf(`prop-${testcase}`, anImage({}, { [name]: value }))).toBe(expected);
  });

  it('may not be built after now, even where it was registered later still', () => {
    const image = anImage({ createdAt: '2030-01-01T00:00:00Z' }, { image_build_date: '2026-11-25' });
    expect(verdictOf('prop-image_build_date', image)).toBe('FAIL');
  });

  it('needs a time of registration that can be read', () => {
    expect(verdictOf('prop-image_build_date', anImage({ createdAt: '2026-11-20T12:00:00.000000' }))).toBe(
      'FAIL',
    );
  });

  const gib = 2 ** 30;
  it.each<[string, Partial<Image>, Result]>([
    ['as large as the image', { minDisk: 8, size: 8 * gib }, 'PASS'],
    ['one byte too small', { minDisk: 8, size: 8 * gib + 1 }, 'FAIL'],
    ['not set', { minDisk: 0, size: 1 }, 'FAIL'],
    ['not set, and a size that is unknown', { minDisk: 0, size: null }, 'FAIL'],
    ['set, and a size that is unknown', { minDisk: 8, size: null }, 'ABORT'],
  ])('min_disk: %s', (_, values, expected) => {
    expect(verdictOf('prop-min_disk', anImage(values))).toBe(expected);
  });

  it.each<[number, Result]>([
    [0, 'FAIL'],
    [1, 'PASS'],
    [63, 'PASS'],
    [64, 'PASS'],
  ])('min_ram: %d MiB', (minRam, expected) => {
    const judged = one('scs-0102-prop-min_ram', withImages(anImage({ minRam })));
    expect(judged.result.upstream).toBe(expected);
    expect(judged.findings).toHaveLength(minRam < 64 ? 1 : 0);
  });

  it.each<[string, Partial<Image>, Result]>([
    ['public', {}, 'FAIL'],
    ['community', { visibility: 'community' }, 'FAIL'],
    ['private', { visibility: 'private' }, 'PASS'],
    ['shared', { visibility: 'shared' }, 'PASS'],
    ['hidden', { hidden: true }, 'PASS'],
    ['queued', { status: 'queued' }, 'FAIL'],
  ])('of a %s image', (_, values, expected) => {
    expect(verdictOf('prop-os_distro', anImage(values, { os_distro: undefined }))).toBe(expected);
  });

  it('of no image at all are all right', () => {
    for (const testcase of [...Object.keys(table), 'min_disk', 'min_ram'])
      expect(verdictOf(`prop-${testcase}`), testcase).toBe('PASS');
    expect(verdictOf('image-recency')).toBe('PASS');
    expect(verdictOf('os_purpose-uniqueness')).toBe('PASS');
  });
});

describe('an image without a name', () => {
  const unnamed = (properties: Record<string, string | undefined> = {}) =>
    anImage({ name: null }, properties);

  it.each<[string, Image, Result]>([
    ['prop-architecture', unnamed(), 'PASS'],
    ['prop-architecture', unnamed({ architecture: 'vax' }), 'ABORT'],
    ['prop-hw_disk_bus', unnamed({ hw_disk_bus: undefined }), 'PASS'],
    ['prop-hotfix_hours', unnamed({ hotfix_hours: 'x' }), 'FAIL'],
    ['image-recency', unnamed(), 'PASS'],
    ['image-recency', unnamed({ image_build_date: '2026-01-01', provided_until: '2099-01-01' }), 'ABORT'],
  ])('ends upstream’s test of %s where it has to be written down', (testcase, image, expected) => {
    expect(verdictOf(testcase, image)).toBe(expected);
  });

  it('ends upstream’s tests of Cluster API images in any case, and no other of scs-0104', () => {
    const snapshot = withImages(unnamed());
    expect(one('scs-0104-source-capi-1', snapshot).result).toEqual({ upstream: 'ABORT', standard: 'PASS' });
    expect(one('scs-0104-image-capi-2', snapshot).result).toEqual({ upstream: 'ABORT', standard: 'FAIL' });
    expect(one('scs-0104-source-debian-13', snapshot).result.upstream).toBe('PASS');
  });
});

describe('image recency at its limits', () => {
  const hour = 3_600_000;
  // 1.1 periods: yearly 365 d, quarterly 92 d, monthly 31 d, weekly 7 x 25 h, daily 25 h.
  it.each<[string, number]>([
    ['yearly', 1.1 * 365 * 24],
    ['quarterly', 1.1 * 92 * 24],
    ['monthly', 1.1 * 31 * 24],
    ['weekly', 1.1 * 7 * 25],
    ['daily', 1.1 * 25],
  ])('%s is outdated after %d hours', (replace_frequency, hours) => {
    const aged = (age: number) => {
      const image_build_date = `${new Date(now.getTime() - age * hour).toISOString().slice(0, 19)}Z`;
      const image = anImage(
        { createdAt: image_build_date },
        { image_build_date, replace_frequency, provided_until: '2099-01-01' },
      );
      return verdictOf('image-recency', image);
    };
    expect(aged(hours - 0.1)).toBe('PASS');
    expect(aged(hours + 0.1)).toBe('FAIL');
  });

  const outdated = (
    name: string,
    properties: Record<string, string | undefined> = {},
    values: Partial<Image> = {},
  ) =>
    anImage(
      { id: name, name, createdAt: '2026-01-01T00:00:00Z', ...values },
      { image_build_date: '2026-01-01', provided_until: '2099-12-31', ...properties },
    );
  it.each<[string, Image[], Result]>([
    ['an unknown frequency never outdates', [outdated('a', { replace_frequency: 'biweekly' })], 'PASS'],
    ['no frequency never outdates', [outdated('a', { replace_frequency: undefined })], 'PASS'],
    [
      'a critical-bug frequency never outdates',
      [outdated('a', { replace_frequency: 'critical_bug' })],
      'PASS',
    ],
    ['without build date the registration counts', [outdated('a', { image_build_date: undefined })], 'FAIL'],
    ['a build date that is none does not count', [outdated('a', { image_build_date: '20261120' })], 'FAIL'],
    ['until notice is a promise of nothing', [outdated('a', { provided_until: 'notice' })], 'PASS'],
    ['an empty promise is no date', [outdated('a', { provided_until: '' })], 'FAIL'],
    ['without a promise the test ends', [outdated('a', { provided_until: undefined })], 'ABORT'],
    ['without a promise, while current, it does not', [anImage({}, { provided_until: undefined })], 'PASS'],
    [
      'the end of another image’s test is the end of it all',
      [outdated('a'), outdated('b', { provided_until: undefined })],
      'ABORT',
    ],
    ['any last word makes a name of a replaced image', [outdated('Debian 13 p7'), anImage()], 'PASS'],
    ['several blanks before it too', [outdated('Debian 13   20260101'), anImage()], 'PASS'],
    ['a dash makes none', [outdated('Debian 13-old'), anImage()], 'FAIL'],
    [
      'a replacement that is private does not count',
      [outdated('Debian 13 old'), anImage({ visibility: 'private' })],
      'FAIL',
    ],
    [
      'a replacement in the community does',
      [outdated('Debian 13 old'), anImage({ visibility: 'community' })],
      'PASS',
    ],
    [
      'of two replacements of one name the last in the list counts',
      [
        outdated('Debian 13 old'),
        anImage({ id: 'new' }),
        outdated('Debian 13', { replace_frequency: 'daily' }),
      ],
      'FAIL',
    ],
    ['a hidden outdated image is never seen', [outdated('a', {}, { hidden: true })], 'PASS'],
  ])('%s', (_, images, expected) => {
    expect(verdictOf('image-recency', ...images)).toBe(expected);
  });

  it.each<[string, boolean]>([
    ['Debian 13 old', false],
    ['Debian 13 prev', false],
    ['Debian 13 2026-01-01', false],
    ['Debian 13 20260101', false],
    ['Debian 13 p7', true],
    ['Debian 13 20269999', true],
  ])('a replaced image called %s is worth a warning: %s', (name, warns) => {
    const { findings } = one('scs-0102-image-recency', withImages(outdated(name), anImage()));
    expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual(
      warns ? [['image-outdated-visible', 'warning']] : [],
    );
  });
});

describe('the uniqueness of os_purpose', () => {
  const second = (values: Partial<Image> = {}, properties: Record<string, string | undefined> = {}) => [
    anImage(),
    anImage({ id: 'image-2', name: 'another', ...values }, properties),
  ];
  it.each<[string, Image[], Result]>([
    ['two generic images', second(), 'FAIL'],
    ['another architecture', second({}, { architecture: 'aarch64' }), 'PASS'],
    ['another version', second({}, { os_version: '12' }), 'PASS'],
    ['another system', second({}, { os_distro: 'ubuntu' }), 'PASS'],
    ['another purpose', second({}, { os_purpose: 'minimal' }), 'PASS'],
    ['no version', second({}, { os_version: '' }), 'PASS'],
    ['the community’s', second({ visibility: 'community' }), 'PASS'],
    ['a hidden one', second({ hidden: true }), 'PASS'],
    ['one without a name', second({ name: null }), 'ABORT'],
    [
      'no architecture on both',
      [anImage({}, { architecture: undefined }), anImage({ id: '2' }, { architecture: undefined })],
      'FAIL',
    ],
  ])('%s', (_, images, expected) => {
    expect(verdictOf('os_purpose-uniqueness', ...images)).toBe(expected);
  });
});
