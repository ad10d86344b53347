import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import config from '../../../rolldown.config.ts';

const project = fileURLToPath(new URL('..', import.meta.url));

/** The service as its users get it, in a folder where it finds its packages. */
export async function bundleService(): Promise<{ main: string; remove(): void }> {
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  const folder = mkdtempSync(join(project, 'node_modules', '.e2e-'));
  const bundle = await rolldown({ ...config, cwd: project });
  await bundle.write({ format: 'esm', dir: folder });
  await bundle.close();
  return { main: join(folder, 'main.js'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
