import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  addonNamespace,
  addonValuesFile,
  wholeChart,
  type AddonStage,
  type StageTrouble,
} from '@scs/cluster-stacks';
import { HelmError, type Helm, type Rendered } from '@scs/helm';
import { ReleaseSourceError } from '@scs/release-sources';
import { parse } from 'yaml';
import { oneLine } from '../apply/failure.ts';
import type { LoadedRelease } from '../release/releases.ts';

/** Objects that values may depend on: `Cluster`, `ControlPlane`, `InfraCluster`, each left out where there is none. */
export type ValuesData = Record<string, unknown>;

export type RenderedChart = { rendered: Rendered } | { trouble: StageTrouble };

export interface AddonCharts {
  render(stage: AddonStage): Promise<RenderedChart>;
}

export interface AddonChartsOptions {
  release: LoadedRelease;
  kubernetesVersion: string;
  /** Names of all stages' charts; empty for a release of one chart. */
  charts: readonly string[];
  /** The folder that the add-on archive is unpacked in: a chart per stage. */
  unpack: (release: LoadedRelease) => Promise<string>;
  data: () => Promise<ValuesData>;
  helm: Helm;
  signal: AbortSignal;
}

/** Upstream's name of the Helm release, the same for all charts. */
const releaseName = 'cluster-addon';
const overwriteFile = 'overwrite.yaml';

/** The charts of a release for one cluster, rendered with the values that this cluster calls for. */
export function openCharts(options: AddonChartsOptions): AddonCharts {
  const { kubernetesVersion, helm, signal } = options;
  let data: Promise<ValuesData> | undefined;
  let together: Promise<ReadonlyMap<string, string>> | undefined;
  const templateText = async (template: string): Promise<string> =>
    helm.templateText(template, await (data ??= options.data()), signal);

  /** The text of `cluster-addon-values.yaml` or `overwrite.yaml` for this cluster; undefined where the chart has none. */
  async function textFor(name: string, file: string): Promise<string | undefined> {
    const template = await readIfThere(file);
    if (template === undefined || !isTemplate(template)) return template;
    together ??= templateTogether(options, templateText);
    return (await together).get(name) ?? templateText(template);
  }

  async function render(stage: AddonStage): Promise<RenderedChart> {
    const found = await findChart(options, stage);
    if ('trouble' in found) return found;
    let values: string | undefined;
    try {
      const text = await textFor(stage.name, found.valuesFile);
      values = text === undefined ? undefined : valuesOf(text);
    } catch (error) {
      return { trouble: troubleOf('values', error, signal) };
    }
    try {
      const rendered = await helm.template(
        {
          path: found.chart,
          releaseName,
          namespace: addonNamespace,
          kubernetesVersion,
          includeCrds: true,
          ...(values !== undefined && { values }),
        },
        signal,
      );
      return { rendered };
    } catch (error) {
      const missing = error instanceof HelmError && error.reason === 'no-chart';
      return { trouble: troubleOf(missing ? 'chart-missing' : 'template', error, signal) };
    }
  }

  const results = new Map<string, Promise<RenderedChart>>();
  return {
    render(stage) {
      const known = results.get(stage.name) ?? render(stage);
      results.set(stage.name, known);
      return known;
    },
  };
}

async function findChart(
  { release, unpack }: AddonChartsOptions,
  { name }: AddonStage,
): Promise<{ chart: string; valuesFile: string } | { trouble: StageTrouble }> {
  if (name === wholeChart.name)
    return { chart: release.addonArchive, valuesFile: join(release.stored.folder, addonValuesFile) };
  let folder: string;
  try {
    folder = await unpack(release);
  } catch (error) {
    if (!(error instanceof ReleaseSourceError)) throw error;
    return { trouble: { trouble: 'chart-missing', message: oneLine(error.message) } };
  }
  const chart = join(folder, name);
  try {
    await access(join(chart, 'Chart.yaml'));
  } catch {
    const message = `the release’s add-on archive has no chart in a folder ${name}; release the stack anew with the chart, or without the stage`;
    return { trouble: { trouble: 'chart-missing', message } };
  }
  return { chart, valuesFile: join(chart, overwriteFile) };
}

const isTemplate = (text: string): boolean => text.includes('{{');
/** Named templates of two texts may have one name. */
const hasNames = (text: string): boolean => /\b(define|block)\b/.test(text);

/**
 * The texts of all charts by one Helm process, as a process costs more than all it is asked to do. Where that fails, none: then each is templated
 * alone, and what is wrong is told of the chart that it is about.
 */
async function templateTogether(
  { release, charts, unpack }: AddonChartsOptions,
  templateText: (template: string) => Promise<string>,
): Promise<ReadonlyMap<string, string>> {
  const templates: { name: string; text: string }[] = [];
  for (const name of charts) {
    const text = await readIfThere(join(await unpack(release), name, overwriteFile));
    if (text !== undefined && isTemplate(text) && !hasNames(text)) templates.push({ name, text });
  }
  if (templates.length < 2) return new Map();
  // Of the content, so that the same texts are found in Helm's cache again.
  const all = templates.map(({ text }) => text);
  const border = `# ${createHash('sha256').update(JSON.stringify(all)).digest('hex')}`;
  try {
    const texts = (await templateText(all.join(`\n${border}\n`))).split(border);
    if (texts.length !== templates.length) return new Map();
    return new Map(templates.map(({ name }, index) => [name, texts[index] ?? '']));
  } catch (error) {
    if (error instanceof HelmError) return new Map();
    throw error;
  }
}

function troubleOf(
  trouble: 'values' | 'template' | 'chart-missing',
  error: unknown,
  signal: AbortSignal,
): StageTrouble {
  signal.throwIfAborted();
  if (!(error instanceof HelmError) && !(error instanceof ValuesError)) throw error;
  return { trouble, message: oneLine(error.message) };
}

class ValuesError extends Error {
  override name = 'ValuesError';
}

/** A templated text is the values, or has them as a text under `values`. */
function valuesOf(text: string): string {
  let document: unknown;
  try {
    // Duplicate keys are taken as Helm takes them: the last one counts.
    document = parse(text, { uniqueKeys: false });
  } catch (error) {
    const cause = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new ValuesError(`the templated values are no valid YAML: ${cause}`, { cause: error });
  }
  if (typeof document !== 'object' || document === null || !('values' in document)) return text;
  return typeof document.values === 'string' ? document.values : text;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
