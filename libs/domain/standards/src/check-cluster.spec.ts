import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkNodeDistribution, isRecent, supportedBranches } from './check-cluster.ts';
import { judge } from './judge.ts';
import {
  affectedRanges,
  isInRange,
  isSevere,
  kubernetesReleases,
  parseKubernetesVersion,
  readRange,
  shippedKubernetesData,
} from './kubernetes-data.ts';
import type { Mode, Result } from './result.ts';
import { SNAPSHOT_FORMAT, type ClusterNode, type ClusterSnapshot, type KubernetesData } from './snapshot.ts';

const folder = new URL('../../../../../shared/vectors/certification/', import.meta.url);
const present = existsSync(folder);
if (!present) console.log('skipped: golden Kubernetes data, which is not part of this repository');
const text = (name: string) => readFileSync(new URL(name, folder), 'utf8');

interface Policy {
  recency: {
    version: string;
    now: string;
    recent: Record<'no_cve' | 'cve_1.28.5' | 'cve_le_1.28.5', boolean>;
  }[];
  parse_version: { in: string; out?: string; error?: string }[];
  cve_ranges: { in: Parameters<typeof readRange>[0]; lower: string; upper: string; inclusive: boolean }[];
  supported_branches: Record<string, string[] | string>;
  high_severity: { metrics: Record<string, unknown>[]; high: boolean }[];
}

describe.skipIf(!present)('golden version policy', () => {
  const policy = present ? (JSON.parse(text('k8s-version-policy.json')) as Policy) : undefined;
  const releases = present
    ? kubernetesReleases(JSON.parse(text('specs/releases.json')) as Parameters<typeof kubernetesReleases>[0])
    : [];

  it.each([
    ['no_cve', []],
    ['cve_1.28.5', [{ lower: '1.28.5', upper: '1.28.5', inclusive: true }]],
    ['cve_le_1.28.5', [{ lower: '0.0.0', upper: '1.28.5', inclusive: true }]],
  ] as const)('recency with %s', (column, ranges) => {
    const data = { releases, severeCves: [{ id: 'CVE', ranges: [...ranges] }] };
    for (const { version, now, recent } of policy!.recency) {
      const moment = new Date(now.length === 10 ? `${now}T00:00:00Z` : `${now}Z`);
      expect(isRecent(parseKubernetesVersion(version)!, data, moment), `${version} ${now}`).toBe(
        recent[column],
      );
    }
  });

  it('reads versions', () => {
    for (const row of policy!.parse_version) {
      const version = parseKubernetesVersion(row.in);
      // What a vendor put behind upstream's test cannot read.
      const read = version?.vendor === null ? [version.major, version.minor, version.patch].join('.') : null;
      expect(read, row.in).toBe(row.out ?? null);
    }
  });

  it('reads ranges of CVE records', () => {
    for (const row of policy!.cve_ranges) {
      const upper = row.upper === 'None' ? null : row.upper;
      expect(readRange(row.in)).toEqual({ lower: row.lower, upper, inclusive: row.inclusive });
    }
  });

  it('knows which branches are supported', () => {
    for (const [day, branches] of Object.entries(policy!.supported_branches)) {
      const found = supportedBranches(shippedKubernetesData, new Date(`${day}T00:00:00Z`));
      if (Array.isArray(branches)) expect(found, day).toEqual(branches);
      else expect(found.length, branches).toBeLessThan(2);
    }
  });

  it('knows a severe CVE', () => {
    for (const { metrics, high } of policy!.high_severity)
      expect(isSevere({ containers: { cna: { metrics } } })).toBe(high);
  });

  it('has the ends of support that upstream has', () => {
    const rows = parse(text('specs/k8s-eol-data.yml')) as { branch: string; 'end-of-life': string }[];
    expect(shippedKubernetesData.endOfLife).toEqual(
      Object.fromEntries(rows.map((row) => [row.branch, row['end-of-life']])),
    );
  });

  it('spreads nodes', () => {
    type Scenarios = Record<string, Record<string, ClusterNode['labels']>>;
    const scenarios = parse(text('specs/node-distribution-scenarios.yaml')) as Scenarios;
    const expected = JSON.parse(text('node-distribution.json')) as Record<
      string,
      Record<string, { verdict: Result }>
    >;
    for (const [name, verdicts] of Object.entries(expected)) {
      const nodes = Object.entries(scenarios[name]!).map(([node, labels]) => ({ name: node, labels }));
      const verdict = (edition: 'v1' | 'v2') =>
        checkNodeDistribution(nodes, edition).findings.some(({ fails }) => fails.upstream) ? 'FAIL' : 'PASS';
      expect(verdict('v1'), name).toBe(verdicts['scs-0214-v1-script-2024-03-R6']!.verdict);
      expect(verdict('v2'), name).toBe(verdicts['scs-0214-v2-script-2024-11']!.verdict);
    }
  });
});

const data: KubernetesData = {
  asOf: '2026-08-01T00:00:00Z',
  endOfLife: { '1.35': '2027-02-28', '1.34': '2026-10-27', '1.36': '2027-06-28' },
  releases: [{ tag: 'v1.35.3', publishedAt: '2026-08-01T00:00:00Z' }],
  severeCves: [],
};
const aCluster = (values: Partial<ClusterSnapshot> = {}): ClusterSnapshot => ({
  format: SNAPSHOT_FORMAT,
  kind: 'cluster',
  subject: 'a-cluster',
  takenAt: '2026-08-01T00:00:00Z',
  requests: 2,
  durationMs: 1,
  version: { value: 'v1.35.3' },
  nodes: { value: [] },
  kubernetes: { value: data },
  sonobuoy: {},
  ...values,
});
const verdict = (testcase: string, snapshot: ClusterSnapshot, at: string) =>
  judge([testcase], snapshot, new Date(at)).get(testcase)!;

describe('the version policy', () => {
  it.each<[string, string, string, Record<Mode, Result>]>([
    ['the newest patch', 'v1.35.3', '2026-12-01', { upstream: 'PASS', standard: 'PASS' }],
    ['build metadata', 'v1.35.3+rke2r1', '2026-12-01', { upstream: 'PASS', standard: 'PASS' }],
    ['an older patch within a month', 'v1.35.2', '2026-08-31', { upstream: 'PASS', standard: 'PASS' }],
    ['an older patch after a month', 'v1.35.2', '2026-09-02', { upstream: 'FAIL', standard: 'FAIL' }],
    ['a dead branch', 'v1.34.9', '2026-11-01', { upstream: 'FAIL', standard: 'FAIL' }],
    ['an unknown branch', 'v1.20.1', '2026-08-02', { upstream: 'FAIL', standard: 'FAIL' }],
    ['a vendor’s suffix', 'v1.35.3-gke.100', '2026-08-02', { upstream: 'ABORT', standard: 'PASS' }],
    ['no version at all', 'latest', '2026-08-02', { upstream: 'ABORT', standard: 'ABORT' }],
    ['facts that are too old', 'v1.36.1', '2027-03-01', { upstream: 'ABORT', standard: 'ABORT' }],
  ])('%s', (_, version, at, expected) => {
    expect(verdict('version-policy-check', aCluster({ version: { value: version } }), at).result).toEqual(
      expected,
    );
  });

  it('warns when the facts it rests on grow old', () => {
    const rules = (at: string) =>
      verdict('version-policy-check', aCluster(), at).findings.map(({ rule, severity }) => [rule, severity]);
    expect(rules('2026-10-01')).toEqual([]);
    expect(rules('2026-11-01')).toEqual([['kubernetes-facts-aging', 'warning']]);
  });

  it('ends upstream’s test at a vendor’s version, whatever else is known', () => {
    const cluster = aCluster({
      version: { value: 'v1.35.2-gke.100' },
      kubernetes: { value: shippedKubernetesData },
    });
    expect(verdict('version-policy-check', cluster, '2026-10-01').result).toEqual({
      upstream: 'ABORT',
      standard: 'MISS',
    });
  });

  it('is missing the list of releases, unless the branch is dead anyway', () => {
    const cluster = (version: string) =>
      aCluster({ version: { value: version }, kubernetes: { value: shippedKubernetesData } });
    expect(verdict('version-policy-check', cluster('v1.36.0'), '2026-11-24').result.upstream).toBe('MISS');
    expect(verdict('version-policy-check', cluster('v1.34.4'), '2026-11-24').result.upstream).toBe('FAIL');
  });

  it('gives less time when the running version has a severe CVE', () => {
    const severeCves = affectedRanges({
      containers: {
        cna: { affected: [{ product: 'Kubernetes', versions: [{ version: '1.35.0', lessThan: '1.35.3' }] }] },
      },
    });
    const cluster = aCluster({
      version: { value: 'v1.35.2' },
      kubernetes: { value: { ...data, severeCves: [{ id: 'CVE', ranges: severeCves }] } },
    });
    expect(verdict('version-policy-check', cluster, '2026-08-10').result.upstream).toBe('PASS');
    expect(verdict('version-policy-check', cluster, '2026-08-10').findings).toMatchObject([
      { severity: 'warning', obligation: 'SHOULD' },
    ]);
    expect(verdict('version-policy-check', cluster, '2026-08-16').result.upstream).toBe('FAIL');
  });

  it('takes ranges as CVE records give them', () => {
    const version = parseKubernetesVersion('1.28.5')!;
    expect(isInRange(version, { lower: '1.28.0', upper: '1.28.5', inclusive: false })).toBe(false);
    expect(isInRange(version, { lower: '1.28.0', upper: '1.28.5', inclusive: true })).toBe(true);
    expect(isInRange(version, { lower: '1.28.5', upper: null, inclusive: false })).toBe(true);
    expect(isInRange(version, { lower: '1.28.0', upper: null, inclusive: false })).toBe(false);
  });

  it.each<[string, Parameters<typeof readRange>[0], string[]]>([
    ['one version', { version: '1.28.5' }, ['1.28.5']],
    ['one version with a v', { version: 'v1.28.5' }, ['1.28.5']],
    ['up to but without', { version: '1.28.0', lessThan: '1.28.5' }, ['1.28.4']],
    ['up to', { version: '1.28.0', lessThanOrEqual: '1.28.5' }, ['1.28.4', '1.28.5']],
    [
      'both ends, of which the including one counts',
      { version: '1.28.0', lessThan: '1.28.4', lessThanOrEqual: '1.28.5' },
      ['1.28.4', '1.28.5'],
    ],
    ['no beginning', { version: 'unspecified', lessThanOrEqual: '1.28.4' }, ['1.27.9', '1.28.4']],
    ['a beginning that is no version', { version: '1.28', lessThan: '1.28.5' }, ['1.27.9', '1.28.4']],
    ['a span in words', { version: 'v1.28.0 - v1.28.5' }, ['1.28.4']],
    ['a branch, which becomes an empty range', { version: 'v1.28.x' }, []],
    ['nothing that can be read', { version: 'n/a' }, []],
    ['an end that cannot be read', { version: '1.28.0', lessThan: 'soon' }, []],
  ])('takes %s', (_, record, hit) => {
    const range = readRange(record);
    const versions = ['1.27.9', '1.28.4', '1.28.5', '1.28.6'];
    expect(versions.filter((version) => isInRange(parseKubernetesVersion(version)!, range))).toEqual(hit);
  });

  it('looks at CVEs of Kubernetes itself, not at those of add-ons in the same feed', () => {
    const versions = [{ version: '0', lessThan: '9.0.0' }];
    const affected = [
      { product: 'ingress-nginx', versions },
      { product: 'Kubernetes', versions: [{ version: '1.2.3', status: 'unaffected' }] },
    ];
    expect(affectedRanges({ containers: { cna: { affected } } })).toEqual([]);
  });
});

describe('the distribution of nodes', () => {
  const node = (name: string, region: string, zone: string, host: string | null, control = false) => ({
    name,
    labels: {
      'topology.kubernetes.io/region': region,
      'topology.kubernetes.io/zone': zone,
      ...(host !== null && { 'topology.scs.community/host-id': host }),
      ...(control && { 'node-role.kubernetes.io/control-plane': '' }),
    },
  });
  // Release 6 asks the control plane to be spread and all three labels; v2 region and zone labels, and warns where nothing is spread.
  it.each<[string, ClusterNode[], Result, Result]>([
    ['no node', [], 'FAIL', 'FAIL'],
    ['one node', [node('a', 'r', 'z', 'h', true)], 'FAIL', 'FAIL'],
    [
      'a control plane on two hosts of one zone',
      [node('a', 'r', 'z', 'h1', true), node('b', 'r', 'z', 'h2', true)],
      'PASS',
      'PASS',
    ],
    [
      'a control plane of one node beside a worker elsewhere',
      [node('a', 'r', 'z1', 'h1', true), node('b', 'r', 'z2', 'h2')],
      'FAIL',
      'PASS',
    ],
    [
      'workers in one place',
      [node('a', 'r', 'z1', 'h1', true), node('b', 'r', 'z2', 'h2', true), node('c', 'r', 'z1', 'h1')],
      'PASS',
      'PASS',
    ],
    [
      'no control plane to see, one place',
      [node('a', 'r', 'z', 'h'), node('b', 'r', 'z', 'h')],
      'FAIL',
      'PASS',
    ],
    [
      'no control plane to see, two zones',
      [node('a', 'r', 'z1', 'h'), node('b', 'r', 'z2', 'h')],
      'PASS',
      'PASS',
    ],
    ['no host labels', [node('a', 'r', 'z1', null, true), node('b', 'r', 'z2', null, true)], 'FAIL', 'PASS'],
    [
      'a worker without a zone',
      [
        node('a', 'r', 'z1', 'h1', true),
        node('b', 'r', 'z2', 'h2', true),
        {
          name: 'c',
          labels: { 'topology.kubernetes.io/region': 'r', 'topology.scs.community/host-id': 'h3' },
        },
      ],
      'FAIL',
      'FAIL',
    ],
  ])('%s', (_, nodes, releaseSix, now) => {
    const verdict = (edition: 'v1' | 'v2') =>
      checkNodeDistribution(nodes, edition).findings.some(({ fails }) => fails.upstream) ? 'FAIL' : 'PASS';
    expect([verdict('v1'), verdict('v2')]).toEqual([releaseSix, now]);
  });

  it('warns under v2 where nodes differ in their hosts only', () => {
    const nodes = [node('a', 'r', 'z', 'h1', true), node('b', 'r', 'z', 'h2', true)];
    expect(checkNodeDistribution(nodes, 'v2').findings).toMatchObject([
      { rule: 'nodes-not-spread', severity: 'warning', obligation: 'SHOULD' },
    ]);
  });
});

describe('imported Sonobuoy results', () => {
  const imported = (failed: string[], passed = 300) =>
    aCluster({ sonobuoy: { 'kaas-networking-check': { value: { passed, skipped: 0, failed } } } });
  it.each<[string, ClusterSnapshot, Result]>([
    ['none', aCluster(), 'MISS'],
    ['all passed', imported([]), 'PASS'],
    ['one failed', imported(['[sig-network] NetworkPolicy should deny']), 'FAIL'],
    [
      'only an accepted one failed',
      imported(['[sig-network] Netpol [Feature:SCTPConnectivity] should work']),
      'PASS',
    ],
  ])('%s', (_, snapshot, expected) => {
    expect(verdict('kaas-networking-check', snapshot, '2026-08-02').result.upstream).toBe(expected);
  });

  it('prove nothing when no test ran', () => {
    expect(verdict('kaas-networking-check', imported([], 0), '2026-08-02').result).toEqual({
      upstream: 'PASS',
      standard: 'FAIL',
    });
  });
});
