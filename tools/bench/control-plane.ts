import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../apps/standalone/dist/main.js', import.meta.url));
const startMs = 120_000;

/** The built control plane as a process on free ports, with its data in a folder; resolves when it says that it is ready. */
export async function startControlPlane(
  folder: string,
): Promise<{ url: string; token: string; pid: number; stop(): Promise<void> }> {
  const ports = Object.fromEntries(
    ['HTTP', 'SIGN_IN', 'CERTIFICATION', 'DOCS_SEARCH', 'IAM', 'OPS'].map((name) => [`${name}_PORT`, '0']),
  );
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, ...ports, DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not ready after ${startMs} ms: ${said}`)), startMs);
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      if (!/^Ready\./m.test(said)) return;
      clearTimeout(late);
      resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    void ended.then(() => reject(new Error(`ended at its start: ${said}`)));
  });
  const [, url = ''] = /(http:\/\/\S+)\/docs$/m.exec(said) ?? [];
  const [, token = ''] = /Bearer (\S+?)'/.exec(said) ?? [];
  return {
    url,
    token,
    pid: child.pid!,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
