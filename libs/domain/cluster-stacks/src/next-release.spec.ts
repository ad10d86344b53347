import { describe, expect, it } from 'vitest';
import type { StackHashes } from './directory-hash.ts';
import {
  bumpVersion,
  customRelease,
  hashRelease,
  latestStable,
  nextStable,
  releaseNameOf,
} from './next-release.ts';
import { parseReleaseName, printReleaseName } from './release-name.ts';

const config = { provider: 'openstack', name: 'scs', kubernetesVersion: 'v1.30.3' };
const hashes: StackHashes = {
  clusterStack: 'class1',
  clusterAddonDir: 'addon1',
  clusterAddonValues: 'values1',
};

const latest = (before: Partial<StackHashes>, nodeImage = 'v1') => {
  const name = parseReleaseName('openstack-scs-1-30-v4');
  if (typeof name === 'string') throw new Error(name);
  const metadata = { clusterStack: 'v4', kubernetes: 'v1.30.1', clusterAddon: 'v2', nodeImage };
  return { name, metadata, hashes: { ...hashes, ...before } };
};

describe('the next stable release', () => {
  it('is v1 where there is none', () => {
    expect(nextStable(config, hashes, undefined)).toEqual({
      metadata: { clusterStack: 'v1', kubernetes: 'v1.30.3', clusterAddon: 'v1', nodeImage: 'v1' },
    });
  });

  it('is not needed where nothing changed', () => {
    expect(nextStable(config, hashes, latest({}))).toEqual({ unchangedSince: 'openstack-scs-1-30-v4' });
  });

  it.each<
    [what: string, before: Partial<StackHashes>, now: Partial<StackHashes>, addon: string, image: string]
  >([
    ['the class alone', {}, {}, 'v2', 'v1'],
    ['the folder of add-ons', { clusterAddonDir: 'addon0' }, {}, 'v3', 'v1'],
    ['the values of add-ons', { clusterAddonValues: 'values0' }, {}, 'v3', 'v1'],
    [
      'the folder of images that csctl knows',
      { nodeImageDir: 'images0' },
      { nodeImageDir: 'images1' },
      'v2',
      'v2',
    ],
    [
      'the folder of images that stacks have',
      { nodeImagesDir: 'images0' },
      { nodeImagesDir: 'images1' },
      'v2',
      'v2',
    ],
    ['a folder of images that goes', { nodeImageDir: 'images0' }, {}, 'v2', 'v2'],
    ['nothing that csctl wrote down of node-images', {}, { nodeImagesDir: 'images1' }, 'v2', 'v1'],
  ])('counts on what changed: %s', (_, before, now, clusterAddon, nodeImage) => {
    const next = nextStable(config, { ...hashes, ...now }, latest({ clusterStack: 'class0', ...before }));
    expect(next).toEqual({
      metadata: { clusterStack: 'v5', kubernetes: 'v1.30.3', clusterAddon, nodeImage },
    });
  });

  it('keeps an empty image version until images change', () => {
    const same = nextStable(config, hashes, latest({ clusterStack: 'class0' }, ''));
    const changed = nextStable(
      config,
      { ...hashes, nodeImageDir: 'a' },
      latest({ clusterStack: 'class0' }, ''),
    );
    expect([same, changed].map((next) => 'metadata' in next && next.metadata.nodeImage)).toEqual(['', 'v1']);
  });
});

describe('the latest stable release', () => {
  it.each<[what: string, tags: string[], expected: string | undefined]>([
    [
      'is the highest number',
      ['openstack-scs-1-30-v9', 'openstack-scs-1-30-v10', 'openstack-scs-1-30-v2'],
      'openstack-scs-1-30-v10',
    ],
    [
      'is of the same stack',
      ['openstack-scs2-1-30-v9', 'docker-scs-1-30-v9', 'openstack-scs-1-30-v1'],
      'openstack-scs-1-30-v1',
    ],
    ['is for the same minor of Kubernetes', ['openstack-scs-1-31-v9', 'openstack-scs-1-3-v8'], undefined],
    ['is stable', ['openstack-scs-1-30-v0-sha-abc', 'openstack-scs-1-30-v3-alpha-1'], undefined],
    [
      'does not mind tags that are no release',
      ['openstack-csp-helper-v0.2.0', 'latest', 'openstack-scs-1-30-v1'],
      'openstack-scs-1-30-v1',
    ],
    ['is none without tags', [], undefined],
  ])('%s', (_, tags, expected) => {
    const found = latestStable(config, tags);
    expect(found && printReleaseName(found)).toBe(expected);
  });
});

describe('a release of another mode', () => {
  it('named by hash has one version for all parts', () => {
    const version = 'v0-sha.d2lgujm';
    expect(
      hashRelease(config, { ...hashes, clusterStack: 'd2lgujmpaticdl7mpnct8bzls3xudync2wtveiqe' }),
    ).toEqual({
      clusterStack: version,
      kubernetes: 'v1.30.3',
      clusterAddon: version,
      nodeImage: version,
    });
  });

  it('named by hand has versions in dot form', () => {
    const metadata = customRelease(config, {
      clusterStack: 'v0-git.1a2b',
      clusterAddon: 'v2',
      nodeImage: 'v1',
    });
    expect(metadata).toEqual({
      clusterStack: 'v0-git.1a2b',
      kubernetes: 'v1.30.3',
      clusterAddon: 'v2',
      nodeImage: 'v1',
    });
    const name = typeof metadata === 'string' ? undefined : releaseNameOf(config, metadata);
    expect(name && printReleaseName(name)).toBe('openstack-scs-1-30-v0-git-1a2b');
  });

  it.each([
    ['v0-git-1a2b', 'the version of clusterAddon is "v0-git-1a2b"; write it like v1 or v0-git.1a2b3c4'],
    ['latest', 'the version of clusterAddon is "latest"; write it like v1 or v0-git.1a2b3c4'],
    ['v01', 'the version of clusterAddon is "v01"; write it as v1'],
  ])('named by hand is refused with %s', (clusterAddon, message) => {
    expect(customRelease(config, { clusterStack: 'v1', clusterAddon, nodeImage: 'v1' })).toBe(message);
  });
});

describe('counting on', () => {
  // As csctl does; the reference names the odd one.
  it.each([
    ['v1', 'v2'],
    ['v9', 'v10'],
    ['v1-alpha.0', 'v2-alpha.2'],
    ['v0-sha.abc', 'v1-sha.abc'],
  ])('%s → %s', (before, after) => {
    expect(bumpVersion(before)).toBe(after);
  });
});
