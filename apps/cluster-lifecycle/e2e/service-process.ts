import { spawn, type ChildProcess } from 'node:child_process';
import { freePort } from '@scs/testing';
import { setTimeout as sleep } from 'node:timers/promises';

/** A line of the service's log. */
export type LogLine = Record<string, unknown> & { msg: string; level: string };

/** The service in a process of its own, that can be killed and started again with the same settings. */
export interface ServiceProcess {
  /** `/readyz`, `/metrics`. */
  readonly opsUrl: string;
  /** Of all processes so far. */
  readonly log: readonly LogLine[];
  readonly pid: number | undefined;
  /** Starts a process and waits until it is ready; `false`: until it runs. */
  start(ready?: boolean): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>;
}

const readyMs = 60_000;

/** `main` is the bundle. Only what is given, and PATH, is in the environment: nothing of the machine's own settings counts. */
export async function serviceProcess(
  main: string,
  env: Record<string, string>,
  nodeOptions: readonly string[] = [],
): Promise<ServiceProcess> {
  const port = await freePort();
  const opsUrl = `http://127.0.0.1:${port}`;
  const log: LogLine[] = [];
  let child: ChildProcess | undefined;
  let ended: Promise<number | null> = Promise.resolve(null);
  let errors = '';

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child?.kill(signal);
    return ended;
  };
  const isReady = async (): Promise<boolean> => {
    try {
      return (await fetch(`${opsUrl}/readyz`)).ok;
    } catch {
      return false;
    }
  };
  return {
    opsUrl,
    log,
    get pid() {
      return child?.pid;
    },
    async start(ready = true) {
      const started = spawn(process.execPath, [...nodeOptions, main], {
        env: {
          PATH: process.env['PATH'] ?? '',
          ...env,
          OPS_HOST: '127.0.0.1',
          OPS_PORT: String(port),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      errors = '';
      started.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      keepLines(started.stdout, log);
      let running = true;
      ended = new Promise((resolve) =>
        started.once('close', (code) => {
          running = false;
          resolve(code);
        }),
      );
      const until = Date.now() + readyMs;
      while (ready && !(await isReady())) {
        if (!running) throw new Error(`the service ended at its start: ${errors}`);
        if (Date.now() > until) throw new Error(`the service is not ready: ${JSON.stringify(log.at(-1))}`);
        await sleep(50);
      }
    },
    async kill() {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
  };
}

function keepLines(output: NodeJS.ReadableStream, log: LogLine[]): void {
  let rest = '';
  output.on('data', (chunk: Buffer) => {
    const lines = `${rest}${chunk.toString()}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('{')) log.push(JSON.parse(line) as LogLine);
  });
}
