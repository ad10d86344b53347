import {
  FlavorNameError,
  formatFlavorName,
  parseFlavorName,
  shortFlavorName,
  type FlavorName,
} from './flavor-name.ts';
import { flavorNames } from './flavor-spec.ts';
import { cpuTypes, diskTypes } from './flavor-vocabulary.ts';
import type { Flavor } from './snapshot.ts';

export type CpuType = (typeof cpuTypes)[keyof typeof cpuTypes]['key'];
export type DiskType = (typeof diskTypes)[keyof typeof diskTypes]['key'];

/** What a flavor is to be, in OpenStack's words: RAM in GiB, disk in GB. */
export interface FlavorWish {
  vcpus: number;
  ram: number;
  /** Shared cores unless said otherwise. */
  cpuType?: CpuType;
  insecure?: boolean;
  noEcc?: boolean;
  ramOversubscribed?: boolean;
  disk?: number;
  disks?: number;
  diskType?: DiskType;
  hypervisor?: string;
  hardwareVirtualization?: boolean;
  /** As in a name: vendor letter, generation, frequency marks, e.g. `z3h`. */
  cpuBrand?: string;
  /** As in a name, e.g. `GNa-64`. */
  gpu?: string;
  infiniband?: boolean;
}

export interface FlavorNames {
  long: string;
  short: string;
  /** All spellings, v1 too: longest first. */
  all: string[];
}

const letterOf = <K extends string>(table: Record<K, { key: string }>, key: string, what: string): K => {
  // The last letter with the key: '' and 'n' both mean network storage, and the explicit one is the better name.
  const letter = (Object.keys(table) as K[]).findLast((candidate) => table[candidate].key === key);
  if (letter === undefined) {
    const known = [...new Set(Object.values<{ key: string }>(table).map((entry) => entry.key))].join(', ');
    throw new FlavorNameError(`unknown ${what} '${key}'; one of: ${known}`);
  }
  return letter;
};

/** Names a flavor that is yet to be made. Throws {@link FlavorNameError} where no name can say the wish. */
export function nameFlavor(wish: FlavorWish): FlavorNames {
  const { disk, disks = 1, diskType } = wish;
  const cpuType = letterOf(cpuTypes, wish.cpuType ?? 'shared-core', 'CPU type');
  const flag = (set: boolean | undefined, letter: string) => (set ? letter : '');
  const hasDisk = disk !== undefined || diskType !== undefined || disks !== 1;
  const name = [
    `SCS-${wish.vcpus}${cpuType}${flag(wish.insecure, 'i')}`,
    `-${wish.ram}${flag(wish.noEcc, 'u')}${flag(wish.ramOversubscribed, 'o')}`,
    hasDisk &&
      `-${disks === 1 ? '' : `${disks}x`}${disk ?? ''}${diskType ? letterOf(diskTypes, diskType, 'disk type') : ''}`,
    wish.hypervisor && `_${wish.hypervisor}`,
    wish.hardwareVirtualization && '_hwv',
    wish.cpuBrand && `_${wish.cpuBrand}`,
    wish.gpu && `_${wish.gpu}`,
    wish.infiniband && '_ib',
  ];
  return namesOf(parseFlavorName(name.filter(Boolean).join('')));
}

const namesOf = (flavor: FlavorName): FlavorNames => ({
  long: formatFlavorName(flavor),
  short: shortFlavorName(flavor),
  all: flavorNames(flavor),
});

export interface TruthfulNames {
  /** Most telling first. */
  names: string[];
  /** Names that hold only if the provider knows more than the flavor says, with the condition. */
  ifTrue: { name: string; condition: string }[];
}

/**
 * RAM in GiB as scs-0100's semantics test rounds it: 51 MiB of slack, down to a tenth.
 * A flavor of 3021 MiB may be called 3 GiB, one of 3020 MiB may not.
 */
export const flavorRamGib = (mebibytes: number): number => Math.trunc((mebibytes + 51) / 102.4) / 10;

/**
 * Which SCS names an existing flavor may truthfully carry. A name may understate, never overstate: without a known CPU type only
 * the heavily oversubscribed one is safe; a disk may go unmentioned.
 */
export function truthfulNames(flavor: Flavor): TruthfulNames {
  const ram = Math.floor(flavorRamGib(flavor.ram) * 2) / 2;
  if (flavor.vcpus < 1 || ram <= 0) return { names: [], ifTrue: [] };
  const known = Object.entries(cpuTypes).find(([, { key }]) => key === flavor.extraSpecs['scs:cpu-type']);
  const diskType = flavor.extraSpecs['scs:disk0-type'];
  const diskLetter = Object.entries(diskTypes).findLast(([, { key }]) => key === diskType)?.[0] ?? '';
  const disks =
    flavor.disk > 0 ? [...new Set([`-${flavor.disk}${diskLetter}`, `-${flavor.disk}`, ''])] : [''];
  const named = (letter: string) =>
    disks.map((disk) => formatFlavorName(parseFlavorName(`SCS-${flavor.vcpus}${letter}-${ram}${disk}`)));
  if (known) return { names: named(known[0]), ifTrue: [] };
  const better = Object.entries(cpuTypes).filter(([letter]) => letter !== 'L');
  return {
    names: named('L'),
    ifTrue: better.flatMap(([letter, { key }]) =>
      named(letter).map((name) => ({ name, condition: `the CPU is a ${key} (set scs:cpu-type=${key})` })),
    ),
  };
}
