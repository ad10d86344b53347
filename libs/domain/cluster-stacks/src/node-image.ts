import type { NodeImage } from './resources.ts';

/** On an image that we created: `<namespace>/<name>` of the OpenStackNodeImageRelease it was created for. */
export const imageOwnerProperty = 'scs_lifecycle_owner';
/** On an OpenStackNodeImageRelease: `sha512:…` or `sha256:…` of the file, or {@link checksumBesideUrl}. */
export const checksumAnnotation = 'lifecycle.scs.community/checksum';
/** The checksum lies beside the image: SHA-256, the first word of `<url>.CHECKSUM`. */
export const checksumBesideUrl = 'beside-url';
/** Keeps an OpenStackNodeImageRelease until the image that was created for it is collected. */
export const nodeImageFinalizer = 'lifecycle.scs.community/node-image';

/** An image in Glance, as far as plans need it. */
export interface ImageFacts {
  id: string;
  name: string;
  status: string;
  diskFormat?: string;
  visibility: string;
  protected: boolean;
  updatedAt: Date;
  /** Glance works on an import. */
  importing: boolean;
  /** Why the last import failed, or that it did. */
  failedImport?: string;
  /** Of the data, as Glance stored it. */
  hash?: { algorithm: string; value: string };
  /** {@link imageOwnerProperty} */
  owner?: string;
}

/** Glance's filters that find the image: its id, else its name and all of its tags. Lists leave hidden images out. */
export function imageQuery({ id, name, tags = [], os_hidden }: NodeImage['createOpts']): string {
  const filters: [string, string][] =
    id === undefined ? [['name', name], ...tags.map((tag): [string, string] => ['tag', tag])] : [['id', id]];
  if (os_hidden) filters.push(['os_hidden', 'true']);
  return filters.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
}

/** Body of `POST /v2/images`: properties stand beside the attributes, and never in the place of one. */
export function imageBody(
  { properties, ...attributes }: NodeImage['createOpts'],
  owner?: string,
): Record<string, unknown> {
  return { ...properties, ...attributes, ...(owner !== undefined && { [imageOwnerProperty]: owner }) };
}

/** Body of `POST /v2/images/{id}/import`. */
export const importBody = (url: string) => ({ method: { name: 'web-download', uri: url } });

/** Why several images are none; upstream's words. */
export const tooManyImages = ({ name, tags = [] }: NodeImage['createOpts']): string =>
  `too many images were found with the given image name: ${name} and tags: [${tags.join(' ')}]`;

/** Upstream's words, and the cause. */
export const listingFailed = ({ name }: NodeImage['createOpts'], cause: string): string =>
  `failed to list images with name ${name}: ${cause}`;

/** Do two releases mean one and the same image in one project? */
export function isSameImage(one: NodeImage['createOpts'], other: NodeImage['createOpts']): boolean {
  if (one.id !== undefined || other.id !== undefined) return one.id === other.id;
  const [fewer, more] = [one.tags ?? [], other.tags ?? []].toSorted((a, b) => a.length - b.length);
  return one.name === other.name && (fewer ?? []).every((tag) => more?.includes(tag));
}
