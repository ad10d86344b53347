import { decide, reasonOf } from './admission-request.ts';
import type { AdmissionDecision, AdmissionLookup, AdmissionRequest } from './admission-request.ts';
import { topologyOf, type Topology } from './cluster.ts';
import { releaseOfClass } from './cluster-stack-plan.ts';
import { printReleaseName, type ReleaseName } from './release-name.ts';
import type { ClusterStackRelease, KubernetesObject } from './resources.ts';

/**
 * Only clusters whose class is a cluster stack's are judged, and only when class or version are set or changed: other clusters of the API server
 * are none of our business, and controllers must be able to write labels and finalizers at any time.
 */
export async function decideCluster(
  { operation, object, oldObject, namespace }: AdmissionRequest,
  lookup: AdmissionLookup,
): Promise<AdmissionDecision> {
  if (!object || (operation !== 'CREATE' && operation !== 'UPDATE')) return decide([]);
  const after = topologyIn(object, namespace);
  const release = after && releaseOfClass(after.className);
  if (!after || !release) return decide([]);
  const before = operation === 'UPDATE' && oldObject ? topologyIn(oldObject, namespace) : undefined;
  if (before && isSame(before, after)) return decide([]);
  const version = await expectedVersion(after, release, lookup);
  if ('warning' in version) return decide([], [version.warning]);
  const problems: string[] = [];
  if (after.version !== version.expected)
    problems.push(
      `spec.topology.version: ${after.className} is made for ${version.expected}, not ${after.version || 'none'}; set the version to ${version.expected}`,
    );
  const from = before && releaseOfClass(before.className);
  if (from) problems.push(...judgeMove(from, release, after.className));
  return decide(problems);
}

const topologyIn = (cluster: KubernetesObject, namespace: string | undefined): Topology | undefined =>
  topologyOf(
    cluster.metadata.namespace || !namespace
      ? cluster
      : { ...cluster, metadata: { ...cluster.metadata, namespace } },
  );

const isSame = (one: Topology, other: Topology): boolean =>
  one.className === other.className &&
  one.classNamespace === other.classNamespace &&
  one.version === other.version;

/** A release that is not there, or not read yet, says nothing: the cluster waits for it. */
async function expectedVersion(
  { className, classNamespace }: Topology,
  name: ReleaseName,
  lookup: AdmissionLookup,
): Promise<{ expected: string } | { warning: string }> {
  const releaseName = printReleaseName(name);
  let release: ClusterStackRelease | undefined;
  try {
    release = await lookup.release(classNamespace, releaseName);
  } catch (error) {
    return { warning: `ClusterClass and version were not checked: ${reasonOf(error)}` };
  }
  if (!release)
    return {
      warning: `ClusterClass ${className} and version were not checked: there is no ClusterStackRelease ${releaseName} in ${classNamespace} (yet)`,
    };
  const expected = release.status?.kubernetesVersion;
  return expected
    ? { expected }
    : {
        warning: `the version was not checked: ClusterStackRelease ${classNamespace}/${releaseName} does not know its version of Kubernetes yet`,
      };
}

function judgeMove(from: ReleaseName, to: ReleaseName, className: string): string[] {
  const problems: string[] = [];
  const refuse = (what: string) => problems.push(`spec.topology.class: ${className} ${what}`);
  if (from.provider !== to.provider)
    refuse(`changes the provider from ${from.provider} to ${to.provider}; make a new cluster for that`);
  if (from.name !== to.name)
    refuse(`changes the cluster stack from ${from.name} to ${to.name}; make a new cluster for that`);
  const [major = 0, minor = 0] = numbersOf(from);
  const [toMajor = 0, toMinor = 0] = numbersOf(to);
  if (toMajor !== major || toMinor < minor || toMinor > minor + 1)
    refuse(
      `goes from Kubernetes ${from.kubernetesVersion} to ${to.kubernetesVersion}; stay, or go to ${major}.${minor + 1} first`,
    );
  return problems;
}

const numbersOf = ({ kubernetesVersion }: ReleaseName): number[] => kubernetesVersion.split('.').map(Number);
