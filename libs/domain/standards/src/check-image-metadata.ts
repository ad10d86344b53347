import { command, finder, neither, onlyStandard, type Judgement } from './check.ts';
import type { Facts } from './facts.ts';
import { glanceDate, propertyDate } from './image-dates.ts';
import { called, clause, imageObject, replacePeriods, withoutName } from './image-words.ts';
import type { Finding } from './result.ts';
import type { Image } from './snapshot.ts';

/** What is wrong with one property of one image, if anything. `null` in a mode's place: that mode does not mind. */
interface Flaw {
  rule: string;
  actual: string | null;
  expected: string;
  /** Behind “Image X”. */
  says: string;
  /** For the remedy; null where nobody can know the right value. */
  suggestion?: string | null;
  fails?: Finding['fails'];
  deviation?: string;
}
type PropertyRule = (image: Image, now: Date) => Flaw[];

/** In words of the standard: the property and whether it is asked for or recommended. */
interface PropertyCheck {
  property: string;
  obligation: Finding['obligation'];
  flaws: PropertyRule;
  /** Upstream's test names the flawed images one by one, not in one list; only a list ends it at an image without a name. */
  namesOneByOne?: true;
}

const anyOf =
  (
    property: string,
    allowed: string[],
    options: { absent: 'bad' | 'fine' | 'standard-minds'; suggestion?: string; standardToo?: string[] },
  ): PropertyRule =>
  (image) => {
    const actual = image.properties[property];
    const expected = `one of ${allowed.join(', ')}`;
    if (actual === undefined) {
      if (options.absent === 'fine') return [];
      const missing = {
        rule: 'image-property-missing',
        actual: null,
        expected,
        says: `lacks ${property}`,
        suggestion: options.suggestion ?? null,
      };
      if (options.absent === 'bad') return [missing];
      return [
        {
          ...missing,
          fails: onlyStandard,
          deviation: `${property} is mandatory; upstream’s test lets it be absent.`,
        },
      ];
    }
    if (allowed.includes(actual)) return [];
    const flaw = {
      rule: 'image-property-invalid',
      actual,
      expected,
      says: `has ${property} ${actual}`,
      suggestion: options.suggestion ?? null,
    };
    if (!options.standardToo?.includes(actual)) return [flaw];
    return [
      {
        ...flaw,
        fails: { upstream: true, standard: false },
        deviation: `${actual} is the name that Glance and Nova know; upstream’s test only accepts ${allowed.at(-1)}.`,
      },
    ];
  };

const present =
  (property: string): PropertyRule =>
  (image) =>
    image.properties[property]
      ? []
      : [
          {
            rule: 'image-property-missing',
            actual: image.properties[property] ?? null,
            expected: 'a value',
            says: `lacks ${property}`,
          },
        ];

const url = /^(?:https?|ftps?):\/\//;

const gib = 2 ** 30;

/** scs-0102: one entry a property, by the name of its test case. */
const propertyChecks: Record<string, PropertyCheck> = {
  architecture: {
    property: 'architecture',
    obligation: 'MUST',
    flaws: anyOf('architecture', ['x86_64', 'aarch64', 'risc-v'], {
      absent: 'bad',
      suggestion: 'x86_64',
      standardToo: ['riscv64'],
    }),
  },
  hash_algo: {
    property: 'os_hash_algo',
    obligation: 'SHOULD',
    // Glance sets it on upload and nobody can later: no suggestion.
    flaws: anyOf('os_hash_algo', ['sha256', 'sha512'], { absent: 'bad' }),
  },
  min_disk: {
    property: 'min_disk',
    obligation: 'MUST',
    flaws: ({ minDisk, size }) => {
      const needed = Math.max(1, Math.ceil((size ?? 0) / gib));
      if (minDisk > 0 && minDisk * gib >= (size ?? 0)) return [];
      const says =
        minDisk > 0 ? `asks for ${minDisk} GiB of disk and is larger` : 'does not say how much disk it needs';
      return [
        {
          rule: 'image-min-disk',
          actual: String(minDisk),
          expected: `at least ${needed}`,
          says,
          suggestion: String(needed),
        },
      ];
    },
  },
  min_ram: {
    property: 'min_ram',
    obligation: 'MUST',
    flaws: ({ minRam }) => {
      if (minRam >= 64) return [];
      const low = {
        rule: 'image-min-ram',
        actual: String(minRam),
        expected: 'at least 64',
        suggestion: '512',
      };
      if (minRam > 0) return [{ ...low, says: `asks for only ${minRam} MiB of RAM`, fails: neither }];
      return [{ ...low, says: 'does not say how much RAM it needs' }];
    },
  },
  os_version: { property: 'os_version', obligation: 'MUST', flaws: present('os_version') },
  os_distro: { property: 'os_distro', obligation: 'MUST', flaws: present('os_distro') },
  os_purpose: {
    property: 'os_purpose',
    obligation: 'MUST',
    flaws: anyOf('os_purpose', ['generic', 'oldgeneric', 'minimal', 'k8snode', 'gpu', 'network', 'custom'], {
      absent: 'bad',
      suggestion: 'generic',
    }),
  },
  hw_disk_bus: {
    property: 'hw_disk_bus',
    obligation: 'MUST',
    flaws: anyOf('hw_disk_bus', ['virtio', 'scsi'], { absent: 'standard-minds', suggestion: 'scsi' }),
  },
  hypervisor_type: {
    property: 'hypervisor_type',
    obligation: 'SHOULD',
    flaws: anyOf('hypervisor_type', ['qemu', 'kvm', 'xen', 'hyper-v', 'esxi'], {
      absent: 'fine',
      suggestion: 'qemu',
    }),
  },
  hw_rng_model: {
    property: 'hw_rng_model',
    obligation: 'SHOULD',
    flaws: anyOf('hw_rng_model', ['virtio'], { absent: 'fine', suggestion: 'virtio' }),
  },
  image_build_date: {
    property: 'image_build_date',
    obligation: 'MUST',
    flaws: buildDateFlaws,
    namesOneByOne: true,
  },
  image_original_user: {
    property: 'image_original_user',
    obligation: 'MUST',
    flaws: present('image_original_user'),
  },
  image_source: {
    property: 'image_source',
    obligation: 'MUST',
    flaws: ({ properties: { image_source: source } }) =>
      source !== undefined && (source === 'private' || url.test(source))
        ? []
        : [
            {
              rule: source === undefined ? 'image-property-missing' : 'image-property-invalid',
              actual: source ?? null,
              expected: 'private, or an http, https, ftp or ftps URL',
              says: source === undefined ? 'lacks image_source' : `has image_source ${source}`,
            },
          ],
  },
  image_description: {
    property: 'image_description',
    obligation: 'MUST',
    flaws: present('image_description'),
  },
  replace_frequency: {
    property: 'replace_frequency',
    obligation: 'MUST',
    flaws: anyOf('replace_frequency', Object.keys(replacePeriods), { absent: 'bad', suggestion: 'never' }),
  },
  provided_until: {
    property: 'provided_until',
    obligation: 'MUST',
    flaws: ({ properties: { provided_until: until } }) => {
      const flaw = { actual: until ?? null, expected: 'none, notice, or a date', suggestion: 'none' };
      if (!until) return [{ ...flaw, rule: 'image-property-missing', says: 'lacks provided_until' }];
      if (until === 'none' || until === 'notice' || propertyDate(until) !== null) return [];
      return [
        {
          ...flaw,
          rule: 'image-property-invalid',
          says: `has provided_until ${until}`,
          fails: onlyStandard,
          deviation: 'The standard wants none, notice or a date; upstream’s test takes any text.',
        },
      ];
    },
  },
  uuid_validity: {
    property: 'uuid_validity',
    obligation: 'MUST',
    namesOneByOne: true,
    flaws: ({ properties: { uuid_validity: validity } }) => {
      const flaw = {
        actual: validity ?? null,
        expected: 'none, notice, forever, last-N, or a date',
        suggestion: 'none',
      };
      if (validity === undefined) {
        const deviation = 'uuid_validity is mandatory; upstream’s test lets it be absent.';
        return [
          {
            ...flaw,
            rule: 'image-property-missing',
            says: 'lacks uuid_validity',
            fails: onlyStandard,
            deviation,
          },
        ];
      }
      if (
        ['none', 'notice', 'forever'].includes(validity) ||
        /^last-\p{Nd}+$/u.test(validity) ||
        propertyDate(validity) !== null
      )
        return [];
      return [{ ...flaw, rule: 'image-property-invalid', says: `has uuid_validity ${validity}` }];
    },
  },
  hotfix_hours: {
    property: 'hotfix_hours',
    obligation: 'SHOULD',
    namesOneByOne: true,
    flaws: ({ properties: { hotfix_hours: hours } }) =>
      !hours || /^\p{Nd}+$/u.test(hours)
        ? []
        : [
            {
              rule: 'image-property-invalid',
              actual: hours,
              expected: 'a number of hours',
              says: `has hotfix_hours ${hours}`,
              suggestion: '0',
            },
          ],
  },
};

function buildDateFlaws(image: Image, now: Date): Flaw[] {
  const text = image.properties['image_build_date'];
  const built = propertyDate(text ?? '');
  const registered = glanceDate(image.createdAt);
  const suggestion = registered === null ? null : new Date(registered * 1000).toISOString().slice(0, 10);
  const flaw = { actual: text ?? null, expected: `a date not after ${image.createdAt}`, suggestion };
  if (built === null)
    return [
      {
        ...flaw,
        rule: text ? 'image-property-invalid' : 'image-property-missing',
        says: text ? `has image_build_date ${text}` : 'lacks image_build_date',
      },
    ];
  if (built > (registered ?? 0))
    return [
      { ...flaw, rule: 'image-build-date', says: `says that it was built (${text}) after it was registered` },
    ];
  if (built > now.getTime() / 1000)
    return [{ ...flaw, rule: 'image-build-date', says: `says that it was built in the future (${text})` }];
  return [];
}

/** The names of the property test cases: `scs-0102-prop-` and one of these. */
export const imageProperties = Object.keys(propertyChecks);

/** scs-0102: one property of every public or community image. Hidden images count by the text; upstream's tests never see them. */
export function checkImageProperty(facts: Facts, name: string): Judgement {
  const { property, obligation, flaws, namesOneByOne = false } = propertyChecks[name]!;
  const found = finder(`scs-0102-prop-${name}`, clause(property));
  const findings = facts.images().flatMap((image) =>
    flaws(image, facts.now).map(
      ({ says, suggestion, fails = { upstream: true, standard: true }, deviation, ...flaw }) =>
        found({
          ...flaw,
          obligation,
          object: imageObject(image),
          property,
          message: `Image ${called(image)} ${says}.`,
          remedy: suggestion ? setCommand(image, property, suggestion) : null,
          ...hiddenAside(image, fails, deviation),
        }),
    ),
  );
  const end = endOfUpstreamTest(facts, name, namesOneByOne);
  return { findings, ...(end && { aborts: { upstream: end } }) };
}

/** What upstream's test of a property cannot cope with, if there is such a thing. */
function endOfUpstreamTest(facts: Facts, name: string, namesOneByOne: boolean): string | null {
  const images = facts.visibleImages();
  const unsized = images.find(({ size, minDisk }) => size === null && minDisk > 0);
  if (name === 'min_disk' && unsized) return `image ${called(unsized)} has no size yet`;
  // What only the standard minds, upstream's test does not write about.
  const unnamed = images.find(
    (image) =>
      image.name === null &&
      propertyChecks[name]!.flaws(image, facts.now).some(({ fails }) => fails !== onlyStandard),
  );
  return unnamed && !namesOneByOne ? withoutName(unnamed) : null;
}

function hiddenAside(
  image: Image,
  fails: Finding['fails'],
  deviation: string | undefined,
): Pick<Finding, 'fails' | 'deviation'> {
  if (!image.hidden) return { fails, deviation: deviation ?? null };
  return {
    fails: { ...fails, upstream: false },
    deviation: 'The image is hidden, and upstream’s tests do not ask for hidden images.',
  };
}

function setCommand(image: Image, property: string, value: string): string {
  const option = { min_disk: '--min-disk', min_ram: '--min-ram' }[property];
  return option
    ? command('openstack', 'image', 'set', option, value, image.id)
    : command('openstack', 'image', 'set', '--property', `${property}=${value}`, image.id);
}
