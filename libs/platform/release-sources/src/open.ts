import type { ReleaseSource } from './source.ts';

/** Where releases come from; the names are upstream's environment variables, and two kinds that upstream does not have. */
export type SourceSettings =
  | {
      kind: 'oci';
      registry?: string;
      repository: string;
      token?: string;
      username?: string;
      password?: string;
      plainHttp?: boolean;
    }
  | { kind: 'github'; owner: string; repository: string; token?: string; apiUrl?: string }
  | { kind: 'http'; url: string; token?: string }
  | { kind: 'directory'; path: string };

/** Throws ReleaseSourceError `settings` for settings that cannot work. Sends no request. */
export function openReleaseSource(_settings: SourceSettings): ReleaseSource {
  throw new Error('to be written');
}
