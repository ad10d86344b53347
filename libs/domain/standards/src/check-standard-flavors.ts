import { command, finder, onlyUpstream, standardsUrl, type Judgement } from './check.ts';
import type { Facts } from './facts.ts';
import { parseFlavorName } from './flavor-name.ts';
import { flavorSpec, type FlavorSpec } from './flavor-spec.ts';

/** The flavors that scs-0103-v1 makes mandatory. */
export const mandatoryFlavors = [
  'SCS-1V-4',
  'SCS-2V-8',
  'SCS-4V-16',
  'SCS-8V-32',
  'SCS-1V-2',
  'SCS-2V-4',
  'SCS-4V-8',
  'SCS-8V-16',
  'SCS-16V-32',
  'SCS-1V-8',
  'SCS-2V-16',
  'SCS-4V-32',
  'SCS-1L-1',
  'SCS-2V-4-20s',
  'SCS-4V-16-100s',
] as const;

/** The flavors that it recommends. */
export const recommendedFlavors = [
  'SCS-1V-4-10',
  'SCS-2V-8-20',
  'SCS-4V-16-50',
  'SCS-8V-32-100',
  'SCS-1V-2-5',
  'SCS-2V-4-10',
  'SCS-4V-8-20',
  'SCS-8V-16-50',
  'SCS-16V-32-100',
  'SCS-1V-8-20',
  'SCS-2V-16-50',
  'SCS-4V-32-100',
  'SCS-1L-1-5',
  'SCS-16V-64',
  'SCS-8V-64',
  'SCS-16V-128',
] as const;

/** Test case id → the flavor that it asks for. */
export const standardFlavors: ReadonlyMap<string, string> = new Map(
  [...mandatoryFlavors, ...recommendedFlavors].map((name) => [
    `scs-0103-flavor-${name.slice('SCS-'.length).toLowerCase()}`,
    name,
  ]),
);

const clause = `${standardsUrl}scs-0103-v1-standard-flavors#properties-of-standard-scs-flavors`;

/** scs-0103: the flavor exists, and its size and `scs:*` extra specs are exactly those that its name implies. */
export function checkStandardFlavor(facts: Facts, testcase: string, name: string): Judgement {
  const found = finder(testcase, clause);
  const spec = flavorSpec(parseFlavorName(name));
  const flavor = facts.flavorsByName().get(name);
  const obligation = (mandatoryFlavors as readonly string[]).includes(name) ? 'MUST' : 'SHOULD';
  if (!flavor) {
    return {
      findings: [
        found({
          rule: 'flavor-missing',
          obligation,
          object: { kind: 'flavor', id: null, name },
          message: `There is no flavor ${name}.`,
          remedy: createCommand(name, spec),
        }),
      ],
    };
  }
  const object = { kind: 'flavor', id: flavor.id, name: flavor.name };
  const sizes = [
    { property: 'vcpus', actual: flavor.vcpus, expected: spec.cpus },
    { property: 'ram', actual: flavor.ram, expected: spec.ram * 1024 },
    { property: 'disk', actual: flavor.disk, expected: spec.disk ?? 0 },
  ].filter(({ actual, expected }) => actual !== expected);
  const extraSpecs = Object.entries(spec)
    .filter(([key]) => key.startsWith('scs:'))
    .map(([property, expected]) => ({
      property,
      actual: flavor.extraSpecs[property],
      expected: String(expected),
    }))
    .filter(({ actual, expected }) => actual !== expected);
  return {
    findings: [
      ...sizes.map(({ property, actual, expected }) =>
        found({
          rule: 'flavor-size-differs',
          obligation,
          object,
          property,
          actual: String(actual),
          expected: String(expected),
          message: `Flavor ${flavor.name} has ${property} ${actual}, the standard flavor ${name} has ${expected}. A flavor’s size cannot be changed: make a new one.`,
        }),
      ),
      ...extraSpecs.map(({ property, actual, expected }) => {
        const open = isOpenDiskType(name, property) && actual !== undefined;
        return found({
          rule: 'flavor-extra-spec-differs',
          obligation,
          object,
          property,
          actual: actual ?? null,
          expected,
          message: `Flavor ${flavor.name} has ${property} ${actual ?? 'not set'}, the standard flavor ${name} has ${expected}.`,
          remedy: command('openstack', 'flavor', 'set', '--property', `${property}=${expected}`, flavor.id),
          ...(open && {
            fails: onlyUpstream,
            deviation: `The standard leaves the disk type of ${name} open; upstream’s test wants network storage.`,
          }),
        });
      }),
    ],
  };
}

const isOpenDiskType = (name: string, property: string): boolean =>
  property === 'scs:disk0-type' && /\d$/.test(name.split('-')[3] ?? '');

function createCommand(name: string, spec: FlavorSpec): string {
  const properties = Object.entries(spec)
    .filter(([key]) => key.startsWith('scs:'))
    .flatMap(([key, value]) => ['--property', `${key}=${value}`]);
  return command(
    'openstack',
    'flavor',
    'create',
    '--vcpus',
    spec.cpus,
    '--ram',
    spec.ram * 1024,
    '--disk',
    spec.disk ?? 0,
    ...properties,
    name,
  );
}
