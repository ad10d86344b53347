import { FileReading } from './release-file.ts';
import type { ReleaseName } from './release-name.ts';

/** csctl.yaml: which stack the sources in its folder are. */
export interface StackConfig {
  provider: string;
  /** Of the stack. */
  name: string;
  /** Full: `v1.34.7`. */
  kubernetesVersion: string;
  /** How node images come about: `get` takes them from node-images/config.yaml, `build` needs a tool. Undefined: the stack brings none. */
  nodeImageMethod?: string;
}

/** Names of the file, the newer one first; the other is of 2023. */
export const stackConfigFiles = ['csctl.yaml', 'csmctl.yaml'] as const;

/** Reads csctl.yaml or csmctl.yaml. Throws ReleaseInvalid. */
export function parseStackConfig(text: string, file: string = stackConfigFiles[0]): StackConfig {
  const reading = new FileReading(file);
  const config = reading.fields(reading.document(text)['config'], 'config');
  const provider = reading.fields(config['provider'], 'config.provider');
  const result: StackConfig = {
    provider: segment(reading, provider['type'], 'config.provider.type', 'openstack'),
    name: segment(reading, config['clusterStackName'], 'config.clusterStackName', 'scs2'),
    kubernetesVersion: reading.text(config['kubernetesVersion'], 'config.kubernetesVersion', 'v1.34.7'),
  };
  if (result.kubernetesVersion && !/^v\d+\.\d+\.\d+$/.test(result.kubernetesVersion))
    reading.note(
      'config.kubernetesVersion',
      `is "${result.kubernetesVersion}"; write the full version, such as v1.34.7`,
    );
  if (provider['config'] !== undefined && provider['config'] !== null) {
    const method = reading.optionalText(
      reading.fields(provider['config'], 'config.provider.config')['method'],
      'config.provider.config.method',
    );
    if (method !== undefined) result.nodeImageMethod = method;
  }
  reading.check();
  return result;
}

/**
 * One segment of a release's name. Upstream lets dashes, dots and capitals through, and the operator then reads the name wrongly or not at all.
 */
function segment(reading: FileReading, value: unknown, path: string, example: string): string {
  const text = reading.text(value, path, example);
  if (text && !/^[a-z0-9]{1,63}$/.test(text))
    reading.note(
      path,
      `is "${text}"; use lower-case letters and digits alone, since dashes separate the parts of a release's name`,
    );
  return text;
}

/** What all releases of these sources are called, but for their version. */
export function stackOf(config: StackConfig): Pick<ReleaseName, 'provider' | 'name' | 'kubernetesVersion'> {
  const [major = '', minor = ''] = config.kubernetesVersion.replace(/^v/, '').split('.');
  return {
    provider: config.provider,
    name: config.name,
    kubernetesVersion: `${Number(major)}.${Number(minor)}`,
  };
}
