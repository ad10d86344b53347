/**
 * The words of SCS flavor names (scs-0100-v3.1): the letters of each part and what they mean. The keys decide which names are
 * valid, the texts make the prose.
 */
export const cpuTypes = {
  L: { key: 'crowded-core', text: 'LowPerf vCPUs' },
  V: { key: 'shared-core', text: 'vCPUs' },
  T: { key: 'dedicated-thread', text: 'SMT Threads' },
  C: { key: 'dedicated-core', text: 'Dedicated Cores' },
} as const;

/** A name without a type letter promises no more than network storage. */
export const diskTypes = {
  '': { key: 'network', text: '' },
  n: { key: 'network', text: 'Networked' },
  h: { key: 'hdd', text: 'Local HDD' },
  s: { key: 'ssd', text: 'SSD' },
  p: { key: 'nvme', text: 'HiPerf NVMe' },
} as const;

export const hypervisors = {
  kvm: 'KVM (w/ qemu)',
  xen: 'Xen',
  hyv: 'Hyper-V',
  vmw: 'VMware',
  bms: 'Bare Metal System',
  chy: 'Cloud Hypervisor',
} as const;

export const cpuVendors = {
  i: {
    text: 'Intel',
    generations: [
      'Unspec/Pre-Skylake',
      'Skylake',
      'Cascade Lake',
      'Ice Lake',
      'Sapphire Rapids',
      'Sierra Forest (E)',
      'Granite Rapids (P)',
    ],
  },
  z: {
    text: 'AMD',
    generations: ['Unspec/Pre-Zen', 'Zen 1', 'Zen 2', 'Zen 3', 'Zen 4/4c', 'Zen 5/5c', 'Zen 6/6c'],
  },
  a: {
    text: 'ARM',
    generations: [
      'Unspec/Pre-A76',
      'A76/NeoN1',
      'A78/X1/NeoV1',
      'A71x/NeoN2/V2',
      'AmpereOne',
      'A72x/NeoN3/V3',
    ],
  },
  r: { text: 'RISC-V', generations: ['Unspec'] },
} as const;

export const cpuFrequencies = {
  '': '',
  h: 'High Perf',
  hh: 'Very High Perf',
  hhh: 'Very Very High Perf',
} as const;

export const gpuKinds = { g: 'vGPU', G: 'Pass-Through GPU' } as const;

/** Pairs, not objects: their order shows in error messages, and objects would sort `1` before `0.4`. */
export const gpuVendors: Record<
  'N' | 'A' | 'I',
  { text: string; generations: readonly (readonly [string, string])[] }
> = {
  N: {
    text: 'Nvidia',
    generations: [
      ['f', 'Fermi'],
      ['k', 'Kepler'],
      ['m', 'Maxwell'],
      ['p', 'Pascal'],
      ['v', 'Volta'],
      ['t', 'Turing'],
      ['a', 'Ampere'],
      ['l', 'AdaLovelace'],
      ['g', 'GraceHopper'],
      ['b', 'Blackwell'],
      ['u', 'Blackwell Ultra'],
    ],
  },
  A: {
    text: 'AMD',
    generations: [
      ['0.4', 'GCN4.0/Polaris'],
      ['0.5', 'GCN5.0/Vega'],
      ['1', 'CDNA1'],
      ['1.1', 'RDNA1/Navi1x'],
      ['2', 'CDNA2'],
      ['2.1', 'RDNA2/Navi2x'],
      ['3', 'CDNA3'],
      ['3.1', 'RDNA3/Navi3x'],
      ['3.5', 'RDNA3.5'],
      ['4', 'CDNA4'],
      ['4.1', 'RDNA4/Navi4x'],
      ['5.1', 'RDNA5/Navi5x'],
    ],
  },
  I: {
    text: 'Intel',
    generations: [
      ['0.9', 'Gen9/Skylake'],
      ['0.95', 'Gen9.5/KabyLake'],
      ['1', 'Xe1/Gen12.1/DG1'],
      ['2', 'Xe2/Gen12.2'],
      ['3', 'Arc/Gen12.7/DG2'],
      ['4', 'BattleImage/Gen20.0'],
    ],
  },
};

export const gpuFrequencies = { '': '', h: 'High Freq', hh: 'Very High Freq' } as const;
export const vramBandwidths = { '': '', h: 'High BW (HBM)', hh: 'Very High BW' } as const;
