import {
  announcedInventory,
  clusterStackGroup,
  describeResource,
  findCondition,
  judgeRelease,
  judgeRemoval,
  pausedAnnotation,
  releaseConditions,
  releaseFinalizer,
  resourceOf,
  setConditions,
  type AppliedResource,
  type ClusterStackRelease,
  type ReleaseFacts,
} from '@scs/cluster-stacks';
import { HelmError, type Helm, type Rendered } from '@scs/helm';
import type { Again, ApiObject, ObjectKey } from '@scs/kubernetes';
import { applyObjects, type ApplyOutcome, type ApplyTarget } from '../apply/apply.ts';
import { deleteResources } from '../apply/delete.ts';
import { oneLine } from '../apply/failure.ts';
import { isMoreThanStatus, ownKey, type Operator, type Reconciler } from '../reconciler.ts';
import type { LoadedRelease, Releases } from '../release/releases.ts';
import { judgeSourceFailure } from '../release/source-failure.ts';
import { retryAfterMs } from '../release/tag-list.ts';
import { patchStatus, recordTransitions } from '../status.ts';
import { claimsOfOthers, releasesWith } from './claims.ts';
import { gatherProvider } from './provider.ts';
import { clustersUsing, releasesOfCluster } from './usage.ts';

const releaseType = { apiVersion: clusterStackGroup, kind: 'ClusterStackRelease' } as const;
const name = 'cluster-stack-release';

/** How soon it is looked again: while objects are missing, and while a release is no good. */
const again = { unsyncedMs: 20_000, failedMs: 60_000, inUseMs: 60_000 };

export interface ReleaseParts {
  releases: Releases;
  helm: Pick<Helm, 'template'>;
  concurrency?: number;
  /** How often is looked after what was applied. Milliseconds; 10 minutes when left out. */
  driftMs?: number | undefined;
}

/**
 * Brings releases into the management cluster: fetches them, waits for the provider, renders the class chart and applies it, over and over, so that
 * what was changed by hand comes back. Deletes all that it brought when a release goes and no cluster uses it any more.
 */
export function createClusterStackReleaseReconciler(operator: Operator, parts: ReleaseParts): Reconciler {
  const releases = operator.informer<ClusterStackRelease>(releaseType);
  const loop = new ReleaseLoop(operator, parts);
  return {
    name,
    concurrency: parts.concurrency ?? 4,
    watches: [
      { type: releaseType, keys: (change) => (isMoreThanStatus(change) ? ownKey(change) : []) },
      // A release that is to go waits for the last cluster.
      {
        type: 'Cluster',
        keys: (change) =>
          releasesOfCluster(change).filter(
            (key) => releases.get(key.namespace, key.name)?.metadata.deletionTimestamp,
          ),
      },
    ],
    async reconcile(key, signal) {
      const release = releases.get(key.namespace, key.name);
      if (!release || release.metadata.annotations?.[pausedAnnotation] !== undefined) return;
      if (release.metadata.deletionTimestamp) return loop.remove(release, signal);
      return loop.bring(release, signal);
    },
  };
}

class ReleaseLoop {
  readonly #operator: Operator;
  readonly #parts: ReleaseParts;
  constructor(operator: Operator, parts: ReleaseParts) {
    this.#operator = operator;
    this.#parts = parts;
  }

  async bring(release: ClusterStackRelease, signal: AbortSignal): Promise<Again | void> {
    // The write wakes us again.
    if (!release.metadata.finalizers?.includes(releaseFinalizer))
      return this.#setFinalizers(release, [...(release.metadata.finalizers ?? []), releaseFinalizer]);
    if (!findCondition(release.status?.conditions, releaseConditions.downloaded))
      release = await this.#report(release, { assets: { state: 'pending' } });

    const loaded = await this.#load(release, signal);
    if ('facts' in loaded) {
      await this.#report(release, loaded.facts);
      return { requeueAfterMs: Math.max(again.failedMs, loaded.retryAfterMs) };
    }
    const assets = { state: 'loaded', kubernetesVersion: loaded.metadata.kubernetes } as const;
    const provider = await gatherProvider(this.#operator, name, release);
    if (provider.state !== 'ready' && provider.state !== 'none') {
      await this.#report(release, { assets, provider });
      return { requeueAfterMs: again.failedMs };
    }
    const applied = await this.#apply(release, loaded, signal);
    await this.#report(applied.release, { assets, provider, applied: applied.facts });
    if (applied.facts.state === 'failed') return { requeueAfterMs: again.failedMs };
    return { requeueAfterMs: applied.facts.synced ? (this.#parts.driftMs ?? 10 * 60_000) : again.unsyncedMs };
  }

  async #load(
    release: ClusterStackRelease,
    signal: AbortSignal,
  ): Promise<LoadedRelease | { facts: ReleaseFacts; retryAfterMs: number }> {
    try {
      return await this.#parts.releases.load(release.metadata.name, signal);
    } catch (error) {
      signal.throwIfAborted();
      const assets = judgeSourceFailure(error);
      if (!assets) throw error;
      return { facts: { assets }, retryAfterMs: retryAfterMs(error) };
    }
  }

  /** Renders and applies. What is going to be applied is written down first: whatever happens then, it is known and can be removed. */
  async #apply(release: ClusterStackRelease, loaded: LoadedRelease, signal: AbortSignal) {
    const { namespace = '' } = release.metadata;
    let rendered: Rendered;
    try {
      rendered = await this.#parts.helm.template(
        {
          path: loaded.classChart,
          releaseName: release.metadata.name.split('-').slice(0, 4).join('-'),
          namespace,
          kubernetesVersion: loaded.metadata.kubernetes,
        },
        signal,
      );
    } catch (error) {
      if (!(error instanceof HelmError)) throw error;
      return { release, facts: { state: 'failed' as const, message: oneLine(error.message) } };
    }
    const inventory = release.status?.resources ?? [];
    const announced = announcedInventory(inventory, manifestEntries(rendered), namespace);
    if (announced.length > inventory.length)
      release = await this.#writeStatus(release, { ...release.status, resources: announced });
    await this.#watchFor(announced);
    const outcome = await applyObjects(this.#targetOf(release), rendered, announced, {
      prune: true,
      signal,
      claim: await claimsOfOthers(this.#operator, release),
    });
    this.#recordChanges(release, outcome);
    return { release, facts: { state: 'done' as const, ...outcome } };
  }

  #targetOf = (release: ClusterStackRelease): ApplyTarget => ({
    client: this.#operator.client,
    namespace: release.metadata.namespace ?? '',
  });

  /** One Event for what came, one for what had to be mended, one for what went. */
  #recordChanges(release: ClusterStackRelease, { changes }: ApplyOutcome): void {
    const inPlace = new Set(
      release.status?.resources?.filter(({ status }) => status === 'synced').map(describeResource),
    );
    const told = {
      ObjectsApplied: [] as string[],
      DriftRepaired: [] as string[],
      ObjectsRemoved: [] as string[],
    };
    for (const { resource, change } of changes) {
      const what = describeResource(resource);
      if (change === 'removed') told.ObjectsRemoved.push(what);
      else if (inPlace.has(what)) told.DriftRepaired.push(what);
      else told.ObjectsApplied.push(what);
    }
    for (const [reason, objects] of Object.entries(told))
      if (objects.length > 0)
        this.#operator.events.record(
          release,
          reason === 'DriftRepaired' ? 'Warning' : 'Normal',
          reason,
          objects.join(', '),
        );
  }

  /**
   * Cluster API's kinds are watched, from before they are looked at, so that a change by hand is repaired at once; others are looked at every ten
   * minutes.
   */
  async #watchFor(resources: readonly AppliedResource[]): Promise<void> {
    for (const { group = '', version = '', kind = '' } of resources) {
      const type = { apiVersion: `${group}/${version}`, kind };
      if (!group.endsWith('cluster.x-k8s.io') || !(await this.#operator.client.resourceType(type))) continue;
      await this.#operator.alsoWatch(name, {
        type,
        keys: (change) =>
          change.type !== 'added' && change.type !== 'resync' && isMoreThanStatus(change)
            ? releasesWith(this.#operator, change.object)
            : [],
      });
    }
  }

  async remove(release: ClusterStackRelease, signal: AbortSignal): Promise<Again | void> {
    const { finalizers = [], namespace = '' } = release.metadata;
    if (!finalizers.includes(releaseFinalizer)) return;
    const clusters = await clustersUsing(this.#operator, release);
    if (clusters.length > 0) {
      this.#operator.events.record(
        release,
        'Warning',
        'ReleaseInUse',
        `the release is deleted when no cluster uses it any more: ${clusters.slice(0, 5).join(', ')}`,
      );
      return { requeueAfterMs: again.inUseMs };
    }
    const claim = await claimsOfOthers(this.#operator, release);
    const own = (release.status?.resources ?? []).filter((resource) => !claim(resource));
    const left = await deleteResources(this.#targetOf(release), own, signal);
    if (left.length === 0)
      return this.#setFinalizers(
        release,
        finalizers.filter((finalizer) => finalizer !== releaseFinalizer),
      );
    const conditions = setConditions(
      release.status?.conditions,
      [judgeRemoval(left)],
      this.#operator.clock(),
    );
    await this.#writeStatus(release, { ...release.status, ready: false, resources: left, conditions });
    this.#operator.logger.debug(
      { release: `${namespace}/${release.metadata.name}`, left: left.length },
      'waiting for objects to go',
    );
    return { requeueAfterMs: again.unsyncedMs };
  }

  /** The one place where status comes from facts. */
  async #report(release: ClusterStackRelease, facts: ReleaseFacts): Promise<ClusterStackRelease> {
    const { conditions, ...change } = judgeRelease(facts);
    const before = release.status?.conditions;
    const after = setConditions(before, conditions, this.#operator.clock());
    const next = await this.#writeStatus(release, { ...release.status, ...change, conditions: after });
    recordTransitions(this.#operator.events, release, before, after);
    return next;
  }

  async #writeStatus(
    release: ClusterStackRelease,
    status: NonNullable<ClusterStackRelease['status']>,
  ): Promise<ClusterStackRelease> {
    const written = await patchStatus<ClusterStackRelease>(this.#operator.client, release, status);
    return written ?? release;
  }

  async #setFinalizers({ metadata }: ClusterStackRelease, finalizers: string[]): Promise<void> {
    const key: ObjectKey = { ...releaseType, name: metadata.name, namespace: metadata.namespace };
    await this.#operator.client.patch(key, {
      metadata: { resourceVersion: metadata.resourceVersion, finalizers },
    });
  }
}

/** Entries of what was rendered; what is no object at all is told by the apply engine. */
function manifestEntries({ objects }: Rendered): AppliedResource[] {
  return objects.filter(isObject).map(resourceOf);
}

const isObject = (value: Record<string, unknown>): value is ApiObject =>
  typeof value['apiVersion'] === 'string' &&
  typeof value['kind'] === 'string' &&
  typeof value['metadata'] === 'object' &&
  value['metadata'] !== null &&
  typeof (value['metadata'] as { name?: unknown }).name === 'string';
