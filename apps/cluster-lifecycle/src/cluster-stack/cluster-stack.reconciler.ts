import {
  clusterStackGroup,
  isTrue,
  latestReady,
  pausedAnnotation,
  planClusterStack,
  setConditions,
  summarizeClusterStack,
  topologyOf,
  type ClusterStack,
  type ClusterStackPlan,
  type ClusterStackRelease,
} from '@scs/cluster-stacks';
import type { Again, Change } from '@scs/kubernetes';
import { clusterInformer } from '../cluster-stack-release/usage.ts';
import { isMoreThanStatus, ownKey, type Key, type Operator, type Reconciler } from '../reconciler.ts';
import type { KnownTags, TagList } from '../release/tag-list.ts';
import { patchStatus, recordTransitions } from '../status.ts';
import {
  judgeProviderSync,
  judgeReleaseSync,
  judgeSource,
  stackConditions,
  type SyncProblem,
} from './cluster-stack.conditions.ts';
import { isProviderTemplate, readProviderTemplate, type ProviderObjects } from './provider-object.ts';
import { ReleaseObjects } from './release-objects.ts';

const stackType = { apiVersion: clusterStackGroup, kind: 'ClusterStack' } as const;
const releaseType = { apiVersion: clusterStackGroup, kind: 'ClusterStackRelease' } as const;
const name = 'cluster-stack';

/** How soon it is tried again while something could not be done. */
const problemMs = 30_000;

export interface ClusterStackParts {
  tags: TagList;
  concurrency?: number;
}

/** Keeps the releases of a cluster stack: those that are called for, the newest, and those in use; and what each needs at the provider. */
export function createClusterStackReconciler(operator: Operator, parts: ClusterStackParts): Reconciler {
  const stacks = operator.informer<ClusterStack>(stackType);
  const loop = new StackLoop(operator, parts.tags);
  return {
    name,
    concurrency: parts.concurrency ?? 4,
    watches: [
      { type: stackType, keys: (change) => (isMoreThanStatus(change) ? ownKey(change) : []) },
      {
        type: releaseType,
        // Its ClusterStack by name: an owner that was made again has another UID.
        keys: ({ object: { metadata } }) =>
          (metadata.ownerReferences ?? [])
            .filter(({ kind }) => kind === 'ClusterStack')
            .map((owner) => ({ namespace: metadata.namespace ?? '', name: owner.name })),
      },
      {
        type: 'Cluster',
        keys: (change) =>
          classChanged(change)
            ? stacks
                .list()
                .map(({ metadata }): Key => ({ namespace: metadata.namespace ?? '', name: metadata.name }))
            : [],
      },
    ],
    async reconcile(key, signal) {
      const stack = stacks.get(key.namespace, key.name);
      // What belongs to it goes by itself.
      if (!stack || stack.metadata.deletionTimestamp) return;
      if (stack.metadata.annotations?.[pausedAnnotation] !== undefined) return;
      return loop.keep(stack, signal);
    },
  };
}

/** Clusters tell of themselves all the time; only what they are made of matters here. */
function classChanged(change: Change<Parameters<typeof topologyOf>[0]>): boolean {
  if (change.type === 'resync') return false;
  if (change.type !== 'updated') return topologyOf(change.object) !== undefined;
  const [before, after] = [topologyOf(change.before), topologyOf(change.object)];
  return before?.className !== after?.className || before?.classNamespace !== after?.classNamespace;
}

class StackLoop {
  readonly #operator: Operator;
  readonly #tags: TagList;
  /** Tags that nobody can read are told once. */
  readonly #told = new Map<string, string>();
  constructor(operator: Operator, tags: TagList) {
    this.#operator = operator;
    this.#tags = tags;
  }

  async keep(stack: ClusterStack, signal: AbortSignal): Promise<Again | void> {
    const tags = stack.spec.autoSubscribe === false ? undefined : await this.#tags.current(signal);
    const releases = new ReleaseObjects(this.#operator, stack);
    const existing = releases.existing();
    const plan = await this.#plan(stack, existing, tags);
    this.#tellUnreadable(stack, plan);

    await this.#watchProvider(stack);
    const providers = stack.spec.noProvider
      ? undefined
      : await readProviderTemplate(this.#operator.client, stack);
    const problems: SyncProblem[] = [...(await releases.remove(plan.delete))];
    if (providers === undefined || !('problem' in providers))
      for (const release of plan.wanted) {
        signal.throwIfAborted();
        problems.push(...(await this.#ensure(stack, releases, providers, release)));
      }
    else problems.push({ about: 'provider', reason: 'ProviderTemplateNotFound', message: providers.problem });

    await this.#report(stack, plan, existing, { tags, problems });
    const pauses = [
      ...(tags ? [Math.max(1000, tags.nextAt.getTime() - this.#operator.clock().getTime())] : []),
      ...(problems.length > 0 ? [problemMs] : []),
    ];
    return pauses.length > 0 ? { requeueAfterMs: Math.min(...pauses) } : undefined;
  }

  async #plan(
    stack: ClusterStack,
    existing: readonly ClusterStackRelease[],
    tags: KnownTags | undefined,
  ): Promise<ClusterStackPlan> {
    const clusters = await clusterInformer(this.#operator);
    const plan = planClusterStack({
      namespace: stack.metadata.namespace ?? '',
      spec: stack.spec,
      existing,
      remoteTags: tags?.tags,
      topologies: (clusters?.list() ?? []).flatMap((cluster) => topologyOf(cluster) ?? []),
    });
    // While it is not known who uses what, everything stays.
    return clusters?.synced ? plan : { ...plan, delete: [] };
  }

  /** A release needs its provider object first: without it, it could only wait. */
  async #ensure(
    stack: ClusterStack,
    releases: ReleaseObjects,
    providers: ProviderObjects | undefined,
    release: string,
  ): Promise<SyncProblem[]> {
    try {
      const change = await providers?.ensure(release);
      if (change)
        this.#operator.events.record(
          stack,
          'Normal',
          change === 'created' ? 'CreateProviderStackRelease' : 'UpdateProviderStackRelease',
          `the provider object of ${release} was ${change}`,
        );
    } catch (error) {
      return [releases.problemOf('provider', error)];
    }
    return releases.ensure(release, providers?.referenceTo(release));
  }

  /** Whatever kind the templates are of: a change of theirs is brought to the objects that were made of them. */
  async #watchProvider({ spec: { providerRef } }: ClusterStack): Promise<void> {
    const { apiVersion, kind } = providerRef ?? {};
    if (!apiVersion || !kind || !isProviderTemplate(kind)) return;
    if (!(await this.#operator.client.resourceType({ apiVersion, kind }))) return;
    const stacks = this.#operator.informer<ClusterStack>(stackType);
    await this.#operator.alsoWatch(name, {
      type: { apiVersion, kind },
      keys: ({ object: { metadata } }) =>
        stacks
          .list(metadata.namespace ?? '')
          .filter(({ spec }) => spec.providerRef?.kind === kind && spec.providerRef.name === metadata.name)
          .map((stack) => ({ namespace: metadata.namespace ?? '', name: stack.metadata.name })),
    });
  }

  #tellUnreadable(stack: ClusterStack, { unreadableTags }: ClusterStackPlan): void {
    const uid = stack.metadata.uid ?? '';
    const [first, ...others] = unreadableTags;
    if (first === undefined || this.#told.get(uid) === unreadableTags.join()) return;
    this.#told.set(uid, unreadableTags.join());
    const more = others.length > 0 ? `, and ${others.length} more tags` : '';
    this.#operator.events.record(
      stack,
      'Warning',
      'FailedToParseClusterStackRelease',
      `${first}${more} of the source name no release of a cluster stack, and are left out`,
    );
  }

  async #report(
    stack: ClusterStack,
    plan: ClusterStackPlan,
    existing: readonly ClusterStackRelease[],
    { tags, problems }: { tags: KnownTags | undefined; problems: readonly SyncProblem[] },
  ): Promise<void> {
    const source = judgeSource(tags);
    const provider = judgeProviderSync(stack, problems);
    const states = [...source.set, ...provider.set, judgeReleaseSync(plan, problems)];
    if (latestReady(existing)) states.push(isTrue(stackConditions.available));
    const before = stack.status?.conditions;
    const after = setConditions(before, states, this.#operator.clock(), [
      ...source.remove,
      ...provider.remove,
    ]);
    const { latestRelease, ...told } = summarizeClusterStack(plan.wanted, existing);
    await patchStatus(this.#operator.client, stack, {
      ...stack.status,
      ...told,
      latestRelease,
      conditions: after,
    });
    recordTransitions(this.#operator.events, stack, before, after);
  }
}
