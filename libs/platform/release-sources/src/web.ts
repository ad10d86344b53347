import { jsonOf, succeeded } from './answer.ts';
import { safeFilePath } from './file-path.ts';
import { HttpClient } from './http.ts';
import { countField, field, listField, textField } from './json.ts';
import type { SourceOptions, WebSettings } from './open.ts';
import { ReleaseWriter, type Offered } from './release-writer.ts';
import { httpUrl } from './settings.ts';
import { ReleaseSourceError, type ReleaseSource } from './source.ts';

const mostJson = 32 * 2 ** 20;

/**
 * A folder on a web server. Its `index.json` says what is there, and files are at `<url>/<tag>/<name>`:
 *
 *     {"releases": {"openstack-scs2-1-34-v2": {"files": [{"name": "metadata.yaml", "sha256": "9f86…", "size": 185}]}}}
 */
export function webSource({ url, token }: WebSettings, options: SourceOptions): ReleaseSource {
  const root = httpUrl(url, 'the address of the web folder');
  const name = `web folder ${root.host}${root.pathname}`;
  const client = new HttpClient(name, options.patience);
  const headers: Record<string, string> =
    token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` };
  let known: { etag: string; releases: object } | undefined;

  const releases = async (signal: AbortSignal | undefined): Promise<object> => {
    const answer = await client.send(new URL('index.json', root), {
      headers: { ...headers, ...(known && { 'if-none-match': known.etag }) },
      signal,
    });
    if (answer.status === 304 && known) {
      await answer.discard();
      return known.releases;
    }
    const found = field(
      await jsonOf(await succeeded(answer, name, 'index.json'), name, mostJson),
      'releases',
    );
    if (typeof found !== 'object' || found === null || Array.isArray(found)) {
      throw new ReleaseSourceError('invalid', `${name}: its index.json has no "releases"; write it anew`);
    }
    const etag = answer.headers.get('etag');
    known = etag === null ? undefined : { etag, releases: found };
    return found;
  };

  return {
    description: `http ${root.host}${root.pathname}`,
    list: async (signal) => Object.keys(await releases(signal)),
    async fetch(tag, folder, signal) {
      const release = field(await releases(signal), tag);
      if (release === undefined || safeFilePath(tag) !== tag || tag.includes('/')) {
        throw new ReleaseSourceError(
          'not-found',
          `${name} has no release ${tag} in its index.json; check the name`,
        );
      }
      const files = listField(release, 'files').map((file) => fileOf(file, tag));
      const writer = new ReleaseWriter(tag, folder, options.limits);
      writer.check(files);
      for (const file of files) {
        const path = [tag, ...file.name.split('/')].map(encodeURIComponent).join('/');
        const answer = await client.send(new URL(path, root), { headers, signal });
        await writer.write(file, await succeeded(answer, name, `file ${file.name} of release ${tag}`));
      }
      return {};
    },
  };
}

function fileOf(file: unknown, tag: string): Offered {
  const [name, sha256] = [textField(file, 'name'), textField(file, 'sha256')];
  if (name === undefined || sha256 === undefined) {
    throw new ReleaseSourceError(
      'invalid',
      `release ${tag} has a file without name or sha256 in index.json; write it anew`,
    );
  }
  return { name, size: countField(file, 'size'), digest: `sha256:${sha256.toLowerCase()}` };
}
