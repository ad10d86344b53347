import { jsonOf, nextPage, succeeded } from './answer.ts';
import { HttpClient, type HttpAnswer } from './http.ts';
import { countField, listField, textField, field } from './json.ts';
import type { GithubSettings, SourceOptions } from './open.ts';
import { ReleaseWriter, type Offered } from './release-writer.ts';
import { ReleaseSourceError, type ReleaseSource } from './source.ts';
import { httpUrl } from './settings.ts';

const mostJson = 32 * 2 ** 20;
const mostPages = 200;

interface Page {
  etag: string;
  tags: string[];
  next: URL | undefined;
}

/** Releases of a GitHub repository by their tags; drafts are not there. Pages that have not changed cost no request of the rate limit. */
export function githubSource(settings: GithubSettings, options: SourceOptions): ReleaseSource {
  const { owner, repository, token } = settings;
  for (const [what, name] of Object.entries({ owner, repository })) {
    if (!/^[\w.-]+$/.test(name)) {
      throw new ReleaseSourceError(
        'settings',
        `"${name}" is no ${what} on GitHub; name one like "SovereignCloudStack"`,
      );
    }
  }
  const api = httpUrl(settings.apiUrl ?? 'https://api.github.com', 'the address of the GitHub API');
  const releases = new URL(`repos/${owner}/${repository}/releases`, api);
  const name = `GitHub repository ${owner}/${repository}`;
  const client = new HttpClient(name, options.patience);
  const headers = {
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    ...(token !== undefined && token !== '' && { authorization: `Bearer ${token}` }),
  };
  const pages = new Map<string, Page>();

  const page = async (url: URL, signal: AbortSignal | undefined): Promise<Page> => {
    const known = pages.get(url.href);
    const answer = await client.send(url, {
      headers: { ...headers, ...(known && { 'if-none-match': known.etag }) },
      signal,
    });
    if (answer.status === 304 && known) {
      await answer.discard();
      return known;
    }
    const found = await list(await succeeded(answer, name, 'releases'), name);
    if (found.etag === '') pages.delete(url.href);
    else pages.set(url.href, found);
    return found;
  };

  return {
    description: `github ${owner}/${repository}`,
    async list(signal) {
      const tags: string[] = [];
      const first = new URL(releases);
      first.searchParams.set('per_page', '100');
      let url: URL | undefined = first;
      for (let count = 0; url; count++) {
        if (count === mostPages)
          throw new ReleaseSourceError('invalid', `${name} has no end of releases; check its address`);
        const found: Page = await page(url, signal);
        tags.push(...found.tags);
        url = found.next;
      }
      return tags;
    },
    async fetch(tag, folder, signal) {
      const url = `${releases.href}/tags/${encodeURIComponent(tag)}`;
      const found = await succeeded(await client.send(url, { headers, signal }), name, `release ${tag}`);
      const assets = listField(await jsonOf(found, name, mostJson), 'assets').map((asset) =>
        assetOf(asset, tag),
      );
      const writer = new ReleaseWriter(tag, folder, options.limits);
      writer.check(assets);
      for (const asset of assets) {
        const answer = await client.send(`${releases.href}/assets/${asset.id}`, {
          headers: { ...headers, accept: 'application/octet-stream' },
          signal,
        });
        await writer.write(asset, await succeeded(answer, name, `file ${asset.name} of release ${tag}`));
      }
      return {};
    },
  };
}

async function list(answer: HttpAnswer, name: string): Promise<Page> {
  const next = nextPage(answer, name);
  const found = await jsonOf(answer, name, mostJson);
  if (!Array.isArray(found)) {
    throw new ReleaseSourceError(
      'invalid',
      `${name} answers with no list of releases; check the address of the API`,
    );
  }
  const tags = found
    .filter((release) => field(release, 'draft') !== true)
    .map((release) => textField(release, 'tag_name'))
    .filter((tag) => tag !== undefined);
  return { etag: answer.headers.get('etag') ?? '', tags, next };
}

function assetOf(asset: unknown, tag: string): Offered & { id: number } {
  const [id, name] = [countField(asset, 'id'), textField(asset, 'name')];
  if (id === undefined || name === undefined) {
    throw new ReleaseSourceError(
      'invalid',
      `GitHub describes the files of release ${tag} without id and name; check the address of the API`,
    );
  }
  return { id, name, size: countField(asset, 'size'), digest: textField(asset, 'digest') };
}
