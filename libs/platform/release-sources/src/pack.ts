import {
  addonConfigFile,
  addonValuesFile,
  archiveName,
  chartName,
  fillVersionTags,
  hashesFile,
  hashStack,
  metadataFile,
  nodeImagesFile,
  parseAddonConfig,
  parseNodeImages,
  printHashes,
  printMetadata,
  printReleaseName,
  ReleaseInvalid,
  releaseNameOf,
  stackOf,
  type ReleaseMetadata,
} from '@scs/cluster-stacks';
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { archiveOf, chartOf, subfolder, type Folder } from './chart-archive.ts';
import { ReleaseSourceError } from './source.ts';
import type { StackSource } from './stack-source.ts';

/** A release that was packed. */
export interface PackedRelease {
  tag: string;
  /** `<out>/<tag>` */
  folder: string;
  files: string[];
}

/**
 * Packs sources as the release that `metadata` names into a folder of `out`, in csctl's layout; the same sources give the same bytes. A release of
 * that name is replaced, at once. Throws ReleaseInvalid for sources that no release can be made of.
 */
export async function packRelease(
  source: StackSource,
  metadata: ReleaseMetadata,
  out: string,
): Promise<PackedRelease> {
  const name = releaseNameOf(source.config, metadata);
  if (!name)
    throw new ReleaseInvalid(metadataFile, [
      { path: 'versions.clusterStack', message: `is "${metadata.clusterStack}", which is no version` },
    ]);
  const files = await releaseFiles(source, metadata);
  const tag = printReleaseName(name);
  const folder = join(out, tag);
  await writeFolder(folder, join(out, `.${tag}-${randomUUID()}`), files);
  return { tag, folder, files: [...files.keys()] };
}

async function releaseFiles(source: StackSource, metadata: ReleaseMetadata): Promise<Map<string, Buffer>> {
  const stack = stackOf(source.config);
  const filled = new Map([...source.files].map(([path, content]) => [path, fill(content, metadata)]));
  const addons = source.files.has(addonConfigFile)
    ? await stagedAddons(source, filled, metadata)
    : await singleAddon(source, filled, metadata);
  const nodeImages = nodeImagesOf(source);
  return new Map([
    [hashesFile, Buffer.from(printHashes(hashStack(source.files, source.folders)))],
    [metadataFile, Buffer.from(printMetadata(metadata))],
    [
      archiveName(stack, 'cluster-class', metadata.clusterStack),
      await packChart(filled, 'cluster-class', chartName(stack, 'cluster-class'), metadata.clusterStack),
    ],
    ...addons,
    ...(nodeImages ? [[nodeImagesFile, nodeImages] as const] : []),
  ]);
}

/** Several charts in one archive, each a folder, and what says when they are applied. The latter is copied as it is, as csctl does. */
async function stagedAddons(
  { config, files }: StackSource,
  filled: Folder,
  { clusterAddon }: ReleaseMetadata,
): Promise<[string, Buffer][]> {
  const addonConfig = files.get(addonConfigFile) ?? Buffer.alloc(0);
  const all = subfolder(filled, 'cluster-addon');
  const charts = new Set([...all.keys()].flatMap((path) => /^([^/]+)\/Chart\.yaml$/.exec(path)?.[1] ?? []));
  checkStages(addonConfig.toString(), charts);

  const packed = [...all].filter(([path]) => !charts.has(path.split('/')[0] ?? ''));
  for (const folder of charts) {
    const chart = chartOf(subfolder(all, folder), `cluster-addon/${folder}`, clusterAddon);
    for (const [path, content] of chart.files) packed.push([`${folder}/${path}`, content]);
  }
  return [
    [
      archiveName(stackOf(config), 'cluster-addon', clusterAddon),
      await archiveOf(new Map(packed), { folders: true }),
    ],
    [addonConfigFile, addonConfig],
  ];
}

function checkStages(text: string, charts: ReadonlySet<string>): void {
  const missing = [...parseAddonConfig(text).stages].flatMap(([hook, stages]) =>
    stages
      .map(({ name }, index) => ({ name, path: `addonStages.${hook}[${index}].name` }))
      .filter(({ name }) => !charts.has(name))
      .map(({ name, path }) => ({
        path,
        message: `is ${name}, but cluster-addon/${name} has no Chart.yaml`,
      })),
  );
  if (missing.length > 0) throw new ReleaseInvalid(addonConfigFile, missing);
}

/** One chart, and a template of its values. */
async function singleAddon(
  { config }: StackSource,
  filled: Folder,
  { clusterAddon }: ReleaseMetadata,
): Promise<[string, Buffer][]> {
  const values = filled.get(addonValuesFile);
  if (!values)
    throw new ReleaseInvalid(addonConfigFile, [
      { path: '', message: `is missing, and so is ${addonValuesFile}; write one of them` },
    ]);
  const stack = stackOf(config);
  return [
    [
      archiveName(stack, 'cluster-addon', clusterAddon),
      await packChart(filled, 'cluster-addon', chartName(stack, 'cluster-addon'), clusterAddon),
    ],
    [addonValuesFile, values],
  ];
}

async function packChart(files: Folder, path: string, name: string, version: string): Promise<Buffer> {
  const chart = chartOf(subfolder(files, path), path, version);
  if (chart.name !== name)
    throw new ReleaseInvalid(`${path}/Chart.yaml`, [
      { path: 'name', message: `is ${chart.name}; the operator finds the chart only as ${name}` },
    ]);
  const rooted = new Map([...chart.files].map(([file, content]) => [`${name}/${file}`, content]));
  return archiveOf(rooted, { folders: false });
}

/** The list of images: the one beside csctl.yaml, or node-images/config.yaml, as the OpenStack plugin takes it. */
function nodeImagesOf({ config, files }: StackSource): Buffer | undefined {
  if (config.nodeImageMethod === 'build')
    throw new ReleaseInvalid('csctl.yaml', [
      {
        path: 'config.provider.config.method',
        message:
          'is build; build and upload the images first, name them in node-images/config.yaml, and write get',
      },
    ]);
  const images = files.get(nodeImagesFile) ?? files.get('node-images/config.yaml');
  if (images && config.provider === 'openstack') parseNodeImages(images.toString());
  return images;
}

/** Version tags are filled in in texts alone: archives and pictures stay as they are. */
function fill(content: Buffer, metadata: ReleaseMetadata): Buffer {
  if (content.includes(0) || !content.includes('<< ')) return content;
  return Buffer.from(fillVersionTags(content.toString('latin1'), metadata), 'latin1');
}

/** Writes all files beside the folder, then puts them in its place. */
async function writeFolder(folder: string, draft: string, files: Folder): Promise<void> {
  try {
    await mkdir(draft, { recursive: true });
    for (const [name, content] of files) await writeFile(join(draft, name), content);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    const { code } = cause as NodeJS.ErrnoException;
    throw new ReleaseSourceError('settings', `${folder} cannot be written (${code}); choose another folder`, {
      cause,
    });
  }
}
