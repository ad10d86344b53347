import {
  customRelease,
  hashesFile,
  hashRelease,
  hashStack,
  latestStable,
  metadataFile,
  nextStable,
  parseHashes,
  parseMetadata,
  printReleaseName,
  unknownVersionTags,
  type ReleaseMetadata,
} from '@scs/cluster-stacks';
import { openReleaseSource, packRelease, readStackSource, type StackSource } from '@scs/release-sources';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from './command.ts';
import { EXIT, Failure, usage } from './failure.ts';
import { columns, defaultFormat, formatData } from './output.ts';
import { sourceSettings } from './release-place.ts';
import { explained } from './stack-failure.ts';
import { withWorkspace } from './workspace.ts';

interface CreateValues {
  mode?: 'stable' | 'hash' | 'custom';
  out?: string;
  remote?: string;
  'cluster-stack-version'?: string;
  'cluster-addon-version'?: string;
  'node-image-version'?: string;
  output?: 'table' | 'json' | 'yaml';
}

/** `scs stack create`: packs sources as a release. */
export async function create(values: CreateValues, [folder = '']: string[]): Promise<Answer> {
  const { out = './.release', output } = values;
  const mode = values.mode ?? 'stable';
  checkVersions(values, mode);
  const { release, source, metadata } = await explained(async () => {
    const source = await readStackSource(folder);
    const metadata = await versionsOf(values, mode, source);
    return { source, metadata, release: await packRelease(source, metadata, out) };
  });
  const tags = [...source.files].flatMap(([path, content]) =>
    content.includes(0) ? [] : unknownVersionTags(content.toString()).map((tag) => `${path}: << ${tag} >>`),
  );
  const answer = {
    ...release,
    mode,
    versions: metadata,
    warnings: tags.map((tag) => `${tag} is no version and became empty`),
  };
  const format = output ?? defaultFormat();
  const rows = [
    ['release', release.tag],
    ['folder', release.folder],
    ...Object.entries(metadata),
    ...answer.warnings.map((warning) => ['warning', warning]),
  ];
  return {
    text: format === 'table' ? columns(rows) : await formatData(answer, format),
    exitCode: EXIT.pass,
  };
}

const versionOptions = ['cluster-stack-version', 'cluster-addon-version', 'node-image-version'] as const;

function checkVersions(values: CreateValues, mode: string): void {
  const given = versionOptions.filter((option) => values[option] !== undefined);
  if (mode === 'custom' && given.length < versionOptions.length)
    throw usage(`--mode custom needs ${versionOptions.map((option) => `--${option}`).join(', ')}`);
  if (mode !== 'custom' && given[0])
    throw usage(`--${given[0]} belongs to --mode custom; leave it out, or write that`);
  if (mode !== 'stable' && values.remote !== undefined)
    throw usage('--remote belongs to --mode stable, which counts on from the newest release; leave it out');
}

async function versionsOf(values: CreateValues, mode: string, source: StackSource): Promise<ReleaseMetadata> {
  const { config, files, folders } = source;
  if (mode === 'hash') return hashRelease(config, hashStack(files, folders));
  if (mode === 'stable') return stableVersions(values.remote, source);
  const metadata = customRelease(config, {
    clusterStack: values['cluster-stack-version'] ?? '',
    clusterAddon: values['cluster-addon-version'] ?? '',
    nodeImage: values['node-image-version'] ?? '',
  });
  if (typeof metadata === 'string') throw usage(metadata);
  return metadata;
}

/** Counts on from the newest stable release of the remote. */
async function stableVersions(
  remote: string | undefined,
  { config, files, folders }: StackSource,
): Promise<ReleaseMetadata> {
  const source = openReleaseSource(sourceSettings(remote));
  const name = latestStable(config, await source.list());
  const latest =
    name &&
    (await withWorkspace(async (workspace) => {
      const folder = join(workspace, 'release');
      await mkdir(folder);
      await source.fetch(printReleaseName(name), folder);
      const read = (file: string): Promise<string> =>
        readFile(join(folder, file), 'utf8').catch(() => {
          throw usage(
            `${printReleaseName(name)} of ${source.description} has no ${file}; name versions with --mode custom`,
          );
        });
      return {
        name,
        metadata: parseMetadata(await read(metadataFile)),
        hashes: parseHashes(await read(hashesFile)),
      };
    }));
  const next = nextStable(config, hashStack(files, folders), latest);
  if ('metadata' in next) return next.metadata;
  throw new Failure(EXIT.fail, `nothing changed since ${next.unchangedSince}; there is nothing to release`);
}
