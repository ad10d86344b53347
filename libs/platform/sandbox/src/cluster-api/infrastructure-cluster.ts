import { isFalse, isTrue, settle, type Finding } from './conditions.ts';
import { finalizers, isDeleting, type Provided } from './kinds.ts';
import { isProvisioned } from './machine-status.ts';
import type { Scope } from './scope.ts';
import { endpointOf, type WorkloadCluster } from './workloads.ts';

/** Gives the cluster its address: that of its workload API. Tells the API that it opened, or undefined where it could not. */
export async function reconcileInfrastructureCluster(
  scope: Scope,
  infrastructure: Provided,
): Promise<{ workload: WorkloadCluster | undefined; endpoint: { host: string; port: number } } | undefined> {
  const { cluster, world } = scope;
  const { namespace = '', name } = cluster.metadata;
  const version = cluster.spec.topology?.version ?? 'v1.34.0';
  let workload: WorkloadCluster | undefined;
  try {
    workload = await scope.workloads.open({ namespace, name, version });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    await report(scope, infrastructure, isFalse('Ready', 'LoadBalancerFailed', message), false);
    scope.again(5000);
    return undefined;
  }
  const endpoint = endpointOf(workload?.kubeconfig);
  const given = await world.change(infrastructure, {
    ...infrastructure,
    spec: { ...infrastructure.spec, controlPlaneEndpoint: endpoint },
  });
  await report(scope, given, isTrue('Ready', 'Ready'), true);
  scope.cluster = await world.change(cluster, {
    ...cluster,
    spec: { ...cluster.spec, controlPlaneEndpoint: endpoint },
  });
  return { workload, endpoint };
}

function report(scope: Scope, object: Provided, ready: Finding, provisioned: boolean): Promise<Provided> {
  if (!object.apiVersion.endsWith('/v1beta2'))
    return scope.world.report(object, { ...object.status, ready: provisioned });
  const findings = [...(provisioned ? [] : [ready]), isFalse('Paused', 'NotPaused')];
  return scope.world.report(object, {
    ...object.status,
    conditions: settle(object.status?.conditions, findings, scope.now, object.metadata.generation),
    ...((provisioned || isProvisioned(object)) && { initialization: { provisioned: true } }),
  });
}

export async function deleteInfrastructureCluster(scope: Scope, infrastructure: Provided): Promise<void> {
  if (!isDeleting(infrastructure)) await scope.world.delete(infrastructure);
  const left = scope.world.get<Provided>(
    infrastructure,
    infrastructure.metadata.namespace,
    infrastructure.metadata.name,
  );
  if (left) await scope.world.release(left, finalizers.infrastructureCluster);
}
