import { decide, fieldOf, textOf } from './admission-request.ts';
import type { AdmissionDecision, AdmissionRequest } from './admission-request.ts';
import type { KubernetesObject } from './resources.ts';

export function decideClusterAddon({
  operation,
  object,
  oldObject,
  namespace,
}: AdmissionRequest): AdmissionDecision {
  if (!object || (operation !== 'CREATE' && operation !== 'UPDATE')) return decide([]);
  const own = namespace || object.metadata.namespace || '';
  if (!fieldOf(object, 'spec', 'clusterRef'))
    return decide(['spec.clusterRef: is missing; it names the Cluster that the add-ons are for']);
  return decide(
    operation === 'CREATE' ? judgeNew(object, own) : judgeChange(oldObject ?? object, object, own),
  );
}

const refOf = (addon: KubernetesObject, field: string): string => textOf(addon, 'spec', 'clusterRef', field);

function judgeNew(addon: KubernetesObject, own: string): string[] {
  const problems: string[] = [];
  const kind = refOf(addon, 'kind');
  if (kind !== 'Cluster') problems.push(`spec.clusterRef.kind: must be Cluster, not ${kind || 'empty'}`);
  const namespace = refOf(addon, 'namespace');
  if (namespace && namespace !== own) problems.push(foreignNamespace(namespace, own));
  return problems;
}

function judgeChange(before: KubernetesObject, after: KubernetesObject, own: string): string[] {
  const problems = ['name', 'kind']
    .filter((field) => refOf(before, field) !== refOf(after, field))
    .map(
      (field) =>
        `spec.clusterRef.${field}: is immutable (${refOf(before, field)}, not ${refOf(after, field)}); each cluster has a ClusterAddon of its own`,
    );
  const namespace = refOf(after, 'namespace');
  // One that was made without a namespace must still be changeable.
  const unchanged = namespace === '' && refOf(before, 'namespace') === '';
  if (namespace !== own && !unchanged) problems.push(foreignNamespace(namespace, own));
  return problems;
}

const foreignNamespace = (namespace: string, own: string): string =>
  `spec.clusterRef.namespace: must be ${own}, the namespace of the ClusterAddon, not ${namespace || 'empty'}`;
