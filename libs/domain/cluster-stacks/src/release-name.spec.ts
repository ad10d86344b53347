import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  classToReleaseName,
  parseClassName,
  parseReleaseName,
  printClassName,
  printReleaseName,
  type NameError,
  type ReleaseName,
} from './release-name.ts';
import type { StackVersion } from './version.ts';

const file = new URL('../../../../../shared/vectors/lifecycle/cluster-stack-names.json', import.meta.url);
const present = existsSync(file);
if (!present) console.log('skipped: vectors of names, which are not part of this repository');

interface Parsed {
  provider: string;
  name: string;
  kubernetes: string;
  version: StackVersion;
  String: string;
  StringWithDot: string;
}
const vectors = present
  ? (JSON.parse(readFileSync(file, 'utf8')) as {
      input: string;
      fromClusterClass: Parsed | string;
      fromClusterStackRelease: Parsed | string;
      classToReleaseName: string;
    }[])
  : [];

const shown = (name: ReleaseName | NameError): Parsed | string => {
  if (typeof name === 'string') return name;
  const { kubernetesVersion: kubernetes, ...rest } = name;
  return { ...rest, kubernetes, String: printReleaseName(name), StringWithDot: printClassName(name) };
};

describe.skipIf(!present)('names, as upstream reads them', () => {
  it.each(vectors)('"$input"', (vector) => {
    expect(shown(parseClassName(vector.input))).toEqual(vector.fromClusterClass);
    expect(shown(parseReleaseName(vector.input))).toEqual(vector.fromClusterStackRelease);
    expect(classToReleaseName(vector.input)).toBe(vector.classToReleaseName);
  });
});

describe('the name of a ClusterClass', () => {
  it('has the version in dot form', () => {
    expect(parseClassName('openstack-scs-1-29-v2-alpha.1')).toEqual({
      provider: 'openstack',
      name: 'scs',
      kubernetesVersion: '1.29',
      version: { major: 2, channel: 'alpha', patch: '1' },
    });
  });

  it.each<[what: string, text: string, error: NameError]>([
    ['the dash form of a version', 'openstack-scs-1-29-v2-alpha-1', 'invalid format'],
    ['too few parts', 'openstack-scs-1-29', 'invalid format'],
    ['no provider', '-scs-1-29-v1', 'invalid provider'],
    ['no stack', 'openstack--1-29-v1', 'invalid name'],
    ['a dot in the Kubernetes version', 'openstack-scs-1.29-0-v1', 'invalid kubernetes version'],
    ['an empty Kubernetes version', 'openstack-scs---v1', 'invalid kubernetes version'],
    ['a Kubernetes version with letters', 'openstack-scs-1-29a-v1', 'invalid kubernetes version'],
    ['a huge Kubernetes version', 'openstack-scs-1-99999999999999999999-v1', 'invalid kubernetes version'],
    ['no version', 'openstack-scs-1-29-1', 'invalid version'],
    ['half a version', 'openstack-scs-1-29-v1-alpha', 'invalid version'],
  ])('is refused with %s', (_, text, error) => {
    expect(parseClassName(text)).toBe(error);
  });

  it('may write numbers as Go reads them, and is printed plainly', () => {
    const parsed = parseClassName('openstack-scs-01-+29-v01');
    expect(typeof parsed === 'string' ? parsed : printClassName(parsed)).toBe('openstack-scs-1-29-v1');
  });
});

describe('the name of a release', () => {
  it.each<[what: string, text: string, error: NameError]>([
    ['the dot form of a version', 'openstack-scs-1-29-v2-alpha.1', 'invalid format'],
    ['a word behind a stable version', 'openstack-scs-1-29-v2-test', 'invalid format'],
    ['a dot in a stable version', 'openstack-scs-1-29-v2.1', 'invalid version'],
    ['an empty patch', 'openstack-scs-1-29-v2-alpha-', 'invalid version'],
    ['four parts', 'openstack-scs-v5', 'invalid format'],
  ])('is refused with %s', (_, text, error) => {
    expect(parseReleaseName(text)).toBe(error);
  });
});

const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const release: fc.Arbitrary<ReleaseName> = fc.record({
  provider: part,
  name: part,
  kubernetesVersion: fc.tuple(fc.nat(9), fc.nat(99)).map((numbers) => numbers.join('.')),
  version: fc.oneof(
    fc.record({ major: fc.nat(), channel: fc.constant('stable'), patch: fc.constant('') }),
    fc.record({ major: fc.nat(), channel: fc.constantFrom('alpha', 'sha', 'git'), patch: part }),
  ),
});

it('reading a printed name gives what was printed, and a class leads to its release', () => {
  fc.assert(
    fc.property(release, (name) => {
      expect(parseReleaseName(printReleaseName(name))).toEqual(name);
      expect(parseClassName(printClassName(name))).toEqual(name);
      expect(classToReleaseName(printClassName(name))).toBe(printReleaseName(name));
    }),
  );
});

it('a class with two dots leads to no other name', () => {
  expect(classToReleaseName('docker-ferrol-1.27-v0-sha.abc')).toBe('docker-ferrol-1.27-v0-sha.abc');
});
