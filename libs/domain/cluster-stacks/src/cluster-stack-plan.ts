import type { Topology } from './cluster.ts';
import { findCondition, type Condition } from './condition.ts';
import {
  parseClassName,
  parseReleaseName,
  printClassName,
  printReleaseName,
  type ReleaseName,
} from './release-name.ts';
import type { ClusterStack, ClusterStackRelease, ReleasePhase, ReleaseSummary } from './resources.ts';
import { compareVersions, inChannel, parseVersion, printDashVersion, printVersion } from './version.ts';

/** What is known when it is decided which releases of a stack there are to be. */
export interface ClusterStackFacts {
  namespace: string;
  spec: ClusterStack['spec'];
  /** ClusterStackReleases that belong to the stack. */
  existing: readonly ClusterStackRelease[];
  /** All tags of the source; undefined where it was not asked, or did not answer. */
  remoteTags: readonly string[] | undefined;
  /** What clusters want, wherever they are. */
  topologies: readonly Topology[];
}

export interface ClusterStackPlan {
  /** Names of the releases that are to be there, oldest first. */
  wanted: string[];
  create: string[];
  delete: string[];
  /** The newest release at the source; only where the stack follows it. */
  latest?: string;
  /** Entries of `spec.versions` that are no versions. */
  invalidVersions: string[];
  /** Tags of the source that name no release, for people to look at. */
  unreadableTags: string[];
}

type StackKey = Pick<ClusterStack['spec'], 'provider' | 'name' | 'kubernetesVersion' | 'channel'>;

/** Does a release belong to a ClusterStack? `custom` is every channel but stable. */
export const isOfStack = (release: ReleaseName, spec: StackKey): boolean =>
  release.provider === spec.provider &&
  release.name === spec.name &&
  release.kubernetesVersion === spec.kubernetesVersion &&
  inChannel(release.version, spec.channel ?? 'stable');

const byAge = (one: ReleaseName, other: ReleaseName): number => compareVersions(one.version, other.version);

/** The release of a ClusterClass; undefined where the name is none of a cluster stack's. */
export function releaseOfClass(className: string): ReleaseName | undefined {
  const release = parseClassName(className);
  return typeof release === 'string' ? undefined : release;
}

const readNames = (names: readonly string[]) => {
  const releases: ReleaseName[] = [];
  const unreadable: string[] = [];
  for (const name of names) {
    const release = parseReleaseName(name);
    if (typeof release === 'string') unreadable.push(name);
    else releases.push(release);
  }
  return { releases, unreadable };
};

/** The newest release that clusters can be made of. */
export function latestReady(existing: readonly ClusterStackRelease[]): ClusterStackRelease | undefined {
  const { releases } = readNames(usable(existing).map(({ metadata }) => metadata.name));
  const newest = releases.toSorted(byAge).at(-1);
  if (!newest) return undefined;
  const name = printReleaseName(newest);
  return existing.find(({ metadata }) => metadata.name === name);
}

const usable = (existing: readonly ClusterStackRelease[]): ClusterStackRelease[] =>
  existing.filter(({ status, metadata }) => status?.ready === true && !metadata.deletionTimestamp);

/**
 * Which releases are to be there: the newest at the source (if the stack follows it), the newest that is ready, those of `spec.versions`, and
 * those that clusters use. All names are compared in one form, so a custom release in use is never taken for unused.
 * While the source does not answer, the newest release that is known counts as the newest.
 */
export function planClusterStack(facts: ClusterStackFacts): ClusterStackPlan {
  const { spec, existing, namespace } = facts;
  const names = existing.map(({ metadata }) => metadata.name);
  const remote = readNames(facts.remoteTags ?? names);
  const latest =
    spec.autoSubscribe === false
      ? undefined
      : remote.releases
          .filter((release) => isOfStack(release, spec))
          .toSorted(byAge)
          .at(-1);
  const { inSpec, invalidVersions } = readVersions(spec);
  const used = new Set(
    facts.topologies
      .filter(({ classNamespace }) => classNamespace === namespace)
      .map(({ className }) => releaseOfClass(className))
      .filter((release) => release !== undefined)
      .map(printReleaseName),
  );
  const ready = latestReady(existing)?.metadata.name;
  const called = new Set(inSpec.map(printReleaseName));
  if (latest) called.add(printReleaseName(latest));
  const keep = names.filter((name) => called.has(name) || name === ready || used.has(name));
  const wanted = readNames([...new Set([...keep, ...called])])
    .releases.toSorted(byAge)
    .map(printReleaseName);
  const leaving = new Set(
    existing.filter(({ metadata }) => metadata.deletionTimestamp).map(({ metadata }) => metadata.name),
  );
  return {
    wanted,
    create: wanted.filter((name) => !names.includes(name)),
    delete: names.filter((name) => !keep.includes(name) && !leaving.has(name)),
    ...(latest && { latest: printReleaseName(latest) }),
    invalidVersions,
    unreadableTags: facts.remoteTags ? remote.unreadable : [],
  };
}

function readVersions(spec: ClusterStack['spec']): { inSpec: ReleaseName[]; invalidVersions: string[] } {
  const inSpec: ReleaseName[] = [];
  const invalidVersions: string[] = [];
  const { provider, name, kubernetesVersion } = spec;
  for (const text of spec.versions ?? []) {
    const version = parseVersion(text);
    if (version) inSpec.push({ provider, name, kubernetesVersion, version });
    else invalidVersions.push(text);
  }
  return { inSpec, invalidVersions };
}

/** `status` of a ClusterStack without its conditions: all releases that are wanted or still there, oldest first. */
export function summarizeClusterStack(
  wanted: readonly string[],
  existing: readonly ClusterStackRelease[],
): Pick<NonNullable<ClusterStack['status']>, 'latestRelease' | 'summary' | 'usableVersions'> {
  const byName = new Map(existing.map((release) => [release.metadata.name, release]));
  const { releases } = readNames([...new Set([...wanted, ...byName.keys()])]);
  const sorted = releases.toSorted(byAge);
  const newest = latestReady(existing);
  const newestName = newest && parseReleaseName(newest.metadata.name);
  const usableNames = new Set(usable(existing).map(({ metadata }) => metadata.name));
  return {
    summary: sorted.map((release) => summarizeRelease(release, byName.get(printReleaseName(release)))),
    usableVersions: sorted
      .filter((release) => usableNames.has(printReleaseName(release)))
      .map(({ version }) => printVersion(version))
      .join(', '),
    ...(newest &&
      newestName !== undefined &&
      typeof newestName !== 'string' && {
        latestRelease: `${printClassName(newestName)} | ${newest.status?.kubernetesVersion ?? ''}`,
      }),
  };
}

function summarizeRelease(name: ReleaseName, release: ClusterStackRelease | undefined): ReleaseSummary {
  const { ready, phase, message } = summarizeConditions(release?.status?.conditions);
  return { name: printDashVersion(name.version), ready, phase, ...(message && { message }) };
}

/** How far a release has come, by its conditions. */
export function summarizeConditions(conditions: readonly Condition[] | undefined): {
  ready: boolean;
  phase: ReleasePhase;
  message: string;
} {
  const statusOf = (type: string) => findCondition(conditions, type)?.status;
  if (statusOf('Ready') === 'True') return { ready: true, phase: 'done', message: '' };
  const message = statusOf('Ready') === 'False' ? (findCondition(conditions, 'Ready')?.reason ?? '') : '';
  const told = (phase: ReleasePhase) => ({ ready: false, phase, message });
  if (statusOf('ProviderClusterStackReleaseReady') === 'True') return told('applying objects');
  if (statusOf('ClusterStackReleaseDownloaded') === 'True') return told('provider-specific work');
  if (statusOf('ClusterStackReleaseDownloaded') === 'False') return told('downloading release assets');
  return told('');
}
