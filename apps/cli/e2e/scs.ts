import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import config from '../rolldown.config.ts';

const project = fileURLToPath(new URL('..', import.meta.url));

/** The bundle as users get it, in a folder of its own: other test files and builds may run at the same time. */
export async function buildScs(): Promise<{ bin: string; remove(): void }> {
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  const folder = mkdtempSync(join(project, 'node_modules', '.e2e-'));
  const { output, ...input } = config;
  const bundle = await rolldown({ ...input, cwd: project });
  await bundle.write({ ...output, dir: join(folder, 'dist') });
  await bundle.close();
  mkdirSync(join(folder, 'bin'));
  const bin = join(folder, 'bin', 'scs.mjs');
  copyFileSync(join(project, 'bin', 'scs.mjs'), bin);
  return { bin, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts scs as a child process with nothing of this environment but PATH. */
export function start(bin: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [bin, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: emptyHome(), ...env },
    cwd: emptyHome(),
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

let home: string | undefined;

/** A home and working folder without any clouds.yaml. */
function emptyHome(): string {
  if (!home) {
    const folder = mkdtempSync(join(tmpdir(), 'scs-e2e-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    home = folder;
  }
  return home;
}

/** A file that lives as long as this test process. */
export function temporaryFile(name: string, text: string): string {
  const path = join(mkdtempSync(join(emptyHome(), 'file-')), name);
  writeFileSync(path, text);
  return path;
}

/** A clouds.yaml with one cloud `mock` that signs in with a password at the given Keystone address. */
export function cloudsYaml(authUrl: string, more = ''): string {
  return temporaryFile(
    'clouds.yaml',
    `clouds:
  mock:
    region_name: RegionOne
    interface: public
    identity_api_version: 3
    auth: {auth_url: "${authUrl}", username: u, password: s3cr3t-passw0rd, project_name: p, user_domain_name: Default, project_domain_name: Default}
${more}`,
  );
}
