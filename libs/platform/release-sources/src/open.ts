import { directorySource } from './directory.ts';
import { githubSource } from './github.ts';
import type { Patience } from './http.ts';
import type { ArchiveLimits } from './limits.ts';
import { ociSource } from './oci-source.ts';
import { ReleaseSourceError, type ReleaseSource } from './source.ts';
import { webSource } from './web.ts';

/** Where releases come from; the names are upstream's environment variables, and two kinds that upstream does not have. */
export type SourceSettings = OciSettings | GithubSettings | WebSettings | { kind: 'directory'; path: string };

/** A repository in an OCI registry. */
export interface OciSettings {
  kind: 'oci';
  /** Host and port; may be left out where `repository` begins with them, as upstream's does. */
  registry?: string | undefined;
  repository: string;
  /** Sent as upstream sends it, as `Bearer` in base64; where the registry wants it as it is, like that. */
  token?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
  plainHttp?: boolean | undefined;
  /** PEM of an ECDSA P-256 key. Releases that are not signed with it are refused. */
  publicKey?: string | undefined;
}

export interface GithubSettings {
  kind: 'github';
  owner: string;
  repository: string;
  token?: string | undefined;
  /** Of a GitHub Enterprise Server, `https://github.example/api/v3`. */
  apiUrl?: string | undefined;
}

/** A folder on a web server, see `web.ts` for its index. */
export interface WebSettings {
  kind: 'http';
  url: string;
  token?: string | undefined;
}

export interface SourceOptions {
  limits?: Partial<ArchiveLimits> | undefined;
  patience?: Partial<Patience> | undefined;
}

/** Throws ReleaseSourceError `settings` for settings that cannot work. Sends no request. */
export function openReleaseSource(settings: SourceSettings, options: SourceOptions = {}): ReleaseSource {
  switch (settings.kind) {
    case 'oci':
      return ociSource(settings, options);
    case 'github':
      return githubSource(settings, options);
    case 'http':
      return webSource(settings, options);
    case 'directory':
      if (settings.path === '')
        throw new ReleaseSourceError('settings', 'the path of the directory is missing; name it');
      return directorySource(settings.path, options.limits);
  }
}
