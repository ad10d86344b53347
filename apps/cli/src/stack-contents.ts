import {
  addonConfigFile,
  addonNamespace,
  addonValuesFile,
  exampleCluster,
  parseAddonConfig,
  parseNodeImages,
  singleStage,
  stackPrefix,
  type ChartContents,
  type ReleaseContents,
  type ValuesData,
} from '@scs/cluster-stacks';
import { HelmError, type Chart, type Helm } from '@scs/helm';
import { unpackArchive } from '@scs/release-sources';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ReleaseFolder } from './stack-release.ts';

export interface RenderSettings {
  helm: Helm;
  /** To unpack archives in. */
  workspace: string;
  /** What the class chart is rendered for. */
  namespace: string;
  /** Objects that values are templated from; a made-up cluster where there are none. */
  data?: ValuesData | undefined;
  /** Values for an add-on, instead of its template. */
  values?: string | undefined;
}

/** Renders all charts of a release. A chart that does not render says why; the others are there. */
export async function renderRelease(
  release: ReleaseFolder,
  settings: RenderSettings,
): Promise<ReleaseContents> {
  const { name, folder, files, metadata, assets } = release;
  const read = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');
  const classChart = await renderClass(release, settings);
  const data = settings.data ?? exampleCluster(name, metadata.kubernetes, classChart.objects);
  return {
    name,
    metadata,
    files,
    classChart,
    addonCharts: await renderAddons(release, { ...settings, data }),
    ...(assets.addonConfig && { addonConfig: parseAddonConfig(await read(addonConfigFile)) }),
    nodeImages: assets.nodeImages ? parseNodeImages(await read(assets.nodeImages)) : [],
  };
}

async function renderClass(
  { name, folder, metadata, assets }: ReleaseFolder,
  { helm, workspace, namespace }: RenderSettings,
): Promise<ChartContents> {
  const path = await unpackChart(join(folder, assets.classChart), await freshFolder(workspace));
  return render(helm, {
    path,
    releaseName: stackPrefix(name),
    namespace,
    kubernetesVersion: metadata.kubernetes,
  });
}

async function renderAddons(
  { folder, metadata, assets }: ReleaseFolder,
  { helm, workspace, data, values }: RenderSettings & { data: ValuesData },
): Promise<Map<string, ChartContents>> {
  const archive = join(folder, assets.addonArchive);
  const unpacked = await freshFolder(workspace);
  const charts: [stage: string, path: string, template: string][] = [];
  if (assets.stages === 'single')
    charts.push([singleStage, await unpackChart(archive, unpacked), join(folder, addonValuesFile)]);
  else {
    await unpackArchive(archive, unpacked);
    for (const stage of (await readdir(unpacked)).toSorted())
      if ((await readIfThere(join(unpacked, stage, 'Chart.yaml'))) !== undefined)
        charts.push([stage, join(unpacked, stage), join(unpacked, stage, 'overwrite.yaml')]);
  }
  const contents = charts.map(async ([stage, path, file]): Promise<[string, ChartContents]> => {
    const chart = {
      path,
      releaseName: singleStageRelease,
      namespace: addonNamespace,
      kubernetesVersion: metadata.kubernetes,
      includeCrds: true,
    };
    return [stage, await render(helm, chart, async () => values ?? templatedValues(helm, file, data))];
  });
  return new Map(await Promise.all(contents));
}

/** Helm's name for the release of every add-on, as upstream has it. */
const singleStageRelease = 'cluster-addon';

async function render(
  helm: Helm,
  chart: Chart,
  values?: () => Promise<string | undefined>,
): Promise<ChartContents> {
  const description: unknown = parse(await readFile(join(chart.path, 'Chart.yaml'), 'utf8'));
  const fields = typeof description === 'object' && description !== null ? description : {};
  try {
    const { objects, random } = await helm.template({ ...chart, values: await values?.() });
    return { chart: { ...fields }, objects, random };
  } catch (error) {
    if (!(error instanceof HelmError) || error.reason === 'unavailable') throw error;
    return { chart: { ...fields }, objects: [], failure: error.message };
  }
}

/** The template filled in: the values, or those in its field `values`. */
async function templatedValues(helm: Helm, file: string, data: ValuesData): Promise<string | undefined> {
  const template = await readIfThere(file);
  if (template === undefined) return undefined;
  const text = await helm.templateText(template, { ...data });
  const document: unknown = parse(text, { uniqueKeys: false });
  const values = typeof document === 'object' && document !== null && 'values' in document && document.values;
  return typeof values === 'string' ? values : text;
}

/** Unpacks the archive of one chart and gives the folder with its Chart.yaml. */
async function unpackChart(archive: string, folder: string): Promise<string> {
  await unpackArchive(archive, folder);
  for (const name of await readdir(folder))
    if ((await readIfThere(join(folder, name, 'Chart.yaml'))) !== undefined) return join(folder, name);
  throw new HelmError(
    'invalid-chart',
    `${archive} has no Chart.yaml in a folder; pack the chart with \`scs stack create\``,
  );
}

let folders = 0;
async function freshFolder(workspace: string): Promise<string> {
  const folder = join(workspace, `unpacked-${++folders}`);
  await mkdir(folder);
  return folder;
}

const readIfThere = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
