import {
  formatFlavorName,
  readFlavorName,
  shorten,
  shortFlavorName,
  type FlavorName,
  type FlavorStrategy,
} from './flavor-name.ts';
import { describeFlavor } from './flavor-prose.ts';
import { cpuTypes, diskTypes } from './flavor-vocabulary.ts';

/**
 * What a name implies, under the keys that the tools of the standard use: `cpus`, `ram` (GiB), `disk` (GB; null where the
 * provider chooses), and the extra specs `scs:cpu-type`, `scs:diskN-type`, `scs:name-vN`.
 */
export type FlavorSpec = { cpus: number; ram: number; disk?: number | null; 'scs:cpu-type': string } & Record<
  `scs:${string}`,
  string
>;

/** Derives the specification of a name. `scs:name-vN` numbers the spellings: longest first, v1 before v2. */
export function flavorSpec(flavor: FlavorName): FlavorSpec {
  const { disk } = flavor;
  const spec: FlavorSpec = {
    cpus: flavor.cpus,
    'scs:cpu-type': cpuTypes[flavor.cpuType].key,
    ram: flavor.ram,
  };
  if (disk) {
    spec.disk = disk.size;
    for (let index = 0; index < disk.count; index++) spec[`scs:disk${index}-type`] = diskTypes[disk.type].key;
  }
  flavorNames(flavor).forEach((name, index) => (spec[`scs:name-v${index + 1}`] = name));
  return spec;
}

/** All spellings of a flavor's name: long and short, v1 and v2; longest first, v1 before v2. */
export function flavorNames(flavor: FlavorName): string[] {
  const spellings = [flavor, shorten(flavor)].flatMap((form) => [
    formatFlavorName(form, 'v1'),
    formatFlavorName(form, 'v2'),
  ]);
  // Stable sort: v1 stays before v2 of the same length.
  return [...new Set(spellings)].toSorted((a, b) => b.length - a.length);
}

/** All that can be said of a name, in the shape that `scs flavor parse --output json` prints. */
export interface FlavorNameReport {
  name: string;
  verdict: 'valid' | 'tolerated' | 'invalid' | 'not-scs';
  message?: string;
  canonical?: string;
  short?: string;
  prose?: string;
  spec?: FlavorSpec;
}

/** Judges a name and describes it, where there is something to describe. */
export function judgeFlavorName(name: string, strategy: FlavorStrategy = 'certification'): FlavorNameReport {
  const judgement = readFlavorName(name, strategy);
  if (!('flavor' in judgement)) return judgement;
  const { flavor, verdict } = judgement;
  return {
    name,
    verdict,
    ...(verdict === 'tolerated' && {
      message: `Name is merely tolerated; the present spelling is ${formatFlavorName(flavor)}`,
    }),
    canonical: formatFlavorName(flavor),
    short: shortFlavorName(flavor),
    prose: describeFlavor(flavor),
    spec: flavorSpec(flavor),
  };
}
