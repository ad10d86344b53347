import {
  clusterStackGroup,
  type ClusterStack,
  type ClusterStackRelease,
  type ObjectReference,
  type OwnerReference,
} from '@scs/cluster-stacks';
import type { ObjectKey } from '@scs/kubernetes';
import { explain, isAboutOneObject } from '../apply/failure.ts';
import type { Operator } from '../reconciler.ts';
import type { SyncProblem } from './cluster-stack.conditions.ts';

const type = { apiVersion: clusterStackGroup, kind: 'ClusterStackRelease' } as const;

/** The ClusterStackReleases of one ClusterStack. */
export class ReleaseObjects {
  readonly #operator: Operator;
  readonly #stack: ClusterStack;
  readonly #namespace: string;
  constructor(operator: Operator, stack: ClusterStack) {
    this.#operator = operator;
    this.#stack = stack;
    this.#namespace = stack.metadata.namespace ?? '';
  }

  get #informer() {
    return this.#operator.informer<ClusterStackRelease>(type);
  }

  existing(): ClusterStackRelease[] {
    return this.#informer
      .list(this.#namespace)
      .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => this.#isUs(owner)));
  }

  #isUs = ({ apiVersion, kind, name }: OwnerReference): boolean =>
    apiVersion.split('/')[0] === clusterStackGroup.split('/')[0] &&
    kind === 'ClusterStack' &&
    name === this.#stack.metadata.name;

  /** Removes releases that nobody wants; one that cannot be removed does not hold up the others. */
  async remove(names: readonly string[]): Promise<SyncProblem[]> {
    const problems: SyncProblem[] = [];
    for (const name of names)
      try {
        await this.#operator.client.delete(this.#keyOf(name));
      } catch (error) {
        const problem = this.problemOf('release', error);
        problems.push(problem);
        this.#record('Warning', 'FailedToDeleteClusterStackRelease', `${name}: ${problem.message}`);
      }
    return problems;
  }

  /** Makes a release, or points the one that is there to its present provider object. */
  async ensure(name: string, providerRef: ObjectReference | undefined): Promise<SyncProblem[]> {
    const existing = this.#informer.get(this.#namespace, name);
    try {
      return existing ? await this.#update(existing, providerRef) : await this.#create(name, providerRef);
    } catch (error) {
      const problem = this.problemOf('release', error);
      this.#record('Warning', 'ErrorCreatingClusterStackRelease', `${name}: ${problem.message}`);
      return [problem];
    }
  }

  async #create(name: string, providerRef: ObjectReference | undefined): Promise<SyncProblem[]> {
    // What the informer has not seen yet must not be an error.
    const there = await this.#operator.client.get<ClusterStackRelease>(this.#keyOf(name));
    if (there) return this.#update(there, providerRef);
    await this.#operator.client.create({
      ...type,
      metadata: { name, namespace: this.#namespace, ownerReferences: [this.#owner] },
      spec: providerRef ? { providerRef } : {},
    });
    this.#record('Normal', 'ClusterStackReleaseCreated', `ClusterStackRelease ${name} was created`);
    return [];
  }

  async #update(
    release: ClusterStackRelease,
    providerRef: ObjectReference | undefined,
  ): Promise<SyncProblem[]> {
    const { name, ownerReferences = [], resourceVersion, deletionTimestamp } = release.metadata;
    if (deletionTimestamp) return [];
    const foreign = ownerReferences.find((owner) => owner.kind === 'ClusterStack' && !this.#isUs(owner));
    if (foreign)
      return [
        {
          about: 'release',
          reason: 'FailedToCreateOrUpdate',
          message: `ClusterStackRelease ${name} belongs to ClusterStack ${foreign.name} already; let one ClusterStack have it`,
        },
      ];
    const owned = ownerReferences.some((owner) => this.#isUs(owner));
    if (owned && isSameReference(release.spec.providerRef, providerRef)) return [];
    await this.#operator.client.patch(this.#keyOf(name), {
      metadata: {
        resourceVersion,
        ...(!owned && { ownerReferences: [...ownerReferences, this.#owner] }),
      },
      spec: { providerRef: providerRef ?? null },
    });
    return [];
  }

  get #owner(): OwnerReference {
    const { apiVersion, kind, metadata } = this.#stack;
    return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '' };
  }

  #keyOf = (name: string): ObjectKey => ({ ...type, name, namespace: this.#namespace });

  #record(severity: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#operator.events.record(this.#stack, severity, reason, message);
  }

  /** What the API server refused; anything else is thrown on. */
  problemOf(about: SyncProblem['about'], error: unknown): SyncProblem {
    if (!isAboutOneObject(error) || error.status === 409) throw error;
    return { about, reason: 'FailedToCreateOrUpdate', message: explain(error, '') };
  }
}

const isSameReference = (one: ObjectReference | undefined, other: ObjectReference | undefined): boolean =>
  one?.apiVersion === other?.apiVersion && one?.kind === other?.kind && one?.name === other?.name;
