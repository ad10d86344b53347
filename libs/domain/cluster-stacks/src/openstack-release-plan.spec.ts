import { describe, expect, it } from 'vitest';
import { setConditions } from './condition.ts';
import { checksumAnnotation } from './node-image.ts';
import {
  judgeOpenStackRelease,
  nodeImageChanges,
  nodeImageRelease,
  type OpenStackReleaseFacts,
} from './openstack-release-plan.ts';
import type { OpenStackNodeImageRelease, OwnerReference } from './resources.ts';

const judge = (facts: OpenStackReleaseFacts) => {
  const { ready, conditions } = judgeOpenStackRelease(facts);
  return { ready, conditions: setConditions([], conditions, new Date(0)) };
};
const loaded = { state: 'loaded' } as const;

describe('a release', () => {
  it('is ready when all its images are', () => {
    const { ready, conditions } = judge({ assets: loaded, images: [{ name: 'a', ready: true }] });
    expect(ready).toBe(true);
    expect(conditions.map(({ type, status }) => [type, status])).toEqual([
      ['Ready', 'True'],
      ['AssetsClientAPIAvailable', 'True'],
      ['ClusterStackReleaseAssetsReady', 'True'],
      ['OpenStackNodeImageReleasesReady', 'True'],
    ]);
  });

  it.each<[string, OpenStackReleaseFacts['images'], string]>([
    [
      'one is not: it is named, with what is said of it',
      [
        { name: 'a', ready: true },
        { name: 'b', ready: false, message: 'is deactivated' },
      ],
      'b: is deactivated',
    ],
    ['one was not looked at yet', [{ name: 'a', ready: false }], 'a: was not looked at yet'],
    [
      'several are not: the first is named',
      [
        { name: 'a', ready: false, message: 'm' },
        { name: 'b', ready: false },
      ],
      'a: m; and 1 more',
    ],
    ['it names none', [], 'names no images'],
  ])('is not ready when %s', (_, images, message) => {
    const { ready, conditions } = judge({ assets: loaded, images });
    expect(ready).toBe(false);
    expect(conditions[0]).toMatchObject({ type: 'Ready', severity: 'Info', reason: 'ProcessOngoing' });
    expect(conditions[0]?.message).toContain(message);
  });

  it.each<[string, OpenStackReleaseFacts['assets'], string, string]>([
    [
      'whose source is away',
      { state: 'unavailable', message: 'm' },
      'AssetsClientAPIAvailable',
      'FailedCreateAssetsClient',
    ],
    [
      'that is no good',
      { state: 'invalid', message: 'm' },
      'ClusterStackReleaseAssetsReady',
      'IssueWithReleaseAssets',
    ],
  ])('%s is told so', (_, assets, type, reason) => {
    const { ready, conditions } = judge({ assets });
    expect(ready).toBe(false);
    expect(conditions).toContainEqual(
      expect.objectContaining({ type, status: 'False', severity: 'Error', reason, message: 'm' }),
    );
  });
});

const owner = (name: string, uid = `uid of ${name}`): OwnerReference => ({
  apiVersion: 'infrastructure.clusterstack.x-k8s.io/v1alpha1',
  kind: 'OpenStackClusterStackRelease',
  name,
  uid,
});
const release = {
  provider: 'openstack',
  name: 'ferrol',
  kubernetesVersion: '1.27',
  version: { major: 4, channel: 'stable', patch: '' },
};
const createOpts = { name: 'ubuntu-capi-image-v1.27.8', disk_format: 'qcow2' };
const wantedBy = (
  one: OwnerReference,
  {
    url = 'https://images.example/a',
    identity = 'openstack',
    checksum,
  }: { url?: string; identity?: string; checksum?: string } = {},
): OpenStackNodeImageRelease =>
  nodeImageRelease(
    release,
    'v2',
    { url, createOpts, ...(checksum && { checksum }) },
    { namespace: 'team', identityRef: { kind: 'Secret', name: identity }, owner: one },
  );
const existing = (
  object: OpenStackNodeImageRelease,
  ...owners: OwnerReference[]
): OpenStackNodeImageRelease => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: '7', ownerReferences: owners },
});

describe('the object for an image', () => {
  const [v1, v2] = [owner('v1'), owner('v2')];

  it('is called after stack, image and version, and goes with its owner', () => {
    expect(wantedBy(v1).metadata).toEqual({
      name: 'openstack-ferrol-1-27-ubuntu-capi-image-v1.27.8-v2',
      namespace: 'team',
      ownerReferences: [v1],
    });
  });

  it('that is there needs nothing more, whatever the order of its fields', () => {
    const { spec, ...object } = existing(wantedBy(v1), v1);
    const reordered = {
      identityRef: spec.identityRef,
      image: { createOpts: { disk_format: 'qcow2', name: createOpts.name }, url: spec.image.url },
    };
    expect(nodeImageChanges({ ...object, spec: reordered }, wantedBy(v1), true)).toBeUndefined();
  });

  it.each([
    ['is shared with the releases that have it', [v1], [v1, v2]],
    ['forgets an owner of the same name that was made again', [v1, owner('v2', 'old')], [v1, v2]],
  ])('%s', (_, owners, after) => {
    const next = nodeImageChanges(existing(wantedBy(v1), ...owners), wantedBy(v2), true);
    expect(next?.metadata).toMatchObject({ resourceVersion: '7', ownerReferences: after });
    expect(next?.spec).toEqual(wantedBy(v1).spec);
  });

  it('gets the checksum of the release, beside what others wrote', () => {
    const object = existing(wantedBy(v1), v1);
    object.metadata.annotations = { mine: 'x' };
    const next = nodeImageChanges(object, wantedBy(v1, { checksum: `sha512:${'a'.repeat(128)}` }), true);
    expect(next?.metadata.annotations).toEqual({
      mine: 'x',
      [checksumAnnotation]: `sha512:${'a'.repeat(128)}`,
    });
  });

  it.each([
    ['follows its owners to another identity', [v1, v2], true, 'other'],
    ['waits for all its owners to name another identity', [v1, v2], false, 'openstack'],
  ])('%s', (_, owners, agree, identity) => {
    const object = existing(wantedBy(v1), ...owners);
    const next = nodeImageChanges(object, wantedBy(v1, { identity: 'other' }), agree);
    expect((next ?? object).spec.identityRef.name).toBe(identity);
  });

  it.each([
    ['follows its only owner to another address', [v1], 'https://images.example/b'],
    ['keeps its address while it is shared', [v1, v2], 'https://images.example/a'],
  ])('%s', (_, owners, url) => {
    const object = existing(wantedBy(v1), ...owners);
    const next = nodeImageChanges(object, wantedBy(v1, { url: 'https://images.example/b' }), true);
    expect((next ?? object).spec.image.url).toBe(url);
  });
});
