import { describe, expect, it } from 'vitest';
import { condense, explain } from './git-error.ts';

const asked = { url: 'https://git.example/docs.git', revision: 'main', token: false };

// What git 2.39 and its curl print.
describe('explain', () => {
  it.each([
    ["fatal: couldn't find remote ref main", 'not-found', 'no branch or tag "main"'],
    [
      'fatal: remote error: upload-pack: not our ref 9d2ea1c1fbb2d7d4fa4b2f2b1d16e8bd2f2e6e10',
      'not-found',
      'no commit main',
    ],
    ["fatal: repository 'https://git.example/docs.git/' not found", 'not-found', 'there is no repository'],
    [
      "fatal: could not read Username for 'https://git.example': terminal prompts disabled",
      'invalid',
      'is private',
    ],
    [
      "fatal: unable to access 'https://git.example/docs.git/': The requested URL returned error: 403",
      'invalid',
      'refuses access',
    ],
    [
      "fatal: unable to access 'https://git.example/docs.git/': The requested URL returned error: 503",
      'unavailable',
      'HTTP status 503',
    ],
    [
      "fatal: unable to access 'https://git.example/docs.git/': SSL certificate problem: certificate has expired",
      'unavailable',
      'certificate',
    ],
    [
      "fatal: unable to access 'https://git.example/docs.git/': Failed to connect to git.example port 443 after 0 ms: Couldn't connect to server",
      'unavailable',
      'takes no connections',
    ],
    [
      "fatal: unable to access 'https://git.example/docs.git/': OpenSSL SSL_connect: Connection reset by peer in connection to git.example:443",
      'unavailable',
      'breaks the connection off',
    ],
    [
      'error: RPC failed; curl 18 transfer closed with outstanding read data remaining\nfatal: early EOF',
      'unavailable',
      'breaks the connection off',
    ],
  ])('%s', (stderr, kind, message) => {
    expect(explain(stderr, asked)).toMatchObject({ kind, message: expect.stringContaining(message) });
  });

  it('says that the token is refused where one was sent', () => {
    const error = explain('fatal: Authentication failed for https://git.example/', { ...asked, token: true });
    expect(error?.message).toContain('refuses the token');
  });

  it.each([
    "fatal: Unable to create '/var/cache/x/repository.git/shallow.lock': File exists.",
    "fatal: not a git repository: '/var/cache/x/repository.git'",
    'error: object file is empty',
  ])('does not blame the source for a broken cache: %s', (stderr) => {
    expect(explain(stderr, asked)).toBeUndefined();
  });
});

describe('condense', () => {
  it('makes one line without secrets, folders and control characters', () => {
    const text = condense(
      "hint: long\nremote: hello \u001b[31m\nfatal: '/var/cache/x/y.lock' and s3cret-token: File exists\n",
      ['s3cret-token'],
    );
    expect(text).toBe("remote: hello \uFFFD[31m fatal: '…' and …: File exists");
  });

  it('keeps addresses', () => {
    expect(condense('fatal: at https://git.example/docs.git/ today', [])).toBe(
      'fatal: at https://git.example/docs.git/ today',
    );
  });
});
