import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { openHelm, type Helm } from '@scs/helm';
import { connectKubernetes } from '@scs/kubernetes';
import { openReleaseSource, openReleaseStore, type ReleaseStore } from '@scs/release-sources';
import type { Logger, RunningService } from '@scs/service';
import { createClusterAddonReconciler } from './cluster-addon/cluster-addon.reconciler.ts';
import { createClusterStackReleaseReconciler } from './cluster-stack-release/cluster-stack-release.reconciler.ts';
import { createClusterStackReconciler } from './cluster-stack/cluster-stack.reconciler.ts';
import type { Config } from './config.ts';
import { startOperator } from './operator.ts';
import type { CreateReconciler } from './reconciler.ts';
import { openReleases, type LoadedRelease, type Releases } from './release/releases.ts';
import { createTagList } from './release/tag-list.ts';

const userAgent = 'scs-cluster-lifecycle';

/** Starts the service: the operator over the management cluster. */
export async function startClusterLifecycle(
  config: Config,
  logger: Logger,
  clock = () => new Date(),
): Promise<RunningService> {
  const client = connectKubernetes({
    userAgent,
    ...(config.KUBECONFIG && { kubeconfig: { file: config.KUBECONFIG } }),
  });
  const source = openReleaseSource(config.releaseSource);
  const helm = await openHelm({
    processes: config.HELM_PROCESSES,
    cacheFolder: join(config.RELEASE_DIR, 'rendered'),
  });
  const store = await openReleaseStore({ source, folder: join(config.RELEASE_DIR, 'releases') });
  const releases = openReleases(store);
  const { NAMESPACE: namespace } = config;
  const operator = startOperator(
    {
      client,
      logger,
      clock,
      namespace,
      election: config.LEADER_ELECT
        ? {
            namespace: config.LEADER_ELECT_NAMESPACE ?? namespace ?? 'default',
            // Two processes must never have one name.
            identity: `${config.POD_NAME ?? hostname()}_${randomUUID()}`,
          }
        : undefined,
    },
    reconcilersOf({ releases, store, helm, clock, concurrency: config.CONCURRENCY }),
  );
  logger.info(
    { server: client.server, source: source.description },
    'the operator looks after cluster stacks',
  );
  return {
    checks: operator.checks,
    async close() {
      await operator.stop();
      await helm.close();
      client.close();
    },
  };
}

/** All control loops of the service. */
export function reconcilersOf({
  releases,
  store,
  helm,
  clock,
  concurrency,
}: {
  releases: Releases;
  store: ReleaseStore;
  helm: Helm;
  clock: () => Date;
  concurrency: number;
}): CreateReconciler[] {
  const tags = createTagList(releases, clock);
  const unpack = ({ stored, assets }: LoadedRelease) => store.unpacked(stored, assets.addonArchive);
  return [
    (operator) => createClusterStackReconciler(operator, { tags, concurrency }),
    (operator) => createClusterStackReleaseReconciler(operator, { releases, helm, concurrency }),
    (operator) => createClusterAddonReconciler(operator, { releases, unpack, helm }),
  ];
}
