import { HelmError } from './failure.ts';
import { mostFileBytes } from './text-chart.ts';
import { parseAll, parseYaml, splitManifests, YamlError, type Manifest } from './documents.ts';

type Objects = Record<string, unknown>[];

/** About 0.2 s of reading. Helm rounds large integers, so that it reads no text that may have some. */
const largeText = 256 * 1024;

/**
 * The Kubernetes objects in what Helm printed for a chart, in its order; lists are taken apart. `readByHelm` reads a document that Helm took and
 * we cannot read, and one that is so large that reading it would hold up everybody here. Throws {@link HelmError} `template`.
 */
export async function objectsOf(
  chart: string,
  output: string,
  readByHelm: (text: string) => Promise<unknown>,
): Promise<Objects> {
  const manifests = splitManifests(output);
  const values = await parseAll(manifests, parse);
  const objects: Objects = [];
  for (const [index, manifest] of manifests.entries()) {
    const found = values[index];
    const value = found instanceof YamlError || found === later ? await readByHelm(manifest.text) : found;
    if (value !== undefined && value !== null) objects.push(...objectsIn(value, chart, manifest));
  }
  return objects;
}

const later = Symbol('left to Helm');

function parse({ text }: Manifest): unknown {
  if (text.length > largeText && text.length < mostFileBytes / 4 && !/\d{16}/.test(text)) return later;
  try {
    return parseYaml(text);
  } catch (error) {
    if (error instanceof YamlError) return error;
    throw error;
  }
}

function objectsIn(value: unknown, chart: string, manifest: Manifest): Objects {
  const refuse = (what: string) =>
    new HelmError(
      'template',
      `chart ${chart}: ${manifest.source || 'a file'} renders to ${what}; correct the template`,
    );
  if (!isMapping(value)) throw refuse('something that is no object');
  const { apiVersion, kind, items } = value;
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) {
    return items.flatMap((item: unknown) => objectsIn(item, chart, manifest));
  }
  if (isText(apiVersion) && isText(kind)) return [value];
  if (typeof value['Error'] === 'string' && Object.keys(value).length === 1) {
    throw refuse(`YAML that cannot be read (${value['Error'].replace(/^.*yaml: /, '')})`);
  }
  throw refuse(`an object without ${isText(kind) ? 'apiVersion' : 'kind'}`);
}

const isText = (value: unknown) => typeof value === 'string' && value !== '';

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
