import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { DomainError } from '@scs/service';
import type { Config } from '../config.ts';
import type { SourceEntity } from './source.entity.ts';

type Place = Pick<SourceEntity, 'kind' | 'location' | 'credential' | 'builtIn'>;
type Folders = Pick<Config, 'SOURCES_DIR' | 'DOCS_DIR' | 'CREDENTIALS_DIR' | 'GIT_ADDRESSES'>;

const invalid = (field: string, reason: string, message: string): DomainError =>
  new DomainError('invalid', reason, message, {
    violations: [{ field: `source.${field}`, description: message }],
  });

/** Where sources may lie, and the credentials that they may name. */
export class SourceLocations {
  readonly #folders: Folders;
  constructor(folders: Folders) {
    this.#folders = folders;
  }

  /** Throws `invalid` for a place that cannot be read from: asked when a source is made, and again with each reading. */
  async check(place: Place): Promise<void> {
    if (place.kind === 'git') {
      checkUrl(place.location, this.#folders.GIT_ADDRESSES === 'any');
      if (place.credential !== '') await this.token(place.credential);
    } else await this.path(place);
  }

  /** The folder or archive, with links resolved: it lies below the folder of sources, wherever a link leads. */
  async path({ kind, location, builtIn }: Place): Promise<string> {
    const { SOURCES_DIR, DOCS_DIR } = this.#folders;
    if (builtIn) return DOCS_DIR ?? '';
    if (SOURCES_DIR === undefined)
      throw invalid(
        kind,
        'SOURCES_DIR_MISSING',
        `this service has no folder of sources; set SOURCES_DIR, or take a Git repository`,
      );
    if (location === '' || isAbsolute(location) || location.split(/[\\/]/).includes('..'))
      throw invalid(
        kind,
        'LOCATION_OUTSIDE',
        `${kind} must be a path below the folder of sources, without ..`,
      );
    const root = await realpath(SOURCES_DIR).catch(() => SOURCES_DIR);
    const path = await realpath(join(root, location)).catch(() => undefined);
    if (path === undefined)
      throw invalid(
        kind,
        'LOCATION_UNKNOWN',
        `there is no ${location} in the folder of sources; put it there`,
      );
    const inside = relative(root, path);
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))
      throw invalid(kind, 'LOCATION_OUTSIDE', `${location} leads out of the folder of sources`);
    const facts = await stat(path);
    if (kind === 'directory' ? facts.isDirectory() : facts.isFile()) return path;
    throw invalid(
      kind,
      'LOCATION_UNKNOWN',
      kind === 'directory' ? `${location} is no folder` : `${location} is no file; name a .tar.gz archive`,
    );
  }

  /** The content of a credential. */
  async token(name: string): Promise<string> {
    const { CREDENTIALS_DIR } = this.#folders;
    const text =
      CREDENTIALS_DIR === undefined
        ? undefined
        : await readFile(join(CREDENTIALS_DIR, name), 'utf8').catch(() => undefined);
    const token = text?.trim() ?? '';
    if (token !== '') return token;
    throw invalid(
      'git.credential',
      'CREDENTIAL_UNKNOWN',
      `there is no credential ${name}; put a file of that name with the token into CREDENTIALS_DIR`,
    );
  }
}

/** What can be told from the text alone; where the host leads is checked when it is read. */
function checkUrl(text: string, isHttpAllowed: boolean): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^(?:https?|git|ssh|file):$/.test(url.protocol))
    throw invalid('git.url', 'URL_INVALID', 'git.url must be a URL such as https://example.org/docs.git');
  if (url.username !== '' || url.password !== '')
    throw invalid(
      'git.url',
      'URL_WITH_SECRET',
      'git.url must not hold a user or password; name a credential',
    );
  if (url.protocol !== 'https:' && !(isHttpAllowed && url.protocol === 'http:'))
    throw invalid('git.url', 'URL_SCHEME', `git.url must begin with https://, not ${url.protocol}//`);
}
