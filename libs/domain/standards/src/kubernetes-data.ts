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

/** Is the version in the range? Without an upper end the range is its lower end alone. */
export function isInRange(version: KubernetesVersion, { lower, upper, inclusive }: VersionRange): boolean {
  const from = parseKubernetesVersion(lower);
  if (!from) return false;
  if (upper === null) return compare(version, from) === 0;
  const to = parseKubernetesVersion(upper);
  if (!to || compare(version, from) < 0) return false;
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
      affected?: { product?: string; versions?: CveVersion[] }[];
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
      /^cvssv\d/i.test(key) ? [(value as { baseScore?: number }).baseScore ?? 0] : [],
    ),
  );
  return scores.some((score) => score >= 8);
}

/** The version ranges of Kubernetes itself that a CVE record (CVE JSON 5) says are affected; the feed has add-ons too. */
export const affectedRanges = ({ containers: { cna } }: CveRecord): VersionRange[] =>
  (cna.affected ?? [])
    .filter(({ product }) => product === 'Kubernetes')
    .flatMap(({ versions = [] }) => versions)
    .filter(({ status = 'affected' }) => status === 'affected')
    .map(readRange);

/**
 * One range of a CVE record, as upstream's test reads it: what is no version of three numbers is no lower end, a version alone means
 * that one, and `1.27.x` ends where it begins and so hits nothing.
 */
export function readRange({ version = '', lessThan, lessThanOrEqual }: CveVersion): VersionRange {
  const lower = threeNumbers(version);
  const end = lessThanOrEqual ?? lessThan;
  if (end !== undefined)
    return { lower: lower ?? '0.0.0', upper: padded(end), inclusive: lessThanOrEqual !== undefined };
  const [, from, to] = /^(\S+)\s+-\s+(\S+)$/.exec(version.trim()) ?? [];
  const span = [threeNumbers(from ?? ''), threeNumbers(to ?? '')];
  if (span[0] && span[1]) return { lower: span[0], upper: span[1], inclusive: false };
  const branch = /^v?(\d+\.\d+)\.x$/.exec(version.trim())?.[1];
  if (branch) return { lower: `${branch}.0`, upper: `${branch}.0`, inclusive: false };
  return { lower: lower ?? '0.0.0', upper: null, inclusive: false };
}

/** `v1.27.3` → `1.27.3`; null for anything else. */
function threeNumbers(text: string): string | null {
  const version = parseKubernetesVersion(text);
  return version?.vendor === null ? `${branchOf(version)}.${version.patch}` : null;
}

/** `1.27` → `1.27.0`. What is no version stays, and is the end of no range. */
const padded = (text: string): string =>
  threeNumbers(text) ?? threeNumbers(`${text}.0`) ?? threeNumbers(`${text}.0.0`) ?? text;
