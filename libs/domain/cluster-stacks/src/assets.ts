import { addonConfigFile } from './addon-config.ts';
import { metadataFile, type ReleaseMetadata } from './metadata.ts';
import { nodeImagesFile } from './node-images.ts';
import { ReleaseInvalid, type FileProblem } from './release-file.ts';
import { stackPrefix, type ReleaseName } from './release-name.ts';
import { printVersion } from './version.ts';

export const addonValuesFile = 'cluster-addon-values.yaml';
export const hashesFile = 'hashes.json';

/** Which file of a release is what. Names only, of files directly in its folder. */
export interface ReleaseAssets {
  classChart: string;
  /** A chart (single stage), or a folder of charts (multi stage). */
  addonArchive: string;
  stages: 'single' | 'multi';
  /** Multi stage only. */
  addonConfig?: string;
  /** Values of a single-stage chart. */
  addonValues?: string;
  nodeImages?: string;
  hashes?: string;
}

/** What a chart of the stack is called in Chart.yaml: `docker-ferrol-1-27-cluster-class`. */
export const chartName = (
  release: Pick<ReleaseName, 'provider' | 'name' | 'kubernetesVersion'>,
  part: 'cluster-class' | 'cluster-addon',
): string => `${stackPrefix(release)}-${part}`;

/** File of such a chart; its version in dot form. */
export const archiveName = (
  release: Pick<ReleaseName, 'provider' | 'name' | 'kubernetesVersion'>,
  part: 'cluster-class' | 'cluster-addon',
  version: string,
): string => `${chartName(release, part)}-${version}.tgz`;

/**
 * Finds the parts of a release among its files. Throws ReleaseInvalid with all that is missing. Archives are found by their exact name; upstream
 * takes any whose name contains it, and so `…-v10.tgz` for `…-v1.tgz`.
 */
export function findAssets(
  release: ReleaseName,
  metadata: Pick<ReleaseMetadata, 'clusterAddon'>,
  files: readonly string[],
): ReleaseAssets {
  const problems: FileProblem[] = [];
  const classChart = archiveName(release, 'cluster-class', printVersion(release.version));
  const addonArchive = archiveName(release, 'cluster-addon', metadata.clusterAddon);
  for (const file of [classChart, addonArchive])
    if (!files.includes(file)) problems.push({ path: '', message: `${file} is missing` });
  const optional = (name: string): string | undefined => (files.includes(name) ? name : undefined);
  const addonConfig = optional(addonConfigFile);
  const addonValues = optional(addonValuesFile);
  if (!addonConfig && !addonValues)
    problems.push({
      path: '',
      message: `neither ${addonConfigFile} (several stages) nor ${addonValuesFile} (one stage) is there`,
    });
  if (problems.length > 0) throw new ReleaseInvalid('release', problems);

  const nodeImages = optional(nodeImagesFile);
  const hashes = optional(hashesFile);
  return {
    classChart,
    addonArchive,
    stages: addonConfig ? 'multi' : 'single',
    ...(addonConfig && { addonConfig }),
    ...(addonValues && !addonConfig && { addonValues }),
    ...(nodeImages && { nodeImages }),
    ...(hashes && { hashes }),
  };
}

/** Is metadata.yaml the one of this release? Nothing where it is. */
export function metadataProblem(release: ReleaseName, metadata: ReleaseMetadata): ReleaseInvalid | undefined {
  const version = printVersion(release.version);
  const problems: FileProblem[] = [];
  if (metadata.clusterStack !== version)
    problems.push({
      path: 'versions.clusterStack',
      message: `is ${metadata.clusterStack}, but the release is called ${version}`,
    });
  if (!metadata.kubernetes.startsWith(`v${release.kubernetesVersion}.`))
    problems.push({
      path: 'versions.kubernetes',
      message: `is ${metadata.kubernetes}, but the release is for ${release.kubernetesVersion}`,
    });
  return problems.length > 0 ? new ReleaseInvalid(metadataFile, problems) : undefined;
}
