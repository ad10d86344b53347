import type { FlavorName } from './flavor-name.ts';
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

/** Says in one English sentence what a flavor name promises, as upstream's tools word it. */
export function describeFlavor(flavor: FlavorName): string {
  return [
    `SCS flavor with ${flavor.cpus}`,
    describeCpu(flavor),
    `with ${Number.isInteger(flavor.ram) ? flavor.ram.toFixed(1) : flavor.ram} GiB RAM`,
    describeFlags({ noECC: flavor.noEcc, oversubscribed: flavor.ramOversubscribed }),
    flavor.hypervisor && `on ${hypervisors[flavor.hypervisor]}`,
    flavor.hardwareVirtualization && 'with HW virt',
    describeDisk(flavor.disk),
    describeGpu(flavor.gpu),
    flavor.infiniband && 'and Infiniband',
  ]
    .filter(Boolean)
    .join(' ');
}

const words = (...parts: (string | undefined | false)[]) => parts.filter(Boolean).join(' ');

function describeCpu({ cpuBrand, cpuType, insecure }: FlavorName): string {
  const brand = cpuBrand
    ? words(
        cpuFrequencies[cpuBrand.frequency],
        cpuVendors[cpuBrand.vendor].text,
        // Generation 0 means unspecified or old, which is not worth a word.
        cpuBrand.generation ? cpuVendors[cpuBrand.vendor].generations[cpuBrand.generation] : undefined,
      )
    : 'generic x86-64';
  return words(brand, cpuTypes[cpuType].text, insecure && '(insecure)');
}

function describeFlags(flags: Record<string, boolean>): string {
  const set = Object.keys(flags).filter((flag) => flags[flag]);
  return set.length > 0 ? `(${set.join(', ')})` : '';
}

function describeDisk(disk: FlavorName['disk']): string {
  if (!disk) return '';
  const size = `${disk.count === 1 ? '' : `${disk.count}x`}${disk.size ?? 'None'}GB`;
  return words('and', diskTypes[disk.type].text, size, 'root volume');
}

function describeGpu(gpu: FlavorName['gpu']): string {
  if (!gpu) return '';
  const vendor = gpuVendors[gpu.vendor];
  const generation = vendor.generations.find(([key]) => key === gpu.generation)?.[1];
  const vram = gpu.vram !== null && words('and', `${gpu.vram} GiB`, vramBandwidths[gpu.bandwidth], 'VRAM');
  const units =
    gpu.units !== null &&
    `(${words('w/', String(gpu.units), gpuFrequencies[gpu.frequency], 'SMs/CUs/EUs', vram)})`;
  return words('and', gpuKinds[gpu.kind], vendor.text, generation, units);
}
