import { finder, neither, needProbe, NotDetermined, standardsUrl, type Judgement } from './check.ts';
import type { Facts } from './facts.ts';
import type { Flavor, Image } from './snapshot.ts';

const clause = `${standardsUrl}scs-0101-v1-entropy#entropy-in-vms`;

/** scs-0101: a server of the cloud has the 256 bits that a kernel of 5.18 and later always reports. */
export function checkEntropyAvailable(facts: Facts): Judgement {
  const found = finder('scs-0101-entropy-avail', clause);
  const { image, section } = entropySection(facts, 'entropy-avail');
  const actual = (section[0] ?? '').trim();
  if (actual === '256') return { findings: [] };
  const message = `A test server of image ${image} has ${actual || 'no'} bits of entropy available.`;
  return {
    findings: [
      found({
        rule: 'entropy-available',
        object: server(image),
        property: 'entropy_avail',
        actual,
        expected: '256',
        message,
      }),
    ],
  };
}

/** scs-0101: of 1000 blocks of random numbers at most 3 fail the FIPS 140-2 test, 5 by the lenient count. */
export function checkFipsTest(facts: Facts): Judgement {
  const found = finder('scs-0101-fips-test', clause);
  const { image, section } = entropySection(facts, 'fips-test');
  const failures = /failures:\s(\d+)/.exec(section.join('\n'))?.[1];
  if (failures === undefined)
    throw new NotDetermined('ABORT', `the test server of image ${image} printed no count of FIPS failures`);
  const count = Number(failures);
  if (count <= 3) return { findings: [] };
  const tolerated = count <= 5;
  return {
    findings: [
      found({
        rule: 'entropy-fips',
        object: server(image),
        property: 'FIPS 140-2 failures',
        actual: failures,
        expected: 'at most 3, tolerated up to 5',
        message: `Random numbers of a test server of image ${image} failed ${failures} of 1000 FIPS 140-2 tests.`,
        ...(tolerated && { fails: neither, severity: 'info' as const }),
      }),
    ],
  };
}

const server = (image: string) => ({ kind: 'server', id: null, name: `test server of ${image}` });

function entropySection(facts: Facts, name: string): { image: string; section: string[] } {
  const { image, sections } = needProbe(facts.snapshot.probes.entropy);
  const section = sections[name];
  if (section === undefined)
    throw new NotDetermined('ABORT', `the test server of image ${image} printed nothing about ${name}`);
  return { image, section };
}

const debianCodenames: Record<string, number> = { buster: 10, bullseye: 11, bookworm: 12, trixie: 13 };

/** Debian before Ubuntu before all others, then by version. */
function fitness({
  properties: { os_distro: distro = '', os_version: version = '' },
}: Image): [number, number] {
  const name = version.trim().toLowerCase();
  switch (version && distro.trim().toLowerCase()) {
    case 'debian':
      return [2, /^\d+$/.test(name) ? Number(name) : (debianCodenames[name] ?? 0)];
    case 'ubuntu':
      return [1, /^\d\d\.\d\d$/.test(name) ? Number(name.replace('.', '')) : 0];
    default:
      return [0, 0];
  }
}

/** The image of the test server, among public and community ones: the first of the fittest. */
export function chooseProbeImage(images: Image[]): Image | undefined {
  const candidates = images.filter(
    ({ visibility, hidden }) => !hidden && (visibility === 'public' || visibility === 'community'),
  );
  return candidates.reduce<Image | undefined>((best, image) => {
    if (!best) return image;
    const [[distro, version], [bestDistro, bestVersion]] = [fitness(image), fitness(best)];
    return distro > bestDistro || (distro === bestDistro && version > bestVersion) ? image : best;
  }, undefined);
}

/** The flavor of the test server: enough RAM, a random number generator if any has one, else the cheapest. */
export function chooseProbeFlavor(flavors: Flavor[], image: Image): Flavor | undefined {
  const large = flavors.filter(({ ram }) => ram >= image.minRam);
  const withRng = large.filter(({ extraSpecs }) => extraSpecs['hw_rng:allowed']?.toLowerCase() === 'true');
  const cost = ({ vcpus, ram, disk }: Flavor) => vcpus + ram / 3 + disk / 10;
  return (withRng.length > 0 ? withRng : large).reduce<Flavor | undefined>(
    (best, flavor) => (!best || cost(flavor) < cost(best) ? flavor : best),
    undefined,
  );
}
