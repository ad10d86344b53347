import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { succeeded } from './answer.ts';
import { limitsOf, type ArchiveLimits } from './limits.ts';
import { digestOf, manifestTypes, OciRepository, type OciTarget } from './oci-client.ts';
import { titleAnnotation, type Descriptor } from './oci-manifest.ts';
import type { SourceOptions } from './open.ts';
import { filesIn } from './release-files.ts';
import { ReleaseSourceError } from './source.ts';

/** A folder that becomes an artifact. */
export interface NewRelease {
  tag: string;
  folder: string;
  artifactType: string;
  /** Media type of a file by its name; where it is empty, the layer is `application/vnd.oci.image.layer.v1.tar`, as ORAS has it. */
  mediaTypeOf(file: string): string;
  /** Of the manifest. */
  annotations?: Record<string, string>;
}

export interface PushResult {
  /** Of the manifest, `sha256:…`. */
  digest: string;
  /** `unchanged`: the tag had this very content already. */
  outcome: 'pushed' | 'unchanged';
}

const imageManifest = manifestTypes[0] ?? '';
const chunkBytes = 16 * 2 ** 20;

/**
 * Publishes a folder under a tag: a layer for every file, whose name is its title. The same folder gives the same manifest and digest. Blobs that
 * are there already are not sent again; a tag that has other content is refused, as releases never change. Throws ReleaseSourceError.
 */
export async function pushRelease(
  target: OciTarget,
  release: NewRelease,
  options: {
    limits?: Partial<ArchiveLimits>;
    patience?: SourceOptions['patience'];
    signal?: AbortSignal;
  } = {},
): Promise<PushResult> {
  const { tag, folder } = release;
  const { signal } = options;
  if (!/^\w[\w.-]{0,127}$/.test(tag)) {
    throw new ReleaseSourceError(
      'settings',
      `"${tag}" cannot be a tag in a registry; use letters, digits, "_", "." and "-"`,
    );
  }
  const repository = new OciRepository(target, options.patience);
  const { files, layers, manifest, digest } = await describeRelease(release, options.limits);
  const existing = await repository.manifest(tag, signal);
  if (existing?.digest === digest) return { digest, outcome: 'unchanged' };
  if (existing) {
    throw new ReleaseSourceError(
      'invalid',
      `${repository.name} has a release ${tag} with other content already; publish under a new version`,
    );
  }
  await pushBlob(repository, emptyConfig, contentSource(emptyContent), signal);
  for (const [index, layer] of layers.entries()) {
    await using file = await open(join(folder, files[index]?.path ?? ''));
    await pushBlob(repository, layer, fileSource(file), signal);
  }
  await pushManifest(repository, tag, manifest, signal);
  return { digest, outcome: 'pushed' };
}

/** The digest that a folder has in any registry, by {@link pushRelease}. Sends no request. Throws ReleaseSourceError. */
export const releaseDigest = async (release: NewRelease): Promise<string> =>
  (await describeRelease(release)).digest;

async function describeRelease(release: NewRelease, limits?: Partial<ArchiveLimits>) {
  const files = await filesIn(release.folder, limitsOf(limits));
  if (files.length === 0)
    throw new ReleaseSourceError('invalid', `release ${release.tag} has no files; create it first`);
  const layers = files.map(({ path, size, sha256 }) => ({
    mediaType: release.mediaTypeOf(path) || 'application/vnd.oci.image.layer.v1.tar',
    digest: `sha256:${sha256}`,
    size,
    annotations: { [titleAnnotation]: path },
  }));
  const manifest = manifestOf(release, layers);
  return { files, layers, manifest, digest: digestOf(manifest) };
}

/** The specification's empty configuration. */
const emptyContent = Buffer.from('{}');
const emptyConfig = {
  mediaType: 'application/vnd.oci.empty.v1+json',
  digest: digestOf(emptyContent),
  size: emptyContent.length,
};

function manifestOf({ artifactType, annotations = {} }: NewRelease, layers: Descriptor[]): Buffer {
  const sorted = Object.fromEntries(Object.entries(annotations).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const manifest = {
    schemaVersion: 2,
    mediaType: imageManifest,
    artifactType,
    config: { ...emptyConfig, data: emptyContent.toString('base64') },
    layers,
    annotations: sorted,
  };
  return Buffer.from(JSON.stringify(manifest));
}

type Content = (from: number, to: number) => Promise<Buffer>;

export const contentSource =
  (content: Buffer): Content =>
  async (from, to) =>
    content.subarray(from, to);

const fileSource =
  (file: FileHandle): Content =>
  async (from, to) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
    return buffer.subarray(0, bytesRead);
  };

/** Sends a blob, unless it is there: at once, or in chunks where it is large. */
export async function pushBlob(
  repository: OciRepository,
  { digest, size }: Descriptor,
  content: Content,
  signal: AbortSignal | undefined,
): Promise<void> {
  const scope = 'pull,push';
  const { name } = repository;
  const head = await repository.send(repository.urlOf(`blobs/${digest}`), { method: 'HEAD', signal }, scope);
  await head.discard();
  if (head.status === 200) return;
  const start = await repository.send(repository.urlOf('blobs/uploads/'), { method: 'POST', signal }, scope);
  await (await succeeded(start, name, 'the right to publish')).discard();
  let place = placeOf(start.headers, repository.urlOf('blobs/uploads/'), name);
  let sent = 0;
  while (size - sent > chunkBytes) {
    const body = await content(sent, sent + chunkBytes);
    const headers = {
      'content-type': 'application/octet-stream',
      'content-range': `${sent}-${sent + body.length - 1}`,
    };
    const answer = await repository.send(place, { method: 'PATCH', headers, body, signal }, scope);
    await (await succeeded(answer, name, `chunk of ${digest}`)).discard();
    place = placeOf(answer.headers, place, name);
    sent += body.length;
  }
  place.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream' };
  const body = await content(sent, size);
  const answer = await repository.send(place, { method: 'PUT', headers, body, signal }, scope);
  await (await succeeded(answer, name, `blob ${digest}`)).discard();
}

export async function pushManifest(
  repository: OciRepository,
  tag: string,
  manifest: Buffer,
  signal: AbortSignal | undefined,
): Promise<void> {
  const headers = { 'content-type': imageManifest };
  const url = repository.urlOf(`manifests/${tag}`);
  const answer = await repository.send(url, { method: 'PUT', headers, body: manifest, signal }, 'pull,push');
  await (await succeeded(answer, repository.name, `manifest ${tag}`)).discard();
}

function placeOf(headers: Headers, base: URL, name: string): URL {
  const location = headers.get('location');
  if (location !== null && URL.canParse(location, base.href)) return new URL(location, base);
  throw new ReleaseSourceError('invalid', `${name} does not say where to send files to; check the registry`);
}
