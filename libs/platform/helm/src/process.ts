import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { devNull } from 'node:os';
import { HelmError } from './failure.ts';

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** For standard input. */
  input?: string | undefined;
  /** Helm's home; nothing but what is in there is read. */
  home: string;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** What is run, for messages. */
  what: string;
}

const MiB = 2 ** 20;
const mostOutput = 64 * MiB;
/** Address space of one Helm, in KiB. Go takes most of it without using it: about 0.6 GiB can be used. */
const memoryKiB = 2 * 2 ** 20;

/**
 * Runs Helm with an environment of its own, bounded in time, memory and output. Throws {@link HelmError} `timeout`, `too-large` or `unavailable`,
 * or the signal's reason; the process has ended by then.
 */
export async function runHelm(binary: string, args: string[], options: RunOptions): Promise<Run> {
  const { input = '', home, timeoutMs, signal, what } = options;
  signal?.throwIfAborted();
  const helm = start(binary, args, home, timeoutMs);
  const kill = () => helm.kill('SIGKILL');
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, timeoutMs);
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const stdout = collect(helm.stdout, mostOutput, kill);
    const stderr = collect(helm.stderr, MiB, () => {});
    // Helm may end before it has read everything.
    helm.stdin?.on('error', () => {});
    helm.stdin?.end(input);
    const { code, killed } = await ended(helm);
    signal?.throwIfAborted();
    const tooSlow = new HelmError(
      'timeout',
      `${what}: rendering took longer than ${timeoutMs / 1000} s and was stopped; look for a loop in its templates`,
    );
    if (late) throw tooSlow;
    if (stdout.full()) {
      throw new HelmError(
        'too-large',
        `${what}: renders to more than 64 MiB; look for a loop in its templates`,
      );
    }
    // The limit on processor time.
    if (killed) throw tooSlow;
    const errors = stderr.text();
    if (/^(?:runtime|fatal error): .*(?:memory|stack)/m.test(errors)) {
      throw new HelmError(
        'too-large',
        `${what}: rendering takes more than 0.6 GiB of memory; look for a loop in its templates`,
      );
    }
    return { code, stdout: stdout.text(), stderr: errors };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
  }
}

const shell = '/bin/sh';

/**
 * The kernel holds the limits, so that a Helm which runs in circles ends even when we are killed; where there is no shell to set them, only
 * our own timer does. Our environment is not passed on: it has secrets.
 */
function start(binary: string, args: string[], home: string, timeoutMs: number): ChildProcess {
  const env = {
    HOME: home,
    TMPDIR: home,
    HELM_CACHE_HOME: `${home}/cache`,
    HELM_CONFIG_HOME: `${home}/config`,
    HELM_DATA_HOME: `${home}/data`,
    KUBECONFIG: devNull,
    LC_ALL: 'C',
  };
  const options = { env, cwd: home, stdio: 'pipe' as const };
  if (!existsSync(shell)) return spawn(binary, args, options);
  const seconds = Math.ceil((timeoutMs / 1000) * 4);
  const limits = `ulimit -t ${seconds} 2>/dev/null; ulimit -v ${memoryKiB} 2>/dev/null; exec "$0" "$@"`;
  return spawn(shell, ['-c', limits, binary, ...args], options);
}

function collect(stream: ChildProcess['stdout'], most: number, onFull: () => void) {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > most) onFull();
    else chunks.push(chunk);
  });
  return { full: () => size > most, text: () => Buffer.concat(chunks).toString() };
}

function ended(helm: ChildProcess): Promise<{ code: number | null; killed: boolean }> {
  return new Promise((resolve, reject) => {
    helm.once('close', (code, signal) => resolve({ code, killed: signal !== null }));
    helm.once('error', (cause) =>
      reject(
        new HelmError(
          'unavailable',
          `Helm cannot be started (${cause.message}); unpack it into a folder that allows programs`,
          cause,
        ),
      ),
    );
  });
}
