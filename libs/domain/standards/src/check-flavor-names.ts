import {
  command,
  finder,
  neither,
  onlyStandard,
  onlyUpstream,
  standardsUrl,
  type Judgement,
} from './check.ts';
import type { Facts } from './facts.ts';
import { formatFlavorName, readFlavorName, type FlavorName } from './flavor-name.ts';
import { flavorRamGib, truthfulNames } from './flavor-naming.ts';
import { cpuTypes } from './flavor-vocabulary.ts';
import type { Finding } from './result.ts';
import type { Flavor } from './snapshot.ts';

const clause = `${standardsUrl}scs-0100-v3-flavor-naming`;
const objectOf = (flavor: Flavor): Finding['object'] => ({
  kind: 'flavor',
  id: flavor.id,
  name: flavor.name,
});

/** scs-0100: every name that begins with `SCS-` follows the grammar; v1 names are tolerated. */
export function checkFlavorSyntax(facts: Facts): Judgement {
  const found = finder('scs-0100-syntax-check', `${clause}#proposal-scs-flavor-naming`);
  const findings = facts.scsFlavors().flatMap(({ flavor, name }): Finding[] => {
    if (name.verdict === 'tolerated') {
      const present = formatFlavorName(name.flavor);
      return [
        found({
          rule: 'flavor-name-tolerated',
          object: objectOf(flavor),
          property: 'name',
          actual: flavor.name,
          expected: present,
          message: `Flavor name ${flavor.name} has the spelling of v1, which is merely tolerated; the present one is ${present}.`,
          fails: neither,
        }),
      ];
    }
    if (name.verdict !== 'invalid') return [];
    const meant = swallowedInfiniband(flavor.name);
    return [
      found({
        rule: 'flavor-name-invalid',
        object: objectOf(flavor),
        property: 'name',
        actual: flavor.name,
        expected: 'a name of the grammar, or one that does not begin with SCS-',
        message: `Flavor name ${flavor.name} breaks the grammar: ${name.message}.`,
        fails: meant ? onlyUpstream : { upstream: true, standard: true },
        deviation: meant
          ? 'The grammar of the standard allows _ib behind a GPU without units; upstream’s parser takes it for the GPU’s generation.'
          : null,
        remedy: meant ? null : recreate(flavor),
      }),
    ];
  });
  return { findings };
}

/** `SCS-2C-4_GNa_ib`: right by the grammar, but upstream's parser takes `a_ib` for the generation. */
function swallowedInfiniband(name: string): boolean {
  if (!name.endsWith('_ib')) return false;
  const rest = readFlavorName(name.slice(0, -'_ib'.length));
  return 'flavor' in rest && rest.flavor.gpu !== undefined && rest.flavor.gpu.units === null;
}

/** Flavors cannot be renamed; a new one under a name that is true can be made beside it. */
function recreate(flavor: Flavor): string | null {
  const [name] = truthfulNames(flavor).names;
  if (name === undefined) return null;
  return command(
    'openstack',
    'flavor',
    'create',
    '--vcpus',
    flavor.vcpus,
    '--ram',
    flavor.ram,
    '--disk',
    flavor.disk,
    name,
  );
}

/** scs-0100: no name promises more than its flavor has. RAM has 51 MiB of slack. */
export function checkFlavorSemantics(facts: Facts): Judgement {
  const found = finder('scs-0100-semantics-check', `${clause}#proposal-scs-flavor-naming`);
  const findings: Finding[] = [];
  let sizeless: string | undefined;
  for (const { flavor, name } of facts.scsFlavors()) {
    if (!('flavor' in name)) continue;
    if (name.flavor.disk?.size === null) sizeless ??= flavor.name;
    for (const { property, has, promised } of comparisons(flavor, name.flavor)) {
      if (has === promised) continue;
      const overpromise = has < promised;
      findings.push(
        found({
          rule: overpromise ? 'flavor-overpromise' : 'flavor-underpromise',
          object: objectOf(flavor),
          property,
          actual: String(has),
          expected: String(promised),
          message: `Flavor ${flavor.name} has ${has} ${units[property]}, its name promises ${promised}.`,
          fails: overpromise ? { upstream: true, standard: true } : neither,
          severity: overpromise ? 'error' : 'info',
          remedy: overpromise ? recreate(flavor) : null,
        }),
      );
    }
    findings.push(...weakerCpu(flavor, name.flavor, found));
  }
  const abort =
    sizeless &&
    `upstream’s test compares the disk of ${sizeless}, whose name leaves the size out, with nothing and ends`;
  return { findings, ...(abort && { aborts: { upstream: abort } }) };
}

const units = { vcpus: 'vCPUs', ram: 'GiB of RAM', disk: 'GB of disk' } as const;

function comparisons(
  flavor: Flavor,
  name: FlavorName,
): { property: keyof typeof units; has: number; promised: number }[] {
  const size = name.disk ? name.disk.size : 0;
  return [
    { property: 'vcpus', has: flavor.vcpus, promised: name.cpus },
    { property: 'ram', has: flavorRamGib(flavor.ram), promised: name.ram },
    // A name may leave the size to the provider.
    ...(size === null ? [] : [{ property: 'disk' as const, has: flavor.disk, promised: size }]),
  ];
}

function weakerCpu(flavor: Flavor, name: FlavorName, found: ReturnType<typeof finder>): Finding[] {
  const strength = Object.values(cpuTypes).map(({ key }) => key as string);
  const actual = flavor.extraSpecs['scs:cpu-type'];
  const promised = cpuTypes[name.cpuType].key;
  if (
    actual === undefined ||
    !strength.includes(actual) ||
    strength.indexOf(actual) >= strength.indexOf(promised)
  )
    return [];
  return [
    found({
      rule: 'flavor-overpromise',
      object: objectOf(flavor),
      property: 'scs:cpu-type',
      actual,
      expected: promised,
      message: `Flavor ${flavor.name} has CPUs of type ${actual}, its name promises ${promised}.`,
      fails: onlyStandard,
      deviation: 'A name must not overstate the CPU type; upstream’s test does not look at it.',
      remedy: command('openstack', 'flavor', 'set', '--property', `scs:cpu-type=${promised}`, flavor.id),
    }),
  ];
}
