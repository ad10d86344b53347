import { addonConfigFile } from './addon-config.ts';
import { hashesFile } from './assets.ts';
import { metadataFile } from './metadata.ts';
import { nodeImagesFile } from './node-images.ts';

/** Type of the OCI artifact that holds a release. */
export const artifactType = 'application/vnd.scs.cluster-stacks.v1';

const byName: Record<string, string> = {
  [addonConfigFile]: 'application/vnd.scs.cluster-addon.config.layer.v1+yaml',
  [metadataFile]: 'application/vnd.scs.metadata.layer.v1+yaml',
  [nodeImagesFile]: 'application/vnd.scs.node-image.config.layer.v1+yaml',
  [hashesFile]: 'application/vnd.scs.hashes.layer.v1+yaml',
};

const archives: readonly [part: string, type: string][] = [
  ['cluster-addon', 'application/vnd.scs.cluster-addon.layer.v1.tar+gzip'],
  ['cluster-class', 'application/vnd.scs.cluster-class.v1.tar+gzip'],
  ['node-image', 'application/vnd.scs.node-image.layer.v1.tar+gzip'],
];

/** Media type of the layer that holds this file of a release; empty for files that nobody looks for. */
export function mediaTypeOf(file: string): string {
  if (Object.hasOwn(byName, file)) return byName[file] ?? '';
  if (!file.endsWith('.tgz')) return '';
  return archives.find(([part]) => file.includes(part))?.[1] ?? '';
}
