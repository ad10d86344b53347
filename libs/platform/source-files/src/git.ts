import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { checkAddress, type Address, type Addresses } from './address.ts';
import { condense, explain, GitFailure } from './git-error.ts';
import { checkGit, gitEnvironment, ObjectReader, runGit } from './git-process.ts';
import { causeOf, decode, leadsOut, inWords, limitsOf, Listing, SourceError } from './tree.ts';
import type { Limits, Options, Tree, TreeFile } from './tree.ts';

export interface GitSource {
  url: string;
  /** Branch, tag or full commit id; empty for the default branch. */
  revision: string;
  /** Sent as the password of HTTP basic authentication; `user:password` where the server wants a certain user. */
  token?: string;
  /** Keeps what was fetched, for the next time. One a source, not for two processes at once; may be deleted while no tree is open. */
  cacheFolder: string;
  addresses?: Addresses;
}

/** One reading of a source into its cache, a bare repository. */
interface Job {
  source: GitSource;
  address: Address;
  options: Options;
  limits: Limits;
  repository: string;
  /** The caller's, and the time limit. */
  signal: AbortSignal;
}

const tip = 'refs/source/tip';
/** Each fetch leaves one. Git cannot drop what is old of a repository without large files, so now and then all is fetched anew. */
const mostPacks = 30;
const openTrees = new Map<string, number>();

/** The wanted files of one commit of a Git repository, fetched without history and, where the server can, without large files. */
export async function openGit(source: GitSource, options: Options): Promise<Tree> {
  const limits = limitsOf(options);
  checkRevision(source.revision);
  checkToken(source.token);
  const repository = join(resolve(source.cacheFolder), 'repository.git');
  return inTurn(repository, options.signal, async () => {
    const limit = AbortSignal.timeout(limits.transferMs);
    const signal = options.signal ? AbortSignal.any([limit, options.signal]) : limit;
    try {
      const address = await checkAddress(source.url, source.addresses);
      const job = { source, address, options, limits, repository, signal };
      return await openCache(job).catch((error: unknown) => {
        throw describe(error, job);
      });
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!limit.aborted) throw error;
      const seconds = limits.transferMs / 1000;
      const message = `${source.url} could not be read within ${seconds} s; try again later`;
      throw new SourceError('unavailable', message, { cause: error });
    }
  });
}

async function openCache(job: Job): Promise<Tree> {
  const { repository, signal } = job;
  await checkGit(gitEnvironment(repository, []), signal);
  if (await isWorn(job)) await discard(repository);
  const isKept = (await stat(join(repository, 'HEAD')).catch(() => undefined)) !== undefined;
  try {
    return await fetchTree(job, !isKept);
  } catch (error) {
    if (!isKept || !(error instanceof GitFailure) || signal.aborted) throw error;
    // Whoever was killed half-way leaves locks and halves behind.
    await discard(repository);
    return fetchTree(job, true);
  }
}

async function isWorn({ repository, limits }: Job): Promise<boolean> {
  const { packs, bytes } = await packsOf(repository);
  const worn = packs > mostPacks || bytes > limits.transferBytes;
  return worn && (openTrees.get(repository) ?? 0) === 0;
}

async function discard(repository: string): Promise<void> {
  await rm(repository, { recursive: true, force: true, maxRetries: 3 });
}

/** Finished packs, and bytes of all, half ones too. */
async function packsOf(repository: string): Promise<{ packs: number; bytes: number }> {
  const folder = join(repository, 'objects', 'pack');
  const names = await readdir(folder).catch(() => []);
  const sizes = names.map(async (name) => (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0);
  return {
    packs: names.filter((name) => name.endsWith('.pack')).length,
    bytes: (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0),
  };
}

async function fetchTree(job: Job, isNew: boolean): Promise<Tree> {
  const { repository, signal, options } = job;
  const listing = new Listing(job.address.url, options);
  // Without the remote: nothing that is missing is fetched behind our back.
  const env = { ...gitEnvironment(repository, []), GIT_ALLOW_PROTOCOL: 'none' };
  if (isNew) {
    await mkdir(dirname(repository), { recursive: true });
    await runGit(['init', '--bare', '--quiet', '--template='], { env, signal });
  }
  await fetchTip(job);
  // The fetch has noted its remote there.
  await writeFile(join(repository, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
  const commit = (await runGit(['rev-parse', '--verify', '--quiet', `${tip}^{commit}`], { env, signal }))
    .toString()
    .trim();
  const listed = await runGit(['ls-tree', '-r', '-z', '--full-tree', commit], { env, signal });
  const objects = new ObjectReader(env, options.signal);
  try {
    await addBlobs(plainBlobs(listed, listing), objects, listing);
    signal.throwIfAborted();
  } catch (error) {
    await objects.close();
    throw error;
  }
  return treeOf(job, commit, listing, objects);
}

async function fetchTip(job: Job): Promise<void> {
  const { repository, options } = job;
  const { transferBytes } = job.limits;
  const tooMuch = new AbortController();
  const before = (await packsOf(repository)).bytes;
  const checkSize = async () => {
    if ((await packsOf(repository)).bytes - before <= transferBytes) return;
    const message = `${job.address.url} sends more than ${inWords(transferBytes)}; name a repository that has documentation only`;
    tooMuch.abort(new SourceError('invalid', message));
  };
  const watch = setInterval(() => void checkSize(), 200);
  try {
    await runGit(fetchCommand(job), {
      env: gitEnvironment(repository, remoteConfig(job)),
      signal: AbortSignal.any([job.signal, tooMuch.signal]),
      onProgress: options.onProgress,
    });
    await checkSize();
    tooMuch.signal.throwIfAborted();
  } catch (error) {
    if (tooMuch.signal.aborted) await discard(repository);
    if (error instanceof GitFailure) throw explain(error.message, askedOf(job)) ?? error;
    throw error;
  } finally {
    clearInterval(watch);
  }
}

function fetchCommand({ limits, options, source }: Job): string[] {
  return [
    'fetch',
    options.onProgress ? '--progress' : '--quiet',
    '--depth=1',
    '--no-tags',
    '--force',
    '--no-write-fetch-head',
    '--no-auto-maintenance',
    `--filter=blob:limit=${limits.fileBytes + 1}`,
    '--end-of-options',
    'origin',
    `+${source.revision || 'HEAD'}:${tip}`,
  ];
}

/** Handed over in the environment: command lines can be seen by everybody on the machine. */
function remoteConfig({ address, source }: Job): [key: string, value: string][] {
  const { url, host, port, ips } = address;
  const config: [string, string][] = [
    ['remote.origin.url', url],
    ['remote.origin.promisor', 'true'],
  ];
  if (!ips.includes(host)) {
    const bracketed = ips.map((ip) => (ip.includes(':') ? `[${ip}]` : ip));
    config.push(['http.curloptResolve', `${host}:${port}:${bracketed.join(',')}`]);
  }
  if (source.token) config.push([`http.${new URL(url).origin}/.extraHeader`, basic(source.token)]);
  return config;
}

function basic(token: string): string {
  const pair = token.includes(':') ? token : `x-access-token:${token}`;
  return `Authorization: Basic ${Buffer.from(pair).toString('base64')}`;
}

const askedOf = ({ address, source }: Job) => ({
  url: address.url,
  revision: source.revision,
  token: Boolean(source.token),
});

/** What is left after `explain`: neither the source nor the caller is known to be wrong. */
function describe(error: unknown, { address, source, repository }: Job): unknown {
  if (error instanceof GitFailure) {
    const { token = '' } = source;
    const secrets = [token, ...token.split(':'), ...basic(token).split(' ').slice(-1)];
    const said = condense(error.message, [repository, ...secrets]);
    return new SourceError('unavailable', `${address.url} cannot be read (git: ${said}); try again later`);
  }
  if (error instanceof Error && 'syscall' in error) {
    const message = `the cache of ${address.url} cannot be used (${causeOf(error)}); check its folder and the space there`;
    return new SourceError('unavailable', message, { cause: error });
  }
  return error;
}

interface Blob {
  path: string;
  hash: string;
}

/** The wanted of "mode type hash TAB path NUL" lines. Submodules are other repositories: they are not read. */
function plainBlobs(listed: Buffer, listing: Listing): Blob[] {
  const blobs: Blob[] = [];
  for (const line of listed.toString().split('\0')) {
    const [, mode, hash, path] = /^(\d+) blob (\w+)\t(.+)$/s.exec(line) ?? [];
    if (hash === undefined || path === undefined || !listing.wants(path)) continue;
    if (mode === '120000') listing.leaveOut(path, 'link', 'a link, left out');
    else if (leadsOut(path)) listing.leaveOut(path, 'outside', 'points out of the repository, left out');
    else blobs.push({ path, hash });
  }
  listing.checkCount(blobs.length);
  return blobs;
}

/** What is not there was too large for the filter of the fetch. */
async function addBlobs(blobs: Blob[], objects: ObjectReader, listing: Listing): Promise<void> {
  const sizes = await Promise.all(blobs.map(({ hash }) => objects.sizeOf(hash)));
  for (const [index, blob] of blobs.entries()) {
    const size = sizes[index];
    if (size === undefined || size > listing.limits.fileBytes) listing.leaveOutLarge(blob.path);
    else listing.add({ ...blob, size });
  }
}

function treeOf({ repository, options }: Job, commit: string, listing: Listing, objects: ObjectReader): Tree {
  const hashes = new Set(listing.files.map(({ hash }) => hash));
  let open = true;
  openTrees.set(repository, (openTrees.get(repository) ?? 0) + 1);
  return {
    commit,
    ...listing.sorted(),
    read: async ({ path, hash }: TreeFile) => {
      options.signal?.throwIfAborted();
      const content = hashes.has(hash) ? await contentOf(objects, hash) : undefined;
      if (content) return decode(path, content);
      options.signal?.throwIfAborted();
      // A cache that has lost something is of no use to the next reading either.
      if (open && hashes.has(hash)) await discard(repository);
      throw new SourceError('unavailable', `${path} is gone; read the source again`);
    },
    close: async () => {
      if (!open) return;
      open = false;
      openTrees.set(repository, (openTrees.get(repository) ?? 1) - 1);
      await objects.close();
    },
  };
}

async function contentOf(objects: ObjectReader, hash: string): Promise<Buffer | undefined> {
  return objects.contentOf(hash).catch((error: unknown) => {
    if (error instanceof GitFailure) return undefined;
    throw error;
  });
}

const turns = new Map<string, Promise<unknown>>();

/** One at a time for each key. Who gives up waiting does not hold up the others. */
async function inTurn<T>(key: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  const start = async () => {
    signal?.throwIfAborted();
    return work();
  };
  const turn = (turns.get(key) ?? Promise.resolve()).then(start, start);
  turns.set(key, turn);
  const cleanUp = () => {
    if (turns.get(key) === turn) turns.delete(key);
  };
  turn.then(cleanUp, cleanUp);
  if (!signal) return turn;
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  return Promise.race([turn, promise]).finally(() => signal.removeEventListener('abort', giveUp));
}

/** Names as Git allows them, without what has a meaning of its own: ranges, patterns, both sides of a refspec, options. */
function checkRevision(revision: string): void {
  if (revision === '' || (/^[\p{L}\p{N}_][^\s\p{C}:^~?*[\\]*$/u.test(revision) && !/\.\.|@\{/.test(revision)))
    return;
  throw new SourceError('invalid', 'the revision is no branch, tag or full commit id; correct it');
}

function checkToken(token: string | undefined): void {
  if (token === undefined || /^[\x21-\x7e]*$/.test(token)) return;
  throw new SourceError(
    'invalid',
    'the token holds blanks or other characters that tokens do not have; check it',
  );
}
