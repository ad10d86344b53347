import shipped from '../data/kubernetes.json' with { type: 'json' };
import type { KubernetesData } from './snapshot.ts';

/** Three numbers of a Kubernetes version. */
export interface KubernetesVersion {
  major: number;
  minor: number;
  patch: number;
  /** What a vendor put behind, e.g. `gke.100`. Build metadata (`+rke2r1`) is left out. */
  vendor: string | null;
}

/** Reads `v1.34.1`, with `+build` or `-vendor` behind; null for anything else. */
export function parseKubernetesVersion(text: string): KubernetesVersion | null {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:-([^+]+))?(?:\+.*)?$/.exec(text.trim());
  if (!match) return null;
  const [, major, minor, patch, vendor] = match;
  return { major: Number(major), minor: Number(minor), patch: Number(patch), vendor: vendor ?? null };
}

export const branchOf = ({ major, minor }: KubernetesVersion): string => `${major}.${minor}`;

type VersionRange = NonNullable<KubernetesData['severeCves']>[number]['ranges'][number];

const compare = (a: KubernetesVersion, b: KubernetesVersion): number =>
  a.major - b.major || a.minor - b.minor || a.patch - b.patch;

/** Is the version in the range? Without an upper end the range is open. */
export function isInRange(version: KubernetesVersion, { lower, upper, inclusive }: VersionRange): boolean {
  const [from, to] = [parseKubernetesVersion(lower), upper === null ? null : parseKubernetesVersion(upper)];
  if (!from || compare(version, from) < 0) return false;
  if (!to) return upper === null;
  return compare(version, to) < 0 || (inclusive && compare(version, to) === 0);
}

/** Facts about Kubernetes that come with the product: ends of support. Releases and CVEs must be gathered (`--kubernetes-data`). */
export const shippedKubernetesData: KubernetesData = shipped;

/** Of GitHub's release list (`GET /repos/kubernetes/kubernetes/releases`): what was released when. Drafts and previews do not count. */
export function kubernetesReleases(
  list: readonly { tag_name: string; published_at: string; draft: boolean; prerelease: boolean }[],
): NonNullable<KubernetesData['releases']> {
  return list
    .filter(({ draft, prerelease }) => !draft && !prerelease)
    .map((release) => ({ tag: release.tag_name, publishedAt: release.published_at }));
}

interface CveRecord {
  containers: {
    cna: {
      metrics?: Record<string, unknown>[];
      affected?: { versions?: CveVersion[] }[];
    };
  };
}
interface CveVersion {
  version?: string;
  lessThan?: string;
  lessThanOrEqual?: string;
  status?: string;
}

/** Is any CVSS base score of the record 8 or more (scs-0210: high severity)? */
export function isSevere({ containers: { cna } }: CveRecord): boolean {
  const scores = (cna.metrics ?? []).flatMap((metric) =>
    Object.entries(metric).flatMap(([key, value]) =>
      key.startsWith('cvss') ? [(value as { baseScore?: number }).baseScore ?? 0] : [],
    ),
  );
  return scores.some((score) => score >= 8);
}

/** The version ranges that a CVE record (CVE JSON 5) says are affected. */
export const affectedRanges = ({ containers: { cna } }: CveRecord): VersionRange[] =>
  (cna.affected ?? [])
    .flatMap(({ versions = [] }) => versions)
    .filter(({ status = 'affected' }) => status === 'affected')
    .map(readRange);

/** One range of a CVE record. `1.27.x` ends where it begins, which is upstream's reading and hits nothing. */
export function readRange({ version = '', lessThan, lessThanOrEqual }: CveVersion): VersionRange {
  const lower = readLoosely(version);
  const end = readLoosely(lessThan ?? lessThanOrEqual ?? '');
  return {
    lower: lower ?? '0.0.0',
    upper: end ?? lower,
    inclusive: lessThan === undefined && lessThanOrEqual !== undefined,
  };
}

/** `0` → `0.0.0`, `v1.27.x` → `1.27.0`; null for what is no version. */
function readLoosely(text: string): string | null {
  const match = /^v?(\d+)(?:\.(\d+|x))?(?:\.(\d+|x))?/.exec(text.trim());
  if (!match) return null;
  return [match[1], match[2], match[3]]
    .map((part) => (part === undefined || part === 'x' ? '0' : part))
    .join('.');
}
