import { spawn, type ChildProcess } from 'node:child_process';
import { devNull } from 'node:os';
import { GitFailure } from './git-error.ts';
import { SourceError } from './tree.ts';

/** Environment of a git that reads no configuration but this, asks nobody, and runs no hooks. */
export function gitEnvironment(
  repository: string,
  config: [key: string, value: string][],
): NodeJS.ProcessEnv {
  const fixed: [string, string][] = [
    ['core.hooksPath', devNull],
    // Larger blobs are never held in memory.
    ['core.bigFileThreshold', '4m'],
    ['fetch.unpackLimit', '1'],
    ['fetch.recurseSubmodules', 'false'],
    ['transfer.bundleURI', 'false'],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['protocol.version', '2'],
    ['credential.helper', ''],
    ['http.followRedirects', 'false'],
    ['http.proxy', ''],
    // Where we are killed, our git does not wait for a silent server for ever.
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', '60'],
  ];
  const settings = [...fixed, ...config];
  const { PATH = '', GIT_SSL_CAINFO } = process.env;
  return {
    PATH,
    // The one setting that operators make for the whole machine: which certificates are trusted.
    ...(GIT_SSL_CAINFO !== undefined && { GIT_SSL_CAINFO }),
    LC_ALL: 'C',
    HOME: repository,
    XDG_CONFIG_HOME: repository,
    GIT_DIR: repository,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: devNull,
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_ALLOW_PROTOCOL: 'https:http',
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

interface RunOptions {
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onProgress?: ((text: string) => void) | undefined;
}

/** More entries than anybody's documentation has; a tree can be made to name the same folder a million times. */
const mostOutput = 64 * 2 ** 20;

/** What git prints. Throws {@link GitFailure} with its standard error, {@link SourceError} where there is no git, the signal's reason. */
export async function runGit(args: string[], { env, signal, onProgress }: RunOptions): Promise<Buffer> {
  signal.throwIfAborted();
  const git = start(args, env, signal);
  git.stdin?.end();
  const output: Buffer[] = [];
  let size = 0;
  let stderr = '';
  git.stdout?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > mostOutput) stop(git);
    else output.push(chunk);
  });
  git.stderr?.on('data', (chunk: Buffer) => {
    const text = chunk.toString();
    stderr = (stderr + text).slice(-64 * 1024);
    const progress = text.split(/[\r\n]+/).findLast((line) => /^\w+ objects: /.test(line));
    if (progress !== undefined) onProgress?.(progress.trim());
  });
  const code = await ended(git);
  signal.throwIfAborted();
  if (size > mostOutput) {
    throw new SourceError(
      'invalid',
      'the repository has too many files; name one that has documentation only',
    );
  }
  if (code !== 0) throw new GitFailure(stderr);
  return Buffer.concat(output);
}

interface Answer {
  size: number;
  content: Buffer;
}

interface Question {
  withContent: boolean;
  resolve(answer: Answer | undefined): void;
  reject(error: unknown): void;
}

/** One lasting `git cat-file`, asked for many objects. Rejects with {@link GitFailure} once it has ended. */
export class ObjectReader {
  readonly #git: ChildProcess;
  readonly #done: Promise<unknown>;
  readonly #questions: Question[] = [];
  #unread: Buffer[] = [];
  #unreadBytes = 0;
  /** Bytes that the next answer has at least. */
  #needed = 1;
  #failure: unknown;

  constructor(env: NodeJS.ProcessEnv, signal: AbortSignal | undefined) {
    this.#git = start(['cat-file', '--batch-command'], env, signal);
    this.#git.stderr?.resume();
    this.#git.stdout?.on('data', (chunk: Buffer) => this.#take(chunk));
    // Where it ended early, `#fail` tells those who wait.
    this.#git.stdin?.on('error', () => {});
    this.#done = ended(this.#git).then(
      () => this.#fail(signal?.aborted ? signal.reason : new GitFailure('git cat-file has ended')),
      (error: unknown) => this.#fail(error),
    );
  }

  /** Bytes of an object; undefined where it is not there. */
  async sizeOf(hash: string): Promise<number | undefined> {
    return (await this.#ask(`info ${hash}`, false))?.size;
  }

  /** Undefined where the object is not there. */
  async contentOf(hash: string): Promise<Buffer | undefined> {
    return (await this.#ask(`contents ${hash}`, true))?.content;
  }

  async close(): Promise<void> {
    this.#git.stdin?.end();
    stop(this.#git);
    await this.#done;
  }

  #ask(command: string, withContent: boolean): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#questions.push({ withContent, resolve, reject });
      this.#git.stdin?.write(`${command}\n`);
    });
  }

  #take(chunk: Buffer): void {
    this.#unread.push(chunk);
    this.#unreadBytes += chunk.length;
    if (this.#unreadBytes < this.#needed) return;
    let rest: Buffer = Buffer.concat(this.#unread);
    for (let used = this.#answer(rest); used > 0; used = this.#answer(rest)) rest = rest.subarray(used);
    this.#unread = [rest];
    this.#unreadBytes = rest.length;
  }

  /** Answers the first question, if the bytes are all there: a line "hash type size", then the content. How many were used. */
  #answer(bytes: Buffer): number {
    this.#needed = bytes.length + 1;
    const [question] = this.#questions;
    const start = bytes.indexOf('\n') + 1;
    if (!question || start === 0) return 0;
    const size = / \w+ (\d+)\n$/.exec(bytes.toString('latin1', 0, start))?.[1];
    let end = start;
    if (size !== undefined && question.withContent) {
      end += Number(size) + 1;
      if (bytes.length < end) {
        this.#needed = end;
        return 0;
      }
    }
    this.#questions.shift();
    const content = Buffer.from(bytes.subarray(start, Math.max(start, end - 1)));
    question.resolve(size === undefined ? undefined : { size: Number(size), content });
    return end;
  }

  #fail(error: unknown): void {
    this.#failure = error;
    for (const question of this.#questions.splice(0)) question.reject(error);
  }
}

/** In a process group of its own: git has children, and they must end with it. */
function start(args: string[], env: NodeJS.ProcessEnv, signal: AbortSignal | undefined): ChildProcess {
  const git = spawn('git', args, { env, cwd: '/', detached: true, stdio: 'pipe' });
  const abort = () => stop(git);
  signal?.addEventListener('abort', abort, { once: true });
  git.once('close', () => signal?.removeEventListener('abort', abort));
  if (signal?.aborted) abort();
  return git;
}

/** Exit code, once all output was read. */
function ended(git: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    git.once('close', resolve);
    git.once('error', (error) => reject(noGit(error)));
  });
}

/** First so that it cleans up behind itself, then for sure. */
function stop(git: ChildProcess): void {
  const send = (signal: NodeJS.Signals) => {
    if (git.pid === undefined || git.exitCode !== null || git.signalCode !== null) return;
    try {
      process.kill(-git.pid, signal);
    } catch {
      // It has just ended.
    }
  };
  send('SIGTERM');
  setTimeout(send, 2000, 'SIGKILL').unref();
}

const noGit = (cause: unknown) =>
  new SourceError('unavailable', 'git cannot be started; install git 2.37 or later and put it on PATH', {
    cause,
  });

/** Throws where git is missing, or too old for `http.curloptResolve`, without which a host could be looked up a second time. */
export async function checkGit(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const text = (await runGit(['version'], { env, signal })).toString();
  const [, major, minor] = /(\d+)\.(\d+)/.exec(text) ?? [];
  if (Number(major) * 1000 + Number(minor) >= 2037) return;
  throw new SourceError('unavailable', `${text.trim()} is too old; install git 2.37 or later`);
}
