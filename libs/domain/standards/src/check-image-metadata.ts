import { command, finder, neither, onlyStandard, standardsUrl, type Judgement } from './check.ts';
import type { Facts } from './facts.ts';
import { glanceDate, markerDate, propertyDate } from './image-dates.ts';
import type { Finding } from './result.ts';
import type { Image } from './snapshot.ts';

const clause = (property: string) => `${standardsUrl}scs-0102-v1-image-metadata#${property}`;
export const imageObject = (image: Image): Finding['object'] => ({
  kind: 'image',
  id: image.id,
  name: image.name ?? '',
});

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

const replacePeriods: Record<string, number> = {
  never: 0,
  critical_bug: 0,
  yearly: 365 * 24 * 3600,
  quarterly: 92 * 24 * 3600,
  monthly: 31 * 24 * 3600,
  // A week and a day of 25 hours: some tolerance is part of the rule.
  weekly: 7 * 25 * 3600,
  daily: 25 * 3600,
};

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

/** Glance lets images be without a name. */
const called = ({ id, name }: Image): string => name ?? id;

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

const withoutName = ({ id }: Image): string =>
  `upstream’s test cannot write about image ${id}, which has no name`;

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

/** How an image stands that should have been replaced. */
type Outdated = 'no' | 'unmarked' | 'marked' | 'no-until' | 'bad-until';

function outdated(image: Image, now: Date): Outdated {
  const {
    replace_frequency: frequency = 'never',
    provided_until: until,
    image_build_date: built = '',
  } = image.properties;
  const period = replacePeriods[frequency] ?? 0;
  const since = propertyDate(built) ?? glanceDate(image.createdAt) ?? 0;
  const seconds = now.getTime() / 1000;
  if (period === 0 || seconds <= since + 1.1 * period) return 'no';
  if (until === undefined) return 'no-until';
  if (until === 'none' || until === 'notice') return 'no';
  const end = propertyDate(until);
  if (end === null) return 'bad-until';
  if (seconds > end) return 'no';
  const marker = /^(?:.*) (.*)$/s.exec(image.name ?? '')?.[1];
  const marked =
    image.hidden ||
    (marker !== undefined && (marker === 'old' || marker === 'prev' || markerDate(marker) !== null));
  return marked ? 'marked' : 'unmarked';
}

/**
 * scs-0102: no image is older than 1.1 times its replacement period, unless it is no longer provided or a current image has its name
 * without the last word.
 */
export function checkImageRecency(facts: Facts): Judgement {
  const found = finder('scs-0102-image-recency', clause('replace_frequency'));
  const images = facts.visibleImages();
  const byName = new Map(images.map((image) => [image.name, image]));
  const findings: Finding[] = [];
  let abort: string | undefined;
  for (const image of images) {
    const state = outdated(image, facts.now);
    if (state === 'no') continue;
    const basis = {
      object: imageObject(image),
      property: 'image_build_date',
      actual: image.properties['image_build_date'] ?? image.createdAt,
    };
    const expected = `replaced ${image.properties['replace_frequency']}`;
    if (state === 'no-until' || state === 'bad-until') {
      if (state === 'no-until') abort ??= `outdated image ${called(image)} lacks provided_until`;
      findings.push(
        found({
          ...basis,
          rule: 'image-outdated',
          property: 'provided_until',
          actual: image.properties['provided_until'] ?? null,
          expected: 'none, notice, or a date',
          message: `Image ${called(image)} is outdated, and its provided_until is ${state === 'no-until' ? 'missing' : 'no date'}.`,
          remedy: command('openstack', 'image', 'set', '--property', 'provided_until=none', image.id),
          fails: state === 'no-until' ? onlyStandard : { upstream: true, standard: true },
          deviation: state === 'no-until' ? 'Upstream’s test ends without a verdict here.' : null,
        }),
      );
      continue;
    }
    if (image.name === null) abort ??= withoutName(image);
    const replacement = replacementOf(image, byName, facts.now);
    if (!replacement) {
      const message = `Image ${called(image)} is outdated (built ${basis.actual}, to be ${expected}) and has no current replacement.`;
      findings.push(found({ ...basis, rule: 'image-outdated', expected, message }));
    } else if (state === 'unmarked') {
      const message = `Image ${image.name} is outdated and replaced by ${replacement.name}, but neither hidden nor marked by its name.`;
      const remedy = command('openstack', 'image', 'set', '--hidden', image.id);
      findings.push(
        found({
          ...basis,
          rule: 'image-outdated-visible',
          expected: 'hidden',
          message,
          remedy,
          fails: neither,
        }),
      );
    }
  }
  return { findings, ...(abort !== undefined && { aborts: { upstream: abort } }) };
}

function replacementOf(image: Image, byName: Map<string | null, Image>, now: Date): Image | null {
  const name = image.name ?? '';
  const cut = name.lastIndexOf(' ');
  if (cut < 0) return null;
  const replacement = byName.get(name.slice(0, cut).trimEnd());
  return replacement && outdated(replacement, now) === 'no' ? replacement : null;
}

/** scs-0102-v2: one generic image for each architecture, operating system and version among the public images that are not hidden. */
export function checkPurposeUniqueness(facts: Facts): Judgement {
  const found = finder(
    'scs-0102-os_purpose-uniqueness',
    `${standardsUrl}scs-0102-v2-image-metadata#os_purpose`,
  );
  const groups = new Map<string, Image[]>();
  for (const image of facts.visibleImages()) {
    const {
      os_distro: distro,
      os_version: version,
      os_purpose: purpose,
      architecture = '',
    } = image.properties;
    if (image.visibility !== 'public' || !distro || !version || purpose !== 'generic') continue;
    const key = [architecture, distro, version].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), image]);
  }
  const surplus = [...groups].flatMap(([key, images]) => {
    const [newest, ...older] = images.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
    return older.map((image) => ({ key, image, newest: newest! }));
  });
  const unnamed = surplus.flatMap(({ image, newest }) => [image, newest]).find(({ name }) => name === null);
  return {
    findings: surplus.map(({ key, image, newest }) =>
      found({
        rule: 'image-purpose-not-unique',
        object: imageObject(image),
        property: 'os_purpose',
        actual: 'generic',
        expected: 'one generic image',
        message: `Image ${called(image)} is generic for ${key.trim()}, and so is the newer image ${called(newest)}.`,
        remedy: command('openstack', 'image', 'set', '--property', 'os_purpose=oldgeneric', image.id),
      }),
    ),
    ...(unnamed && { aborts: { upstream: withoutName(unnamed) } }),
  };
}
