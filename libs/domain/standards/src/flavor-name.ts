import {
  cpuFrequencies,
  cpuTypes,
  cpuVendors,
  diskTypes,
  gpuFrequencies,
  gpuKinds,
  gpuVendors,
  hypervisors,
  vramBandwidths,
} from './flavor-vocabulary.ts';

/** A parsed SCS flavor name (scs-0100-v3.1). Absent parts are undefined: the name does not speak of them. */
export interface FlavorName {
  cpus: number;
  cpuType: keyof typeof cpuTypes;
  /** Mitigations of SMT and microcode defects are missing. */
  insecure: boolean;
  /** GiB, a multiple of 0.5. */
  ram: number;
  noEcc: boolean;
  ramOversubscribed: boolean;
  /** `size` in GB; null where the provider chooses it. */
  disk?: { count: number; size: number | null; type: keyof typeof diskTypes };
  hypervisor?: keyof typeof hypervisors;
  hardwareVirtualization?: boolean;
  cpuBrand?: {
    vendor: keyof typeof cpuVendors;
    generation: number | null;
    frequency: keyof typeof cpuFrequencies;
  };
  /** `units`: SMs, CUs or EUs; `vram` in GiB. */
  gpu?: {
    kind: keyof typeof gpuKinds;
    vendor: keyof typeof gpuVendors;
    generation: string;
    units: number | null;
    frequency: keyof typeof gpuFrequencies;
    vram: number | null;
    bandwidth: keyof typeof vramBandwidths;
  };
  infiniband?: boolean;
}

/** v2 is also the syntax of v3 and v3.1; v1 has other separators and no Cloud Hypervisor. */
export type FlavorSyntax = 'v1' | 'v2';

/** A name that begins with `SCS-` and breaks the grammar. The message is the one upstream's parser gives. */
export class FlavorNameError extends Error {
  override name = 'FlavorNameError';
}

// Number parts may be empty here: what is wrong with them is then said by name.
const grammar = (fields: string, parts: string, hypervisorWords: string) => ({
  main: new RegExp(`([0-9]*)([LVTC])(i?)${fields}([0-9.]*)(u?)(o?)`, 'y'),
  disk: new RegExp(`${fields}(?:([0-9]*)x)?([0-9]*)([nhsp]?)`, 'y'),
  hypervisor: new RegExp(`${parts}(${hypervisorWords})`, 'y'),
  hardwareVirtualization: new RegExp(`${parts}hwv`, 'y'),
  // Only up to the next part, or `_ib` would be taken for Intel.
  cpuBrand: new RegExp(`${parts}([izar])([0-9]*)(h*)(?=\\n?$|${parts})`, 'y'),
  // The generation runs up to a separator of fields or an `h`, and so swallows a following `_ib` (upstream's defect too).
  gpu: new RegExp(
    `${parts}([gG])([NAI])([^${fields}h]*)(?:${fields}([0-9]+))?(h*)(?:${fields}([0-9]+))?(h*)`,
    'y',
  ),
  infiniband: new RegExp(`${parts}ib`, 'y'),
});
const grammars = {
  v1: grammar(':', '-', 'kvm|xen|vmw|hyv|bms'),
  v2: grammar('-', '_', 'kvm|xen|vmw|hyv|bms|chy'),
} satisfies Record<FlavorSyntax, unknown>;

const prefix = 'SCS-';

/** Only names that begin with exactly `SCS-` are in scope of the standard. */
export const isScsName = (name: string): boolean => name.startsWith(prefix);

/** Parses a name that is in scope. Throws {@link FlavorNameError}. */
export function parseFlavorName(name: string, syntax: FlavorSyntax = 'v2'): FlavorName {
  if (!isScsName(name)) throw new FlavorNameError('Not an SCS flavor name');
  const patterns = grammars[syntax];
  let position = prefix.length;
  const take = (pattern: RegExp): string[] | null => {
    pattern.lastIndex = position;
    const match = pattern.exec(name);
    if (!match) return null;
    position += match[0].length;
    return match.map((group) => group ?? '');
  };

  const main = take(patterns.main);
  if (!main) throw new FlavorNameError('Failed to parse main part');
  const flavor = readMain(main);
  const disk = take(patterns.disk);
  if (disk) flavor.disk = readDisk(disk);
  const hypervisor = take(patterns.hypervisor);
  if (hypervisor) flavor.hypervisor = oneOf('hype', hypervisor[1], keysOf(hypervisors));
  if (take(patterns.hardwareVirtualization)) flavor.hardwareVirtualization = true;
  const cpuBrand = take(patterns.cpuBrand);
  if (cpuBrand) flavor.cpuBrand = readCpuBrand(cpuBrand);
  const gpu = take(patterns.gpu);
  if (gpu) flavor.gpu = readGpu(gpu);
  if (take(patterns.infiniband)) flavor.infiniband = true;
  if (position !== name.length) throw new FlavorNameError(`Extra characters: ${name.slice(position)}`);
  return flavor;
}

function readMain([
  ,
  cpus = '',
  cpuType = '',
  insecure,
  ram = '',
  noEcc,
  oversubscribed,
]: string[]): FlavorName {
  return {
    cpus: positive('cpus', cpus === '' ? null : Number(cpus)),
    cpuType: oneOf('cputype', cpuType, keysOf(cpuTypes)),
    insecure: insecure === 'i',
    ram: halves(ram),
    noEcc: noEcc === 'u',
    ramOversubscribed: oversubscribed === 'o',
  };
}

function readDisk([, count = '', size = '', type = '']: string[]): NonNullable<FlavorName['disk']> {
  return {
    count: positive('nrdisks', count === '' ? 1 : Number(count)),
    size: size === '' ? null : positive('disksize', Number(size)),
    type: oneOf('disktype', type, keysOf(diskTypes)),
  };
}

function readCpuBrand([, letter = '', digits = '', frequency = '']: string[]): NonNullable<
  FlavorName['cpuBrand']
> {
  const vendor = oneOf('cpuvendor', letter, keysOf(cpuVendors));
  const generation = digits === '' ? null : Number(digits);
  const known = cpuVendors[vendor].generations.map((_, number) => number);
  if (generation !== null && !known.includes(generation))
    refuse('cpugen', String(generation), `one of (None, ${known.join(', ')})`);
  return { vendor, generation, frequency: oneOf('perf', frequency, keysOf(cpuFrequencies)) };
}

function readGpu([
  ,
  kind = '',
  letter = '',
  generation = '',
  units = '',
  frequency = '',
  vram = '',
  bandwidth = '',
]: string[]) {
  const vendor = oneOf('brand', letter, keysOf(gpuVendors));
  return {
    kind: oneOf('gputype', kind, keysOf(gpuKinds)),
    vendor,
    generation: oneOf('gen', generation, ['', ...gpuVendors[vendor].generations.map(([key]) => key)]),
    units: units === '' ? null : positive('cu', Number(units)),
    frequency: oneOf('perf', frequency, keysOf(gpuFrequencies)),
    vram: vram === '' ? null : positive('vram', Number(vram)),
    bandwidth: oneOf('vramperf', bandwidth, keysOf(vramBandwidths)),
  } satisfies FlavorName['gpu'];
}

const keysOf = <K extends string>(table: Record<K, unknown>) => Object.keys(table) as K[];

function refuse(attribute: string, value: string, expected: string): never {
  throw new FlavorNameError(`${attribute} can not be set to ${value}; must be ${expected}`);
}

const quote = (text: string) => {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const plain = text.replaceAll('\\', '\\\\').replaceAll(mark, `\\${mark}`);
  return (
    mark + plain.replaceAll(/[\p{C}\p{Z}]/gu, (character) => escapes[character] ?? escape(character)) + mark
  );
};
const escapes: Record<string, string> = { ' ': ' ', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
/** What cannot be printed, as Python writes it. */
function escape(character: string): string {
  const hex = character.codePointAt(0)!.toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

function oneOf<K extends string>(attribute: string, value: string | undefined, allowed: readonly K[]): K {
  const found = allowed.find((key) => key === value);
  return found ?? refuse(attribute, quote(value ?? ''), `one of (${allowed.map(quote).join(', ')})`);
}

function positive(attribute: string, value: number | null): number {
  return value !== null && value > 0
    ? value
    : refuse(attribute, value === null ? 'None' : String(value), 'positive integer');
}

function halves(text: string): number {
  if (!/^(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/.test(text))
    throw new FlavorNameError(`could not convert string to float: ${quote(text)}`);
  const value = Number(text);
  const shown = Number.isInteger(value) ? value.toFixed(1) : String(value);
  return value > 0 && Number.isInteger(2 * value) ? value : refuse('ram', shown, 'positive multiple of 0.5');
}

/** Writes the canonical long name. */
export function formatFlavorName(flavor: FlavorName, syntax: FlavorSyntax = 'v2'): string {
  const { disk, cpuBrand, gpu } = flavor;
  const ram = Number.isInteger(flavor.ram) ? String(flavor.ram) : flavor.ram.toFixed(1);
  const name = [
    `${prefix}${flavor.cpus}${flavor.cpuType}${flavor.insecure ? 'i' : ''}`,
    `-${ram}${flavor.noEcc ? 'u' : ''}${flavor.ramOversubscribed ? 'o' : ''}`,
    disk && `-${disk.count === 1 ? '' : `${disk.count}x`}${disk.size ?? ''}${disk.type}`,
    flavor.hypervisor && `_${flavor.hypervisor}`,
    flavor.hardwareVirtualization && '_hwv',
    cpuBrand && `_${cpuBrand.vendor}${cpuBrand.generation || ''}${cpuBrand.frequency}`,
    gpu && `_${gpu.kind}${gpu.vendor}${gpu.generation}${gpu.units ? `-${gpu.units}` : ''}${gpu.frequency}`,
    gpu && `${gpu.vram ? `-${gpu.vram}` : ''}${gpu.bandwidth}`,
    flavor.infiniband && '_ib',
  ]
    .filter(Boolean)
    .join('');
  return syntax === 'v2' ? name : toV1(name);
}

/** The same name with the separators of v1. */
export const toV1 = (name: string): string =>
  name.replaceAll('-', ':').replaceAll('_', '-').replace('SCS:', prefix);
/** The same name with the separators of v2. */
export const toV2 = (name: string): string =>
  name.replaceAll('-', '_').replaceAll(':', '-').replace('SCS_', prefix);

/**
 * What the short name still says: no hypervisor, no virtualization, no x86 brand (for others the letter, as it carries the
 * architecture), no frequency and bandwidth marks of the GPU.
 */
export function shorten(flavor: FlavorName): FlavorName {
  const { hypervisor: _, hardwareVirtualization: __, cpuBrand, gpu, ...rest } = flavor;
  const isX86 = cpuBrand?.vendor === 'i' || cpuBrand?.vendor === 'z';
  return {
    ...rest,
    ...(cpuBrand && !isX86 && { cpuBrand: { vendor: cpuBrand.vendor, generation: null, frequency: '' } }),
    ...(gpu && { gpu: { ...gpu, frequency: '', bandwidth: '' } }),
  };
}

export const shortFlavorName = (flavor: FlavorName, syntax: FlavorSyntax = 'v2'): string =>
  formatFlavorName(shorten(flavor), syntax);

/**
 * Which syntaxes are right and which merely tolerated. `certification` is the one of scs-0100-v3.1: v1 names get a warning and
 * still pass.
 */
const strategies = {
  certification: { right: 'v2', tolerated: 'v1' },
  v1: { right: 'v1', tolerated: null },
  'v1/v2': { right: 'v1', tolerated: 'v2' },
  'v2/v1': { right: 'v2', tolerated: 'v1' },
  v2: { right: 'v2', tolerated: null },
  v3: { right: 'v2', tolerated: null },
  latest: { right: 'v2', tolerated: null },
} as const satisfies Record<string, { right: FlavorSyntax; tolerated: FlavorSyntax | null }>;
export type FlavorStrategy = keyof typeof strategies;

export type FlavorNameJudgement =
  | { name: string; verdict: 'not-scs' }
  | { name: string; verdict: 'invalid'; message: string }
  | { name: string; verdict: 'valid' | 'tolerated'; flavor: FlavorName };

/** Judges a name: out of scope, valid, tolerated, or invalid with the reason of the preferred syntax. */
export function readFlavorName(
  name: string,
  strategy: FlavorStrategy = 'certification',
): FlavorNameJudgement {
  if (!isScsName(name)) return { name, verdict: 'not-scs' };
  const { right, tolerated } = strategies[strategy];
  const preferred = tryParse(name, right);
  if (typeof preferred !== 'string') return { name, verdict: 'valid', flavor: preferred };
  const other = tolerated && tryParse(name, tolerated);
  if (other && typeof other !== 'string') return { name, verdict: 'tolerated', flavor: other };
  return { name, verdict: 'invalid', message: preferred };
}

function tryParse(name: string, syntax: FlavorSyntax): FlavorName | string {
  try {
    return parseFlavorName(name, syntax);
  } catch (error) {
    if (error instanceof FlavorNameError) return error.message;
    throw error;
  }
}
