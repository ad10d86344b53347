import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { artifactType, mediaTypeOf } from './media-types.ts';

const file = new URL('../../../../../shared/vectors/lifecycle/oci-media-types.json', import.meta.url);
const present = existsSync(file);
if (!present) console.log('skipped: vectors of media types, which are not part of this repository');
const vectors = present
  ? (JSON.parse(readFileSync(file, 'utf8')) as { artifactType: string; files: Record<string, string> })
  : { artifactType, files: {} };

describe.skipIf(!present)('media types, as upstream publishes them', () => {
  it('of the artifact', () => expect(artifactType).toBe(vectors.artifactType));
  it.each(Object.entries(vectors.files))('of %s', (name, type) => expect(mediaTypeOf(name)).toBe(type));
});

describe('a media type', () => {
  it.each([
    ['is told by the ending too', 'docker-ferrol-1-27-cluster-class-v1.yaml', ''],
    [
      'is that of an image archive',
      'a-b-1-27-node-image-v1.tgz',
      'application/vnd.scs.node-image.layer.v1.tar+gzip',
    ],
    ['is not that of a property of objects', 'constructor', ''],
  ])('%s: %s', (_, name, type) => expect(mediaTypeOf(name)).toBe(type));
});
