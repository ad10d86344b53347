import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  defaultIdentity,
  findCondition,
  infrastructureGroup,
  judgeOpenStackRelease,
  nodeImageChanges,
  nodeImageRelease,
  nodeImagesFile,
  parseNodeImages,
  pausedAnnotation,
  ReleaseInvalid,
  setConditions,
  type OpenStackClusterStackRelease,
  type OpenStackNodeImageRelease,
  type OpenStackReleaseFacts,
  type ReleaseNodeImage,
} from '@scs/cluster-stacks';
import { ApiError, type Again } from '@scs/kubernetes';
import { oneLine } from '../apply/failure.ts';
import { nodeImageType } from '../node-image/node-image.resource.ts';
import { isMoreThanStatus, ownKey, type Key, type Operator, type Reconciler } from '../reconciler.ts';
import type { LoadedRelease, Releases } from '../release/releases.ts';
import { judgeSourceFailure } from '../release/source-failure.ts';
import { retryAfterMs } from '../release/tag-list.ts';
import { patchStatus, recordTransitions } from '../status.ts';

const releaseType = { apiVersion: infrastructureGroup, kind: 'OpenStackClusterStackRelease' } as const;

/** How soon a release that is no good, or a source that is away, is looked at again. */
const failedMs = 60_000;

/** Has the node images of a release imported, and is ready while all of them are. Told by their changes, without asking again and again. */
export function createOpenStackReleaseReconciler(
  operator: Operator,
  parts: { releases: Pick<Releases, 'load'>; concurrency?: number },
): Reconciler {
  const releases = operator.informer<OpenStackClusterStackRelease>(releaseType);
  const loop = new OpenStackReleaseLoop(operator, parts.releases);
  return {
    name: 'openstack-cluster-stack-release',
    concurrency: parts.concurrency ?? 4,
    optional: true,
    watches: [
      { type: releaseType, keys: (change) => (isMoreThanStatus(change) ? ownKey(change) : []) },
      { type: nodeImageType, keys: ({ object }) => owners(object) },
    ],
    async reconcile({ namespace, name }, signal) {
      const release = releases.get(namespace, name);
      // What it made goes with it by garbage collection.
      if (!release || release.metadata.deletionTimestamp) return;
      if (release.metadata.annotations?.[pausedAnnotation] !== undefined) return;
      return loop.bring(release, signal);
    },
  };
}

const owners = ({ metadata }: { metadata: OpenStackNodeImageRelease['metadata'] }): Key[] =>
  (metadata.ownerReferences ?? [])
    .filter(({ kind }) => kind === releaseType.kind)
    .map(({ name }) => ({ namespace: metadata.namespace ?? '', name }));

type ImageState = NonNullable<OpenStackReleaseFacts['images']>[number] & {
  /** Its object could not be written. */
  refused?: boolean;
};

class OpenStackReleaseLoop {
  readonly #operator: Operator;
  readonly #releases: Pick<Releases, 'load'>;
  constructor(operator: Operator, releases: Pick<Releases, 'load'>) {
    this.#operator = operator;
    this.#releases = releases;
  }

  async bring(release: OpenStackClusterStackRelease, signal: AbortSignal): Promise<Again | void> {
    let loaded: { release: LoadedRelease; images: ReleaseNodeImage[] };
    try {
      loaded = await this.#load(release.metadata.name, signal);
    } catch (error) {
      signal.throwIfAborted();
      const assets = judgeSourceFailure(error);
      if (!assets) throw error;
      await this.#report(release, { assets });
      return { requeueAfterMs: Math.max(failedMs, retryAfterMs(error)) };
    }
    const images: ImageState[] = [];
    for (const image of loaded.images) images.push(await this.#ensure(release, loaded.release, image));
    await this.#report(release, { assets: { state: 'loaded' }, images });
    return images.some(({ refused }) => refused) ? { requeueAfterMs: failedMs } : undefined;
  }

  async #load(tag: string, signal: AbortSignal) {
    const release = await this.#releases.load(tag, signal);
    const { folder, files } = release.stored;
    if (!files.includes(nodeImagesFile))
      throw new ReleaseInvalid(nodeImagesFile, [
        { path: '', message: 'is missing; add it to the release, or set noProvider in the ClusterStack' },
      ]);
    return { release, images: parseNodeImages(await readFile(join(folder, nodeImagesFile), 'utf8')) };
  }

  /** One image's object: made, or shared with the releases that have it already. */
  async #ensure(
    release: OpenStackClusterStackRelease,
    { name, metadata }: LoadedRelease,
    image: ReleaseNodeImage,
  ): Promise<ImageState> {
    const { namespace = '', uid = '' } = release.metadata;
    const owner = { ...releaseType, name: release.metadata.name, uid };
    const identityRef = release.spec.identityRef ?? defaultIdentity;
    const wanted = nodeImageRelease(name, metadata.nodeImage, image, { namespace, identityRef, owner });
    const key = { ...nodeImageType, namespace, name: wanted.metadata.name };
    const { client, events } = this.#operator;
    const existing =
      this.#operator.informer<OpenStackNodeImageRelease>(nodeImageType).get(namespace, key.name) ??
      (await client.get<OpenStackNodeImageRelease>(key));
    try {
      if (!existing) {
        await client.create(wanted);
        events.record(release, 'Normal', 'OpenStackNodeImageReleaseCreated', `${key.name} was created`);
        return { name: key.name, ready: false };
      }
      const next = nodeImageChanges(existing, wanted, this.#othersAgree(existing, wanted));
      if (next) await client.replace(next);
    } catch (error) {
      // Somebody else was faster, or the object is about to change: told again.
      if (!(error instanceof ApiError) || error.status === 409) throw error;
      const message = `cannot be ${existing ? 'changed' : 'created'}: ${oneLine(error.message)}`;
      const reason = `Failed${existing ? 'Update' : 'Create'}OpenStackNodeImageRelease`;
      events.record(release, 'Warning', reason, `${key.name} ${message}`);
      return { name: key.name, ready: false, message, refused: true };
    }
    const isGoing = existing.metadata.deletionTimestamp !== undefined;
    return {
      name: key.name,
      ready: existing.status?.ready === true && !isGoing,
      message: isGoing
        ? 'is being deleted, and made again then'
        : findCondition(existing.status?.conditions, 'Ready')?.message,
    };
  }

  /** Do the other releases that own an image name the same identity? */
  #othersAgree({ metadata }: OpenStackNodeImageRelease, wanted: OpenStackNodeImageRelease): boolean {
    const releases = this.#operator.informer<OpenStackClusterStackRelease>(releaseType);
    const { kind, name } = wanted.spec.identityRef;
    return (metadata.ownerReferences ?? []).every((owner) => {
      const other = releases.get(metadata.namespace ?? '', owner.name);
      if (other?.metadata.uid !== owner.uid) return true;
      const its = other.spec.identityRef ?? defaultIdentity;
      return its.kind === kind && its.name === name;
    });
  }

  async #report(release: OpenStackClusterStackRelease, facts: OpenStackReleaseFacts): Promise<void> {
    const { client, events, clock } = this.#operator;
    const { ready, conditions } = judgeOpenStackRelease(facts);
    const before = release.status?.conditions;
    const after = setConditions(before, conditions, clock());
    await patchStatus(client, release, { ...release.status, ready, conditions: after });
    recordTransitions(events, release, before, after);
  }
}
