import {
  classToReleaseName,
  findAssets,
  metadataFile,
  parseMetadata,
  parseReleaseName,
  ReleaseInvalid,
  type ReleaseAssets,
  type ReleaseMetadata,
  type ReleaseName,
} from '@scs/cluster-stacks';
import { openReleaseSource } from '@scs/release-sources';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { usage } from './failure.ts';
import { ociSettings, parseOciPlace, sourceSettings } from './release-place.ts';

/** The files of a release on this disk, with what they are. */
export interface ReleaseFolder {
  name: ReleaseName;
  folder: string;
  files: string[];
  metadata: ReleaseMetadata;
  assets: ReleaseAssets;
  /** That the source has for it. */
  digest?: string;
}

/** A release by its folder, by its address (`oci://…:tag`), or by its tag in a source. */
export async function openRelease(
  reference: string,
  source: string | undefined,
  workspace: string,
): Promise<ReleaseFolder> {
  if (await isFolder(reference)) return readReleaseFolder(reference);
  const place = reference.startsWith('oci://') ? parseOciPlace(reference) : undefined;
  if (place?.tag !== undefined) return fetchRelease(ociSettings(place, process.env), place.tag, workspace);
  if (typeof parseReleaseName(reference) === 'string')
    throw usage(
      `${reference} is no folder, no oci://registry/repository:tag and no name of a release; write for example docker-scs-1-30-v1`,
    );
  return fetchRelease(sourceSettings(source), reference, workspace);
}

async function fetchRelease(
  settings: Parameters<typeof openReleaseSource>[0],
  tag: string,
  workspace: string,
): Promise<ReleaseFolder> {
  const folder = join(workspace, tag);
  await mkdir(folder);
  const { digest } = await openReleaseSource(settings).fetch(tag, folder);
  return { ...(await readReleaseFolder(folder)), ...(digest !== undefined && { digest }) };
}

async function readReleaseFolder(folder: string): Promise<ReleaseFolder> {
  const files = await readdir(folder);
  if (!files.includes(metadataFile))
    throw usage(
      `${folder} has no ${metadataFile}; name the folder of a release, or create one with \`scs stack create\``,
    );
  const name = nameOf(folder, files);
  const metadata = parseMetadata(await readFile(join(folder, metadataFile), 'utf8'));
  return { name, folder, files, metadata, assets: findAssets(name, metadata, files) };
}

/** The folder is called like the release; else the class chart in it says which it is. */
function nameOf(folder: string, files: readonly string[]): ReleaseName {
  const byFolder = parseReleaseName(basename(resolve(folder)));
  if (typeof byFolder !== 'string') return byFolder;
  const charts = files.flatMap(
    (file) => /^(.+)-cluster-class-(.+)\.tgz$/.exec(file)?.slice(1).join('-') ?? [],
  );
  const byChart =
    charts.length === 1 ? parseReleaseName(classToReleaseName(charts[0] ?? '')) : 'invalid format';
  if (typeof byChart !== 'string') return byChart;
  throw new ReleaseInvalid(folder, [
    {
      path: '',
      message: 'does not say which release it is; call the folder like it, for example docker-scs-1-30-v1',
    },
  ]);
}

export const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() === true;
