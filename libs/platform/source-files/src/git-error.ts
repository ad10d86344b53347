import { SourceError, type SourceErrorKind } from './tree.ts';

/** A run of git that failed, with what it printed. Never leaves this library. */
export class GitFailure extends Error {
  override name = 'GitFailure';
}

export interface Asked {
  url: string;
  revision: string;
  /** Whether a token was sent. */
  token: boolean;
}

type Sentence = (asked: Asked, match: RegExpExecArray) => string;

/** What git and curl print (with LC_ALL=C), and what it means. The first match counts. */
const causes: [RegExp, SourceErrorKind, Sentence][] = [
  [
    /couldn't find remote ref|Remote branch .* not found/,
    'not-found',
    ({ url, revision }) =>
      revision === ''
        ? `${url} has no commit on its default branch; push one, or name a branch`
        : `${url} has no branch or tag "${revision}"; correct the revision (a commit needs its full id)`,
  ],
  [
    /not our ref|unadvertised object|no such remote ref/,
    'not-found',
    ({ url, revision }) => `${url} has no commit ${revision}, or does not give it out; correct the revision`,
  ],
  [
    /could not read Username|could not read Password|Authentication failed|returned error: 401/,
    'invalid',
    ({ url, token }) =>
      token
        ? `${url} refuses the token; give a valid one that may read the repository`
        : `${url} does not exist or is private; correct the address, or give a token`,
  ],
  [
    /returned error: 403/,
    'invalid',
    ({ url, token }) =>
      `${url} refuses access (403); give ${token ? 'a token that may read the repository' : 'a token'}`,
  ],
  [
    /repository '.*' not found|returned error: 4(04|10)/,
    'not-found',
    ({ url }) => `there is no repository at ${url}, or it is private; correct the address, or give a token`,
  ],
  [
    /returned error: 30\d|redirect/i,
    'invalid',
    ({ url }) => `${url} redirects; give the address that it leads to`,
  ],
  [
    /not valid: is this a git repository|dumb http transport|invalid server response|bad line length/,
    'invalid',
    ({ url }) => `${url} is no Git repository that can be read over HTTP; correct the address`,
  ],
  [
    /returned error: (429|5\d\d)/,
    'unavailable',
    ({ url }, [, status = '']) => `${url} has trouble (HTTP status ${status}); try again later`,
  ],
  [
    /Could not resolve host/i,
    'unavailable',
    ({ url }) => `the host of ${url} cannot be looked up now; try again later`,
  ],
  [
    /Failed to connect|Connection refused|Couldn't connect|unable to connect/i,
    'unavailable',
    ({ url }) => `${url} takes no connections; check the address, or try again later`,
  ],
  [
    /early EOF|RPC failed|hung up unexpectedly|Connection (was )?reset|timed out|too slow|unexpected disconnect|Empty reply|Recv failure|transfer closed/i,
    'unavailable',
    ({ url }) => `${url} breaks the connection off; try again later`,
  ],
  [
    /certificate|SSL|TLS|gnutls/i,
    'unavailable',
    ({ url }) =>
      `${url} has no certificate that is trusted; its operator must renew it, or ours trust its CA`,
  ],
];

/** What is wrong with the source, if it is the source; undefined where git failed for another cause. */
export function explain(stderr: string, asked: Asked): SourceError | undefined {
  for (const [pattern, kind, sentence] of causes) {
    const match = pattern.exec(stderr);
    if (match) return new SourceError(kind, sentence(asked, match));
  }
  return undefined;
}

/** What git printed, as one line without secrets, folders of this machine and control characters. */
export function condense(stderr: string, hide: string[]): string {
  const lines = stderr.split(/[\r\n]+/).map((line) => line.trim());
  const telling = lines.filter((line) => /^(fatal|error|remote):/.test(line));
  let text = (telling.length > 0 ? telling : lines.filter((line) => line !== '').slice(-1)).join(' ');
  for (const secret of hide.filter((one) => one !== '')) text = text.replaceAll(secret, '…');
  return text
    .replace(/(?<![\w:/.])\/[\w./-]+/g, '…')
    .replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD')
    .slice(0, 300);
}
