import { ReleaseInvalid } from '@scs/cluster-stacks';
import { buffer } from 'node:stream/consumers';
import { constants, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { isMap, parseDocument } from 'yaml';
import { parseHelmIgnore } from './helm-ignore.ts';

/** Files of a folder by their path below it. */
export type Folder = ReadonlyMap<string, Buffer>;

/** The files below `name` in a folder. */
export const subfolder = (files: Folder, name: string): Map<string, Buffer> =>
  new Map(
    [...files]
      .filter(([path]) => path.startsWith(`${name}/`))
      .map(([path, content]) => [path.slice(name.length + 1), content]),
  );

/** What Helm would pack of a chart: `.helmignore` honoured, all dependencies there, with this version. Throws ReleaseInvalid. */
export function chartOf(files: Folder, path: string, version: string): { name: string; files: Folder } {
  const file = `${path}/Chart.yaml`;
  const text = files.get('Chart.yaml')?.toString();
  if (text === undefined)
    throw new ReleaseInvalid(file, [{ path: '', message: 'is missing; a chart begins with it' }]);
  const chart = parseDocument(text);
  const name: unknown = chart.get('name');
  if (chart.errors.length > 0 || !isMap(chart.contents) || typeof name !== 'string' || name === '')
    throw new ReleaseInvalid(file, [
      { path: '', message: 'is no description of a chart; give it name and version' },
    ]);

  const kept = withoutIgnored(files, path);
  checkDependencies(kept, chart.toJS({ maxAliasCount: 100 }), file);
  chart.set('version', version);
  kept.set('Chart.yaml', Buffer.from(chart.toString({ lineWidth: 0 })));
  return { name, files: kept };
}

function withoutIgnored(files: Folder, path: string): Map<string, Buffer> {
  const text = files.get('.helmignore')?.toString() ?? '';
  try {
    const rules = parseHelmIgnore(text);
    const isKept = (file: string): boolean => {
      const parts = file.split('/');
      const folders = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
      return !folders.some((folder) => rules.ignores(folder, true)) && !rules.ignores(file, false);
    };
    return new Map([...files].filter(([file]) => file === 'Chart.yaml' || isKept(file)));
  } catch (error) {
    throw new ReleaseInvalid(`${path}/.helmignore`, [{ path: '', message: (error as Error).message }]);
  }
}

/** Each dependency must lie in `charts`: nothing is fetched, here or when the release is rendered. */
function checkDependencies(files: Folder, chart: unknown, file: string): void {
  const wanted = (chart as { dependencies?: unknown }).dependencies;
  const names = (Array.isArray(wanted) ? wanted : []).flatMap((dependency: unknown) => {
    const name = (dependency as { name?: unknown } | null)?.name;
    return typeof name === 'string' ? [name] : [];
  });
  const there = [...files.keys()];
  const missing = names.filter(
    (name) =>
      !there.some((path) => path === `charts/${name}/Chart.yaml` || isArchiveOf(path, `charts/${name}-`)),
  );
  if (missing.length === 0) return;
  const folder = file.slice(0, file.lastIndexOf('/'));
  throw new ReleaseInvalid(file, [
    {
      path: 'dependencies',
      message: `names ${missing.join(', ')}, missing in charts/; run helm dependency build ${folder}`,
    },
  ]);
}

/** `charts/<name>-<version>.tgz`, not that of a chart whose name only begins alike. */
const isArchiveOf = (path: string, prefix: string): boolean =>
  path.startsWith(prefix) && /^v?\d[^/]*\.tgz$/.test(path.slice(prefix.length));

/** A `.tgz` that depends on nothing but names and contents: sorted, no times, no owner. */
export async function archiveOf(files: Folder, options: { folders: boolean }): Promise<Buffer> {
  const tar = pack();
  const bytes = buffer(tar);
  const written = new Set<string>();
  const date = new Date(0);
  for (const [path, content] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const parts = path.split('/');
    for (let depth = 1; options.folders && depth < parts.length; depth++) {
      const name = `${parts.slice(0, depth).join('/')}/`;
      if (!written.has(name)) tar.entry({ name, type: 'directory', mode: 0o755, mtime: date });
      written.add(name);
    }
    tar.entry({ name: path, mode: 0o644, mtime: date }, content);
  }
  tar.finalize();
  const archive = gzipSync(await bytes, { level: constants.Z_BEST_COMPRESSION });
  // The operating system that packed, which zlib writes down: unknown.
  archive[9] = 255;
  return archive;
}
