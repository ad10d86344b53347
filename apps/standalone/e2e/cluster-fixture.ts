import type { DescMethod } from '@bufbuild/protobuf';
import { connectKubernetes } from '@scs/kubernetes';
import { ClusterService, Cluster_State } from '@scs/proto/scs/lifecycle/v1/cluster_pb';
import { ClusterStackService } from '@scs/proto/scs/lifecycle/v1/cluster_stack_pb';
import { eventually } from '@scs/testing';
import { giveStacks } from '../src/sandbox-clusters.ts';
import type { Setup } from './setup.ts';

/** Names of what a tenant has of clusters, to put into requests. */
export interface ClusterNames {
  parent: string;
  stack: string;
  release: string;
  cluster: string;
  pool: string;
}

const releases = { now: 'dev-sandbox-1-33-v1', next: 'dev-sandbox-1-34-v1' };
const [now, next] = [
  { provider: 'dev', name: 'sandbox', kubernetesVersion: 'v1.33.6' },
  { provider: 'dev', name: 'sandbox', kubernetesVersion: 'v1.34.3' },
];

/** A tenant with two cluster stacks, and a cluster that is ready. */
export async function makeCluster(s: Setup, tenant: string, id: string): Promise<ClusterNames> {
  const admin = { token: await s.running.issueToken('platform-admin') };
  const client = connectKubernetes({
    kubeconfig: { text: s.running.clusters.kubeconfig },
    userAgent: 'e2e',
  });
  await giveStacks(client, tenant, [{ config: now }, { config: next }]);
  client.close();
  const parent = `tenants/${tenant}`;
  for (const [stack, tag] of [
    ['sandbox-1-33', releases.now],
    ['sandbox-1-34', releases.next],
  ] as const)
    await eventually(async () => {
      const name = `${parent}/clusterStacks/${stack}/releases/${tag}`;
      const [release] = (await s.call(ClusterStackService.method.getRelease, { name }, admin)) as unknown as [
        { ready: boolean },
      ];
      if (!release.ready) throw new Error(`${name} is not ready`);
    });
  const cluster = `${parent}/clusters/${id}`;
  const wanted = {
    release: releases.now,
    nodePools: [{ id: 'workers', class: 'default-worker', replicas: 1 }],
  };
  await s.call(ClusterService.method.createCluster, { parent, clusterId: id, cluster: wanted }, admin);
  await eventually(async () => {
    const [seen] = (await s.call(ClusterService.method.getCluster, { name: cluster }, admin)) as unknown as [
      { state: Cluster_State; waitingFor: unknown },
    ];
    if (seen.state !== Cluster_State.READY) throw new Error(`${cluster}: ${JSON.stringify(seen.waitingFor)}`);
  }, 60_000);
  return {
    parent,
    stack: `${parent}/clusterStacks/sandbox-1-33`,
    release: `${parent}/clusterStacks/sandbox-1-33/releases/${releases.now}`,
    cluster,
    pool: `${cluster}/nodePools/workers`,
  };
}

/** A pool without nodes, to be deleted. */
export async function makePool(s: Setup, names: ClusterNames, nodePoolId: string): Promise<string> {
  const admin = { token: await s.running.issueToken('platform-admin') };
  const nodePool = { class: 'default-worker', replicas: 0 };
  await s.call(ClusterService.method.createNodePool, { parent: names.cluster, nodePoolId, nodePool }, admin);
  return `${names.cluster}/nodePools/${nodePoolId}`;
}

/** A cluster that nobody waits for, to be deleted. */
export async function makeDoomed(s: Setup, { parent }: ClusterNames, clusterId: string): Promise<string> {
  const admin = { token: await s.running.issueToken('platform-admin') };
  const cluster = { release: releases.now };
  await s.call(ClusterService.method.createCluster, { parent, clusterId, cluster }, admin);
  return `${parent}/clusters/${clusterId}`;
}

/** The name that a pattern of the proto asks for; null where it asks for something else. */
export function clusterNameFor(pattern: string, names: ClusterNames): string | null {
  if (!pattern.startsWith('^tenants/')) return null;
  if (pattern.includes('/nodePools/')) return names.pool;
  if (pattern.includes('/clusters/')) return names.cluster;
  if (pattern.includes('/releases/')) return names.release;
  if (pattern.includes('/clusterStacks/')) return names.stack;
  return names.parent;
}

/** What a request needs besides names; null for those of other services. */
export function clusterRequest(
  method: DescMethod,
  request: Record<string, unknown>,
  names: ClusterNames,
  fresh: (stem: string) => string,
): Record<string, unknown> | null {
  switch (method.name) {
    case 'CreateCluster':
      return {
        ...request,
        clusterId: fresh('made'),
        cluster: { release: releases.now },
        validateOnly: true,
      };
    case 'UpdateCluster':
      return {
        cluster: { name: names.cluster, controlPlane: { replicas: 1 } },
        updateMask: { paths: ['control_plane.replicas'] },
      };
    case 'UpgradeCluster':
      return { ...request, release: releases.next, validateOnly: true };
    case 'CreateNodePool':
      return { ...request, nodePoolId: fresh('pool'), nodePool: { class: 'default-worker', replicas: 0 } };
    case 'UpdateNodePool':
      return { nodePool: { name: names.pool, replicas: 1 }, updateMask: { paths: ['replicas'] } };
    default:
      return null;
  }
}
