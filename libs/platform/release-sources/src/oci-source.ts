import { jsonOf, nextPage, succeeded } from './answer.ts';
import { listField } from './json.ts';
import { digestOf, OciRepository } from './oci-client.ts';
import { layersOf, titleAnnotation } from './oci-manifest.ts';
import type { OciSettings, SourceOptions } from './open.ts';
import { ReleaseWriter } from './release-writer.ts';
import { checkSignature, readPublicKey } from './signature.ts';
import { ReleaseSourceError, type ReleaseSource } from './source.ts';

const mostPages = 1000;
const mostPage = 8 * 2 ** 20;

/** Releases in an OCI repository: an artifact a tag, a file a layer. Tags of signatures are not releases. */
export function ociSource(settings: OciSettings, options: SourceOptions): ReleaseSource {
  const repository = new OciRepository(settings, options.patience);
  const publicKey = settings.publicKey === undefined ? undefined : readPublicKey(settings.publicKey);
  const fingerprint = publicKey && digestOf(publicKey.export({ type: 'spki', format: 'der' }));
  return {
    // What was fetched before there was a key, or with another one, is fetched and checked again.
    ...(fingerprint !== undefined && { markOf: async () => fingerprint }),
    description: `oci ${repository.registry}/${repository.repository}`,
    list: (signal) => listTags(repository, signal),
    async fetch(tag, folder, signal) {
      const manifest = await repository.manifest(tag, signal);
      if (!manifest) {
        throw new ReleaseSourceError('not-found', `${repository.name} has no release ${tag}; check the name`);
      }
      const { digest, content } = manifest;
      if (publicKey) await checkSignature(repository, { tag, digest }, publicKey, signal);
      const files = layersOf(content, `release ${tag}`).flatMap((layer) => {
        const name = layer.annotations?.[titleAnnotation];
        return name === undefined ? [] : [{ name, size: layer.size, digest: layer.digest }];
      });
      const writer = new ReleaseWriter(tag, folder, options.limits);
      writer.check(files);
      for (const file of files) {
        const answer = await repository.send(repository.urlOf(`blobs/${file.digest}`), { signal });
        await writer.write(
          file,
          await succeeded(answer, repository.name, `file ${file.name} of release ${tag}`),
        );
      }
      return { digest };
    },
  };
}

async function listTags(repository: OciRepository, signal: AbortSignal | undefined): Promise<string[]> {
  const { name } = repository;
  const tags: string[] = [];
  let url: URL | undefined = repository.urlOf('tags/list?n=1000');
  for (let pages = 0; url; pages++) {
    if (pages === mostPages)
      throw new ReleaseSourceError('invalid', `${name} has no end of tags; check the registry`);
    const answer = await succeeded(await repository.send(url, { signal }), name, 'tags');
    url = nextPage(answer, name);
    tags.push(
      ...listField(await jsonOf(answer, name, mostPage), 'tags').filter((tag) => typeof tag === 'string'),
    );
  }
  return tags.filter((tag) => !/^sha256-[\da-f]{64}(?:\.\w+)?$/.test(tag));
}
