import { countField, field, listField, textField } from './json.ts';
import { ReleaseSourceError } from './source.ts';

/** A blob, as a manifest points to it. */
export interface Descriptor {
  mediaType: string;
  digest: string;
  /** Bytes. */
  size: number;
  annotations?: Record<string, string>;
}

/** The annotation that has the name of a layer's file. */
export const titleAnnotation = 'org.opencontainers.image.title';

/** Layers of an image manifest, or blobs of an artifact manifest. Throws `invalid` for anything else. */
export function layersOf(content: Buffer, what: string): Descriptor[] {
  const manifest = parse(content, what);
  if (field(manifest, 'manifests') !== undefined) {
    throw new ReleaseSourceError('invalid', `${what} is an index of images, not a release; check the tag`);
  }
  const layers = [...listField(manifest, 'layers'), ...listField(manifest, 'blobs')];
  return layers.map((layer) => descriptorOf(layer, what));
}

function parse(content: Buffer, what: string): unknown {
  try {
    return JSON.parse(content.toString());
  } catch (error) {
    throw new ReleaseSourceError('invalid', `${what} has a manifest that is no JSON; publish it again`, {
      cause: error,
    });
  }
}

function descriptorOf(layer: unknown, what: string): Descriptor {
  const [digest, size] = [textField(layer, 'digest'), countField(layer, 'size')];
  if (
    digest === undefined ||
    size === undefined ||
    !/^sha(?:256:[\da-f]{64}|512:[\da-f]{128})$/.test(digest)
  ) {
    throw new ReleaseSourceError('invalid', `${what} has a layer without digest and size; publish it again`);
  }
  return {
    mediaType: textField(layer, 'mediaType') ?? '',
    digest,
    size,
    annotations: textsOf(field(layer, 'annotations')),
  };
}

function textsOf(value: unknown): Record<string, string> {
  const entries = Object.entries(value ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries);
}
