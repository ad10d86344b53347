import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cutReleaseVersion, osnirName, parseNodeImages } from './node-images.ts';
import { parseReleaseName } from './release-name.ts';

const file = new URL('../../../../../shared/vectors/lifecycle/osnir-names.json', import.meta.url);
const present = existsSync(file);
if (!present) console.log('skipped: vectors of image names, which are not part of this repository');
const vectors = present
  ? (JSON.parse(readFileSync(file, 'utf8')) as {
      cut: [string, string | null][];
      names: { release: string; image: string; nodeImageVersion: string; objectName: string }[];
    })
  : { cut: [], names: [] };

const nameOf = (tag: string, image: string, version: string) => {
  const release = parseReleaseName(tag);
  return typeof release === 'string' ? release : osnirName(release, image, version);
};

describe.skipIf(!present)('names of image releases, as upstream builds them', () => {
  it.each(vectors.cut)('%s belongs to %s', (tag, stack) => {
    expect(cutReleaseVersion(tag) ?? null).toBe(stack);
  });
  it.each(vectors.names)('$release with $image', ({ release, image, nodeImageVersion, objectName }) => {
    expect(nameOf(release, image, nodeImageVersion)).toBe(objectName);
  });
});

describe('the name of an image release', () => {
  it('has the dash form of a version', () => {
    expect(nameOf('openstack-scs-1-27-v0-sha-abc', 'image', 'v0-sha.abc')).toBe(
      'openstack-scs-1-27-image-v0-sha-abc',
    );
  });
  it('ends with the image where the stack versions no images', () => {
    expect(nameOf('openstack-scs-1-27-v1', 'image', '')).toBe('openstack-scs-1-27-image');
  });
});

describe('node-images.yaml', () => {
  it('lists images with what Glance is told of them', () => {
    const images = parseNodeImages(`
apiVersion: openstack.infrastructure.clusterstack.x-k8s.io/v1alpha1
openStackNodeImages:
  - url: https://images.example/ubuntu-2204-kube-v1.27.8.qcow2
    checksum: SHA256:${'aB'.repeat(32)}
    createOpts:
      name: ubuntu-capi-image-v1.27.8
      disk_format: qcow2
      container_format: bare
      visibility: shared
      min_disk: 20
      min_ram: 1024
      protected: false
      tags: [clusterstacks]
      properties: {hw_disk_bus: virtio, hw_count: 2, hw_flag: true}
  - {url: "http://images.example/b", createOpts: {name: b}}
`);
    expect(images).toEqual([
      {
        url: 'https://images.example/ubuntu-2204-kube-v1.27.8.qcow2',
        checksum: `sha256:${'ab'.repeat(32)}`,
        createOpts: {
          name: 'ubuntu-capi-image-v1.27.8',
          disk_format: 'qcow2',
          container_format: 'bare',
          visibility: 'shared',
          min_disk: 20,
          min_ram: 1024,
          protected: false,
          tags: ['clusterstacks'],
          properties: { hw_disk_bus: 'virtio', hw_count: '2', hw_flag: 'true' },
        },
      },
      { url: 'http://images.example/b', createOpts: { name: 'b' } },
    ]);
  });

  it.each<[what: string, checksum: string, expected: string]>([
    ['sha512 with its name', `sha512:${'0'.repeat(128)}`, `sha512:${'0'.repeat(128)}`],
    ['digits alone: 64 are sha256', `"${'0'.repeat(64)}"`, `sha256:${'0'.repeat(64)}`],
    ['digits alone: 128 are sha512', `"${'0'.repeat(128)}"`, `sha512:${'0'.repeat(128)}`],
  ])('may name a checksum: %s', (_, checksum, expected) => {
    const [image] = parseNodeImages(
      `openStackNodeImages: [{url: "https://a.example/b", checksum: ${checksum}, createOpts: {name: b}}]`,
    );
    expect(image?.checksum).toBe(expected);
  });

  it.each<[what: string, text: string]>([
    ['of another provider', 'dockerImages: [controlplaneamd64, workeramd64]'],
    ['with an empty list', 'openStackNodeImages: []'],
  ])('%s has no images', (_, text) => {
    expect(parseNodeImages(text)).toEqual([]);
  });

  it.each<[what: string, images: string, message: RegExp]>([
    ['bare names', '[controlplane, worker]', /openStackNodeImages\[0\] must be a mapping/],
    ['an image without a URL', '[{createOpts: {name: a}}]', /\[0\]\.url is missing/],
    [
      'an image without a name',
      '[{url: "https://a.example/b", createOpts: {}}]',
      /createOpts\.name is missing/,
    ],
    ['no createOpts', '[{url: "https://a.example/b"}]', /createOpts is missing/],
    [
      'a file as URL',
      '[{url: "file:///etc/passwd", createOpts: {name: a}}]',
      /url must be an http or https address/,
    ],
    [
      'a size that is no number',
      '[{url: "https://a.example/b", createOpts: {name: a, min_disk: big}}]',
      /min_disk must be a whole number/,
    ],
    [
      'a short checksum',
      '[{url: "https://a.example/b", checksum: "sha256:ab", createOpts: {name: a}}]',
      /checksum must be sha256: or sha512:/,
    ],
    [
      'a checksum of another algorithm',
      `[{url: "https://a.example/b", checksum: "sha512:${'0'.repeat(64)}", createOpts: {name: a}}]`,
      /checksum must be/,
    ],
    [
      'one name twice',
      '[{url: "https://a.example/b", createOpts: {name: a}}, {url: "https://a.example/c", createOpts: {name: a}}]',
      /two images named a/,
    ],
    ['no list', '{a: b}', /openStackNodeImages must be a list/],
  ])('is refused with %s', (_, images, message) => {
    expect(() => parseNodeImages(`openStackNodeImages: ${images}`)).toThrow(message);
  });
});
