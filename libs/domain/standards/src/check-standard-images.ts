import { finder, onlyUpstream, standardsUrl, type Judgement } from './check.ts';
import { imageObject } from './image-words.ts';
import type { Facts } from './facts.ts';
import type { Image } from './snapshot.ts';

const clause = `${standardsUrl}scs-0104-v1-standard-images`;

interface ImageSpec {
  /** A name, or a pattern for the beginning of one. */
  name: string | RegExp;
  /** What `image_source` may begin with. */
  sources: string[];
}

const ubuntu = (codename: string) =>
  ['releases/', ''].map((folder) => `https://cloud-images.ubuntu.com/${folder}${codename}/`);
const debian = (codename: string) => [
  `https://cloud.debian.org/images/cloud/${codename}/`,
  `https://cdimage.debian.org/cdimage/cloud/${codename}/`,
];
const capi = ['2404', '2204'].map(
  (release) =>
    `https://swift.services.a.regiocloud.tech/swift/v1/AUTH_b182637428444b9aa302bb8d5a5a418c/openstack-k8s-capi-images/ubuntu-${release}-kube`,
);
const capiSources = ['https://nbg1.your-objectstorage.com/osism/openstack-k8s-capi-images/', ...capi];

/** The images that scs-0104-v1 speaks of, by the last part of their test cases. */
const imageSpecs: Record<string, ImageSpec> = {
  'capi-1': { name: /^ubuntu-capi-image v[0-9]\.[0-9]+(?:\.[0-9]+)?/, sources: capiSources },
  'capi-2': { name: /^ubuntu-capi-image-v[0-9]\.[0-9]+(?:\.[0-9]+)?/, sources: capiSources },
  'ubuntu-2404': { name: 'Ubuntu 24.04', sources: ubuntu('noble') },
  'ubuntu-2204': { name: 'Ubuntu 22.04', sources: ubuntu('jammy') },
  'ubuntu-2004': { name: 'Ubuntu 20.04', sources: ubuntu('focal') },
  'debian-13': { name: 'Debian 13', sources: debian('trixie') },
  'debian-12': { name: 'Debian 12', sources: debian('bookworm') },
  'debian-11': { name: 'Debian 11', sources: debian('bullseye') },
};
export const imageSources = Object.keys(imageSpecs);
export const imagePresences = ['capi-2', 'capi-1', 'ubuntu-2404', 'ubuntu-2204', 'debian-13', 'debian-12'];
/** As findings name it: `vX.Y.Z` where any version will do. */
export function imageName(key: string): string {
  const { name } = imageSpecs[key]!;
  return typeof name === 'string' ? name : `ubuntu-capi-image${key === 'capi-1' ? ' ' : '-'}vX.Y.Z`;
}
const recommendedPresences = ['capi-1', 'capi-2', 'debian-12'];

const suffixDeviation =
  'The standard names the image without a suffix; upstream’s test only looks at how the name begins.';

/** Of several images with one name upstream's tests see the last. */
function matches(facts: Facts, spec: ImageSpec): { image: Image; exact: boolean }[] {
  const byName = new Map(facts.visibleImages().map((image) => [image.name ?? '', image]));
  const { name } = spec;
  if (typeof name === 'string') {
    const image = byName.get(name);
    return image ? [{ image, exact: true }] : [];
  }
  return [...byName].flatMap(([given, image]) => {
    const match = name.exec(given);
    return match ? [{ image, exact: match[0] === given }] : [];
  });
}

/** Upstream's tests cannot compare an image without a name with a pattern. */
function endOfUpstreamTest(facts: Facts, { name }: ImageSpec): Pick<Judgement, 'aborts'> {
  const unnamed = facts.visibleImages().find((image) => image.name === null);
  if (typeof name === 'string' || !unnamed) return {};
  return { aborts: { upstream: `upstream’s test ends at image ${unnamed.id}, which has no name` } };
}

/** scs-0104: images of a standard name come from its publisher. Nothing is wrong if there are none. */
export function checkImageSource(facts: Facts, key: string): Judgement {
  const spec = imageSpecs[key]!;
  const found = finder(`scs-0104-source-${key}`, clause);
  const foreign = matches(facts, spec).filter(({ image }) => {
    const source = image.properties['image_source'] ?? '';
    return !spec.sources.some((prefix) => source.startsWith(prefix));
  });
  return {
    findings: foreign.map(({ image, exact }) =>
      found({
        rule: 'image-source-foreign',
        object: imageObject(image),
        property: 'image_source',
        actual: image.properties['image_source'] ?? null,
        expected: `begins with ${spec.sources.join(' or ')}`,
        message: `Image ${image.name} has a standard name, but comes from ${image.properties['image_source'] || 'nowhere'}.`,
        ...(!exact && { fails: onlyUpstream, deviation: suffixDeviation }),
      }),
    ),
    ...endOfUpstreamTest(facts, spec),
  };
}

/** scs-0104: there is an image of that name. */
export function checkImagePresent(facts: Facts, key: string): Judgement {
  const spec = imageSpecs[key]!;
  const found = finder(`scs-0104-image-${key}`, clause);
  const there = matches(facts, spec);
  const end = endOfUpstreamTest(facts, spec);
  if (there.some(({ exact }) => exact)) return { findings: [], ...end };
  const name = imageName(key);
  return {
    findings: [
      found({
        rule: 'image-missing',
        obligation: recommendedPresences.includes(key) ? 'SHOULD' : 'MUST',
        object: { kind: 'image', id: null, name },
        message: `There is no image ${name}.`,
        expected: `an image from ${spec.sources[0]}`,
        ...(there.length > 0 && { fails: { upstream: false, standard: true }, deviation: suffixDeviation }),
      }),
    ],
    ...end,
  };
}
