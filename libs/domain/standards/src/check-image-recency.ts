import { command, finder, neither, onlyStandard, standardsUrl, type Judgement } from './check.ts';
import type { Facts } from './facts.ts';
import { called, clause, imageObject, replacePeriods, withoutName } from './image-words.ts';
import { glanceDate, markerDate, propertyDate } from './image-dates.ts';
import type { Finding } from './result.ts';
import type { Image } from './snapshot.ts';

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
