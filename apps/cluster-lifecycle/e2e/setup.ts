import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterStack, ClusterStackRelease, Condition } from '@scs/cluster-stacks';
import { openHelm, type Helm } from '@scs/helm';
import type { ApiObject, KubernetesClient } from '@scs/kubernetes';
import { openReleaseSource, openReleaseStore } from '@scs/release-sources';
import { createLogger } from '@scs/service';
import { eventually } from '@scs/testing';
import { afterAll, onTestFinished } from 'vitest';
import { createClusterStackReleaseReconciler } from '../src/cluster-stack-release/cluster-stack-release.reconciler.ts';
import { createClusterStackReconciler } from '../src/cluster-stack/cluster-stack.reconciler.ts';
import { startOperator, type OperatorParts, type RunningOperator } from '../src/operator.ts';
import { openReleases, type Releases } from '../src/release/releases.ts';
import { createTagList } from '../src/release/tag-list.ts';
import { startKubernetes } from './kubernetes.ts';
import { writeRelease, type TestRelease } from './releases.ts';

const stacks = 'clusterstack.x-k8s.io/v1alpha1';
const version = { apiVersion: stacks };

/** What an operator of a test is given; each may be one that fails on purpose. */
interface Wiring {
  client?: KubernetesClient;
  resyncMs?: number;
  releases?: Partial<Releases>;
  election?: OperatorParts['election'];
}

let helm: Promise<Helm> | undefined;
afterAll(async () => (await helm)?.close());

/** A management cluster, a folder of releases, and an operator over both. */
export async function setup(served?: readonly object[]) {
  const { client, namespace, connect, sandbox } = await startKubernetes(served);
  const folder = await mkdtemp(join(tmpdir(), 'scs-lifecycle-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const sourceFolder = join(folder, 'source');
  await mkdir(sourceFolder);
  const clock = { now: Date.now() };
  const running = new Set<RunningOperator>();
  onTestFinished(async () => {
    await Promise.all([...running].map((operator) => operator.stop()));
  });

  const start = async (wiring: Wiring = {}): Promise<RunningOperator> => {
    const store = await openReleaseStore({
      source: openReleaseSource({ kind: 'directory', path: sourceFolder }),
      folder: join(folder, 'cache'),
    });
    const releases = { ...openReleases(store), ...wiring.releases };
    const at = () => new Date(clock.now);
    const tags = createTagList(releases, at);
    const renderer = await (helm ??= openHelm());
    const operator = startOperator(
      {
        client: wiring.client ?? client,
        logger: createLogger({ name: 'e2e', version: '0' }, process.env['E2E_LOG'] ?? 'fatal'),
        clock: at,
        namespace,
        resyncMs: wiring.resyncMs ?? 0,
        election: wiring.election,
      },
      [
        (one) => createClusterStackReconciler(one, { tags }),
        (one) => createClusterStackReleaseReconciler(one, { releases, helm: renderer }),
      ],
    );
    running.add(operator);
    return operator;
  };
  const keyOf = (kind: string, name: string, apiVersion = stacks) => ({ apiVersion, kind, name, namespace });
  const metadata = (name: string, more: object = {}) => ({ name, namespace, ...more });

  return {
    client,
    namespace,
    connect,
    sandbox,
    clock,
    start,
    sourceFolder,
    keyOf,
    publish: (release?: TestRelease) => writeRelease(sourceFolder, release),
    createStack: (spec: Partial<ClusterStack['spec']> = {}, more: object = {}) =>
      client.create<ClusterStack>({
        ...version,
        kind: 'ClusterStack',
        metadata: metadata('ferrol', more),
        spec: { provider: 'toy', name: 'ferrol', kubernetesVersion: '1.27', noProvider: true, ...spec },
      }),
    createCluster: (className: string, name = 'one') =>
      client.create({
        apiVersion: 'cluster.x-k8s.io/v1beta2',
        kind: 'Cluster',
        metadata: metadata(name),
        spec: { topology: { classRef: { name: className }, version: 'v1.27.3' } },
      }),
    stack: () => client.get<ClusterStack>(keyOf('ClusterStack', 'ferrol')),
    release: (tag: string) => client.get<ClusterStackRelease>(keyOf('ClusterStackRelease', tag)),
    patchRelease: (tag: string, patch: object) => client.patch(keyOf('ClusterStackRelease', tag), patch),
    releases: async () =>
      (
        await client.list<ClusterStackRelease>({ ...version, kind: 'ClusterStackRelease' }, { namespace })
      ).items
        .map((release) => release.metadata.name)
        .toSorted(),
    /** Names of all objects of a kind; those that clusters are made of unless another API is named. */
    names: async (kind: string, apiVersion = 'infrastructure.cluster.x-k8s.io/v1beta2') =>
      (await client.list({ apiVersion, kind }, { namespace })).items
        .map((one) => one.metadata.name)
        .toSorted(),
    events: async () =>
      (
        await client.list<ApiObject & { reason: string; message: string }>(
          { apiVersion: 'v1', kind: 'Event' },
          { namespace },
        )
      ).items,
    isReady: (tag: string) =>
      eventually(async () => {
        const release = await client.get<ClusterStackRelease>(keyOf('ClusterStackRelease', tag));
        if (release?.status?.ready !== true)
          throw new Error(`${tag} is not ready: ${JSON.stringify(release?.status)}`);
      }),
    quiet: (operator: RunningOperator) => quiet(operator, client),
  };
}

/** Nothing is at work, and nothing that was written wakes anybody any more. */
async function quiet(operator: RunningOperator, client: KubernetesClient): Promise<void> {
  for (let calm = 0; calm < 3;) {
    const { requests } = client;
    await operator.idle();
    await sleep(50);
    calm = client.requests === requests ? calm + 1 : 0;
  }
}

/** `Ready False ProcessOngoing`, for a comparison in one line. */
export const conditionOf = (
  object: { status?: { conditions?: Condition[] } } | undefined,
  type: string,
): string => {
  const condition = object?.status?.conditions?.find((one) => one.type === type);
  return [condition?.status, condition?.severity, condition?.reason].filter(Boolean).join(' ');
};
