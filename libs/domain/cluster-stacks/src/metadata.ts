import { FileReading } from './release-file.ts';
import { parseVersion, printVersion } from './version.ts';

/** What metadata.yaml says of a release. Versions of the stack and its components are in dot form, as in file names. */
export interface ReleaseMetadata {
  clusterStack: string;
  /** Full: `v1.27.3`. */
  kubernetes: string;
  /** May stay behind `clusterStack`: add-ons that did not change keep their version. */
  clusterAddon: string;
  /** Empty where the stack has no images of its own. */
  nodeImage: string;
}

export const metadataFile = 'metadata.yaml';
const apiVersion = 'metadata.clusterstack.x-k8s.io/v1alpha1';

/** Semantic version with the `v` that Cluster API wants; a suffix (`-rc.1`, `+k3s1`) is allowed. */
export const fullKubernetesVersion =
  /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

/**
 * Reads metadata.yaml. Throws ReleaseInvalid.
 *
 * An absent or empty nodeImage is accepted: csctl leaves it out where a stack brings no images, although upstream's operator then rejects the
 * release even when no provider would look at it.
 */
export function parseMetadata(text: string): ReleaseMetadata {
  const reading = new FileReading(metadataFile);
  const versions = reading.fields(reading.document(text)['versions'], 'versions');
  const components = reading.fields(versions['components'], 'versions.components');

  const metadata = {
    clusterStack: version(reading, versions['clusterStack'], 'versions.clusterStack', true),
    kubernetes: reading.text(versions['kubernetes'], 'versions.kubernetes', 'v1.27.3'),
    clusterAddon: version(reading, components['clusterAddon'], 'versions.components.clusterAddon', true),
    nodeImage: version(reading, components['nodeImage'], 'versions.components.nodeImage', false),
  };
  const { kubernetes } = metadata;
  if (kubernetes && !fullKubernetesVersion.test(kubernetes))
    reading.note('versions.kubernetes', `is "${kubernetes}"; write the full version, such as v1.27.3`);
  reading.check();
  return metadata;
}

function version(reading: FileReading, value: unknown, path: string, required: boolean): string {
  const text = required ? reading.text(value, path, 'v1') : (reading.optionalText(value, path) ?? '');
  if (text === '') return '';
  const parsed = parseVersion(text);
  if (parsed) return printVersion(parsed);
  reading.note(path, `is "${text}", which is no version; write v1 or v0-sha.abc1234`);
  return '';
}

/** metadata.yaml, byte for byte the same for the same versions. */
export function printMetadata({
  clusterStack,
  kubernetes,
  clusterAddon,
  nodeImage,
}: ReleaseMetadata): string {
  const lines = [
    `apiVersion: ${apiVersion}`,
    'versions:',
    `  clusterStack: ${clusterStack}`,
    `  kubernetes: ${kubernetes}`,
    '  components:',
    `    clusterAddon: ${clusterAddon}`,
    ...(nodeImage ? [`    nodeImage: ${nodeImage}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
