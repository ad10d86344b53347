import { FileReading, type Fields } from './release-file.ts';
import { stackPrefix, type ReleaseName } from './release-name.ts';
import type { NodeImage } from './resources.ts';
import { parseVersion, printDashVersion } from './version.ts';

/** An entry of node-images.yaml; a checksum is ours alone, upstream ignores it. */
export interface ReleaseNodeImage extends NodeImage {
  /** Of the file behind the URL: `sha256:` or `sha512:` and lower-case hexadecimal digits. */
  checksum?: string;
}

export const nodeImagesFile = 'node-images.yaml';

/**
 * Reads the OpenStack images of node-images.yaml. Throws ReleaseInvalid, also for a list of bare names. A file of another provider (`dockerImages`)
 * has none.
 */
export function parseNodeImages(text: string): ReleaseNodeImage[] {
  const reading = new FileReading(nodeImagesFile);
  const document = reading.document(text);
  const images = reading
    .list(document['openStackNodeImages'], 'openStackNodeImages')
    .map((image, index) => readImage(reading, image, `openStackNodeImages[${index}]`));
  const names = images.map(({ createOpts }) => createOpts.name);
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  if (twice)
    reading.note('openStackNodeImages', `has two images named ${twice}; a name stands for one image`);
  reading.check();
  return images;
}

function readImage(reading: FileReading, value: unknown, path: string): ReleaseNodeImage {
  const image = reading.fields(value, path);
  const url = reading.text(image['url'], `${path}.url`, 'https://images.example/ubuntu.qcow2');
  if (url && !/^https?:\/\/[^/\s]+\/\S*$/.test(url))
    reading.note(`${path}.url`, 'must be an http or https address, from which Glance fetches the image');
  const checksum = readChecksum(reading, image['checksum'], `${path}.checksum`);
  const createOpts = readCreateOpts(reading, reading.fields(image['createOpts'], `${path}.createOpts`), path);
  return { url, createOpts, ...(checksum && { checksum }) };
}

const digits: Record<string, number> = { sha256: 64, sha512: 128 };

/** `sha512:…`, or the digits alone: their number tells the algorithm. */
function readChecksum(reading: FileReading, value: unknown, path: string): string | undefined {
  const text = reading.optionalText(value, path)?.trim().toLowerCase();
  if (text === undefined) return undefined;
  const [, named, hex = ''] = /^(?:(\w+):)?([0-9a-f]+)$/.exec(text) ?? [];
  const algorithm = Object.keys(digits).find((known) => digits[known] === hex.length);
  if (algorithm && (named === undefined || named === algorithm)) return `${algorithm}:${hex}`;
  reading.note(path, 'must be sha256: or sha512: and its 64 or 128 hexadecimal digits');
  return undefined;
}

const texts = ['id', 'visibility', 'container_format', 'disk_format'] as const;
const flags = ['os_hidden', 'protected'] as const;
const sizes = ['min_disk', 'min_ram'] as const;

function readCreateOpts(reading: FileReading, opts: Fields, image: string): NodeImage['createOpts'] {
  const path = `${image}.createOpts`;
  const result: NodeImage['createOpts'] = {
    name: reading.text(opts['name'], `${path}.name`, 'ubuntu-capi-image-v1.27.8'),
  };
  for (const field of texts) {
    const text = reading.optionalText(opts[field], `${path}.${field}`);
    if (text !== undefined) result[field] = text;
  }
  for (const field of flags) {
    const flag = opts[field];
    if (typeof flag === 'boolean') result[field] = flag;
    else if (flag !== undefined && flag !== null) reading.note(`${path}.${field}`, 'must be true or false');
  }
  for (const field of sizes) {
    const size = opts[field];
    if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) result[field] = size;
    else if (size !== undefined && size !== null) reading.note(`${path}.${field}`, 'must be a whole number');
  }
  const tags = reading.list(opts['tags'], `${path}.tags`);
  if (tags.length > 0)
    result.tags = tags.map((tag, index) => reading.text(tag, `${path}.tags[${index}]`, 'k8s'));
  if (opts['properties'] !== undefined && opts['properties'] !== null)
    result.properties = readProperties(reading, opts['properties'], `${path}.properties`);
  return result;
}

/** Glance keeps properties as texts: numbers and booleans are written as such. */
function readProperties(reading: FileReading, value: unknown, path: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(reading.fields(value, path)).map(([key, property]) => [
      key,
      reading.optionalText(property, `${path}.${key}`) ?? '',
    ]),
  );
}

/** What releases of one stack share, e.g. `openstack-ferrol-1-27` of `openstack-ferrol-1-27-v2`. Undefined: no release tag. */
export function cutReleaseVersion(tag: string): string | undefined {
  const parts = tag.split('-');
  return parts.length === 5 || parts.length === 7 ? parts.slice(0, 4).join('-') : undefined;
}

/** Name of the OpenStackNodeImageRelease, which all releases with this image in this version share. The version is metadata.yaml's. */
export function osnirName(
  release: Pick<ReleaseName, 'provider' | 'name' | 'kubernetesVersion'>,
  imageName: string,
  nodeImageVersion: string,
): string {
  const version = parseVersion(nodeImageVersion);
  const suffix = version ? printDashVersion(version) : nodeImageVersion;
  return [stackPrefix(release), imageName, suffix].filter(Boolean).join('-');
}
