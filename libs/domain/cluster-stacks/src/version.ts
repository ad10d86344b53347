/** Version of a cluster stack or of one of its components, e.g. `v1`, `v1-alpha.0`, `v0-sha.hipstsw`. */
export interface StackVersion {
  /** At most 2^53 - 1; upstream takes more, but such a number has no exact spelling here. */
  major: number;
  /** `stable`, or the word behind the first dash: `alpha`, `sha`, `git`, … */
  channel: string;
  /** Behind the dot, a number or a hash; empty in the channel stable. */
  patch: string;
}

const dotForm = /^v(\d+)(?:-(\w+)\.(\w+))?$/;
const dashForm = /^v(\d+)(?:-(\w+)-(\w+))?$/;

/** Reads the dot form, as in `spec.versions`, metadata.yaml and names of ClusterClasses. Undefined: no version. */
export const parseVersion = (text: string): StackVersion | undefined => read(dotForm, text);

/** Reads the dash form, as in release tags and object names. Undefined: no version. */
export const parseDashVersion = (text: string): StackVersion | undefined => read(dashForm, text);

function read(form: RegExp, text: string): StackVersion | undefined {
  const match = form.exec(text);
  if (!match) return undefined;
  const [, digits = '', channel = 'stable', patch = ''] = match;
  const major = Number(digits);
  return Number.isSafeInteger(major) ? { major, channel, patch } : undefined;
}

/** `v1-alpha.0`, as {@link parseVersion} reads it. `v1-stable.2` is `v1`, as upstream prints it. */
export const printVersion = (version: StackVersion): string => print(version, '.');

/** `v1-alpha-0`, as {@link parseDashVersion} reads it. */
export const printDashVersion = (version: StackVersion): string => print(version, '-');

const print = ({ major, channel, patch }: StackVersion, separator: string): string =>
  channel === 'stable' ? `v${major}` : `v${major}-${channel}${separator}${patch}`;

/** Does a version belong to the channel of a ClusterStack? `custom` is everything that is not stable. */
export const inChannel = ({ channel }: StackVersion, wanted: 'stable' | 'custom'): boolean =>
  (channel === 'stable') === (wanted === 'stable');

/**
 * Orders versions: by number, then by channel, then by patch; numbers as numbers (alpha.10 after alpha.9), before hashes.
 * Hashes have no age: their order only makes the result the same each time.
 */
export function compareVersions(one: StackVersion, other: StackVersion): number {
  return (
    one.major - other.major ||
    compareText(one.channel, other.channel) ||
    comparePatches(one.patch, other.patch)
  );
}

function comparePatches(one: string, other: string): number {
  const [a, b] = [numeric(one), numeric(other)];
  if (a !== undefined && b !== undefined) return a < b ? -1 : Number(a > b);
  if (a !== undefined) return -1;
  if (b !== undefined) return 1;
  return compareText(one, other);
}

const numeric = (patch: string): bigint | undefined => (/^\d+$/.test(patch) ? BigInt(patch) : undefined);

const compareText = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
