import type { AppliedResource } from '@scs/cluster-stacks';
import type { Rendered } from '@scs/helm';
import type { KubernetesClient } from '@scs/kubernetes';

/** A cluster that objects are put into. */
export interface ApplyTarget {
  client: KubernetesClient;
  /** Of namespaced objects whose manifest names none; also of those that name one, which must be the same. */
  namespace: string;
}

export interface ApplyOutcome {
  /** The new inventory: what is wanted, then what is still to be removed. */
  resources: AppliedResource[];
  /** Everything wanted is there, nothing unwanted is. */
  synced: boolean;
  /** `created`, `changed` or `removed`, for Events. */
  changes: { resource: AppliedResource; change: 'created' | 'changed' | 'removed' }[];
}

/**
 * Brings the objects into the cluster by server-side apply (field manager `kubectl`, force), and removes what the inventory has and `rendered`
 * has not, by group, kind, namespace and name. Asks by dry run first and writes only what differs. An object whose kind is not served yet, or whose
 * namespace is missing, is left `not-synced` with the reason, and the others go on.
 */
export function applyObjects(
  _target: ApplyTarget,
  _rendered: Rendered,
  _inventory: readonly AppliedResource[],
  _options: { prune: boolean; signal: AbortSignal },
): Promise<ApplyOutcome> {
  throw new Error('to be written');
}

/** Removes objects; those that are still there (finalizers at work, refusals) come back with the reason. */
export function deleteResources(
  _target: ApplyTarget,
  _resources: readonly AppliedResource[],
  _signal: AbortSignal,
): Promise<AppliedResource[]> {
  throw new Error('to be written');
}
