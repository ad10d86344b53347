import { randomUUID } from 'node:crypto';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { openHelm, type Helm } from '@scs/helm';
import { connectKubernetes, type KubernetesClient } from '@scs/kubernetes';
import { openReleaseSource, openReleaseStore, type ReleaseStore } from '@scs/release-sources';
import type { Logger, RunningService } from '@scs/service';
import { startWebhooks } from './admission/webhooks.ts';
import { openConfiguredCertificate } from './certificate/certificate.config.ts';
import { createClusterAddonReconciler } from './cluster-addon/cluster-addon.reconciler.ts';
import { createClusterStackReleaseReconciler } from './cluster-stack-release/cluster-stack-release.reconciler.ts';
import { createClusterStackReconciler } from './cluster-stack/cluster-stack.reconciler.ts';
import type { Config } from './config.ts';
import { startHooks } from './hook/hooks.ts';
import { nodeImageSettings, type nodeImageVariables } from './node-image/node-image.config.ts';
import { createNodeImageReconciler } from './node-image/node-image.reconciler.ts';
import { createOpenStackReleaseReconciler } from './openstack-release/openstack-release.reconciler.ts';
import { startOperator, type OperatorParts } from './operator.ts';
import type { CreateReconciler } from './reconciler.ts';
import { openReleases, type LoadedRelease, type Releases } from './release/releases.ts';
import { createTagList } from './release/tag-list.ts';

const userAgent = 'scs-cluster-lifecycle';

/** Starts the service: the operator over the management cluster, and where there is a certificate, admission webhooks and runtime hooks. */
export async function startClusterLifecycle(
  config: Config,
  logger: Logger,
  clock = () => new Date(),
): Promise<RunningService> {
  const parts: Pick<RunningService, 'close'>[] = [];
  const close = async (): Promise<void> => {
    for (const part of parts.toReversed()) await part.close();
  };
  try {
    const client = connectKubernetes({
      userAgent,
      ...(config.KUBECONFIG && { kubeconfig: { file: config.KUBECONFIG } }),
    });
    parts.push({ close: async () => client.close() });
    const folder =
      config.RELEASE_DIR ??
      join(config.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'scs', 'cluster-lifecycle');
    const source = openReleaseSource(config.releaseSource);
    const store = await openReleaseStore({ source, folder: join(folder, 'releases') });
    const helm = await openHelm({ processes: config.HELM_PROCESSES, cacheFolder: join(folder, 'rendered') });
    parts.push(helm);
    const servers = await startServers(config, { client, logger, clock });
    parts.push(...servers);
    const operator = startOperator(
      { client, logger, clock, namespace: config.NAMESPACE, election: electionOf(config) },
      reconcilersOf({ config, releases: openReleases(store), store, helm, clock }),
    );
    parts.push({ close: () => operator.stop() });
    logger.info(
      { server: client.server, source: source.description },
      'the operator looks after cluster stacks',
    );
    const checks = { ...operator.checks };
    for (const server of servers) Object.assign(checks, server.checks);
    return { checks, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const electionOf = (config: Config): OperatorParts['election'] =>
  config.LEADER_ELECT
    ? {
        namespace: config.LEADER_ELECT_NAMESPACE ?? config.NAMESPACE ?? 'default',
        // Two processes must never have one name.
        identity: `${config.POD_NAME ?? hostname()}_${randomUUID()}`,
      }
    : undefined;

/** What is asked from outside, in every process and not by the leader alone. Nothing without a certificate. */
async function startServers(
  config: Config,
  parts: { client: KubernetesClient; logger: Logger; clock: () => Date },
): Promise<RunningService[]> {
  const { logger } = parts;
  const certificate = await openConfiguredCertificate(config, {
    ...parts,
    onError: (error) => logger.warn({ reason: (error as Error).message }, 'the certificate was not renewed'),
  });
  if (!certificate) return [];
  const servers: RunningService[] = [{ checks: {}, close: () => certificate.close() }];
  try {
    servers.push(await startWebhooks(config, { ...parts, certificate }));
    servers.push(await startHooks(config, { ...parts, certificate }));
  } catch (error) {
    for (const server of servers) await server.close();
    throw error;
  }
  return servers;
}

/** All control loops of the service. */
export function reconcilersOf({
  config: { CONCURRENCY: concurrency, ...config },
  releases,
  store,
  helm,
  clock,
}: {
  config: Pick<Config, 'CONCURRENCY' | 'NODE_IMAGES' | keyof typeof nodeImageVariables>;
  releases: Releases;
  store: Pick<ReleaseStore, 'unpacked'>;
  helm: Helm;
  clock: () => Date;
}): CreateReconciler[] {
  const tags = createTagList(releases, clock);
  const unpack = ({ stored, assets }: LoadedRelease) => store.unpacked(stored, assets.addonArchive);
  const images: CreateReconciler[] = [
    (operator) => createOpenStackReleaseReconciler(operator, { releases, concurrency }),
    (operator) => createNodeImageReconciler(operator, { ...nodeImageSettings(config), concurrency }),
  ];
  return [
    (operator) => createClusterStackReconciler(operator, { tags, concurrency }),
    (operator) => createClusterStackReleaseReconciler(operator, { releases, helm, concurrency }),
    (operator) => createClusterAddonReconciler(operator, { releases, unpack, helm }),
    ...(config.NODE_IMAGES ? images : []),
  ];
}
