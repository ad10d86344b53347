import { setTimeout as sleep } from 'node:timers/promises';
import { grpcClient } from '@scs/grpc';
import { ClusterService, Cluster_State, type Cluster } from '@scs/proto/scs/lifecycle/v1/cluster_pb';
import { ClusterStackService } from '@scs/proto/scs/lifecycle/v1/cluster_stack_pb';
import { DomainError } from '@scs/service';

const lookAgainMs = 250;
const patienceMs = 120_000;

/** Creates a tenant's cluster of the newest release of a stack, as any client would, and follows it until it is ready. */
export async function showCluster(
  address: string,
  token: string,
  { tenant, stack, cluster }: { tenant: string; stack: string; cluster: string },
  onProgress: (step: string) => void,
): Promise<Cluster> {
  const stacks = grpcClient(ClusterStackService, address);
  const clusters = grpcClient(ClusterService, address);
  const signal = AbortSignal.timeout(patienceMs);
  try {
    const release = await readyRelease(stacks, `tenants/${tenant}/clusterStacks/${stack}`, token, signal);
    onProgress(`release ${release} is ready`);
    const parent = `tenants/${tenant}`;
    const wanted = {
      release,
      controlPlane: { replicas: 1 },
      nodePools: [{ id: 'workers', class: 'default-worker', replicas: 2 }],
    };
    await clusters
      .createCluster({ parent, clusterId: cluster, cluster: wanted }, { token })
      .catch((error: unknown) => {
        if (!(error instanceof DomainError && error.kind === 'exists')) throw error;
      });
    let told = '';
    for await (const seen of clusters.watchCluster(
      { name: `${parent}/clusters/${cluster}` },
      { token, signal },
    )) {
      const step = `${Cluster_State[seen.state].toLowerCase()}${seen.waitingFor ? `: ${seen.waitingFor.step}` : ''}`;
      if (step !== told) onProgress(step);
      told = step;
      if (seen.state === Cluster_State.READY) return seen;
    }
    throw new Error(`the cluster ${cluster} is gone`);
  } finally {
    stacks.close();
    clusters.close();
  }
}

async function readyRelease(
  stacks: ReturnType<typeof grpcClient<typeof ClusterStackService>>,
  parent: string,
  token: string,
  signal: AbortSignal,
): Promise<string> {
  for (;;) {
    const { releases } = await stacks.listReleases({ parent }, { token });
    const ready = releases.find((release) => release.ready);
    if (ready) return ready.release;
    await sleep(lookAgainMs, undefined, { signal });
  }
}
