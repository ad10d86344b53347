import { describe, expect, it } from 'vitest';
import { FlavorNameError, parseFlavorName } from './flavor-name.ts';
import { flavorRamGib, nameFlavor, truthfulNames, type FlavorWish } from './flavor-naming.ts';
import { flavorSpec, judgeFlavorName } from './flavor-spec.ts';
import type { Flavor } from './snapshot.ts';

const aFlavor = (values: Partial<Flavor>): Flavor => ({
  id: '1',
  name: 'm1.small',
  vcpus: 2,
  ram: 4096,
  disk: 0,
  isPublic: true,
  extraSpecs: {},
  ...values,
});

describe('naming a flavor to be', () => {
  it.each<[string, FlavorWish, string, string]>([
    ['shared cores unless said otherwise', { vcpus: 4, ram: 16 }, 'SCS-4V-16', 'SCS-4V-16'],
    [
      'disk with its type',
      { vcpus: 4, ram: 16, disk: 100, diskType: 'ssd' },
      'SCS-4V-16-100s',
      'SCS-4V-16-100s',
    ],
    [
      'network storage said aloud',
      { vcpus: 1, ram: 2, disk: 5, diskType: 'network' },
      'SCS-1V-2-5n',
      'SCS-1V-2-5n',
    ],
    [
      'several disks',
      { vcpus: 8, ram: 0.5, disks: 3, disk: 10, diskType: 'nvme' },
      'SCS-8V-0.5-3x10p',
      'SCS-8V-0.5-3x10p',
    ],
    [
      'every part',
      {
        vcpus: 16,
        ram: 64,
        cpuType: 'dedicated-thread',
        disk: 200,
        diskType: 'ssd',
        hypervisor: 'bms',
        hardwareVirtualization: true,
        cpuBrand: 'i3h',
        gpu: 'GNa-64h',
        infiniband: true,
      },
      'SCS-16T-64-200s_bms_hwv_i3h_GNa-64h_ib',
      'SCS-16T-64-200s_GNa-64_ib',
    ],
  ])('%s', (_, wish, long, short) => {
    expect(nameFlavor(wish)).toMatchObject({ long, short });
  });

  it.each<[string, FlavorWish, RegExp]>([
    ['RAM that is no multiple of a half', { vcpus: 1, ram: 1.25 }, /ram can not be set to 1.25/],
    ['no CPU', { vcpus: 0, ram: 1 }, /cpus can not be set to 0/],
    ['an unknown hypervisor', { vcpus: 1, ram: 1, hypervisor: 'qemu' }, /_qemu/],
    ['an unknown GPU generation', { vcpus: 1, ram: 1, gpu: 'GNx' }, /gen can not be set to 'x'/],
  ])('refuses %s', (_, wish, message) => {
    expect(() => nameFlavor(wish)).toThrow(FlavorNameError);
    expect(() => nameFlavor(wish)).toThrow(message);
  });

  it('names what a name describes', () => {
    const spec = flavorSpec(parseFlavorName('SCS-2V-4-20s'));
    expect(nameFlavor({ vcpus: spec.cpus, ram: spec.ram, disk: 20, diskType: 'ssd' }).long).toBe(
      'SCS-2V-4-20s',
    );
  });
});

describe('names that an existing flavor may carry', () => {
  it.each([
    [3020, 2.9],
    [3021, 3],
    [4096, 4],
    [3584, 3.5],
  ])('%d MiB count as %d GiB', (mebibytes, gib) => {
    expect(flavorRamGib(mebibytes)).toBe(gib);
  });

  it('uses what the extra specs tell, and lets the disk go unmentioned', () => {
    const extraSpecs = { 'scs:cpu-type': 'shared-core', 'scs:disk0-type': 'ssd' };
    expect(truthfulNames(aFlavor({ disk: 20, extraSpecs })).names).toEqual([
      'SCS-2V-4-20s',
      'SCS-2V-4-20',
      'SCS-2V-4',
    ]);
  });

  it('offers only the weakest CPU type when the flavor does not tell, and the others on a condition', () => {
    const { names, ifTrue } = truthfulNames(aFlavor({}));
    expect(names).toEqual(['SCS-2L-4']);
    expect(ifTrue.map(({ name }) => name)).toEqual(['SCS-2V-4', 'SCS-2T-4', 'SCS-2C-4']);
  });

  it('rounds RAM down to a half', () => {
    expect(truthfulNames(aFlavor({ ram: 3900 })).names).toEqual(['SCS-2L-3.5']);
  });
});

describe('a report on a name', () => {
  it('tells the present spelling of a tolerated name', () => {
    expect(judgeFlavorName('SCS-1V:4')).toMatchObject({ verdict: 'tolerated', canonical: 'SCS-1V-4' });
    expect(judgeFlavorName('SCS-1V:4').message).toContain('SCS-1V-4');
  });

  it('says nothing of names out of scope', () => {
    expect(judgeFlavorName('m1.tiny')).toEqual({ name: 'm1.tiny', verdict: 'not-scs' });
  });
});
