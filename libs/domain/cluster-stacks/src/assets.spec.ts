import { describe, expect, it } from 'vitest';
import { findAssets, metadataProblem, type ReleaseAssets } from './assets.ts';
import { parseReleaseName, type ReleaseName } from './release-name.ts';

const release = (tag: string): ReleaseName => {
  const name = parseReleaseName(tag);
  if (typeof name === 'string') throw new Error(name);
  return name;
};
const v1 = ['docker-ferrol-1-27-cluster-class-v1.tgz', 'docker-ferrol-1-27-cluster-addon-v1.tgz'];

describe('the files of a release', () => {
  it.each<[what: string, tag: string, clusterAddon: string, files: string[], assets: ReleaseAssets]>([
    [
      'are of one stage with values',
      'docker-ferrol-1-27-v1',
      'v1',
      [...v1, 'metadata.yaml', 'cluster-addon-values.yaml', 'README.md'],
      {
        classChart: v1[0]!,
        addonArchive: v1[1]!,
        stages: 'single',
        addonValues: 'cluster-addon-values.yaml',
      },
    ],
    [
      'are of several stages with clusteraddon.yaml, whatever else is there',
      'docker-ferrol-1-27-v1',
      'v1',
      [...v1, 'cluster-addon-values.yaml', 'clusteraddon.yaml', 'hashes.json', 'node-images.yaml'],
      {
        classChart: v1[0]!,
        addonArchive: v1[1]!,
        stages: 'multi',
        addonConfig: 'clusteraddon.yaml',
        hashes: 'hashes.json',
        nodeImages: 'node-images.yaml',
      },
    ],
    [
      'have versions in dot form, add-ons one of their own',
      'docker-ferrol-1-27-v0-sha-hipstsw',
      'v2',
      [
        'docker-ferrol-1-27-cluster-class-v0-sha.hipstsw.tgz',
        'docker-ferrol-1-27-cluster-addon-v2.tgz',
        'clusteraddon.yaml',
      ],
      {
        classChart: 'docker-ferrol-1-27-cluster-class-v0-sha.hipstsw.tgz',
        addonArchive: 'docker-ferrol-1-27-cluster-addon-v2.tgz',
        stages: 'multi',
        addonConfig: 'clusteraddon.yaml',
      },
    ],
  ])('%s', (_, tag, clusterAddon, files, assets) => {
    expect(findAssets(release(tag), { clusterAddon }, files)).toEqual(assets);
  });

  it.each<[what: string, files: string[], message: RegExp]>([
    [
      'nothing',
      [],
      /cluster-class-v1\.tgz is missing; docker-ferrol-1-27-cluster-addon-v1\.tgz is missing; neither/,
    ],
    [
      'only v10',
      ['docker-ferrol-1-27-cluster-class-v10.tgz', v1[1]!, 'clusteraddon.yaml'],
      /^release: docker-ferrol-1-27-cluster-class-v1\.tgz is missing$/,
    ],
    ['neither stages nor values', v1, /neither clusteraddon\.yaml .+ nor cluster-addon-values\.yaml/],
  ])('are refused with %s', (_, files, message) => {
    expect(() => findAssets(release('docker-ferrol-1-27-v1'), { clusterAddon: 'v1' }, files)).toThrow(
      message,
    );
  });
});

describe('metadata.yaml', () => {
  const metadata = { clusterStack: 'v1', kubernetes: 'v1.27.3', clusterAddon: 'v1', nodeImage: '' };
  it('may be the one of its release', () => {
    expect(metadataProblem(release('docker-ferrol-1-27-v1'), metadata)).toBeUndefined();
  });
  it.each([
    ['another version', 'docker-ferrol-1-27-v2', 'versions.clusterStack is v1, but the release is called v2'],
    [
      'another Kubernetes',
      'docker-ferrol-1-2-v1',
      'versions.kubernetes is v1.27.3, but the release is for 1.2',
    ],
  ])('may be of %s', (_, tag, message) => {
    expect(metadataProblem(release(tag), metadata)?.message).toBe(`metadata.yaml: ${message}`);
  });
});
