import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { openHelm, type Helm } from '@scs/helm';
import { connectKubernetes } from '@scs/kubernetes';
import { openReleaseSource, openReleaseStore, type ReleaseStore } from '@scs/release-sources';
import type { Logger, ReadinessCheck, RunningService } from '@scs/service';
import { startWebhooks } from './admission/webhooks.ts';
import { startApi } from './api.ts';
import { openConfiguredCertificate } from './certificate/certificate.config.ts';
import { createClusterAddonReconciler } from './cluster-addon/cluster-addon.reconciler.ts';
import { createClusterStackReleaseReconciler } from './cluster-stack-release/cluster-stack-release.reconciler.ts';
import { createClusterStackReconciler } from './cluster-stack/cluster-stack.reconciler.ts';
import type { Config } from './config.ts';
import { startHooks } from './hook/hooks.ts';
import { nodeImageSettings } from './node-image/node-image.config.ts';
import { createNodeImageReconciler } from './node-image/node-image.reconciler.ts';
import type { NodeImageSettings } from './node-image/node-image.resource.ts';
import { createOpenStackReleaseReconciler } from './openstack-release/openstack-release.reconciler.ts';
import { startOperator } from './operator.ts';
import type { CreateReconciler } from './reconciler.ts';
import { openReleases, type LoadedRelease, type Releases } from './release/releases.ts';
import { createTagList } from './release/tag-list.ts';

const userAgent = 'scs-cluster-lifecycle';

/**
 * Starts the service: the operator over the management cluster; with a certificate, its webhooks and runtime hooks; and with issuers of
 * tokens, its API.
 */
export async function startClusterLifecycle(
  config: Config,
  logger: Logger,
  clock = () => new Date(),
): Promise<RunningService & { address: string | undefined }> {
  const client = connectKubernetes({
    userAgent,
    ...(config.KUBECONFIG && { kubeconfig: { file: config.KUBECONFIG } }),
  });
  const certificate = await openConfiguredCertificate(config, {
    client,
    clock,
    onError: (error) =>
      logger.warn({ reason: (error as Error).message }, 'the certificate could not be looked at'),
  });
  const servers = certificate
    ? await Promise.all([
        startWebhooks(config, { client, certificate, logger }),
        startHooks(config, { client, certificate, clock, logger }),
      ])
    : [];
  if (!certificate)
    logger.warn(
      'without CERTIFICATE_DIR or CERTIFICATE_SECRET there are no admission webhooks and no runtime hooks: an upgrade does not wait for add-ons',
    );
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
    reconcilersOf({
      releases,
      store,
      helm,
      clock,
      images: nodeImageSettings(config),
      concurrency: config.CONCURRENCY,
      driftMs: config.DRIFT_CHECK_SECONDS * 1000,
    }),
  );
  logger.info(
    { server: client.server, source: source.description },
    'the operator looks after cluster stacks',
  );
  const api = await startApi({ config, operator, logger, clock }).catch(async (error: unknown) => {
    await operator.stop();
    await helm.close();
    client.close();
    throw error;
  });
  return {
    address: api.address,
    checks: Object.assign({}, operator.checks, api.checks, ...servers.map(({ checks }) => checks)) as Record<
      string,
      ReadinessCheck
    >,
    async close() {
      await api.close();
      // Cluster API goes on asking while the operator ends what runs.
      await operator.stop();
      await Promise.all(servers.map((server) => server.close()));
      await certificate?.close();
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
  images,
  concurrency,
  driftMs,
}: {
  releases: Releases;
  store: ReleaseStore;
  helm: Helm;
  clock: () => Date;
  images: NodeImageSettings;
  concurrency: number;
  driftMs?: number;
}): CreateReconciler[] {
  const tags = createTagList(releases, clock);
  const unpack = ({ stored, assets }: LoadedRelease) => store.unpacked(stored, assets.addonArchive);
  return [
    (operator) => createClusterStackReconciler(operator, { tags, concurrency }),
    (operator) => createClusterStackReleaseReconciler(operator, { releases, helm, concurrency, driftMs }),
    (operator) => createClusterAddonReconciler(operator, { releases, unpack, helm, driftMs }),
    (operator) => createOpenStackReleaseReconciler(operator, { releases, concurrency }),
    (operator) => createNodeImageReconciler(operator, { concurrency, ...images }),
  ];
}
