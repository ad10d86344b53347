import { decideClusterAddon } from './admission-cluster-addon.ts';
import { decideCluster } from './admission-cluster.ts';
import { decideClusterStack, decideClusterStackRelease } from './admission-cluster-stack.ts';
import type { AdmissionDecision, AdmissionLookup, AdmissionRequest } from './admission-request.ts';

export type { AdmissionDecision, AdmissionLookup, AdmissionRequest } from './admission-request.ts';

/**
 * The answer to an AdmissionReview (v1) about one of the four kinds that are watched over: ClusterStack, ClusterStackRelease, ClusterAddon, and
 * Cluster API's Cluster. An object that is being deleted is never held up, and neither is what this product has no say in. Never rejects: a lookup
 * that fails becomes a warning.
 */
export async function decideAdmission(
  request: AdmissionRequest,
  lookup: AdmissionLookup,
): Promise<AdmissionDecision> {
  if (request.operation === 'UPDATE' && request.object?.metadata.deletionTimestamp) return allowed();
  switch (`${request.kind.kind}.${request.kind.group}`) {
    case 'ClusterStack.clusterstack.x-k8s.io':
      return decideClusterStack(request, lookup);
    case 'ClusterStackRelease.clusterstack.x-k8s.io':
      return decideClusterStackRelease(request, lookup);
    case 'ClusterAddon.clusterstack.x-k8s.io':
      return decideClusterAddon(request);
    case 'Cluster.cluster.x-k8s.io':
      return decideCluster(request, lookup);
    default:
      return allowed([`nothing is said about ${request.kind.kind} of ${request.kind.group || 'core'}`]);
  }
}

const allowed = (warnings: string[] = []): AdmissionDecision => ({ allowed: true, warnings });
