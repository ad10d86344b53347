import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../apps/cli/bin/scs.mjs', import.meta.url));

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the built CLI as a user would. */
export function start(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [bin, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const done = new Promise<Run>((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, done };
}

export const scs = (args: string[], env?: Record<string, string>): Promise<Run> => start(args, env).done;

export interface Verdict {
  result: string;
  version: string;
  testcases: Record<string, string>;
  findings: { testcase: string; severity: string; remedy: string | null; object: { name: string } }[];
}

/** Runs `scs certify … --output json`; the message of a failed expectation shows what it said on stderr. */
export async function certify(...args: string[]): Promise<Verdict & { code: number | null; stderr: string }> {
  const run = await scs(['certify', ...args, '--output', 'json']);
  if (run.stdout === '') throw new Error(`scs certify ${args.join(' ')} printed nothing: ${run.stderr}`);
  return { ...(JSON.parse(run.stdout) as Verdict), code: run.code, stderr: run.stderr };
}
