import { describe, expect, it } from 'vitest';
import { aFlavor, one, withFlavors } from './a-cloud.spec-data.ts';
import type { Result } from './result.ts';
import type { Flavor } from './snapshot.ts';

const verdictOf = (testcase: string, ...flavors: Partial<Flavor>[]) =>
  one(testcase, withFlavors(...flavors.map((values, index) => aFlavor({ id: String(index), ...values }))))
    .result.upstream;

describe('flavor names in a cloud', () => {
  it.each<[string, string[], Result]>([
    ['none', [], 'PASS'],
    ['none of SCS', ['m1.tiny', 'scs-1V', 'SCS_1V-4', 'XSCS-1'], 'PASS'],
    ['a v1 name', ['SCS-1V:4'], 'PASS'],
    ['one bad among good', ['SCS-1V-4', 'SCS-1V'], 'FAIL'],
    ['the bare prefix', ['SCS-'], 'FAIL'],
  ])('%s', (_, names, expected) => {
    expect(verdictOf('scs-0100-syntax-check', ...names.map((name) => ({ name })))).toBe(expected);
  });
});

describe('what flavor names promise', () => {
  it.each<[string, Partial<Flavor>, Result]>([
    ['SCS-2V-4', { vcpus: 1 }, 'FAIL'],
    ['SCS-2V-4', { vcpus: 3 }, 'PASS'],
    ['SCS-1V-3', { ram: 3021 }, 'PASS'],
    ['SCS-1V-3', { ram: 3020 }, 'FAIL'],
    ['SCS-1V-0.5', { ram: 461 }, 'PASS'],
    ['SCS-1V-0.5', { ram: 460 }, 'FAIL'],
    ['SCS-1V-4', { disk: 10 }, 'PASS'],
    ['SCS-1V-4-10', { disk: 10 }, 'PASS'],
    ['SCS-1V-4-10', { disk: 9 }, 'FAIL'],
    ['SCS-1V-4-3x10s', { disk: 10 }, 'PASS'],
    ['SCS-1V:4:10', { disk: 0 }, 'FAIL'],
    ['SCS-1V-4-n', { disk: 10 }, 'ABORT'],
    ['SCS-1V-4-', { disk: 10 }, 'ABORT'],
    ['SCS-1V:4:n', { disk: 10 }, 'ABORT'],
    ['SCS-1V', { vcpus: 0, ram: 0 }, 'PASS'],
    ['m1.tiny', { vcpus: 0, ram: 0 }, 'PASS'],
  ])('%s with %j: %s', (name, values, expected) => {
    expect(verdictOf('scs-0100-semantics-check', { name, ...values })).toBe(expected);
  });

  it('end upstream’s test for all flavors at one without a size', () => {
    const broken = { name: 'SCS-9V-4', vcpus: 1 };
    expect(verdictOf('scs-0100-semantics-check', broken, { name: 'SCS-1V-4-_ib', disk: 5 })).toBe('ABORT');
  });
});

describe('standard flavors', () => {
  const disk = (values: Partial<Flavor>, extra: Record<string, string> = {}): Partial<Flavor> => ({
    name: 'SCS-2V-4-20s',
    vcpus: 2,
    ram: 4096,
    disk: 20,
    extraSpecs: {
      'scs:cpu-type': 'shared-core',
      'scs:disk0-type': 'ssd',
      'scs:name-v1': 'SCS-2V:4:20s',
      'scs:name-v2': 'SCS-2V-4-20s',
      ...extra,
    },
    ...values,
  });
  const without = (key: string): Partial<Flavor> => {
    const flavor = disk({});
    const { [key]: _, ...extraSpecs } = flavor.extraSpecs!;
    return { ...flavor, extraSpecs };
  };
  it.each<[string, Partial<Flavor>[], Result]>([
    ['as it should be', [disk({})], 'PASS'],
    ['missing', [], 'FAIL'],
    ['under another name, told by its extra spec', [disk({ name: 'm1.ssd' })], 'PASS'],
    ['told by its name alone, which lacks the extra spec', [without('scs:name-v2')], 'FAIL'],
    ['without scs:name-v1', [without('scs:name-v1')], 'FAIL'],
    ['without a CPU type', [without('scs:cpu-type')], 'FAIL'],
    ['without a disk type', [without('scs:disk0-type')], 'FAIL'],
    ['with further extra specs', [disk({}, { 'scs:name-v3': 'x', 'hw_rng:allowed': 'true' })], 'PASS'],
    ['with one CPU too many', [disk({ vcpus: 3 })], 'FAIL'],
    ['with one MiB too many', [disk({ ram: 4097 })], 'FAIL'],
    ['with a larger disk', [disk({ disk: 40 })], 'FAIL'],
    ['with NVMe, which is more', [disk({}, { 'scs:disk0-type': 'nvme' })], 'FAIL'],
    ['twice, of which the last one told by extra spec counts', [disk({}), disk({ vcpus: 1 })], 'FAIL'],
    [
      'by extra spec before one by name',
      [disk({ name: 'm1' }), { ...without('scs:name-v2'), vcpus: 1 }],
      'PASS',
    ],
    ['with its v1 name alone', [{ ...without('scs:name-v2'), name: 'SCS-2V:4:20s' }], 'FAIL'],
  ])('%s', (_, flavors, expected) => {
    expect(verdictOf('scs-0103-flavor-2v-4-20s', ...flavors)).toBe(expected);
  });
});
