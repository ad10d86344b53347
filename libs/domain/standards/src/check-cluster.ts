import {
  conclude,
  fine,
  finder,
  need,
  neither,
  NotDetermined,
  onlyStandard,
  standardsUrl,
  untested,
  type Judgement,
} from './check.ts';
import { branchOf, isInRange, parseKubernetesVersion, type KubernetesVersion } from './kubernetes-data.ts';
import type { Finding, TestcaseResult } from './result.ts';
import type { ClusterNode, ClusterSnapshot, KubernetesData } from './snapshot.ts';

/** Every KaaS test case that a program can judge. */
export const kaasTestcases: readonly string[] = [
  'cncf-k8s-conformance',
  'version-policy-check',
  'kaas-networking-check',
  'node-distribution-check',
];

export function judgeCluster(
  id: string,
  snapshot: ClusterSnapshot,
  now: Date,
  modules: readonly string[],
): TestcaseResult {
  switch (id) {
    case 'version-policy-check':
      return conclude(() => checkVersionPolicy(snapshot, now));
    case 'node-distribution-check':
      return conclude(() =>
        checkNodeDistribution(need(snapshot.nodes), modules.includes('scs-0214-v1') ? 'v1' : 'v2'),
      );
    case 'cncf-k8s-conformance':
    case 'kaas-networking-check':
      return conclude(() => checkConformance(snapshot, id));
    default:
      return untested(id);
  }
}

const day = 24 * 3600 * 1000;
const policyClause = `${standardsUrl}scs-0210-v2-k8s-version-policy#decision`;
const cluster = (snapshot: ClusterSnapshot): Finding['object'] => ({
  kind: 'cluster',
  id: null,
  name: snapshot.subject,
});

/** scs-0210-v2: the version is still supported upstream, and no patch release is overdue. */
export function checkVersionPolicy(snapshot: ClusterSnapshot, now: Date): Judgement {
  const text = need(snapshot.version);
  const data = need(snapshot.kubernetes);
  const version = parseKubernetesVersion(text);
  if (!version)
    throw new NotDetermined('ABORT', `the cluster calls its version ${text}, which has no three numbers`);
  const branches = supportedBranches(data, now);
  if (branches.length < 2) {
    const reason = `of the known Kubernetes branches fewer than two are still supported: the facts (of ${data.asOf.slice(0, 10)}) are outdated; refresh them`;
    throw new NotDetermined('ABORT', reason);
  }
  const aborts =
    version.vendor === null
      ? undefined
      : { upstream: `upstream’s test cannot read the vendor’s version ${text}` };
  const found = finder('version-policy-check', policyClause);
  const basis = { object: cluster(snapshot), property: 'version', actual: text };
  // Three branches are supported at any time; where fewer are known, the newest is missing.
  const aging = branches.length >= 3 ? [] : [agingFacts(found, basis.object, data, branches)];
  const branch = branchOf(version);
  if (!branches.includes(branch)) {
    const end = data.endOfLife[branch];
    const message = end
      ? `Kubernetes ${branch} is supported until ${end}, so no longer.`
      : `Kubernetes ${branch} is not among the known branches.`;
    return {
      findings: [
        found({
          ...basis,
          rule: 'kubernetes-end-of-life',
          expected: `one of ${branches.join(', ')}`,
          message,
        }),
        ...aging,
      ],
      ...(aborts && { aborts }),
    };
  }
  if (!data.releases || !data.severeCves) {
    throw new NotDetermined(
      { upstream: version.vendor === null ? 'MISS' : 'ABORT', standard: 'MISS' },
      'the patch policy needs the list of Kubernetes releases and CVEs; give it with --kubernetes-data',
    );
  }
  const findings = overduePatches(version, data, now).map(({ tag, days, limit, severe }) =>
    found({
      ...basis,
      rule: severe ? 'kubernetes-severe-cve' : 'kubernetes-patch-overdue',
      expected: tag,
      message: severe
        ? `${tag} was published ${days} days ago, and the running version has a severe CVE (limit ${limit} days).`
        : `${tag} was published ${days} days ago (limit ${limit} days).`,
      // Two days is a recommendation, two weeks the obligation.
      ...(limit === 2 && { fails: neither, obligation: 'SHOULD' as const }),
    }),
  );
  return { findings: [...findings, ...aging], ...(aborts && { aborts }) };
}

function agingFacts(
  found: ReturnType<typeof finder>,
  object: Finding['object'],
  { asOf }: KubernetesData,
  branches: string[],
): Finding {
  return found({
    rule: 'kubernetes-facts-aging',
    object,
    actual: branches.join(', '),
    expected: 'three or more supported branches',
    message: `The facts about Kubernetes (of ${asOf.slice(0, 10)}) know only ${branches.length} supported branches; refresh them.`,
    fails: neither,
  });
}

/** Branches whose support has not ended, newest first as in the data. A branch ends at the beginning of its last day. */
export const supportedBranches = ({ endOfLife }: KubernetesData, now: Date): string[] =>
  Object.keys(endOfLife)
    .filter((branch) => Date.parse(endOfLife[branch]!) > now.getTime())
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));

interface OverduePatch {
  tag: string;
  days: number;
  /** Days that the policy leaves. */
  limit: number;
  severe: boolean;
}

/**
 * Newer patch releases of the branch that should be running by now: 31 days after their release; with a CVE of CVSS ≥ 8 in the running
 * version 14 days, and 2 by recommendation. Whether the release mends that CVE is not asked, here as upstream.
 */
export function overduePatches(
  version: KubernetesVersion,
  data: Pick<KubernetesData, 'releases' | 'severeCves'>,
  now: Date,
): OverduePatch[] {
  const severe = (data.severeCves ?? []).some(({ ranges }) =>
    ranges.some((range) => isInRange(version, range)),
  );
  return (data.releases ?? []).flatMap(({ tag, publishedAt }) => {
    const release = parseKubernetesVersion(tag);
    if (!release || branchOf(release) !== branchOf(version) || release.patch <= version.patch) return [];
    const age = now.getTime() - Date.parse(publishedAt);
    const limit = [31, ...(severe ? [14, 2] : [])].find((days) => age > days * day);
    if (limit === undefined) return [];
    return [{ tag, days: Math.floor(age / day), limit, severe: limit !== 31 }];
  });
}

/** Is no newer patch overdue? The recommendation of two days does not count. */
export const isRecent = (...question: Parameters<typeof overduePatches>): boolean =>
  overduePatches(...question).every(({ limit }) => limit === 2);

const distributionClause = {
  v1: `${standardsUrl}scs-0214-v1-k8s-node-distribution#decision`,
  v2: `${standardsUrl}scs-0214-v2-k8s-node-distribution#decision`,
};
const region = 'topology.kubernetes.io/region';
const zone = 'topology.kubernetes.io/zone';
const host = 'topology.scs.community/host-id';
const controlPlane = 'node-role.kubernetes.io/control-plane';

/**
 * scs-0214: nodes are spread. v1 (Release 6): the control plane must be, over regions, zones or hosts, and every node has all three
 * labels; where no node says that it is of the control plane, all are taken for it. v2: region and zone labels are a must, spreading is
 * only looked at, since labels cannot prove machines.
 */
export function checkNodeDistribution(nodes: ClusterNode[], edition: 'v1' | 'v2'): Judgement {
  const found = finder('node-distribution-check', distributionClause[edition]);
  const all = { kind: 'cluster', id: null, name: 'nodes' };
  if (nodes.length < 2) {
    const message = `The cluster has ${nodes.length} node; two are the least that can be spread.`;
    return {
      findings: [
        found({
          rule: 'nodes-too-few',
          object: all,
          actual: String(nodes.length),
          expected: 'at least 2',
          message,
        }),
      ],
    };
  }
  const required = edition === 'v1' ? [region, zone, host] : [region, zone];
  const unlabelled = nodes.flatMap((node) =>
    required
      .filter((label) => node.labels[label] === undefined)
      .map((label) =>
        found({
          rule: 'node-label-missing',
          object: { kind: 'node', id: null, name: node.name },
          property: label,
          expected: 'a value',
          message: `Node ${node.name} lacks the label ${label}.`,
        }),
      ),
  );
  if (unlabelled.length > 0) return { findings: unlabelled };
  const isControl = (node: ClusterNode) => controlPlane in node.labels;
  const control = nodes.filter(isControl);
  const must = edition === 'v1';
  const groups =
    control.length === 0
      ? [{ name: 'cluster', members: nodes, must }]
      : [
          { name: 'control plane', members: control, must },
          { name: 'workers', members: nodes.filter((node) => !isControl(node)), must: false },
        ];
  return {
    findings: groups
      .filter(({ members }) => members.length > 0 && !isSpread(members, required))
      .map(({ name, must }) =>
        found({
          rule: 'nodes-not-spread',
          object: { kind: 'cluster', id: null, name },
          expected: `nodes in several regions or zones${must ? ', or on several hosts' : ''}`,
          message: `The nodes of the ${name} are all in one place.`,
          ...(!must && { fails: neither, obligation: 'SHOULD' as const }),
        }),
      ),
  };
}

const isSpread = (nodes: ClusterNode[], by: string[]): boolean =>
  by.some((label) => new Set(nodes.map(({ labels }) => labels[label])).size > 1);

/** Tests that a conformant cluster may fail, with the reason; beginnings or parts of their names. */
const acceptedFailures: { name: RegExp; because: string }[] = [
  ...[
    /HostPort validates that there is no conflict between pods with same hostPort but different hostIP and protocol/,
    /Services should be able to switch session affinity for NodePort service/,
    /Services should have session affinity work for NodePort service/,
    /validates that there exists conflict between pods with same hostPort and protocol but one using 0.0.0.0 hostIP/,
  ].map((name) => ({ name, because: 'it needs an InternalIP, and a cluster may have only ExternalIPs' })),
  {
    name: /Netpol NetworkPolicy between server and client should allow ingress access from updated namespace/,
    because: 'it is flaky before 1.36',
  },
  { name: /Feature:SCTPConnectivity/, because: 'SCTP is optional' },
  ...[
    /should.allow.egress.access.to.server.in.CIDR.block/,
    /should.ensure.an.IP.overlapping.both.IPBlock.CIDR.and.IPBlock.Except.is.allowed/,
    /should.enforce.except.clause.while.egress.access.to.server.in.CIDR.block/,
  ].map((name) => ({ name, because: 'Cilium cannot match its own pods by CIDR' })),
];

const conformanceClauses = {
  'cncf-k8s-conformance': `${standardsUrl}scs-0201-v1-cncf-conformance#regulations`,
  'kaas-networking-check': `${standardsUrl}scs-0219-v1-kaas-networking`,
};

/** scs-0201, scs-0219: no e2e test failed, but for those that are known to. */
function checkConformance(snapshot: ClusterSnapshot, id: keyof typeof conformanceClauses): Judgement {
  const imported = snapshot.sonobuoy[id];
  if (imported === undefined)
    throw new NotDetermined('MISS', 'needs the result archive of a Sonobuoy run; import it with --sonobuoy');
  const { passed, failed } = need(imported);
  const found = finder(id, conformanceClauses[id]);
  const object = cluster(snapshot);
  if (passed + failed.length === 0) {
    const message = 'The Sonobuoy run executed no test, so it proves nothing.';
    return {
      findings: [
        found({
          rule: 'conformance-empty',
          object,
          message,
          fails: onlyStandard,
          deviation: 'Upstream takes a run without failures for a pass.',
        }),
      ],
    };
  }
  if (failed.length === 0) return fine;
  return {
    findings: failed.map((test) => {
      const accepted = acceptedFailures.find(({ name }) => name.test(test));
      return found({
        rule: accepted ? 'conformance-failure-accepted' : 'conformance-failure',
        object,
        property: test,
        actual: 'failed',
        expected: 'passed',
        message: accepted
          ? `The test “${test}” failed, which is accepted: ${accepted.because}.`
          : `The test “${test}” failed.`,
        ...(accepted && { fails: neither, severity: 'info' as const }),
      });
    }),
  };
}
