import {
  parseDashVersion,
  parseVersion,
  printDashVersion,
  printVersion,
  type StackVersion,
} from './version.ts';

/** What the name of a release or of a ClusterClass says: `<provider>-<stack>-<major>-<minor>-<version>`. */
export interface ReleaseName {
  provider: string;
  /** Of the stack. */
  name: string;
  /** `1.27` */
  kubernetesVersion: string;
  version: StackVersion;
}

/** Why a name cannot be read; upstream's words. */
export type NameError =
  | 'invalid format'
  | 'invalid provider'
  | 'invalid name'
  | 'invalid kubernetes version'
  | 'invalid version';

/** Reads a release tag or the name of a ClusterStackRelease, e.g. `docker-ferrol-1-27-v0-sha-hipstsw`. */
export const parseReleaseName = (text: string): ReleaseName | NameError =>
  parse(text, [5, 7], parseDashVersion);

/** Reads the name of a ClusterClass, e.g. `docker-ferrol-1-27-v0-sha.hipstsw`. */
export const parseClassName = (text: string): ReleaseName | NameError => parse(text, [5, 6], parseVersion);

function parse(
  text: string,
  lengths: number[],
  readVersion: (text: string) => StackVersion | undefined,
): ReleaseName | NameError {
  const parts = text.split('-');
  if (!lengths.includes(parts.length)) return 'invalid format';
  const [provider = '', name = '', major = '', minor = '', ...rest] = parts;
  if (provider === '') return 'invalid provider';
  if (name === '') return 'invalid name';
  const kubernetes = [major, minor].map(readInteger);
  if (kubernetes.includes(undefined)) return 'invalid kubernetes version';
  const version = readVersion(rest.join('-'));
  if (!version) return 'invalid version';
  return { provider, name, kubernetesVersion: kubernetes.join('.'), version };
}

/** As Go's Atoi: leading zeros and a plus are fine. */
function readInteger(text: string): number | undefined {
  const number = /^\+?\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** `docker-ferrol-1-27`: what all versions of a stack for one Kubernetes minor share. */
export const stackPrefix = ({
  provider,
  name,
  kubernetesVersion,
}: Pick<ReleaseName, 'provider' | 'name' | 'kubernetesVersion'>): string =>
  `${provider}-${name}-${kubernetesVersion.replace('.', '-')}`;

/** Tag of the release, and name of its ClusterStackRelease: dashes only. */
export const printReleaseName = (release: ReleaseName): string =>
  `${stackPrefix(release)}-${printDashVersion(release.version)}`;

/** Name of the release's ClusterClass: the version in its dot form. */
export const printClassName = (release: ReleaseName): string =>
  `${stackPrefix(release)}-${printVersion(release.version)}`;

/** The release that a ClusterClass comes from, by name alone: its one dot becomes a dash. */
export const classToReleaseName = (className: string): string =>
  className.split('.').length === 2 ? className.replace('.', '-') : className;
