import type { ApiObject } from '@scs/kubernetes';
import type { Cluster, Reference } from './kinds.ts';

/** A Cluster as v1beta1 has it: references with version and namespace, the class by its name alone. Its status is left out. */
export function toV1beta1(cluster: Cluster): ApiObject & { spec: Record<string, unknown> } {
  const { namespace } = cluster.metadata;
  const { controlPlaneRef, infrastructureRef, topology, ...rest } = cluster.spec;
  const old = ({ apiGroup, kind, name }: Reference): Record<string, unknown> => ({
    apiVersion: `${apiGroup}/v1beta2`,
    kind,
    name,
    namespace,
  });
  const { classRef, ...shared } = topology ?? {};
  return {
    apiVersion: 'cluster.x-k8s.io/v1beta1',
    kind: 'Cluster',
    metadata: cluster.metadata,
    spec: {
      ...rest,
      ...(controlPlaneRef && { controlPlaneRef: old(controlPlaneRef) }),
      ...(infrastructureRef && { infrastructureRef: old(infrastructureRef) }),
      ...(topology && {
        topology: {
          ...(classRef && { class: classRef.name }),
          ...(classRef?.namespace && { classNamespace: classRef.namespace }),
          ...shared,
        },
      }),
    },
  };
}
